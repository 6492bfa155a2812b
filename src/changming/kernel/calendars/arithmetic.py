"""``due`` and ``elapsed`` count the same stretches, so each is the inverse of the other.

Instants are UTC, counted in whole seconds (fractions are dropped); intervals are half open. A wall-clock time that a
zone skips is taken later by the length of the gap; one that occurs twice means its first occurrence. Pauses only ever
lengthen. Every search is bounded.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import count, pairwise
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo

from changming.kernel.calendars.model import DAY_S, Calendar, DayPlan
from changming.kernel.calendars.reasons import DayLine, Explanation, Stretch
from changming.kernel.errors import ChangmingError

NEXT_DAYS: Final = 60
"""A calendar with no open second in this many days is refused."""
LONGEST_DAYS: Final = 3_660
"""No deadline lies further away than this."""
_LOOK_BACK: Final = 3
"""A shift of the day before yesterday may still be open, and a zone may skip a day."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND: Final = timedelta(seconds=1)
_Open: TypeAlias = tuple[int, int, DayPlan]
_Stretch: TypeAlias = tuple[int, int, bool, DayPlan]
_Gap: TypeAlias = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Pause:
    """A half-open interval, UTC, in which nothing counts."""

    start: datetime
    end: datetime


def whole_second(instant: datetime) -> datetime:
    """The instant in UTC without its fraction of a second, as the arithmetic sees it."""
    return _from_epoch(_to_epoch(instant))


def due(start: datetime, target: timedelta, calendar: Calendar, pauses: Sequence[Pause] = ()) -> datetime:
    """The first instant by which ``target`` of open, unpaused time has passed since ``start``.

    Args:
        start: where counting begins, aware.
        target: how much open time, whole seconds, not negative; zero is due at ``start``.
        calendar: which time is open.
        pauses: what does not count; they may overlap and lie anywhere.

    Raises:
        ValueError: the target is negative or an instant is naive.
        ChangmingError: ``calendar_never_opens`` (422) when no open time comes within ``NEXT_DAYS``,
            ``deadline_too_far`` (422) beyond ``LONGEST_DAYS``.
    """
    return _from_epoch(_reached(_to_epoch(start), target, calendar, _merged(pauses)))


def elapsed(start: datetime, end: datetime, calendar: Calendar, pauses: Sequence[Pause] = ()) -> timedelta:
    """How much open, unpaused time lies in ``[start, end)``; zero when ``end`` is not after ``start``."""
    stretches = _stretches(_to_epoch(start), calendar, _merged(pauses), until=_to_epoch(end))
    return timedelta(seconds=sum(end - begin for begin, end, paused, _ in stretches if not paused))


def explain(start: datetime, target: timedelta, calendar: Calendar, pauses: Sequence[Pause] = ()) -> Explanation:
    """The deadline that ``due`` sets, by the same reckoning, with every stretch that it counted, day by day.

    Raises:
        ValueError, ChangmingError: as ``due``.
    """
    first, gaps = _to_epoch(start), _merged(pauses)
    reached = _reached(first, target, calendar, gaps)
    found = list(_stretches(first, calendar, gaps, until=reached))
    return _explanation(first, target // _SECOND, reached, calendar, found)


def require_open(calendar: Calendar, *, after: datetime, days: int = NEXT_DAYS) -> None:
    """Refuse a calendar without open time in the next ``days`` days.

    Raises:
        ChangmingError: ``calendar_never_opens`` (422).
    """
    first = _to_epoch(after)
    if next(_open(calendar, first, until=first + days * DAY_S), None) is None:
        raise ChangmingError("calendar_never_opens", status=422, calendar=calendar.name, days=days)


def _to_epoch(instant: datetime) -> int:
    if instant.tzinfo is None:
        raise ValueError("a naive datetime reached the calendar; every instant is aware UTC")
    return (instant - _EPOCH) // _SECOND


def _from_epoch(seconds: int) -> datetime:
    return _EPOCH + seconds * _SECOND


def _instant(day: date, seconds: int, zone: ZoneInfo) -> int:
    """Wall-clock time as seconds since 1970. ``fold=0`` is both rules: gap later, repeated time first (PEP 495)."""
    wall = datetime(day.year, day.month, day.day, tzinfo=zone) + timedelta(seconds=seconds)
    return (wall - _EPOCH) // _SECOND


def _reached(first: int, target: timedelta, calendar: Calendar, gaps: Sequence[_Gap]) -> int:
    """When ``target`` is reached; the one place that sets a deadline."""
    left = target // _SECOND
    if left < 0 or target != left * _SECOND:
        raise ValueError(f"a target is whole seconds, not negative: {target}")
    if calendar.always and not gaps:
        return first + left  # what the loop comes to; a property test holds the two together
    reached = first
    stretches = _stretches(first, calendar, gaps)
    while left:
        begin, end, paused, _ = next(stretches)
        if begin - first > LONGEST_DAYS * DAY_S:
            raise ChangmingError("deadline_too_far", status=422, days=LONGEST_DAYS)
        if not paused:
            reached = min(end, begin + left)
            left -= reached - begin
    return reached


def _stretches(first: int, calendar: Calendar, gaps: Sequence[_Gap], until: int | None = None) -> Iterator[_Stretch]:
    """Open time from ``first``, cut at the pauses, up to ``until`` or for ever."""
    for opens, closes, plan in _open(calendar, first, until):
        for begin, end, paused in _split(opens, closes if until is None else min(closes, until), gaps):
            yield begin, end, paused, plan


def _open(calendar: Calendar, start: int, until: int | None = None) -> Iterator[_Open]:
    """Open stretches from ``start``, in order and disjoint; they begin before ``until`` or go on for ever.

    Without ``until`` a run of ``NEXT_DAYS`` closed days is refused.
    """
    reached = start
    for opens, closes, plan in _all_day(calendar, start) if calendar.always else _windows(calendar, start):
        begin = max(opens, reached)
        if until is not None and begin >= until:
            return
        if until is None and begin - reached >= NEXT_DAYS * DAY_S:
            raise ChangmingError("calendar_never_opens", status=422, calendar=calendar.name, days=NEXT_DAYS)
        if begin < closes:
            reached = closes
            yield begin, closes, plan


def _all_day(calendar: Calendar, start: int) -> Iterator[_Open]:
    """Every day from midnight to midnight: what ``_windows`` gives for 7×24, without its care."""
    zone = calendar.tz
    day = _from_epoch(start).astimezone(zone).date()
    midnight = _instant(day, 0, zone)
    while True:
        next_midnight = _instant(day, DAY_S, zone)
        yield midnight, next_midnight, calendar.plan(day)
        day, midnight = day + timedelta(days=1), next_midnight


def _windows(calendar: Calendar, start: int) -> Iterator[_Open]:
    """The windows of all days, by their opening; now and then an empty one that only says how far the search is.

    A day's windows are given out late, because a gap at midnight can move one behind those of the next day.
    """
    zone = calendar.tz
    first = _from_epoch(start).astimezone(zone).date() - timedelta(days=_LOOK_BACK)
    waiting: list[_Open] = []
    for offset in count():
        plan = calendar.plan(first + timedelta(days=offset))
        safe = _instant(plan.day, 0, zone) - DAY_S
        waiting += [(_instant(plan.day, w.opens, zone), _instant(plan.day, w.closes, zone), plan) for w in plan.windows]
        waiting.sort(key=lambda stretch: stretch[:2])
        while waiting and waiting[0][0] < safe:
            yield waiting.pop(0)
        yield safe, safe, plan


def _merged(pauses: Sequence[Pause]) -> list[_Gap]:
    """Pauses as sorted, disjoint intervals of whole seconds; empty ones are dropped."""
    merged: list[_Gap] = []
    for begin, end in sorted((_to_epoch(pause.start), _to_epoch(pause.end)) for pause in pauses):
        if end <= begin:
            continue
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((begin, end))
    return merged


def _split(opens: int, closes: int, pauses: Sequence[_Gap]) -> Iterator[tuple[int, int, bool]]:
    """``[opens, closes)`` cut at the pauses: begin, end, and whether it is paused."""
    if not pauses:
        yield opens, closes, False
        return
    inside = [(max(begin, opens), min(end, closes)) for begin, end in pauses if begin < closes and end > opens]
    cuts = [opens, *(edge for interval in inside for edge in interval), closes]
    for number, (begin, end) in enumerate(pairwise(cuts)):
        if begin < end:
            yield begin, end, number % 2 == 1


def _explanation(first: int, target: int, reached: int, calendar: Calendar, found: Sequence[_Stretch]) -> Explanation:
    zone = calendar.tz
    by_day: dict[date, list[Stretch]] = {}
    for begin, end, paused, plan in found:
        by_day.setdefault(plan.day, []).append(Stretch(_from_epoch(begin), _from_epoch(end), paused))
    last_day = _from_epoch(max(first, reached - 1)).astimezone(zone).date()
    day = min([_from_epoch(first).astimezone(zone).date(), *by_day])
    lines, total = [], 0
    while day <= last_day:
        plan = calendar.plan(day)
        stretches = tuple(by_day.get(day, ()))
        counted = sum(stretch.seconds for stretch in stretches if not stretch.paused)
        total += counted
        lines.append(DayLine(day, plan.kind, plan.special, stretches, counted, total))
        day += timedelta(days=1)
    return Explanation(
        start=_from_epoch(first),
        target_s=target,
        due=_from_epoch(reached),
        calendar=calendar.name,
        calendar_version=calendar.version,
        zone=calendar.zone,
        always=calendar.always,
        provisional=calendar.known_until is not None and last_day > calendar.known_until,
        days=tuple(lines),
    )
