"""A conversation is one thread with one subject, whichever channel it continues on. What is said is sealed."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, Self
from uuid import UUID

from changming.kernel.ids import ConversationId, MessageId, SubjectId
from changming.kernel.messages import Lang
from changming.kernel.personal import Personal
from changming.trust.vault import FieldId, Opener

MASKED_FIELDS: Final = frozenset({FieldId.MESSAGE_MASKED, FieldId.MESSAGE_UNDERSTANDING, FieldId.MESSAGE_ANSWER})
"""What staff see of a message at first: personal data stays masked."""
ALL_FIELDS: Final = MASKED_FIELDS | {FieldId.MESSAGE_BODY}
"""What the person sees of their own messages, and staff with a reason."""


class Channel(StrEnum):
    """Where a conversation takes place."""

    WEB = "web"


class Author(StrEnum):
    """Who speaks: the person, a member of staff, or the desk by itself."""

    VISITOR = "visitor"
    STAFF = "staff"
    DESK = "desk"


@dataclass(frozen=True, slots=True)
class Conversation:
    """A thread. ``last_sequence`` is the number of its newest message, 0 when nothing was said yet."""

    id: ConversationId
    subject_id: SubjectId
    channel: Channel
    lang: Lang
    opened_at: datetime
    last_sequence: int
    last_message_at: datetime

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Self:
        """A row of ``conversation``."""
        return cls(
            ConversationId(row["id"]),
            SubjectId(row["subject_id"]),
            Channel(row["channel"]),
            Lang(row["lang"]),
            row["opened_at"],
            row["last_sequence"],
            row["last_message_at"],
        )


@dataclass(frozen=True, slots=True)
class Content:
    """What is said, before it is sealed.

    Attributes:
        body: the text as it was written.
        masked: the same with personal data masked; personal all the same.
        understanding: what the desk understood of it, JSON.
        answer: the answer with its citations, JSON.
    """

    body: Personal
    masked: Personal
    understanding: Personal | None = None
    answer: Personal | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """A message as far as a proof of viewing opens it; what the proof does not name is None."""

    id: MessageId
    sequence: int
    author: Author
    author_id: UUID | None
    at: datetime
    body: Personal | None
    masked: Personal | None
    understanding: Personal | None
    answer: Personal | None


@dataclass(frozen=True, slots=True)
class SealedMessage:
    """A message as it is stored. ``sequence`` counts from 1 within its conversation, without gaps."""

    id: MessageId
    conversation_id: ConversationId
    subject_id: SubjectId
    sequence: int
    author: Author
    author_id: UUID | None
    at: datetime
    body_sealed: bytes
    masked_sealed: bytes
    understanding_sealed: bytes | None
    answer_sealed: bytes | None

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Self:
        """A row of ``message``."""
        return cls(
            MessageId(row["id"]),
            ConversationId(row["conversation_id"]),
            SubjectId(row["subject_id"]),
            row["sequence"],
            Author(row["author"]),
            row["author_id"],
            row["at"],
            row["body_sealed"],
            row["masked_sealed"],
            row["understanding_sealed"],
            row["answer_sealed"],
        )

    @property
    def place(self) -> str:
        """Its name in the ledger: id and SHA-256 of the sealed text. A row exchanged afterwards no longer fits it."""
        return f"{self.id}/{hashlib.sha256(self.body_sealed).hexdigest()}"

    def open(self, opener: Opener, fields: frozenset[FieldId]) -> Message:
        """The message with ``fields`` opened, e.g. ``MASKED_FIELDS``.

        Raises:
            ChangmingError: ``viewing_outside`` when the proof behind ``opener`` does not name one of them.
            VaultBroken: a blob is not what was sealed here.
        """

        def opened(field: FieldId, blob: bytes | None) -> Personal | None:
            return opener.open(field, self.id, blob) if blob is not None and field in fields else None

        return Message(
            self.id,
            self.sequence,
            self.author,
            self.author_id,
            self.at,
            opened(FieldId.MESSAGE_BODY, self.body_sealed),
            opened(FieldId.MESSAGE_MASKED, self.masked_sealed),
            opened(FieldId.MESSAGE_UNDERSTANDING, self.understanding_sealed),
            opened(FieldId.MESSAGE_ANSWER, self.answer_sealed),
        )
