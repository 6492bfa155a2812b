"""A small desk on a real database: keys, a visitor with a Sealer, two members of staff, the policies of the release."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from changming.desk import cases
from changming.desk.cases import Case, Circumstances, Matter, Opened
from changming.desk.conversations import Content
from changming.infra.postgres import Database, Tx
from changming.kernel.actors import Actor, ActorKind
from changming.kernel.catalogue import Level
from changming.kernel.decisions import Refusal
from changming.kernel.ids import StaffId, random_id
from changming.kernel.messages import Lang
from changming.kernel.personal import Personal
from changming.trust.identity import Role, add_staff
from changming.trust.ledger import Remembered, Sequencer, open_or_create_signer
from changming.trust.people import Subject, SubjectKind, create_subject_sealing
from changming.trust.vault import Keyring, Sealer

VISITOR = Actor(ActorKind.VISITOR, random_id())


@dataclass(frozen=True)
class Place:
    """What a desk test stands on."""

    keyring: Keyring
    subject: Subject
    sealer: Sealer
    ann: StaffId
    bob: StaffId
    visitor: Actor = VISITOR

    @property
    def staff_actor(self) -> Actor:
        return Actor(ActorKind.STAFF, self.ann)

    @staticmethod
    def says(text: str) -> Content:
        return Content(Personal(text), Personal(f"masked {text}"))

    async def intake(self, tx: Tx, *, now: datetime, level: Level = Level.GENERAL, text: str = "身份证丢了") -> Opened:
        matter = Matter(level, "resident-id/replace-lost", Circumstances())
        opened = await cases.intake(
            tx, self.says(text), matter, subject=self.subject, sealer=self.sealer, lang=Lang.ZH, actor=VISITOR, now=now
        )
        assert isinstance(opened, Opened)
        return opened

    async def taken(self, tx: Tx, *, now: datetime, level: Level = Level.GENERAL) -> Case:
        opened = await self.intake(tx, now=now, level=level)
        case = await cases.take(tx, opened.case.id, staff=self.ann, now=now)
        assert isinstance(case, Case)
        return case

    async def write(self, tx: Tx, case: Case, text: str, *, now: datetime) -> None:
        said = await cases.receive_from_person(
            tx,
            case.conversation_id,
            self.says(text),
            subject=self.subject,
            sealer=self.sealer,
            actor=VISITOR,
            now=now,
        )
        assert not isinstance(said, Refusal)


async def lay_out(tx: Tx, keyring: Keyring, *, now: datetime) -> Place:
    await cases.prepare(tx, now=now)
    subject, sealer = await create_subject_sealing(tx, SubjectKind.VISITOR, keyring, now=now)
    ann, _ = await add_staff(tx, "值班员 7 号", Role.AGENT, now=now)
    bob, _ = await add_staff(tx, "值班员 8 号", Role.AGENT, now=now)
    return Place(keyring, subject, sealer, ann, bob)


@pytest.fixture
def keyring(tmp_path: Path, now: datetime) -> Keyring:
    return Keyring.open_or_create(tmp_path / "keys", now=now)


@pytest.fixture
async def place(tx: Tx, keyring: Keyring, now: datetime) -> Place:
    """The desk inside the transaction that is rolled back."""
    return await lay_out(tx, keyring, now=now)


@pytest.fixture
async def busy(database: Database, keyring: Keyring, now: datetime) -> tuple[Database, Place]:
    """The desk on a database of its own, for what has to commit."""
    async with database.act() as tx:
        found = await lay_out(tx, keyring, now=now)
    return database, found


@pytest.fixture
async def sealing(busy: tuple[Database, Place], tmp_path: Path) -> AsyncIterator[tuple[Database, Place]]:
    """The desk with a sequencer at work, so that proofs of viewing are given out."""
    origin = "changming.example/test"
    signer = open_or_create_signer(tmp_path / "ledger", origin)
    sequencer = Sequencer(busy[0], signer, origin, Remembered(tmp_path / "ledger", origin), pace_s=0.0)
    running = asyncio.create_task(sequencer.run())
    yield busy
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running


@pytest.fixture
def later(now: datetime) -> Callable[..., datetime]:
    """An instant after ``now``: ``later(hours=2)``."""
    return lambda **span: now + timedelta(**span)
