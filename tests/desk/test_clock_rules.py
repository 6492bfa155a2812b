from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.counts import examples

from changming.desk.clocks import (
    CURRENT,
    KNOWN,
    Cause,
    Clock,
    ClockKind,
    MetBy,
    Retimed,
    Versions,
    decide_agree,
    decide_breach,
    decide_pause,
    decide_resume,
    decide_retime,
    decide_start,
    decide_stop,
    nearest,
    replay,
    wakes_at,
)
from changming.desk.clocks.model import Agreed, Started, Stopped
from changming.desk.clocks.policy import POLICY_1, LevelPromise, Policy, calendar_id
from changming.desk.clocks.rules import fold
from changming.kernel.calendars import Calendar, elapsed, hours
from changming.kernel.catalogue import Level
from changming.kernel.decisions import Refusal
from changming.kernel.ids import CaseId, random_id

T0 = datetime(2026, 11, 21, 18, 10, tzinfo=UTC)
CASE = CaseId(random_id())
BY = "staff/x"

OFFICE = Calendar("office", 1, "Asia/Shanghai", (hours("09:00-12:00", "13:30-17:30"),) * 5 + ((), ()))
OFFICE_HOURS = Policy(
    "office-hours",
    1,
    calendar_id(OFFICE),
    MappingProxyType(
        {
            **POLICY_1.levels,
            Level.GENERAL: LevelPromise(first_contact_s=4 * 3600, resolution_s=14 * 3600, longest_pause_s=86_400),
        }
    ),
)
VERSIONS = Versions(
    MappingProxyType({**KNOWN.policies, OFFICE_HOURS.id: OFFICE_HOURS}),
    MappingProxyType({**KNOWN.calendars, calendar_id(OFFICE): OFFICE}),
)


def h(hours_: float) -> timedelta:
    return timedelta(hours=hours_)


def started(
    kind: ClockKind = ClockKind.RESOLUTION, level: Level = Level.GENERAL, policy: Policy = CURRENT, at: datetime = T0
) -> Clock:
    clock = decide_start(CASE, kind, number=1, level=level, policy=policy, versions=VERSIONS, now=at)
    assert clock is not None
    return clock


def paused(clock: Clock, at: datetime) -> Clock:
    found = decide_pause(clock, cause=Cause.ASKED_PERSON, actor=BY, versions=VERSIONS, now=at)
    assert isinstance(found, Clock)
    return found


def resumed(clock: Clock, at: datetime) -> Clock:
    return decide_resume(clock, cause=Cause.PERSON_WROTE, actor="visitor/y", versions=VERSIONS, now=at)


def stopped(clock: Clock, at: datetime) -> Clock:
    return decide_stop(clock, cause=Cause.RESOLVED, actor=BY, versions=VERSIONS, now=at)


def retimed(clock: Clock, level: Level, at: datetime, policy: Policy = CURRENT) -> Clock:
    return decide_retime(
        clock, level=level, policy=policy, cause=Cause.LEVEL_CHANGED, actor=BY, versions=VERSIONS, now=at
    )


def agreed(clock: Clock | None, until: datetime, at: datetime) -> Clock | Refusal:
    return decide_agree(
        clock, CASE, number=1, until=until, level=Level.DEDICATED, policy=CURRENT, actor=BY, versions=VERSIONS, now=at
    )


@pytest.mark.parametrize(
    ("level", "by", "promised"),
    [
        (Level.CRITICAL, MetBy.REPLY, (1, 24, None, None, 2)),
        (Level.URGENT, MetBy.REPLY, (2, 24, None, None, None)),
        (Level.PRIORITY, MetBy.REPLY, (8, 48, None, 72, None)),
        (Level.GENERAL, MetBy.REPLY, (24, 72, None, 168, None)),
        (Level.DEDICATED, MetBy.OWNER, (2, None, 72, None, None)),
    ],
)
def test_the_promises_of_the_catalogue(level: Level, by: MetBy, promised: tuple[int | None, ...]) -> None:
    promise = CURRENT.levels[level]
    figures = (promise.first_contact_s, promise.resolution_s, promise.update_s, promise.longest_pause_s)
    assert tuple(s and s / 3600 for s in (*figures, promise.affected_told_s)) == promised
    assert promise.first_contact_by is by


def test_version_1_never_changes() -> None:
    # Stored clocks name these ids. A changed promise is a new version beside the old one.
    assert str(POLICY_1.id) == "f82f0b29-4f0b-54b0-d8f0-f45ca94a6f94"
    assert str(POLICY_1.calendar) == "f394e09a-d2dc-3c06-db17-59891a1cb0a1"
    assert Policy.from_body(POLICY_1.body) == POLICY_1
    assert POLICY_1.id in KNOWN.policies
    assert POLICY_1.calendar in KNOWN.calendars


def test_a_level_that_promises_nothing_of_a_kind_starts_nothing() -> None:
    for kind, level in ((ClockKind.UPDATE, Level.GENERAL), (ClockKind.RESOLUTION, Level.DEDICATED)):
        assert decide_start(CASE, kind, number=1, level=level, policy=CURRENT, versions=VERSIONS, now=T0) is None


def test_due_is_the_target_after_the_start() -> None:
    clock = started(at=T0 + timedelta(microseconds=999_999))
    assert (clock.started_at, clock.due_at) == (T0, T0 + h(72))
    assert wakes_at([clock]) == T0 + h(72) + timedelta(seconds=1)


@pytest.mark.parametrize(
    ("after", "late"),
    [
        (h(72), False),
        (h(72) + timedelta(microseconds=999_999), False),
        (h(72) + timedelta(seconds=1), True),
        (h(1), False),
    ],
)
def test_breach_is_judged_at_the_stop_itself(after: timedelta, *, late: bool) -> None:
    clock = stopped(started(), T0 + after)
    assert isinstance(clock.history[-1], Stopped)
    assert clock.history[-1].late is late
    assert (clock.breached_at == clock.due_at) is late
    assert not clock.running
    assert wakes_at([clock]) is None


def test_a_stopped_clock_is_never_touched_again() -> None:
    clock = stopped(started(), T0 + h(1))
    assert stopped(clock, T0 + h(100)) is clock
    assert retimed(clock, Level.URGENT, T0 + h(2)) is clock
    assert resumed(clock, T0 + h(2)) is clock
    assert decide_breach(clock, now=T0 + h(100)) is None
    refused = decide_pause(clock, cause=Cause.ASKED_PERSON, actor=BY, versions=VERSIONS, now=T0 + h(2))
    assert isinstance(refused, Refusal)


def test_the_sweep_marks_a_running_breach_once() -> None:
    clock = started()
    assert decide_breach(clock, now=T0 + h(72)) is None
    marked = decide_breach(clock, now=T0 + h(80))
    assert marked is not None
    assert marked.breached_at == T0 + h(72)
    assert wakes_at([marked]) is None
    assert decide_breach(marked, now=T0 + h(81)) is None
    # The same clock, stopped late between two sweeps, says the same.
    assert stopped(clock, T0 + h(80)).breached_at == marked.breached_at


@pytest.mark.parametrize("level", [Level.CRITICAL, Level.URGENT])
def test_the_fastest_levels_never_wait(level: Level) -> None:
    refused = decide_pause(started(level=level), cause=Cause.ASKED_PERSON, actor=BY, versions=VERSIONS, now=T0)
    assert isinstance(refused, Refusal)
    assert refused.code == "pause_not_allowed"


def test_only_the_resolution_waits() -> None:
    clock = started(ClockKind.FIRST_CONTACT)
    assert isinstance(decide_pause(clock, cause=Cause.ASKED_PERSON, actor=BY, versions=VERSIONS, now=T0), Refusal)


def test_a_pause_moves_the_deadline_by_its_length() -> None:
    clock = resumed(paused(started(), T0 + h(10)), T0 + h(15))
    assert clock.due_at == T0 + h(77)
    assert (clock.pauses[0].cause, clock.pauses[0].actor) == (Cause.ASKED_PERSON, BY)
    assert not clock.paused(T0 + h(16))


def test_while_it_lasts_the_deadline_is_the_latest_possible() -> None:
    clock = paused(started(), T0 + h(10))
    assert clock.paused(T0 + h(11))
    assert clock.pause is not None
    assert clock.pause.until == T0 + h(10 + 168)
    assert clock.due_at == T0 + h(72 + 168)


def test_asking_again_does_not_lengthen_the_wait() -> None:
    clock = paused(started(), T0 + h(10))
    assert paused(clock, T0 + h(100)) is clock


def test_a_pause_ends_at_its_own_maximum_whenever_the_end_is_noticed() -> None:
    clock = paused(started(), T0 + h(10))
    late = resumed(clock, T0 + h(500))
    assert late.pauses[0].ended_at == T0 + h(178)
    assert late.due_at == T0 + h(240)
    assert late.breached_at == T0 + h(240)
    again = paused(clock, T0 + h(200))
    assert [p.start for p in again.pauses] == [T0 + h(10), T0 + h(200)]
    assert again.pauses[0].ended_at == T0 + h(178)


def test_resolving_while_paused_counts_the_pause() -> None:
    # The mistake that once made 42 days of a ticket that had waited for its customer.
    clock = stopped(paused(started(), T0 + h(70)), T0 + h(70 + 160))
    assert clock.breached_at is None
    assert clock.due_at == T0 + h(72 + 160)
    took = elapsed(clock.started_at, T0 + h(230), KNOWN.calendars[clock.calendar_id], clock.intervals)
    assert took == h(70)


def test_pausing_a_late_clock_does_not_hide_that_it_is_late() -> None:
    clock = paused(started(), T0 + h(80))
    assert clock.breached_at == T0 + h(72)


def test_a_raised_level_counts_from_the_change_and_never_loosens() -> None:
    clock = retimed(started(), Level.URGENT, T0 + h(10))
    assert (clock.due_at, clock.level) == (T0 + h(34), Level.URGENT)
    event = clock.history[-1]
    assert isinstance(event, Retimed)
    assert (event.due_before, event.due_at) == (T0 + h(72), T0 + h(34))
    near_its_end = retimed(started(), Level.URGENT, T0 + h(60))
    assert near_its_end.due_at == T0 + h(72)


def test_a_lowered_level_counts_from_the_beginning_and_never_tightens() -> None:
    assert retimed(started(level=Level.URGENT), Level.GENERAL, T0 + h(10)).due_at == T0 + h(72)
    raised_late = retimed(started(ClockKind.FIRST_CONTACT), Level.URGENT, T0 + h(20))
    assert raised_late.due_at == T0 + h(22)
    assert retimed(raised_late, Level.PRIORITY, T0 + h(21)).due_at == T0 + h(22)


def test_no_change_of_level_mends_a_broken_promise() -> None:
    clock = retimed(started(level=Level.URGENT), Level.GENERAL, T0 + h(30))
    assert (clock.breached_at, clock.due_at) == (T0 + h(24), T0 + h(72))
    kept = stopped(clock, T0 + h(40))
    assert kept.breached_at == T0 + h(24)


def test_a_level_that_may_not_wait_ends_the_pause() -> None:
    clock = retimed(paused(started(), T0 + h(1)), Level.URGENT, T0 + h(3))
    assert not clock.paused(T0 + h(4))
    assert clock.pauses[0].ended_at == T0 + h(3)
    assert clock.due_at == T0 + h(27)


def test_a_level_that_may_wait_keeps_the_pause() -> None:
    clock = retimed(paused(started(), T0 + h(1)), Level.PRIORITY, T0 + h(3))
    assert clock.paused(T0 + h(4))


def test_a_promise_the_new_level_does_not_make_stands() -> None:
    clock = started()
    assert retimed(clock, Level.DEDICATED, T0 + h(1)) is clock


def test_what_stands_stands_in_its_own_calendar() -> None:
    # Two office hours from Monday 13:10 would end later than the deadline that was promised for 14:10.
    strict = replace(
        OFFICE_HOURS,
        levels={**OFFICE_HOURS.levels, Level.PRIORITY: LevelPromise(first_contact_s=60, resolution_s=7200)},
    )
    versions = Versions({**VERSIONS.policies, strict.id: strict}, VERSIONS.calendars)
    kept = decide_retime(
        started(level=Level.URGENT, at=T0 + h(12)),
        level=Level.PRIORITY,
        policy=strict,
        cause=Cause.LEVEL_CHANGED,
        actor=BY,
        versions=versions,
        now=T0 + h(35),
    )
    assert (kept.due_at, kept.calendar_id) == (T0 + h(36), CURRENT.calendar)
    assert kept.level is Level.PRIORITY
    assert kept.policy_id == strict.id
    assert replay(kept, versions) == kept


def test_the_same_target_in_another_calendar_is_counted_there() -> None:
    policy = replace(OFFICE_HOURS, levels={**OFFICE_HOURS.levels, Level.GENERAL: CURRENT.levels[Level.GENERAL]})
    versions = Versions({**VERSIONS.policies, policy.id: policy}, VERSIONS.calendars)
    clock = decide_retime(
        started(),
        level=Level.GENERAL,
        policy=policy,
        cause=Cause.POLICY_CHANGED,
        actor="desk",
        versions=versions,
        now=T0,
    )
    assert clock.due_at > T0 + h(72)
    assert elapsed(T0, clock.due_at, OFFICE) == h(72)


def test_an_agreed_date_replaces_the_reckoning() -> None:
    until = T0 + h(500)
    fresh = agreed(None, until, T0)
    assert isinstance(fresh, Clock)
    assert (fresh.due_at, fresh.agreed, fresh.target) == (until, True, None)
    replaced = agreed(paused(started(), T0 + h(1)), until, T0 + h(5))
    assert isinstance(replaced, Clock)
    assert isinstance(replaced.history[-1], Agreed)
    assert replaced.due_at == until
    assert replaced.pause is None
    assert retimed(replaced, Level.GENERAL, T0 + h(6)) is replaced
    assert isinstance(
        decide_pause(replaced, cause=Cause.ASKED_PERSON, actor=BY, versions=VERSIONS, now=T0 + h(6)), Refusal
    )
    later = agreed(replaced, T0 + h(600), T0 + h(7))
    assert isinstance(later, Clock)
    assert later.due_at == T0 + h(600)


def test_a_date_that_has_passed_is_refused() -> None:
    refused = agreed(None, T0, T0)
    assert isinstance(refused, Refusal)
    assert refused.code == "date_passed"


def test_nearest_is_the_running_one_with_the_nearest_deadline() -> None:
    contact, resolution = started(ClockKind.FIRST_CONTACT), started()
    assert nearest([resolution, contact]) is contact
    assert nearest([resolution, stopped(contact, T0 + h(1))]) is resolution
    assert nearest([]) is None


def test_a_history_begins_once_and_with_a_beginning() -> None:
    clock = started()
    with pytest.raises(TypeError, match="starts once"):
        fold(CASE, ClockKind.RESOLUTION, 1, [clock.history[0], clock.history[0]])
    with pytest.raises(TypeError, match="begins"):
        fold(CASE, ClockKind.RESOLUTION, 1, stopped(clock, T0).history[1:])


def test_replay_finds_a_deadline_that_was_not_computed() -> None:
    clock = stopped(resumed(paused(started(), T0 + h(1)), T0 + h(3)), T0 + h(9))
    assert replay(clock, VERSIONS) == clock
    first = clock.history[0]
    assert isinstance(first, Started)
    forged = replace(clock, due_at=clock.due_at + h(1))
    assert replay(forged, VERSIONS) != forged


# Random lives of a clock: the stored deadline follows from the events alone.

ACTS = st.sampled_from(["pause", "resume", "raise", "lower", "retime", "agree", "breach", "stop"])


@settings(max_examples=examples(200), deadline=None)
@given(
    st.sampled_from([CURRENT, OFFICE_HOURS]),
    st.sampled_from([Level.PRIORITY, Level.GENERAL, Level.URGENT]),
    st.lists(st.tuples(ACTS, st.integers(1, 400_000)), max_size=12),
)
def test_replaying_any_history_gives_the_stored_deadline(
    policy: Policy, level: Level, life: list[tuple[str, int]]
) -> None:
    clock, now = started(level=level, policy=policy), T0
    for act, seconds in life:
        now += timedelta(seconds=seconds)
        was, promised = clock, clock.due_at
        match act:
            case "pause":
                found = decide_pause(clock, cause=Cause.ASKED_PERSON, actor=BY, versions=VERSIONS, now=now)
                clock = clock if isinstance(found, Refusal) else found
                assert clock.due_at >= promised
            case "resume":
                clock = resumed(clock, now)
                assert clock.due_at <= promised
            case "raise":
                clock = retimed(clock, Level.URGENT, now)
            case "lower":
                clock = retimed(clock, Level.GENERAL, now)
            case "retime":
                clock = retimed(clock, clock.level, now, OFFICE_HOURS)
            case "agree":
                found = agreed(clock, now + h(50), now) if clock.running else clock
                assert isinstance(found, Clock)
                clock = found
            case "breach":
                clock = decide_breach(clock, now=now) or clock
            case "stop":
                clock = stopped(clock, now)
        assert was.breached_at in (None, clock.breached_at)
        if not was.running:
            assert clock is was
    assert replay(clock, VERSIONS) == clock
    assert fold(CASE, clock.kind, clock.round, clock.history) == clock
    if clock.stopped_at is not None:
        assert (clock.breached_at is not None) >= (clock.stopped_at > clock.due_at)
