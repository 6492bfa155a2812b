"""What happens to a clock: each decision adds one event; the deadline follows from the events by one arithmetic."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from msgspec import structs

from changming.desk.clocks.model import (
    Agreed,
    Breached,
    CalendarId,
    Cause,
    Clock,
    ClockEvent,
    ClockKind,
    Paused,
    PauseRecord,
    PolicyId,
    Resumed,
    Retimed,
    Started,
    Stopped,
)
from changming.desk.clocks.policy import Policy, Versions
from changming.kernel.calendars import Calendar, due, whole_second
from changming.kernel.catalogue import Level
from changming.kernel.decisions import Refusal
from changming.kernel.ids import CaseId

TICK: Final = timedelta(seconds=1)
"""A promise is broken from the first whole second after its deadline."""


def decide_start(
    case_id: CaseId,
    kind: ClockKind,
    *,
    number: int,
    level: Level,
    policy: Policy,
    versions: Versions,
    now: datetime,
) -> Clock | None:
    """A new running clock, or None where the level promises nothing of this kind."""
    target_s = policy.levels[level].target_s(kind)
    if target_s is None:
        return None
    at = whole_second(now)
    due_at = due(at, timedelta(seconds=target_s), versions.calendars[policy.calendar])
    event = Started(at=at, level=level, policy=policy.id, calendar=policy.calendar, target_s=target_s, due_at=due_at)
    return _begin(case_id, kind, number, event)


def decide_agree(
    clock: Clock | None,
    case_id: CaseId,
    *,
    number: int,
    until: datetime,
    level: Level,
    policy: Policy,
    actor: str,
    versions: Versions,
    now: datetime,
) -> Clock | Refusal:
    """The resolution promised for a date that the person agreed to; it replaces the running deadline, if any."""
    at = whole_second(now)
    if until <= at:
        return Refusal("date_passed", 422)
    if clock is not None:
        if clock.pause is not None:
            clock = _resume(clock, Cause.DATE_AGREED, actor, versions, at)
        clock = _noticed(clock, at)
    event = Agreed(
        at=at,
        cause=Cause.DATE_AGREED,
        actor=actor,
        level=level,
        policy=policy.id,
        calendar=policy.calendar,
        due_before=clock.due_at if clock else None,
        due_at=whole_second(until),
    )
    if clock is None:
        return _begin(case_id, ClockKind.RESOLUTION, number, event)
    return _add(clock, event)


def decide_pause(clock: Clock, *, cause: Cause, actor: str, versions: Versions, now: datetime) -> Clock | Refusal:
    """The clock waits for the person, at most as long as its level allows; urgent and critical ones never wait.

    Asking again while it waits does not lengthen the wait.
    """
    longest = versions.promise(clock.policy_id, clock.level).longest_pause
    at = whole_second(now)
    if longest is None or clock.agreed or clock.kind is not ClockKind.RESOLUTION or not clock.running:
        return Refusal("pause_not_allowed", 409)
    if clock.paused(at):
        return clock
    if clock.pause is not None:
        clock = _resume(clock, Cause.PAUSE_RAN_OUT, actor, versions, at)
    clock = _noticed(clock, at)
    pauses = (*clock.pauses, PauseRecord(at, at + longest, cause, actor))
    due_at = _due(replace(clock, pauses=pauses), versions)
    return _add(clock, Paused(at=at, until=at + longest, cause=cause, actor=actor, due_at=due_at))


def decide_resume(clock: Clock, *, cause: Cause, actor: str, versions: Versions, now: datetime) -> Clock:
    """Counting goes on from ``now``, or from where the pause ran out; a clock that does not wait stays as it is."""
    at = whole_second(now)
    return clock if clock.pause is None else _noticed(_resume(clock, cause, actor, versions, at), at)


def decide_retime(
    clock: Clock, *, level: Level, policy: Policy, cause: Cause, actor: str, versions: Versions, now: datetime
) -> Clock:
    """The clock under another level or version; a stopped one, or one whose date was agreed, stays as it is.

    Counted from the beginning, the new target may be due later than what was promised: then it applies. Otherwise it
    is counted from now, and where even that would be later, the old deadline stands. So no change of level breaks a
    promise by itself, and none mends a broken one. Where the new level promises nothing of this kind, the promise that
    was given stands.
    """
    target_s = policy.levels[level].target_s(clock.kind)
    if not clock.running or clock.target_s is None or target_s is None:
        return clock
    at = whole_second(now)
    if clock.pause is not None and policy.levels[level].longest_pause is None:
        clock = _resume(clock, cause, actor, versions, at)
    clock = _noticed(clock, at)
    calendar, counted_from, target_s, due_at = _retimed(clock, policy.calendar, target_s, versions, at)
    event = Retimed(
        at=at,
        cause=cause,
        actor=actor,
        level=level,
        policy=policy.id,
        calendar=calendar,
        counted_from=counted_from,
        target_s=target_s,
        due_before=clock.due_at,
        due_at=due_at,
    )
    return _add(clock, event)


def _retimed(
    clock: Clock, calendar: CalendarId, target_s: int, versions: Versions, at: datetime
) -> tuple[CalendarId, datetime, int, datetime]:
    """In which calendar, from where and how much is counted after a change, and when it is due."""
    for counted_from in (clock.started_at, at):
        due_at = _counted(counted_from, target_s, versions.calendars[calendar], clock)
        if (due_at >= clock.due_at) is (counted_from == clock.started_at):
            return calendar, counted_from, target_s, due_at
    return clock.calendar_id, clock.counted_from, clock.target_s or 0, clock.due_at


def _counted(counted_from: datetime, target_s: int, calendar: Calendar, clock: Clock) -> datetime:
    return due(counted_from, timedelta(seconds=target_s), calendar, clock.intervals)


def decide_stop(clock: Clock, *, cause: Cause, actor: str, versions: Versions, now: datetime) -> Clock:
    """The promised act happened: a lasting pause ends and counts, then ``now`` is held against the deadline."""
    if not clock.running:
        return clock
    at = whole_second(now)
    if clock.pause is not None:
        clock = _resume(clock, cause, actor, versions, at)
    clock = _noticed(clock, at)
    return _add(clock, Stopped(at=at, cause=cause, actor=actor, late=at > clock.due_at, due_at=clock.due_at))


def decide_breach(clock: Clock, *, now: datetime) -> Clock | None:
    """The clock with its missed deadline marked, or None where there is nothing to mark."""
    noticed = _noticed(clock, whole_second(now))
    return None if noticed is clock else noticed


def wakes_at(clocks: Iterable[Clock]) -> datetime | None:
    """When the sweep has to look at these clocks of one case, or None when there is no promise left to miss."""
    open_ = [clock.due_at for clock in clocks if clock.running and clock.breached_at is None]
    return min(open_) + TICK if open_ else None


def fold(case_id: CaseId, kind: ClockKind, number: int, events: Sequence[ClockEvent]) -> Clock:
    """The clock that the recorded events add up to, deadlines as recorded."""
    clock = _begin(case_id, kind, number, events[0])
    for event in events[1:]:
        clock = _add(clock, event)
    return clock


def replay(clock: Clock, versions: Versions) -> Clock:
    """The clock again, every deadline in its history computed anew; equal to ``clock`` unless something drifted."""
    again = _recount(None, clock, clock.history[0], versions)
    for event in clock.history[1:]:
        again = _recount(again, clock, event, versions)
    return again


def _recount(before: Clock | None, clock: Clock, event: ClockEvent, versions: Versions) -> Clock:
    def after(recounted: ClockEvent) -> Clock:
        if before is None:
            return _begin(clock.case_id, clock.kind, clock.round, recounted)
        return _add(before, recounted)

    due_at = _due(after(event), versions)
    if isinstance(event, Stopped):
        event = structs.replace(event, late=event.at > due_at)
    if isinstance(event, Retimed | Agreed):
        event = structs.replace(event, due_before=before.due_at if before else None)
    return after(structs.replace(event, due_at=due_at))


def nearest(clocks: Iterable[Clock]) -> Clock | None:
    """The running clock with the nearest deadline."""
    return min((clock for clock in clocks if clock.running), key=lambda clock: (clock.due_at, clock.kind), default=None)


def _due(clock: Clock, versions: Versions) -> datetime:
    if clock.target_s is None:
        return clock.due_at
    return _counted(clock.counted_from, clock.target_s, versions.calendars[clock.calendar_id], clock)


def _resume(clock: Clock, cause: Cause, actor: str, versions: Versions, at: datetime) -> Clock:
    """End the lasting pause at ``at``, or at its own maximum when that came first."""
    lasting = clock.pauses[-1]
    if at >= lasting.until:
        at, cause = lasting.until, Cause.PAUSE_RAN_OUT
    pauses = (*clock.pauses[:-1], replace(lasting, ended_at=at))
    return _add(clock, Resumed(at=at, cause=cause, actor=actor, due_at=_due(replace(clock, pauses=pauses), versions)))


def _noticed(clock: Clock, at: datetime) -> Clock:
    """The clock with its breach marked, if the deadline has passed by ``at`` and nobody marked it yet."""
    if not clock.running or clock.breached_at is not None or at <= clock.due_at:
        return clock
    return _add(clock, Breached(at=at, due_at=clock.due_at))


def _begin(case_id: CaseId, kind: ClockKind, number: int, event: ClockEvent) -> Clock:
    if not isinstance(event, Started | Agreed):
        raise TypeError("a clock's history begins when it starts or a date is agreed")
    return Clock(
        case_id=case_id,
        kind=kind,
        round=number,
        level=event.level,
        policy_id=PolicyId(event.policy),
        calendar_id=CalendarId(event.calendar),
        started_at=event.at,
        counted_from=event.at,
        target_s=event.target_s if isinstance(event, Started) else None,
        due_at=event.due_at,
        history=(event,),
    )


def _add(clock: Clock, event: ClockEvent) -> Clock:
    change: Callable[..., Clock] = replace
    clock = replace(clock, due_at=event.due_at, history=(*clock.history, event))
    match event:
        case Paused():
            record = PauseRecord(event.at, event.until, event.cause, event.actor)
            return change(clock, pauses=(*clock.pauses, record))
        case Resumed():
            return change(clock, pauses=(*clock.pauses[:-1], replace(clock.pauses[-1], ended_at=event.at)))
        case Retimed():
            return change(
                clock,
                level=event.level,
                policy_id=event.policy,
                calendar_id=event.calendar,
                counted_from=event.counted_from,
                target_s=event.target_s,
            )
        case Agreed():
            return change(clock, level=event.level, policy_id=event.policy, calendar_id=event.calendar, target_s=None)
        case Breached():
            return change(clock, breached_at=event.due_at)
        case Stopped():
            return change(clock, stopped_at=event.at, stop_cause=event.cause)
        case Started():
            raise TypeError("a clock starts once")
