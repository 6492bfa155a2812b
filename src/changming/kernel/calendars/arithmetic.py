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
    return explain(start, target, calendar, pauses).due


def elapsed(start: datetime, end: datetime, calendar: Calendar, pauses: Sequence[Pause] = ()) -> timedelta:
    """How much open, unpaused time lies in ``[start, end)``; zero when ``end`` is not after ``start``."""
    first, last = _to_epoch(start), _to_epoch(end)
    gaps = _merged(pauses)
    counted = 0
    for opens, closes, _ in _open(calendar, first, until=last):
        for begin, finish, paused in _split(opens, min(closes, last), gaps):
            counted += 0 if paused else finish - begin
    return timedelta(seconds=counted)


def explain(start: datetime, target: timedelta, calendar: Calendar, pauses: Sequence[Pause] = ()) -> Explanation:
    """``due`` with its reckoning day by day; ``due`` itself is read from here.

    Raises:
        ValueError, ChangmingError: as ``due``.
    """
    left = target // _SECOND
    if left < 0 or target != left * _SECOND:
        raise ValueError(f"a target is whole seconds, not negative: {target}")
    first = reached = _to_epoch(start)
    gaps = _merged(pauses)
    found: list[tuple[DayPlan, int, int, bool]] = []
    stretches = _open(calendar, first)
    while left:
        opens, closes, plan = next(stretches)
        if opens - first > LONGEST_DAYS * DAY_S:
            raise ChangmingError("deadline_too_far", status=422, days=LONGEST_DAYS)
        for begin, finish, paused in _split(opens, closes, gaps):
            end = finish if paused else min(finish, begin + left)
            found.append((plan, begin, end, paused))
            if not paused:
                left -= end - begin
                reached = end
            if not left:
                break
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


def _merged(pauses: Sequence[Pause]) -> list[tuple[int, int]]:
    """Pauses as sorted, disjoint intervals of whole seconds; empty ones are dropped."""
    merged: list[tuple[int, int]] = []
    for begin, end in sorted((_to_epoch(pause.start), _to_epoch(pause.end)) for pause in pauses):
        if end <= begin:
            continue
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((begin, end))
    return merged


def _split(opens: int, closes: int, pauses: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int, bool]]:
    """``[opens, closes)`` cut at the pauses: begin, end, and whether it is paused."""
    inside = [(max(begin, opens), min(end, closes)) for begin, end in pauses if begin < closes and end > opens]
    cuts = [opens, *(edge for interval in inside for edge in interval), closes]
    for number, (begin, end) in enumerate(pairwise(cuts)):
        if begin < end:
            yield begin, end, number % 2 == 1


def _explanation(
    first: int, target: int, reached: int, calendar: Calendar, found: Sequence[tuple[DayPlan, int, int, bool]]
) -> Explanation:
    zone = calendar.tz
    by_day: dict[date, list[Stretch]] = {}
    for plan, begin, end, paused in found:
        by_day.setdefault(plan.day, []).append(Stretch(_from_epoch(begin), _from_epoch(end), paused))
    last_day = _from_epoch(reached).astimezone(zone).date()
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
