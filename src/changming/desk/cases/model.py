"""A case is one matter of one subject that people of the desk see through, with promises and a visible history."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Self
from uuid import UUID

from changming.desk.clocks import ClockKind
from changming.kernel.actors import Actor, ActorKind
from changming.kernel.catalogue import Level, UrgentReason
from changming.kernel.ids import CaseId, ConversationId, Pseudonym, StaffId, SubjectId


class CaseState(StrEnum):
    """Who has the next word."""

    WAITING_FOR_US = "waiting_for_us"
    WAITING_FOR_PERSON = "waiting_for_person"
    RESOLVED = "resolved"


class CaseEventKind(StrEnum):
    """What the visible history tells."""

    OPENED = "opened"
    TAKEN = "taken"
    TAKEN_OVER = "taken_over"
    HANDED_OVER = "handed_over"
    REPLIED = "replied"
    ASKED = "asked"
    PERSON_WROTE = "person_wrote"
    WAIT_OVER = "wait_over"
    LEVEL_CHANGED = "level_changed"
    POLICY_CHANGED = "policy_changed"
    DATE_AGREED = "date_agreed"
    PROMISE_MISSED = "promise_missed"
    RESOLVED = "resolved"
    WROTE_AGAIN = "wrote_again"
    ACKNOWLEDGED = "acknowledged"
    REOPENED = "reopened"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Circumstances:
    """Why a case is urgent and until when; sealed, since a reason may tell of an illness or a death."""

    urgent_reason: UrgentReason | None = None
    need_by: date | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """A case as it is stored, without anything personal in clear.

    Attributes:
        reference: what a person calls the case by, ``CM-7Q4K-29X3``; it carries no authority.
        pseudonym: the subject's name in the ledger.
        service: id of the service in the catalogue.
        circumstances_sealed: a sealed ``Circumstances``; None where there is nothing special.
        owner_id: who answers for it.
        contacted: a person of the desk has spoken since it was opened, or reopened.
        round: 1, and one more for each time it was reopened.
        waiting_until: until when at most the resolution clock waits for the person; None while it does not.
        wrote_again_at: since when a message of the person stands after the resolution, unlooked at.
        next_due_at: the nearest deadline of its running clocks, and ``next_due_kind`` which it is.
        events: how many entries its history has.
    """

    id: CaseId
    reference: str
    subject_id: SubjectId
    pseudonym: Pseudonym
    conversation_id: ConversationId
    state: CaseState
    level: Level
    service: str
    circumstances_sealed: bytes | None
    created_at: datetime
    owner_id: StaffId | None = None
    contacted: bool = False
    round: int = 1
    resolved_at: datetime | None = None
    waiting_until: datetime | None = None
    wrote_again_at: datetime | None = None
    next_due_at: datetime | None = None
    next_due_kind: ClockKind | None = None
    events: int = 0

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Self:
        """A row of ``case_file``."""
        kind = row["next_due_kind"]
        return cls(
            id=CaseId(row["id"]),
            reference=row["reference"],
            subject_id=SubjectId(row["subject_id"]),
            pseudonym=Pseudonym(row["pseudonym"]),
            conversation_id=ConversationId(row["conversation_id"]),
            state=CaseState(row["state"]),
            level=Level(row["level"]),
            service=row["service"],
            circumstances_sealed=row["circumstances_sealed"],
            created_at=row["created_at"],
            owner_id=row["owner_id"],
            contacted=row["contacted"],
            round=row["round"],
            resolved_at=row["resolved_at"],
            waiting_until=row["waiting_until"],
            wrote_again_at=row["wrote_again_at"],
            next_due_at=row["next_due_at"],
            next_due_kind=None if kind is None else ClockKind(kind),
            events=row["events"],
        )

    @property
    def resolved(self) -> bool:
        """Nothing is promised any more, until somebody reopens it."""
        return self.state is CaseState.RESOLVED


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An entry of the history before it has its place. Facts are ids, levels and instants, never personal."""

    kind: CaseEventKind
    facts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class CaseEvent:
    """An entry of the history. A note of staff stays sealed (``note_sealed`` with row ``note_id``) and is theirs."""

    case_id: CaseId
    position: int
    kind: CaseEventKind
    actor: Actor
    at: datetime
    facts: Mapping[str, str]
    note_id: UUID | None
    note_sealed: bytes | None

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Self:
        """A row of ``case_event``."""
        return cls(
            CaseId(row["case_id"]),
            row["position"],
            CaseEventKind(row["kind"]),
            Actor(ActorKind(row["actor_kind"]), row["actor_id"]),
            row["at"],
            row["facts"],
            row["note_id"],
            row["note_sealed"],
        )


@dataclass(frozen=True, slots=True)
class QueueItem:
    """One line of the queue: clear attributes only. ``owner`` is the owner's work name."""

    id: CaseId
    reference: str
    state: CaseState
    level: Level
    service: str
    owner_id: StaffId | None
    owner: str | None
    created_at: datetime
    waiting_until: datetime | None
    wrote_again_at: datetime | None
    next_due_at: datetime | None
    next_due_kind: ClockKind | None

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Self:
        """A row of the queue's statements."""
        kind = row["next_due_kind"]
        return cls(
            id=CaseId(row["id"]),
            reference=row["reference"],
            state=CaseState(row["state"]),
            level=Level(row["level"]),
            service=row["service"],
            owner_id=row["owner_id"],
            owner=None,
            created_at=row["created_at"],
            waiting_until=row["waiting_until"],
            wrote_again_at=row["wrote_again_at"],
            next_due_at=row["next_due_at"],
            next_due_kind=None if kind is None else ClockKind(kind),
        )


@dataclass(frozen=True, slots=True)
class QueueCounts:
    """How many lines each view of the queue has; counting stops at ``QUEUE_COUNTED``."""

    all: int
    mine: int
    unowned: int
    wrote_again: int
