"""A subject is the unit of key and erasure: a person, an organisation, or a visitor's conversation."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, NewType, Self
from uuid import UUID

from changming.kernel.ids import Pseudonym, SubjectId
from changming.kernel.messages import Lang, text
from changming.trust.vault import FieldId

ContactId = NewType("ContactId", UUID)
ReceiptId = NewType("ReceiptId", UUID)


class SubjectKind(StrEnum):
    """What a subject stands for. A visitor who becomes a known person is linked to that person, never re-keyed."""

    PERSON = "person"
    ORGANISATION = "organisation"
    VISITOR = "visitor"


@dataclass(frozen=True, slots=True)
class Subject:
    """Somebody whose data we keep. ``erased_at`` is set once their key is destroyed; the row stays and says so."""

    id: SubjectId
    pseudonym: Pseudonym
    kind: SubjectKind
    erased_at: datetime | None

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Self:
        """A row that has the columns of ``subject``."""
        return cls(SubjectId(row["id"]), Pseudonym(row["pseudonym"]), SubjectKind(row["kind"]), row["erased_at"])


class ContactKind(StrEnum):
    """Ways to reach a person; each has its own normaliser and its own blind index."""

    PHONE = "phone"
    EMAIL = "email"

    @property
    def field(self) -> FieldId:
        """The sealed field of this kind."""
        return FieldId.CONTACT_PHONE if self is ContactKind.PHONE else FieldId.CONTACT_EMAIL


@dataclass(frozen=True, slots=True)
class Contact:
    """A phone number or an e-mail address, sealed; it opens as ``kind.field`` of row ``id``."""

    id: ContactId
    subject_id: SubjectId
    kind: ContactKind
    value_sealed: bytes

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Self:
        """A row that has the columns of ``contact``."""
        kind = ContactKind(row["kind"])
        return cls(ContactId(row["id"]), SubjectId(row["subject_id"]), kind, bytes(row["value_sealed"]))


KEPT: Final = ("receipt.kept.ledger", "receipt.kept.ciphertext", "receipt.kept.tombstone")
"""What an erasure leaves, as texts that name the law."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a person holds in their hand after an erasure. ``subjects`` are all that were erased with it."""

    id: ReceiptId
    subjects: tuple[SubjectId, ...]
    erased_at: datetime
    everywhere_by: datetime

    @property
    def kept(self) -> tuple[str, ...]:
        """Keys of the texts that say what is kept, and under which law."""
        return KEPT

    def kept_in_words(self, lang: Lang) -> tuple[str, ...]:
        """What is kept, and under which law."""
        return tuple(text(key, lang) for key in self.kept)
