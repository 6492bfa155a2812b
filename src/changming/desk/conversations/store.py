"""The rows of ``conversation`` and ``message``."""

from collections.abc import Mapping
from typing import Any

from changming.desk.conversations.model import Conversation, SealedMessage
from changming.infra.postgres import Queries, Tx
from changming.kernel.errors import ChangmingError
from changming.kernel.ids import ConversationId, SubjectId

_Q = Queries(__package__)


async def add_conversation(tx: Tx, conversation: Conversation) -> None:
    """Keep a new thread."""
    row = {
        "conversation_id": conversation.id,
        "subject_id": conversation.subject_id,
        "channel": conversation.channel.value,
        "lang": conversation.lang.value,
        "last_sequence": conversation.last_sequence,
        "now": conversation.opened_at,
    }
    await tx.execute(_Q("open"), row)


async def add_first_message(tx: Tx, message: SealedMessage) -> None:
    """Keep the first message of a thread that is new in the same transaction."""
    await tx.execute(_Q("say_first"), _said(message))


async def add_message(tx: Tx, message: SealedMessage) -> int:
    """Keep the next message of a thread; its number there.

    Raises:
        ChangmingError: ``conversation_not_found`` (404) when the subject has no such thread.
    """
    row = await (await tx.execute(_Q("say"), _said(message))).fetchone()
    if row is None:
        raise ChangmingError("conversation_not_found", status=404)
    return int(row["sequence"])


async def find_conversation(tx: Tx, conversation_id: ConversationId) -> Conversation | None:
    """A thread, or None."""
    row = await (await tx.execute(_Q("find"), {"conversation_id": conversation_id})).fetchone()
    return None if row is None else Conversation.from_row(row)


async def find_of_subject(tx: Tx, subject_id: SubjectId) -> list[Conversation]:
    """A subject's threads, the newest first."""
    rows = await (await tx.execute(_Q("find_of_subject"), {"subject_id": subject_id})).fetchall()
    return [Conversation.from_row(row) for row in rows]


async def find_messages(
    tx: Tx, conversation_id: ConversationId, *, after: int = 0, limit: int | None = None
) -> list[SealedMessage]:
    """What was said after the message number ``after``, in order, at most ``limit``; the whole thread by default.

    A page that leaves out the newest words would hide what was accepted, so there is no limit of its own.
    """
    row = {"conversation_id": conversation_id, "after": after, "limit": limit}
    return [SealedMessage.from_row(found) for found in await (await tx.execute(_Q("messages"), row)).fetchall()]


def _said(message: SealedMessage) -> Mapping[str, Any]:
    return {
        "id": message.id,
        "conversation_id": message.conversation_id,
        "subject_id": message.subject_id,
        "author": message.author.value,
        "author_id": message.author_id,
        "body_sealed": message.body_sealed,
        "masked_sealed": message.masked_sealed,
        "understanding_sealed": message.understanding_sealed,
        "answer_sealed": message.answer_sealed,
        "now": message.at,
    }
