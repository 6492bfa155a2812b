import asyncio
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest

from changming.infra.postgres import Database, Tx
from changming.kernel.actors import Actor, ActorKind
from changming.kernel.decisions import Refusal
from changming.kernel.errors import ChangmingError
from changming.kernel.ids import random_id
from changming.kernel.personal import Personal
from changming.trust.people import (
    Contact,
    ContactId,
    ContactKind,
    Subject,
    SubjectKind,
    add_contact,
    contacts_of,
    create_subject_sealing,
    erase,
    find_by_contact,
    remove_contact,
)
from changming.trust.vault import Keyring, Sealer, opener, view

VISITOR = Actor(ActorKind.VISITOR, UUID(int=5))
STAFF = Actor(ActorKind.STAFF, UUID(int=3))
PHONE, EMAIL = ContactKind.PHONE, ContactKind.EMAIL
NUMBER = "138-1234-5678"


async def _person(tx: Tx, keyring: Keyring, now: datetime) -> tuple[Subject, Sealer]:
    return await create_subject_sealing(tx, SubjectKind.PERSON, keyring, now=now)


async def _give(tx: Tx, keyring: Keyring, who: tuple[Subject, Sealer], value: str, *, now: datetime) -> Contact:
    subject, sealer = who
    kind = EMAIL if "@" in value else PHONE
    contact = await add_contact(
        tx, keyring, sealer, subject=subject, kind=kind, value=Personal(value), actor=VISITOR, now=now
    )
    assert isinstance(contact, Contact)
    return contact


async def _find(tx: Tx, keyring: Keyring, value: str, *, now: datetime) -> Any:
    return await find_by_contact(tx, keyring, PHONE, Personal(value), actor=STAFF, now=now)


async def test_a_person_is_found_by_any_spelling(tx: Tx, keyring: Keyring, now: datetime) -> None:
    mother, child, other = [await _person(tx, keyring, now) for _ in range(3)]
    for who, value in (
        (mother, NUMBER),
        (mother, "+8613812345678"),
        (child, "１３８１２３４５６７８"),
        (other, "010-12345678"),
    ):
        await _give(tx, keyring, who, value, now=now)
    await _give(tx, keyring, mother, "wang@example.cn", now=now)
    assert set(await _find(tx, keyring, "86 138 1234 5678", now=now)) == {mother[0].id, child[0].id}
    assert await _find(tx, keyring, "13912345678", now=now) == ()
    found = await find_by_contact(tx, keyring, EMAIL, Personal("WANG@example.cn"), actor=STAFF, now=now)
    assert found == (mother[0].id,)


async def test_what_is_no_contact_is_kept_nowhere(tx: Tx, keyring: Keyring, now: datetime) -> None:
    subject, sealer = await _person(tx, keyring, now)
    refusal = await add_contact(
        tx, keyring, sealer, subject=subject, kind=PHONE, value=Personal("123"), actor=VISITOR, now=now
    )
    assert refusal == Refusal("contact_phone_bad", 422)
    assert await contacts_of(tx, subject.id) == ()
    assert await _find(tx, keyring, "123", now=now) == Refusal("contact_phone_bad", 422)


async def test_neither_rows_nor_leaves_hold_the_contact(tx: Tx, keyring: Keyring, now: datetime) -> None:
    who = await _person(tx, keyring, now)
    await _give(tx, keyring, who, NUMBER, now=now)
    await _find(tx, keyring, NUMBER, now=now)
    shown = ""
    for table in ("contact", "blind_index", "ledger_outbox", "subject", "data_key"):
        shown += str(await (await tx.execute(f"select * from {table}")).fetchall())
    assert "12345678" not in shown
    assert "contact/phone" in shown, "the search is recorded"


async def test_it_opens_with_a_proof_and_is_removed(sealing: Database, keyring: Keyring, now: datetime) -> None:
    async with sealing.act() as tx:
        who = await _person(tx, keyring, now)
        given = await _give(tx, keyring, who, NUMBER, now=now)
    subject = who[0]
    viewing = await view(
        sealing,
        actor=STAFF,
        subject_id=subject.id,
        case_id=None,
        fields=frozenset({PHONE.field}),
        purpose="case-work",
        now=now,
    )
    async with sealing.act() as tx:
        own = await opener(tx, keyring, viewing, now=now)
        (contact,) = await contacts_of(tx, subject.id)
        assert contact == given
        assert own.open(PHONE.field, contact.id, contact.value_sealed) == Personal("+8613812345678")
        assert not await remove_contact(tx, subject, ContactId(random_id()), actor=VISITOR, now=now)
        assert await remove_contact(tx, subject, contact.id, actor=VISITOR, now=now)
        assert await contacts_of(tx, subject.id) == ()
        assert await _find(tx, keyring, NUMBER, now=now) == ()


async def test_another_persons_sealer_is_a_defect(tx: Tx, keyring: Keyring, now: datetime) -> None:
    (subject, _), (_, other) = await _person(tx, keyring, now), await _person(tx, keyring, now)
    with pytest.raises(ValueError, match="another subject"):
        await add_contact(
            tx, keyring, other, subject=subject, kind=PHONE, value=Personal(NUMBER), actor=VISITOR, now=now
        )


async def test_a_contact_given_while_the_person_is_erased_is_not_kept(
    database: Database, keyring: Keyring, now: datetime
) -> None:
    async with database.act() as tx:
        who = await _person(tx, keyring, now)
    erased = asyncio.Event()

    async def forget() -> None:
        async with database.act() as tx:
            await erase(tx, who[0].id, actor=VISITOR, now=now)
            erased.set()
            await asyncio.sleep(0.2)

    async def give() -> None:
        await erased.wait()
        async with database.act() as tx:
            await _give(tx, keyring, who, NUMBER, now=now)

    done = await asyncio.gather(forget(), give(), return_exceptions=True)
    assert isinstance(done[1], ChangmingError)
    assert done[1].code == "subject_erased"
    async with database.act() as tx:
        assert await _find(tx, keyring, NUMBER, now=now) == ()
        assert await contacts_of(tx, who[0].id) == ()


async def test_an_erasure_waits_for_the_contact_that_was_first(
    database: Database, keyring: Keyring, now: datetime
) -> None:
    async with database.act() as tx:
        who = await _person(tx, keyring, now)
    given = asyncio.Event()

    async def give() -> None:
        async with database.act() as tx:
            await _give(tx, keyring, who, NUMBER, now=now)
            given.set()
            await asyncio.sleep(0.2)

    async def forget() -> None:
        await given.wait()
        async with database.act() as tx:
            await erase(tx, who[0].id, actor=VISITOR, now=now)

    await asyncio.gather(give(), forget())
    async with database.act() as tx:
        assert await _find(tx, keyring, NUMBER, now=now) == ()
        assert await contacts_of(tx, who[0].id) == ()
