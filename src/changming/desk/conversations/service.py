"""Opening threads and saying things in them: sealed, recorded, told live, in the act's transaction."""

from dataclasses import replace
from datetime import datetime
from typing import Final

from changming.desk.conversations import store
from changming.desk.conversations.model import Author, Channel, Content, Conversation, SealedMessage
from changming.desk.conversations.rules import decide_body
from changming.infra import live
from changming.infra.postgres import Tx
from changming.kernel.actors import Actor
from changming.kernel.decisions import Refusal
from changming.kernel.errors import ChangmingError
from changming.kernel.ids import ConversationId, MessageId, new_id
from changming.kernel.messages import Lang
from changming.kernel.personal import Personal
from changming.trust.ledger import Action, Event, record
from changming.trust.people import Subject
from changming.trust.vault import FieldId, Sealer

_ACTIONS: Final = {
    Author.VISITOR: Action.MESSAGE_RECEIVE,
    Author.STAFF: Action.MESSAGE_SEND,
    Author.DESK: Action.ANSWER_GIVE,
}


async def open_conversation(
    tx: Tx, *, subject: Subject, channel: Channel, lang: Lang, actor: Actor, now: datetime
) -> Conversation:
    """A new thread of ``subject`` in which nothing was said yet."""
    conversation = Conversation(ConversationId(new_id(now)), subject.id, channel, lang, now, 0, now)
    await store.add_conversation(tx, conversation)
    event = Event(Action.CONVERSATION_OPEN, actor, subject.pseudonym, f"conversation/{conversation.id}")
    await record(tx, event, now=now)
    return conversation


async def open_with_message(
    tx: Tx,
    content: Content,
    *,
    subject: Subject,
    sealer: Sealer,
    channel: Channel,
    lang: Lang,
    actor: Actor,
    now: datetime,
) -> tuple[Conversation, SealedMessage] | Refusal:
    """A new thread that begins with the person's message. It only writes, so ``tx`` may be a batch."""
    begun = await begin(tx, content, subject=subject, sealer=sealer, channel=channel, lang=lang, actor=actor, now=now)
    if not isinstance(begun, Refusal):
        await _record(tx, begun[1], subject, actor, now=now)
    return begun


async def begin(
    tx: Tx,
    content: Content,
    *,
    subject: Subject,
    sealer: Sealer,
    channel: Channel,
    lang: Lang,
    actor: Actor,
    now: datetime,
) -> tuple[Conversation, SealedMessage] | Refusal:
    """As ``open_with_message``, for an act that records the message's ``place`` in a ledger entry of its own."""
    if refusal := decide_body(content.body):
        return refusal
    conversation = Conversation(ConversationId(new_id(now)), subject.id, channel, lang, now, 1, now)
    message = _seal(
        conversation.id, content, author=Author.VISITOR, subject=subject, sealer=sealer, actor=actor, now=now
    )
    await store.add_conversation(tx, conversation)
    await store.add_first_message(tx, message)
    return conversation, message


async def receive_message(
    tx: Tx,
    conversation_id: ConversationId,
    content: Content,
    *,
    subject: Subject,
    sealer: Sealer,
    actor: Actor,
    now: datetime,
) -> SealedMessage | Refusal:
    """The person says something in a thread of theirs.

    Where a thread may have a case, call ``cases.receive_from_person`` instead: it also ends the waiting.

    Returns:
        The message with its number, or the refusal ``message_empty``, ``message_too_long``, ``message_broken_text``.

    Raises:
        ChangmingError: ``conversation_not_found`` (404) when the subject has no such thread.
    """
    return await _say(
        tx, conversation_id, content, author=Author.VISITOR, subject=subject, sealer=sealer, actor=actor, now=now
    )


async def add_reply(
    tx: Tx,
    conversation_id: ConversationId,
    content: Content,
    *,
    author: Author,
    subject: Subject,
    sealer: Sealer,
    actor: Actor,
    now: datetime,
) -> SealedMessage | Refusal:
    """The desk (its automatic answer) or a member of staff says something in a thread; results as ``receive_message``.

    Only staff's own words count as contact by a person; ``cases.reply`` judges that.
    """
    if author is Author.VISITOR:
        raise ValueError("a person's message is received, not replied")
    return await _say(tx, conversation_id, content, author=author, subject=subject, sealer=sealer, actor=actor, now=now)


async def get_conversation(tx: Tx, conversation_id: ConversationId) -> Conversation:
    """A thread.

    Raises:
        ChangmingError: ``conversation_not_found`` (404).
    """
    found = await store.find_conversation(tx, conversation_id)
    if found is None:
        raise ChangmingError("conversation_not_found", status=404)
    return found


async def _say(
    tx: Tx,
    conversation_id: ConversationId,
    content: Content,
    *,
    author: Author,
    subject: Subject,
    sealer: Sealer,
    actor: Actor,
    now: datetime,
) -> SealedMessage | Refusal:
    if refusal := decide_body(content.body):
        return refusal
    message = _seal(conversation_id, content, author=author, subject=subject, sealer=sealer, actor=actor, now=now)
    sequence = await store.add_message(tx, message)
    await _record(tx, message, subject, actor, now=now)
    ref = {"message": str(message.id)}
    await live.publish(tx, f"conversation/{conversation_id}", "message", ref, now=now)
    return replace(message, sequence=sequence)


def _seal(
    conversation_id: ConversationId,
    content: Content,
    *,
    author: Author,
    subject: Subject,
    sealer: Sealer,
    actor: Actor,
    now: datetime,
) -> SealedMessage:
    message_id = MessageId(new_id(now))

    def sealed(field: FieldId, value: Personal | None) -> bytes | None:
        return None if value is None else sealer.seal(field, message_id, value)

    return SealedMessage(
        id=message_id,
        conversation_id=conversation_id,
        subject_id=subject.id,
        sequence=1,
        author=author,
        author_id=actor.id,
        at=now,
        body_sealed=sealer.seal(FieldId.MESSAGE_BODY, message_id, content.body),
        masked_sealed=sealer.seal(FieldId.MESSAGE_MASKED, message_id, content.masked),
        understanding_sealed=sealed(FieldId.MESSAGE_UNDERSTANDING, content.understanding),
        answer_sealed=sealed(FieldId.MESSAGE_ANSWER, content.answer),
    )


async def _record(tx: Tx, message: SealedMessage, subject: Subject, actor: Actor, *, now: datetime) -> None:
    event = Event(_ACTIONS[message.author], actor, subject.pseudonym, f"message/{message.place}")
    await record(tx, event, now=now)
