"""When time counts: weekly windows, special days, a zone. A calendar never changes; a change is a new version."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from changming.kernel.errors import ChangmingError

DAY_S: Final = 86_400
WEEK: Final = 7


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """A half-open stretch of wall-clock time, in seconds after the midnight that begins its day.

    ``closes`` beyond 86,400 is a shift that runs into the next day (at most to the end of it).
    """

    opens: int
    closes: int


class DayKind(StrEnum):
    """Why a day has its hours."""

    WEEKLY = "weekly"
    HOLIDAY = "holiday"
    WORKDAY = "workday"
    OVERRIDE = "override"


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """A date that departs from the week, with its name in both languages.

    A holiday is closed. A make-up working day (调休) opens ``like`` an ISO weekday (1 is Monday). An override has
    ``windows`` of its own.
    """

    kind: DayKind
    zh: str
    en: str
    windows: tuple[Window, ...] = ()
    like: int | None = None


@dataclass(frozen=True, slots=True)
class DayPlan:
    """The hours of one date and why it has them; ``special`` names the day when it is not an ordinary one."""

    day: date
    kind: DayKind
    windows: tuple[Window, ...]
    special: SpecialDay | None = None


@dataclass(frozen=True, slots=True)
class Calendar:
    """One immutable version of a calendar of open time.

    Args:
        name: what the calendar is called in rules and records, e.g. ``always-open``.
        version: 1, 2, …; another content is another version.
        zone: the name of its time zone, never an offset.
        weekly: seven tuples of windows, Monday first.
        special: holidays, make-up working days and overrides by date; exactly one entry rules a date.
        known_until: the last date whose special days are known; beyond it a deadline is provisional. None when the
            calendar has no special days to know.

    Attributes:
        always: every second of every day counts.

    Raises:
        ChangmingError: ``calendar_invalid`` (422) with the first fault.
    """

    name: str
    version: int
    zone: str
    weekly: tuple[tuple[Window, ...], ...]
    special: Mapping[date, SpecialDay] = field(default_factory=lambda: MappingProxyType({}))
    known_until: date | None = None
    always: bool = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        all_day = (Window(0, DAY_S),)
        object.__setattr__(self, "always", not self.special and all(windows == all_day for windows in self.weekly))
        fault = self._fault()
        if fault:
            raise ChangmingError("calendar_invalid", status=422, calendar=self.name, fault=fault)

    def _fault(self) -> str | None:
        try:
            ZoneInfo(self.zone)
        except (ZoneInfoNotFoundError, ValueError):
            return f"zone {self.zone}"
        if len(self.weekly) != WEEK:
            return "weekly"
        for number, windows in enumerate(self.weekly, start=1):
            if fault := _windows_fault(windows):
                return f"weekday {number}: {fault}"
        for day, special in self.special.items():
            if fault := _special_fault(special):
                return f"{day}: {fault}"
        return None

    @property
    def tz(self) -> ZoneInfo:
        """The time zone."""
        return ZoneInfo(self.zone)

    def plan(self, day: date) -> DayPlan:
        """The hours of ``day`` and their reason."""
        special = self.special.get(day)
        if special is None:
            return DayPlan(day, DayKind.WEEKLY, self.weekly[day.weekday()])
        windows = special.windows if special.like is None else self.weekly[special.like - 1]
        return DayPlan(day, special.kind, windows, special)


def _windows_fault(windows: tuple[Window, ...]) -> str | None:
    reached = 0
    for window in windows:
        if not 0 <= window.opens < DAY_S:
            return f"opens at {window.opens}"
        if not window.opens < window.closes <= 2 * DAY_S:
            return f"opens at {window.opens} and closes at {window.closes}"
        if window.opens < reached:
            return f"windows overlap at {window.opens}"
        reached = window.closes
    return None


def _special_fault(special: SpecialDay) -> str | None:
    match special.kind:
        case DayKind.HOLIDAY if special.windows or special.like:
            return "a holiday has no hours"
        case DayKind.WORKDAY if special.like is None or not 1 <= special.like <= WEEK or special.windows:
            return "a make-up working day opens like an ISO weekday, 1 to 7"
        case DayKind.OVERRIDE if special.like:
            return "an override has hours of its own"
        case DayKind.WEEKLY:
            return "an ordinary day is not special"
        case _:
            return _windows_fault(special.windows)


def hours(*spans: str) -> tuple[Window, ...]:
    """Windows from texts such as ``09:00-12:00``; ``22:00-06:00`` runs into the next day, ``00:00-24:00`` is all day.

    Raises:
        ValueError: a text is not ``HH:MM-HH:MM`` (seconds are allowed: ``HH:MM:SS``).
    """
    found = []
    for span in spans:
        opens, dash, closes = span.partition("-")
        if not dash:
            raise ValueError(f"{span!r} is not HH:MM-HH:MM")
        start, end = _seconds(opens), _seconds(closes)
        found.append(Window(start, end if end > start else end + DAY_S))
    return tuple(found)


def _seconds(clock: str) -> int:
    parts = [int(part) for part in clock.split(":")]
    hour, minute, second = (*parts, 0)[:3] if len(parts) == 2 else parts  # noqa: PLR2004 - HH:MM has two parts
    if not (0 <= hour <= 48 and 0 <= minute < 60 and 0 <= second < 60):  # noqa: PLR2004 - the limits of a clock
        raise ValueError(f"{clock!r} is not a time of day")
    return (hour * 60 + minute) * 60 + second


def always_open(name: str, version: int, zone: str) -> Calendar:
    """A calendar in which every second counts."""
    return Calendar(name, version, zone, weekly=((Window(0, DAY_S),),) * WEEK)


ALWAYS_OPEN: Final = always_open("always-open", 1, "Asia/Shanghai")
"""7×24, the calendar of every promise the desk makes today."""
