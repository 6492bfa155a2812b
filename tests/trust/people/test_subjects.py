import asyncio
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from changming.infra import idempotency
from changming.infra.postgres import Database, Tx
from changming.kernel.actors import DESK, OPERATOR, Actor, ActorKind
from changming.kernel.errors import ChangmingError
from changming.kernel.ids import SubjectId, random_id
from changming.kernel.personal import Personal
from changming.trust.ledger import Action, Event, find_detail, record
from changming.trust.people import (
    ContactKind,
    Receipt,
    Subject,
    SubjectKind,
    add_contact,
    contacts_of,
    create_subject,
    create_subject_sealing,
    erase,
    find_linked_person,
    find_receipt,
    get_subject,
    link,
    linked_visitors,
)
from changming.trust.vault import ERASED_EVERYWHERE, FieldId, Keyring, opener, sealer, view

STAFF = Actor(ActorKind.STAFF, UUID(int=3))
VISITOR = Actor(ActorKind.VISITOR, UUID(int=5))
BODY = FieldId.MESSAGE_BODY
ROW = UUID(int=7)


async def _code(doing: Any) -> str:
    with pytest.raises(ChangmingError) as refused:
        await doing
    return refused.value.code


@pytest.mark.parametrize("kind", list(SubjectKind))
async def test_a_subject_is_made_with_its_key(tx: Tx, keyring: Keyring, now: datetime, kind: SubjectKind) -> None:
    subject = await create_subject(tx, kind, keyring, now=now)
    assert await get_subject(tx, subject.id) == subject
    assert (subject.kind, subject.erased_at) == (kind, None)
    row: Any = await (await tx.execute("select * from data_key where subject_id = %s", (subject.id,))).fetchone()
    assert row["pseudonym"] == subject.pseudonym
    assert len({subject.id, subject.pseudonym, row["key_id"]}) == 3


async def test_the_sealer_of_a_new_subject_is_the_one_it_keeps(tx: Tx, keyring: Keyring, now: datetime) -> None:
    subject, own = await create_subject_sealing(tx, SubjectKind.VISITOR, keyring, now=now)
    again = await sealer(tx, keyring, subject.id)
    blob = own.seal(BODY, ROW, Personal("x"))
    assert again._cipher.open(b"message.body", ROW, 0, blob) == b"x"


async def test_a_rolled_back_act_leaves_no_subject(database: Database, keyring: Keyring, now: datetime) -> None:
    made: list[Subject] = []

    async def fail() -> None:
        async with database.act() as tx:
            made.append(await create_subject(tx, SubjectKind.VISITOR, keyring, now=now))
            raise LookupError

    with pytest.raises(LookupError):
        await fail()
    async with database.read() as tx:
        assert await _code(get_subject(tx, made[0].id)) == "subject_unknown"
        assert await _code(sealer(tx, keyring, made[0].id)) == "subject_unknown"


async def test_linking(tx: Tx, keyring: Keyring, now: datetime) -> None:
    visitor = await create_subject(tx, SubjectKind.VISITOR, keyring, now=now)
    person, other = [await create_subject(tx, SubjectKind.PERSON, keyring, now=now) for _ in range(2)]
    for _ in range(2):
        await link(tx, visitor.id, person.id, actor=STAFF, now=now)
    assert await find_linked_person(tx, visitor.id) == person
    assert await find_linked_person(tx, person.id) is None
    assert await linked_visitors(tx, person.id) == (visitor.id,)
    assert await _code(link(tx, visitor.id, other.id, actor=STAFF, now=now)) == "subject_already_linked"
    assert await _code(link(tx, person.id, other.id, actor=STAFF, now=now)) == "subject_link_kinds"
    assert await _code(link(tx, SubjectId(random_id()), other.id, actor=STAFF, now=now)) == "subject_unknown"
    row: Any = await (await tx.execute("select count(*) as n from ledger_outbox")).fetchone()
    assert row["n"] == 1


async def test_everything_about_the_erased_goes_and_the_other_stays(
    sealing: Database, keyring: Keyring, now: datetime
) -> None:
    route: dict[str, Any] = {"principal": "visitor/1", "route": "POST /ask", "key": "k"}
    async with sealing.act() as tx:
        subject, own = await create_subject_sealing(tx, SubjectKind.PERSON, keyring, now=now)
        other, kept = await create_subject_sealing(tx, SubjectKind.PERSON, keyring, now=now)
        for who, seals in ((subject, own), (other, kept)):
            await add_contact(
                tx,
                keyring,
                seals,
                subject=who,
                kind=ContactKind.PHONE,
                value=Personal("13812345678"),
                actor=VISITOR,
                now=now,
            )
        await idempotency.once(tx, **route, body=b"", secret=b"s", now=now)
        await idempotency.finish(tx, **route, status=303, object_id="1", subject_id=subject.id)
        noted = Event(
            Action.MESSAGE_RECEIVE, VISITOR, subject=subject.pseudonym, detail=own.seal(BODY, ROW, Personal("x"))
        )
        event_id = await record(tx, noted, now=now)
    asked: dict[str, Any] = {"case_id": None, "fields": frozenset({BODY}), "purpose": "case-work", "now": now}
    theirs = await view(sealing, actor=STAFF, subject_id=other.id, **asked)
    await view(sealing, actor=STAFF, subject_id=subject.id, **asked)
    async with sealing.act() as tx:
        receipt = await erase(tx, subject.id, actor=VISITOR, now=now)
    assert (receipt.subjects, receipt.erased_at) == ((subject.id,), now)
    assert receipt.everywhere_by == now + ERASED_EVERYWHERE
    async with sealing.act() as tx:
        assert (await get_subject(tx, subject.id)).erased_at == now
        assert await _code(sealer(tx, keyring, subject.id)) == "subject_erased"
        assert await find_detail(tx, event_id) is None
        assert await contacts_of(tx, subject.id) == ()
        assert len(await contacts_of(tx, other.id)) == 1
        left: Any = await (await tx.execute("select count(*) as n from idempotency")).fetchone()
        assert left["n"] == 0
        ended: Any = await (await tx.execute("select subject_id from viewing where ended_at is not null")).fetchall()
        assert [row["subject_id"] for row in ended] == [subject.id]
        assert (await opener(tx, keyring, theirs, now=now)).open(
            BODY, ROW, kept.seal(BODY, ROW, Personal("还在"))
        ) == Personal("还在")


async def test_erasing_again_is_calm(tx: Tx, keyring: Keyring, now: datetime) -> None:
    subject = await create_subject(tx, SubjectKind.VISITOR, keyring, now=now)
    assert await find_receipt(tx, subject.id) is None
    first = await erase(tx, subject.id, actor=VISITOR, now=now)
    assert await erase(tx, subject.id, actor=OPERATOR, now=now + timedelta(days=1)) == first
    assert await find_receipt(tx, subject.id) == first
    row: Any = await (await tx.execute("select count(*) as n from ledger_outbox")).fetchone()
    assert row["n"] == 1
    assert await _code(erase(tx, SubjectId(random_id()), actor=DESK, now=now)) == "subject_unknown"


async def test_a_person_is_erased_with_their_conversations(tx: Tx, keyring: Keyring, now: datetime) -> None:
    person = await create_subject(tx, SubjectKind.PERSON, keyring, now=now)
    first, second, stranger = [await create_subject(tx, SubjectKind.VISITOR, keyring, now=now) for _ in range(3)]
    for visitor in (first, second):
        await link(tx, visitor.id, person.id, actor=STAFF, now=now)
    alone = await erase(tx, second.id, actor=VISITOR, now=now)
    assert alone.subjects == (second.id,)
    assert (await get_subject(tx, person.id)).erased_at is None
    together = await erase(tx, person.id, actor=VISITOR, now=now)
    assert set(together.subjects) == {person.id, first.id}
    assert await find_receipt(tx, first.id) == together
    assert await find_receipt(tx, second.id) == alone
    assert await linked_visitors(tx, person.id) == ()
    await sealer(tx, keyring, stranger.id)
    for gone in (person, first, second):
        assert await _code(sealer(tx, keyring, gone.id)) == "subject_erased"
    other = await create_subject(tx, SubjectKind.PERSON, keyring, now=now)
    assert await _code(link(tx, first.id, other.id, actor=STAFF, now=now)) == "subject_erased"


async def test_two_erasures_at_once_give_one_receipt(database: Database, keyring: Keyring, now: datetime) -> None:
    async with database.act() as tx:
        subject = await create_subject(tx, SubjectKind.VISITOR, keyring, now=now)

    async def forget() -> Receipt:
        async with database.act() as tx:
            return await erase(tx, subject.id, actor=VISITOR, now=now)

    first, *others = await asyncio.gather(*(forget() for _ in range(4)))
    assert others == [first] * 3
