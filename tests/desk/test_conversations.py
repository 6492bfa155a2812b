import asyncio
import hashlib
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from changming.desk.conversations import (
    ALL_FIELDS,
    MASKED_FIELDS,
    Author,
    Channel,
    Content,
    Conversation,
    SealedMessage,
    add_reply,
    find_conversation,
    find_messages,
    find_of_subject,
    get_conversation,
    open_conversation,
    open_with_message,
    receive_message,
)
from changming.infra.postgres import Database, Tx
from changming.kernel.actors import DESK
from changming.kernel.decisions import Refusal
from changming.kernel.errors import ChangmingError
from changming.kernel.ids import ConversationId, random_id
from changming.kernel.messages import Lang
from changming.kernel.personal import Personal
from changming.trust.people import SubjectKind, create_subject, erase
from changming.trust.vault import OWN_DATA, FieldId, opener, sealer, view

if TYPE_CHECKING:
    from tests.desk.conftest import Place


async def opened(tx: Tx, place: "Place", now: datetime) -> Conversation:
    return await open_conversation(
        tx, subject=place.subject, channel=Channel.WEB, lang=Lang.ZH, actor=place.visitor, now=now
    )


async def receive(tx: Tx, place: "Place", thread: ConversationId, text: str, now: datetime) -> SealedMessage | Refusal:
    return await receive_message(
        tx, thread, place.says(text), subject=place.subject, sealer=place.sealer, actor=place.visitor, now=now
    )


async def leaves(tx: Tx) -> list[str]:
    rows = await (await tx.execute("select leaf from ledger_outbox order by event_id")).fetchall()
    return [bytes(row["leaf"]).decode() for row in rows]


async def test_a_thread_keeps_what_is_said_in_order(tx: Tx, place: "Place", now: datetime) -> None:
    thread = await opened(tx, place, now)
    first = await receive(tx, place, thread.id, "一", now)
    reply = await add_reply(
        tx,
        thread.id,
        Content(Personal("答"), Personal("答"), answer=Personal("{}")),
        author=Author.DESK,
        subject=place.subject,
        sealer=place.sealer,
        actor=DESK,
        now=now + timedelta(seconds=1),
    )
    assert isinstance(first, SealedMessage)
    assert isinstance(reply, SealedMessage)
    assert (first.sequence, reply.sequence) == (1, 2)
    assert await find_messages(tx, thread.id) == [first, reply]
    assert await find_messages(tx, thread.id, after=1) == [reply]
    assert await find_messages(tx, thread.id, limit=1) == [first]
    kept = await get_conversation(tx, thread.id)
    assert (kept.last_sequence, kept.last_message_at) == (2, now + timedelta(seconds=1))
    topics = await (await tx.execute("select topic from live_event where kind = 'message'")).fetchall()
    assert [row["topic"] for row in topics] == [f"conversation/{thread.id}"] * 2


async def test_a_long_thread_is_found_whole(tx: Tx, place: "Place", now: datetime) -> None:
    thread = await opened(tx, place, now)
    for number in range(1, 252):
        assert isinstance(await receive(tx, place, thread.id, f"第{number}句", now), SealedMessage)
    assert [message.sequence for message in await find_messages(tx, thread.id)] == list(range(1, 252))


async def test_nothing_said_is_readable_in_the_row(tx: Tx, place: "Place", now: datetime) -> None:
    secret = "张三的护照 E12345678"
    begun = await open_with_message(
        tx,
        Content(Personal(secret), Personal(secret), Personal(secret), Personal(secret)),
        subject=place.subject,
        sealer=place.sealer,
        channel=Channel.WEB,
        lang=Lang.EN,
        actor=place.visitor,
        now=now,
    )
    assert not isinstance(begun, Refusal)
    thread, message = begun
    assert await find_messages(tx, thread.id) == [message]
    for blob in (message.body_sealed, message.masked_sealed, message.understanding_sealed, message.answer_sealed):
        assert blob is not None
        assert secret.encode() not in blob
    digest = hashlib.sha256(message.body_sealed).hexdigest()
    assert any(f'"object":"message/{message.id}/{digest}"' in leaf for leaf in await leaves(tx))
    assert (await find_of_subject(tx, place.subject.id))[0].id == thread.id


@pytest.mark.parametrize(
    ("text", "code"), [("  ", "message_empty"), ("x" * 20_001, "message_too_long"), ("\0", "message_broken_text")]
)
async def test_a_refused_text_leaves_nothing(tx: Tx, place: "Place", now: datetime, text: str, code: str) -> None:
    thread = await opened(tx, place, now)
    before = await leaves(tx)
    refused = await receive(tx, place, thread.id, text, now)
    assert isinstance(refused, Refusal)
    assert refused.code == code
    begun = await open_with_message(
        tx,
        place.says(text),
        subject=place.subject,
        sealer=place.sealer,
        channel=Channel.WEB,
        lang=Lang.ZH,
        actor=place.visitor,
        now=now,
    )
    assert begun == refused
    assert await find_messages(tx, thread.id) == []
    assert len(await find_of_subject(tx, place.subject.id)) == 1
    assert await leaves(tx) == before


async def test_a_thread_of_somebody_else_or_of_nobody_is_not_found(tx: Tx, place: "Place", now: datetime) -> None:
    thread = await opened(tx, place, now)
    other = await create_subject(tx, SubjectKind.VISITOR, place.keyring, now=now)
    seal = await sealer(tx, place.keyring, other.id)
    with pytest.raises(ChangmingError) as refused:
        await receive_message(tx, thread.id, place.says("hi"), subject=other, sealer=seal, actor=place.visitor, now=now)
    assert refused.value.code == "conversation_not_found"
    nobody = ConversationId(random_id())
    assert await find_conversation(tx, nobody) is None
    with pytest.raises(ChangmingError, match="conversation_not_found"):
        await get_conversation(tx, nobody)


async def test_a_person_does_not_reply(tx: Tx, place: "Place", now: datetime) -> None:
    with pytest.raises(ValueError, match="received"):
        await add_reply(
            tx,
            ConversationId(random_id()),
            place.says("x"),
            author=Author.VISITOR,
            subject=place.subject,
            sealer=place.sealer,
            actor=place.visitor,
            now=now,
        )


async def test_messages_at_once_follow_each_other_without_gaps(busy: "tuple[Database, Place]", now: datetime) -> None:
    database, place = busy
    async with database.act() as tx:
        thread = await opened(tx, place, now)

    async def say(number: int) -> None:
        async with database.act() as tx:
            assert isinstance(await receive(tx, place, thread.id, f"{number}", now), SealedMessage)

    await asyncio.gather(*(say(number) for number in range(20)))
    async with database.read() as tx:
        said = await find_messages(tx, thread.id)
    assert [message.sequence for message in said] == list(range(1, 21))


async def test_a_proof_opens_what_it_names_and_an_erased_person_nothing(
    sealing: "tuple[Database, Place]", now: datetime
) -> None:
    database, place = sealing
    async with database.act() as tx:
        thread = await opened(tx, place, now)
        await receive(tx, place, thread.id, "电话 13800005678", now)
    masked = await view(
        database,
        actor=place.staff_actor,
        subject_id=place.subject.id,
        case_id=None,
        fields=MASKED_FIELDS,
        purpose="case-work",
        now=now,
    )
    own = await view(
        database,
        actor=place.visitor,
        subject_id=place.subject.id,
        case_id=None,
        fields=ALL_FIELDS,
        purpose=OWN_DATA,
        now=now,
    )
    async with database.read() as tx:
        [message] = await find_messages(tx, thread.id)
        staffs, persons = (
            await opener(tx, place.keyring, masked, now=now),
            await opener(tx, place.keyring, own, now=now),
        )
    seen = message.open(staffs, MASKED_FIELDS)
    assert (seen.body, seen.understanding, seen.answer) == (None, None, None)
    assert seen.masked == Personal("masked 电话 13800005678")
    with pytest.raises(ChangmingError, match="viewing_outside"):
        message.open(staffs, ALL_FIELDS)
    whole = message.open(persons, ALL_FIELDS)
    assert whole.body == Personal("电话 13800005678")
    assert message.open(persons, frozenset({FieldId.MESSAGE_BODY})).masked is None
    async with database.act() as tx:
        await erase(tx, place.subject.id, actor=place.visitor, now=now)
    async with database.read() as tx:
        assert len(await find_messages(tx, thread.id)) == 1
        with pytest.raises(ChangmingError, match="subject_erased"):
            await opener(tx, place.keyring, own, now=now)
