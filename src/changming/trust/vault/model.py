"""What the vault speaks of: key rows, proofs of viewing, epochs, what a rotation did."""

from collections.abc import Mapping
from dataclasses import KW_ONLY, InitVar, dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Self
from uuid import UUID

from changming.kernel.actors import Actor, ActorKind
from changming.kernel.errors import ChangmingError
from changming.kernel.ids import CaseId, EventId, SubjectId
from changming.trust.vault.fields import OWN_ONLY, SENSITIVE, FieldId

OWN_DATA: Final = "own-data"
"""The purpose of a person's look at their own data."""
LONGEST_VIEWING: Final = timedelta(minutes=15)
"""How long a proof lasts for anyone but the person."""

ROTATE_EVERY: Final = timedelta(days=15)
KEEP_OLD_EPOCH: Final = timedelta(days=15)
"""How long the key of a retired epoch is kept: a backup of this age can be restored for certain."""
ERASED_EVERYWHERE: Final = ROTATE_EVERY + KEEP_OLD_EPOCH
"""The promise T of DESIGN section 3: after it, no copy of the database opens an erased subject."""

MINT: Final = object()
"""Known to the vault alone; without it no ``Viewing`` is made."""


class VaultBroken(ChangmingError):  # noqa: N818 - the name of the alarm, as operators read it
    """A ciphertext or key did not open. Never expected, never swallowed: the row, the key or the code is wrong.

    Args:
        what: which kind of thing failed, e.g. a field id; never its content.
        code: ``vault_broken``, or ``epoch_gone`` where the key of an epoch no longer exists.
    """

    def __init__(self, what: str, *, code: str = "vault_broken") -> None:
        super().__init__(code, status=500, what=what)


@dataclass(frozen=True, slots=True)
class KeyRow:
    """A subject's data key as it is stored. ``epoch`` is None and ``wrapped`` is zeros once it is erased."""

    subject_id: SubjectId
    key_id: UUID
    epoch: int | None
    wrapped: bytes

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Self:
        """A row that has the columns of ``data_key``."""
        return cls(SubjectId(row["subject_id"]), row["key_id"], row["epoch"], bytes(row["wrapped"]))


@dataclass(frozen=True, slots=True)
class ViewingRequest:
    """Who wants to see what, and why. ``purpose`` is a word of a closed kind (``a-z0-9-``), never free text."""

    actor: Actor
    subject_id: SubjectId
    case_id: CaseId | None
    fields: frozenset[FieldId]
    purpose: str
    lifetime: timedelta

    @property
    def own(self) -> bool:
        """Whether a person asks for their own data."""
        return self.actor.kind is ActorKind.VISITOR and self.purpose == OWN_DATA

    @property
    def single_use(self) -> bool:
        """Whether the proof opens once only."""
        return not self.own and bool(self.fields & SENSITIVE)

    @property
    def own_only(self) -> frozenset[FieldId]:
        """The fields asked for that are opened for the person alone."""
        return self.fields & OWN_ONLY


@dataclass(frozen=True, slots=True)
class Viewing:
    """The proof that a look at personal data was recorded and sealed in the ledger before it happened.

    Only ``view`` makes one. ``opener`` compares it with the stored row, so a copy with other contents opens nothing.
    """

    id: UUID
    actor: Actor
    subject_id: SubjectId
    case_id: CaseId | None
    fields: frozenset[FieldId]
    purpose: str
    granted_at: datetime
    expires_at: datetime
    single_use: bool
    event_id: EventId
    _: KW_ONLY
    mint: InitVar[object]

    def __post_init__(self, mint: object) -> None:
        if mint is not MINT:
            raise TypeError("a Viewing is made by changming.trust.vault.view alone")

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Self:
        """A row that has the columns of ``viewing``."""
        return cls(
            id=row["id"],
            actor=Actor(ActorKind(row["actor_kind"]), row["actor_id"]),
            subject_id=SubjectId(row["subject_id"]),
            case_id=row["case_id"],
            fields=frozenset(FieldId(name) for name in row["fields"]),
            purpose=row["purpose"],
            granted_at=row["granted_at"],
            expires_at=row["expires_at"],
            single_use=row["single_use"],
            event_id=EventId(row["event_id"]),
            mint=MINT,
        )


@dataclass(frozen=True, slots=True)
class StoredViewing:
    """A proof as the database has it, with what has happened to it since."""

    viewing: Viewing
    sealed: bool
    ended: bool


@dataclass(frozen=True, slots=True)
class Epoch:
    """A period of wrapping: its number from 1, when it began, when the next one began (None for the current)."""

    number: int
    created_at: datetime
    retired_at: datetime | None


@dataclass(frozen=True, slots=True)
class EpochCount:
    """How many rows rest on an epoch."""

    epoch: Epoch
    data_keys: int
    index_rows: int


@dataclass(frozen=True, slots=True)
class VaultStatus:
    """What ``vault status`` shows."""

    epochs: tuple[EpochCount, ...]
    erased_subjects: int
    rotation_due_at: datetime


@dataclass(frozen=True, slots=True)
class Rotation:
    """What a rotation did."""

    epoch: int
    data_keys: int
    index_rows: int
    destroyed: tuple[int, ...]
