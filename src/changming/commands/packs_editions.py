"""The parts of ``changming packs`` that need the desk's database."""

from collections.abc import Mapping
from uuid import UUID

from changming.editorial import (
    Assessment,
    Editions,
    Usage,
    assess,
    begin_draft,
    find_usages,
    retract,
    submit_draft,
)
from changming.guidance.knowledge import Edition, Fault, edition_of
from changming.infra.clock import now as read_clock
from changming.infra.postgres import Database
from changming.kernel.decisions import Refusal
from changming.kernel.errors import ChangmingError
from changming.kernel.instants import local_date
from changming.trust.identity import Staff, list_staff


async def edition_in_force(database: Database) -> Edition:
    """The edition in force, compiled.

    Raises:
        ChangmingError: ``edition_none`` (404) before the desk has started once.
    """
    editions = Editions(edition_of([]))
    async with database.read() as tx:
        await editions.renew(tx)
    if not editions.number:
        raise ChangmingError("edition_none", status=404)
    return editions()


async def submit_files(database: Database, texts: Mapping[str, str], by: str) -> list[tuple[str, tuple[Fault, ...]]]:
    """Submit a draft for every text by service; what has faults is not submitted and comes back with them.

    Raises:
        ChangmingError: ``staff_missing`` (404), ``staff_role`` (403), the refusal of a draft; then none is submitted.
    """
    now = read_clock()
    author = await _editor(database, by)
    edition = await edition_in_force(database)
    today = local_date(now)
    found = [
        (service, await assess(database, service, words, edition, today=today)) for service, words in texts.items()
    ]
    async with database.act() as tx:
        for service, one in found:
            if one.checked.faults:
                continue
            draft = await begin_draft(tx, service, texts[service], staff=author.id, now=now)
            refused = await submit_draft(tx, draft, one.findings, revision=1, staff=author.id, now=now)
            if refused is not None:
                raise refused.as_error()
    return [(service, one.checked.faults) for service, one in found]


async def _editor(database: Database, name: str) -> Staff:
    async with database.read() as tx:
        everybody = await list_staff(tx)
    staff = next((one for one in everybody if one.name == name and one.disabled_at is None), None)
    if staff is None:
        raise ChangmingError("staff_missing", status=404)
    if not staff.role.edits_knowledge:
        raise ChangmingError("staff_role", status=403)
    return staff


async def take_back(database: Database, service: str, reason: str) -> int:
    """Take an entry out of force; the number of the edition without it.

    Raises:
        ChangmingError: the refusal.
    """
    edition = await edition_in_force(database)
    pack = edition.packs.get(service)
    async with database.act() as tx:
        seen = "" if pack is None else pack.digest
        done = await retract(tx, service, seen=seen, reason=reason, staff=None, now=read_clock())
        if isinstance(done, Refusal):
            raise done.as_error()
    return done.number


async def replay_file(database: Database, service: str, authored: str) -> Assessment:
    """The version in force and a text, compared on what was really asked."""
    edition = await edition_in_force(database)
    return await assess(database, service, authored, edition, today=local_date(read_clock()))


async def history_of(database: Database, service: str) -> tuple[list[Usage], dict[UUID | None, str]]:
    """When which version of an entry was in force, and the names of whoever published it."""
    async with database.read() as tx:
        usages = await find_usages(tx, service)
        names: dict[UUID | None, str] = {one.id: one.name for one in await list_staff(tx)}
    return usages, names
