"""A desk's editorial side on a real database: a small release of bundled packs, an author, a second person."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache

import pytest

from changming.editorial import Editions, Release, adopt_release
from changming.guidance.knowledge import Edition, Pack, edition_of, load_edition, read_text
from changming.infra.postgres import Database
from changming.infra.resources import project_dir
from changming.kernel.ids import StaffId
from changming.trust.identity import Role, add_staff

RENEW, FIRST, SAFETY = "passport/renew", "passport/first", "safety"


@cache
def bundled() -> Edition:
    """The packs of the checkout."""
    return load_edition(project_dir("packs"))


def text_of(service: str) -> str:
    """The authored text of a bundled pack."""
    return (project_dir("packs").parent / bundled().packs[service].file).read_text(encoding="utf-8")


def pack_of(service: str, authored: str) -> Pack:
    """The pack of a text that has no faults."""
    reading = read_text(f"{service}.yaml", authored.encode(), service=service)
    assert reading.pack is not None, [fault.show for fault in reading.faults]
    return reading.pack


def another(service: str, mark: str) -> str:
    """A text of the same entry whose Chinese title is another: a new version in all other respects the same."""
    title = bundled().packs[service].title.zh
    return text_of(service).replace(f"title: {{zh: {title}", f"title: {{zh: {title}{mark}", 1)


def release(**changed: str) -> Release:
    """Three bundled entries; ``passport_renew="…"`` brings another text of one of them."""
    texts = {service: text_of(service) for service in (RENEW, FIRST, SAFETY)}
    texts |= {name.replace("_", "/"): authored for name, authored in changed.items()}
    return Release({service: pack_of(service, authored) for service, authored in texts.items()}, texts)


@dataclass(frozen=True)
class Room:
    """The editors' room: its database, two people, the edition that its process answers from."""

    database: Database
    author: StaffId
    second: StaffId
    editions: Editions

    async def renew(self) -> Edition:
        async with self.database.read() as tx:
            await self.editions.renew(tx)
        return self.editions()


@pytest.fixture
async def room(database: Database, now: datetime) -> Room:
    async with database.act() as tx:
        author, _ = await add_staff(tx, "编辑 1 号", Role.EDITOR, now=now)
        second, _ = await add_staff(tx, "编辑 2 号", Role.EDITOR, now=now)
        await adopt_release(tx, release(), now=now)
    opened = Room(database, author, second, Editions(edition_of([])))
    await opened.renew()
    return opened
