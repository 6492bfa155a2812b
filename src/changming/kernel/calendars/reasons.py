"""Why a deadline is when it is, day by day: structure only, the words are in the catalogue."""

from dataclasses import dataclass
from datetime import date, datetime

from changming.kernel.calendars.model import DayKind, SpecialDay


@dataclass(frozen=True, slots=True)
class Stretch:
    """A half-open stretch of open time, UTC; ``paused`` says that it did not count."""

    start: datetime
    end: datetime
    paused: bool

    @property
    def seconds(self) -> int:
        """Its length."""
        return int((self.end - self.start).total_seconds())


@dataclass(frozen=True, slots=True)
class DayLine:
    """One day between start and deadline: its kind, its open stretches, and how much has counted by its end.

    A shift that crosses midnight belongs to the day on which it begins.
    """

    day: date
    kind: DayKind
    special: SpecialDay | None
    stretches: tuple[Stretch, ...]
    counted_s: int
    total_s: int

    @property
    def paused_s(self) -> int:
        """Open time of the day that did not count, in seconds."""
        return sum(stretch.seconds for stretch in self.stretches if stretch.paused)


@dataclass(frozen=True, slots=True)
class Explanation:
    """A deadline with its whole reckoning.

    Attributes:
        start: where counting began, UTC.
        target_s: how much open time is promised, in seconds.
        due: the first instant at which ``target_s`` seconds of open time have passed, UTC.
        calendar: name of the calendar.
        calendar_version: its version.
        zone: its time zone, in which the days are meant.
        always: every second of the calendar counts.
        provisional: the deadline lies beyond the days whose holidays are known.
        days: every local date from the start to the deadline, closed ones too.
    """

    start: datetime
    target_s: int
    due: datetime
    calendar: str
    calendar_version: int
    zone: str
    always: bool
    provisional: bool
    days: tuple[DayLine, ...]
