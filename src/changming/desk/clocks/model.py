"""A clock is one promise of one case. Its history is the truth; its other fields are what the history adds up to."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType, TypeAlias
from uuid import UUID, uuid5

import msgspec

from changming.kernel.calendars import Pause
from changming.kernel.catalogue import Level
from changming.kernel.ids import CaseId

ClockId = NewType("ClockId", UUID)
PolicyId = NewType("PolicyId", UUID)
"""The first 16 bytes of the SHA-256 of a policy's canonical JSON: another content is another id."""
CalendarId = NewType("CalendarId", UUID)
"""The same for a calendar."""


class ClockKind(StrEnum):
    """What is promised: a person's first word, the desk's answer or act, a sign of life."""

    FIRST_CONTACT = "first_contact"
    RESOLUTION = "resolution"
    UPDATE = "update"


class MetBy(StrEnum):
    """Which act keeps the promise of first contact: a person's reply, or a named owner."""

    REPLY = "reply"
    OWNER = "owner"


class Cause(StrEnum):
    """Why a clock paused, resumed, was re-timed or stopped."""

    ASKED_PERSON = "asked_person"
    PERSON_WROTE = "person_wrote"
    STAFF_REPLIED = "staff_replied"
    OWNER_NAMED = "owner_named"
    PAUSE_RAN_OUT = "pause_ran_out"
    LEVEL_CHANGED = "level_changed"
    POLICY_CHANGED = "policy_changed"
    DATE_AGREED = "date_agreed"
    RESOLVED = "resolved"
    ERASED = "erased"


def clock_id(case_id: CaseId, kind: ClockKind, number: int) -> ClockId:
    """The id of a case's clock of a kind and round (UUID version 5): the same decision always names the same clock."""
    return ClockId(uuid5(case_id, f"{kind}/{number}"))


class Started(msgspec.Struct, frozen=True, kw_only=True, tag_field="event", tag="started"):
    """Counting begins at ``at``."""

    at: datetime
    level: Level
    policy: PolicyId
    calendar: CalendarId
    target_s: int
    due_at: datetime


class Paused(msgspec.Struct, frozen=True, kw_only=True, tag_field="event", tag="paused"):
    """Nothing counts from ``at`` until the clock is resumed, but never beyond ``until``."""

    at: datetime
    until: datetime
    cause: Cause
    actor: str
    due_at: datetime


class Resumed(msgspec.Struct, frozen=True, kw_only=True, tag_field="event", tag="resumed"):
    """Counting goes on."""

    at: datetime
    cause: Cause
    actor: str
    due_at: datetime


class Retimed(msgspec.Struct, frozen=True, kw_only=True, tag_field="event", tag="retimed"):
    """Another level or version applies; ``target_s`` is counted from ``counted_from``. Both deadlines are kept."""

    at: datetime
    cause: Cause
    actor: str
    level: Level
    policy: PolicyId
    calendar: CalendarId
    counted_from: datetime
    target_s: int
    due_before: datetime
    due_at: datetime


class Agreed(msgspec.Struct, frozen=True, kw_only=True, tag_field="event", tag="agreed"):
    """The person agreed to ``due_at`` itself; no target is counted any more."""

    at: datetime
    cause: Cause
    actor: str
    level: Level
    policy: PolicyId
    calendar: CalendarId
    due_before: datetime | None
    due_at: datetime


class Breached(msgspec.Struct, frozen=True, kw_only=True, tag_field="event", tag="breached"):
    """The deadline ``due_at`` passed while the clock was running; found at ``at``."""

    at: datetime
    due_at: datetime


class Stopped(msgspec.Struct, frozen=True, kw_only=True, tag_field="event", tag="stopped"):
    """The promise was kept or not: judged here, against the deadline at this very moment."""

    at: datetime
    cause: Cause
    actor: str
    late: bool
    due_at: datetime


ClockEvent: TypeAlias = Started | Paused | Resumed | Retimed | Agreed | Breached | Stopped


@dataclass(frozen=True, slots=True)
class PauseRecord:
    """A pause with its cause and actor. ``ended_at`` is None while it lasts; ``until`` is its own maximum."""

    start: datetime
    until: datetime
    cause: Cause
    actor: str
    ended_at: datetime | None = None

    @property
    def interval(self) -> Pause:
        """What did not (or, as far as known, will not) count."""
        return Pause(self.start, self.until if self.ended_at is None else min(self.ended_at, self.until))


@dataclass(frozen=True, slots=True)
class Clock:
    """One promise of one case.

    Attributes:
        round: 1 for the first clock of its kind in the case; a reopened case and the next update get another.
        started_at: when the promise was made.
        counted_from: where the present target is counted from; later than ``started_at`` after a raised level.
        target_s: open time promised, in seconds; None when a date was agreed instead.
        due_at: the deadline; while paused, the latest it can become.
        breached_at: the deadline that was missed; a missed promise stays missed.
        history: everything that happened to it, in order.
    """

    case_id: CaseId
    kind: ClockKind
    round: int
    level: Level
    policy_id: PolicyId
    calendar_id: CalendarId
    started_at: datetime
    counted_from: datetime
    target_s: int | None
    due_at: datetime
    pauses: tuple[PauseRecord, ...] = ()
    stopped_at: datetime | None = None
    stop_cause: Cause | None = None
    breached_at: datetime | None = None
    history: tuple[ClockEvent, ...] = ()

    @property
    def id(self) -> ClockId:
        """Its id, which follows from its case, kind and round."""
        return clock_id(self.case_id, self.kind, self.round)

    @property
    def running(self) -> bool:
        """Neither stopped nor withdrawn; a paused clock is running too, it only does not count."""
        return self.stopped_at is None

    @property
    def pause(self) -> PauseRecord | None:
        """The pause that nobody has ended yet; its maximum may have passed."""
        if not self.running or not self.pauses or self.pauses[-1].ended_at is not None:
            return None
        return self.pauses[-1]

    def paused(self, now: datetime) -> bool:
        """Whether nothing counts at ``now``."""
        return self.pause is not None and now < self.pause.until

    @property
    def agreed(self) -> bool:
        """The deadline was agreed with the person and is not counted."""
        return self.target_s is None

    @property
    def target(self) -> timedelta | None:
        """The promised open time."""
        return None if self.target_s is None else timedelta(seconds=self.target_s)

    @property
    def intervals(self) -> tuple[Pause, ...]:
        """All pauses as the calendar arithmetic takes them."""
        return tuple(record.interval for record in self.pauses)
