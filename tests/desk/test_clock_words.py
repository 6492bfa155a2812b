from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType

from changming.desk.clocks import (
    CURRENT,
    KNOWN,
    Cause,
    Clock,
    ClockKind,
    Policy,
    Versions,
    decide_agree,
    decide_pause,
    decide_resume,
    decide_retime,
    decide_start,
    explain_clock,
    explain_lines,
    show_target,
)
from changming.desk.clocks.policy import LevelPromise, calendar_id
from changming.kernel.calendars import Calendar, DayKind, SpecialDay, due, hours
from changming.kernel.catalogue import Level
from changming.kernel.decisions import Refusal
from changming.kernel.ids import CaseId, random_id
from changming.kernel.messages import Lang

# Friday 25 September 2026, 16:00 in Shanghai.
T0 = datetime(2026, 9, 25, 8, 0, tzinfo=UTC)
OFFICE = Calendar(
    "office",
    1,
    "Asia/Shanghai",
    (hours("09:00-12:00", "13:30-17:30"),) * 5 + ((), ()),
    MappingProxyType(
        {
            date(2026, 9, 27): SpecialDay(DayKind.WORKDAY, "国庆调休上班", "make-up working day", like=1),
            date(2026, 9, 28): SpecialDay(DayKind.HOLIDAY, "放假", "a holiday"),
        }
    ),
    known_until=date(2026, 9, 29),
)
POLICY = Policy(
    "office",
    1,
    calendar_id(OFFICE),
    MappingProxyType(
        {
            **CURRENT.levels,
            Level.GENERAL: LevelPromise(first_contact_s=3600, resolution_s=12 * 3600, longest_pause_s=86_400),
        }
    ),
)
VERSIONS = Versions({**KNOWN.policies, POLICY.id: POLICY}, {**KNOWN.calendars, calendar_id(OFFICE): OFFICE})


def started(policy: Policy, level: Level = Level.GENERAL, kind: ClockKind = ClockKind.RESOLUTION) -> Clock:
    clock = decide_start(CaseId(random_id()), kind, number=1, level=level, policy=policy, versions=VERSIONS, now=T0)
    assert clock is not None
    return clock


def test_seven_times_twenty_four_in_four_lines() -> None:
    assert explain_lines(started(CURRENT), VERSIONS, Lang.ZH) == (
        "从 9月25日（周五）16:00 开始算：那时收到您的事。",
        "级别是「一般」，承诺 72 小时 内给出结果。",
        "7×24 小时都算，夜里、周末和节假日也不停。",
        "所以期限是 9月28日（周一）16:00。",
    )


def test_office_hours_day_by_day_with_holiday_and_make_up_day() -> None:
    clock = started(POLICY)
    paused = decide_pause(clock, cause=Cause.ASKED_PERSON, actor="x", versions=VERSIONS, now=T0 + timedelta(hours=1))
    assert isinstance(paused, Clock)
    clock = decide_resume(
        paused, cause=Cause.PERSON_WROTE, actor="x", versions=VERSIONS, now=T0 + timedelta(hours=1.25)
    )
    assert explain_lines(clock, VERSIONS, Lang.ZH) == (
        "从 9月25日（周五）16:00 开始算：那时收到您的事。",
        "级别是「一般」，承诺 12 小时 内给出结果。",
        "9月25日（周五）16:00–17:00、17:15–17:30，算 1 小时 15 分钟，累计 1 小时 15 分钟。",
        "9月26日（周六）休息，不算。",
        "9月27日（周日）（国庆调休上班）09:00–12:00、13:30–17:30，算 7 小时，累计 8 小时 15 分钟。",
        "9月28日（周一）（放假）放假，不算。",
        "9月29日（周二）09:00–12:00、13:30–14:15，算 3 小时 45 分钟，累计 12 小时。",
        "9月25日（周五）17:00 到 9月25日（周五）17:15 在等您补充，这 15 分钟 不算。",
        "所以期限是 9月29日（周二）14:15。",
    )
    lasting = explain_lines(paused, VERSIONS, Lang.EN)
    assert lasting[4] == "Sun 27 Sep (make-up working day) 09:00–12:00, 13:30–17:30: 7 h, 8 h in all."
    assert lasting[-2].startswith("Since Fri 25 Sep 17:00 we wait for you")
    assert lasting[-1].startswith("So the time is Tue 29 Sep 14:30 at the latest")


def test_a_day_spent_waiting_and_a_deadline_beyond_known_holidays() -> None:
    clock = started(POLICY)
    at = datetime(2026, 9, 27, 0, 0, tzinfo=UTC)
    paused = decide_pause(clock, cause=Cause.ASKED_PERSON, actor="x", versions=VERSIONS, now=at)
    assert isinstance(paused, Clock)
    lines = explain_lines(paused, VERSIONS, Lang.ZH)
    assert "9月27日（周日）（国庆调休上班）在等您补充，不算。" in lines
    assert lines[-1] == "所以期限暂定 9月30日（周三）14:00；那之前的放假安排公布后会再核对。"


def test_a_raised_level_and_a_new_policy_say_from_when_they_count() -> None:
    for level, policy, cause, said in (
        (Level.URGENT, CURRENT, Cause.LEVEL_CHANGED, "那时改成了现在的级别"),
        (Level.GENERAL, POLICY, Cause.POLICY_CHANGED, "那时换成了现在的服务承诺"),
    ):
        clock = decide_retime(
            started(CURRENT, kind=ClockKind.FIRST_CONTACT),
            level=level,
            policy=policy,
            cause=cause,
            actor="x",
            versions=VERSIONS,
            now=T0 + timedelta(minutes=20),
        )
        assert explain_lines(clock, VERSIONS, Lang.ZH)[0] == f"从 9月25日（周五）16:20 开始算：{said}。"


def test_an_agreed_date_is_not_counted() -> None:
    clock = decide_agree(
        None,
        CaseId(random_id()),
        number=1,
        until=T0 + timedelta(days=9),
        level=Level.DEDICATED,
        policy=CURRENT,
        actor="x",
        versions=VERSIONS,
        now=T0,
    )
    assert not isinstance(clock, Refusal)
    assert explain_clock(clock, VERSIONS) is None
    assert explain_lines(clock, VERSIONS, Lang.ZH) == ("这个时间是和您商定的：10月4日（周日）16:00。",)


def test_the_explanation_is_the_reckoning_that_set_the_deadline() -> None:
    for clock in (started(CURRENT), started(POLICY), started(CURRENT, Level.URGENT)):
        found = explain_clock(clock, VERSIONS)
        assert found is not None
        assert clock.target is not None
        assert found.due == clock.due_at == due(clock.started_at, clock.target, VERSIONS.calendars[clock.calendar_id])
        assert sum(day.counted_s for day in found.days) == clock.target_s


def test_targets_are_told_in_hours() -> None:
    assert show_target(72 * 3600, Lang.EN) == "72 h"
    assert show_target(5400, Lang.EN) == "1 h 30 min"
    assert show_target(0, Lang.EN) == "under a minute"
