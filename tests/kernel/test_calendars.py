from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.counts import examples

from changming.kernel.calendars import (
    ALWAYS_OPEN,
    NEXT_DAYS,
    Calendar,
    DayKind,
    Pause,
    SpecialDay,
    Window,
    always_open,
    calendar_from_json,
    calendar_to_json,
    digest,
    due,
    elapsed,
    explain,
    hours,
    require_open,
    whole_second,
)
from changming.kernel.errors import ChangmingError

CLOSED: tuple[Window, ...] = ()
OFFICE = hours("09:00-17:00")
SHORT = hours("10:00-16:00")
SATURDAY = hours("11:00-14:30")
# The week that business-hours libraries are usually tested with: 1 January 2006 is a Sunday.
WEEK = (OFFICE, SHORT, OFFICE, SHORT, OFFICE, SATURDAY, CLOSED)


def holiday(*days: date) -> dict[date, SpecialDay]:
    return {day: SpecialDay(DayKind.HOLIDAY, "假日", "holiday") for day in days}


def calendar(
    weekly: tuple[tuple[Window, ...], ...] = WEEK, special: dict[date, SpecialDay] | None = None, zone: str = "Etc/UTC"
) -> Calendar:
    return Calendar("office", 1, zone, weekly, MappingProxyType(special or {}))


def only(weekday: int, *spans: str, zone: str = "Etc/UTC") -> Calendar:
    """Open on one ISO weekday only."""
    return calendar(tuple(hours(*spans) if day == weekday else CLOSED for day in range(1, 8)), zone=zone)


def at(text: str, zone: str = "Etc/UTC") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def pause(start: str, end: str) -> Pause:
    return Pause(at(start), at(end))


def h(hours_: float) -> timedelta:
    return timedelta(hours=hours_)


DUE = [
    ("origin outside a window", "2006-01-01T00:00", h(1), (), "2006-01-02T10:00"),
    ("origin inside a window", "2006-01-02T12:00", h(1), (), "2006-01-02T13:00"),
    ("origin at the opening", "2006-01-02T09:00", h(1), (), "2006-01-02T10:00"),
    ("origin at the closing", "2006-01-02T17:00", h(1), (), "2006-01-03T11:00"),
    ("exactly one window ends with it", "2006-01-02T09:00", h(8), (), "2006-01-02T17:00"),
    ("one second more than a window", "2006-01-02T09:00", h(8) + timedelta(seconds=1), (), "2006-01-03T10:00:01"),
    ("over several windows", "2006-01-02T11:00", h(19), (), "2006-01-04T16:00"),
    ("over a week's end", "2006-01-07T14:00", h(1), (), "2006-01-09T09:30"),
    ("several weeks", "2006-01-01T00:00", h(39.5 * 3), (), "2006-01-21T14:30"),
    ("second precision", "2006-01-02T09:00:59", timedelta(seconds=2), (), "2006-01-02T09:01:01"),
    ("nothing to wait for", "2006-01-01T03:00", h(0), (), "2006-01-01T03:00"),
    (
        "break over the beginning",
        "2006-01-02T09:00",
        h(1),
        (("2006-01-02T08:00", "2006-01-02T10:00"),),
        "2006-01-02T11:00",
    ),
    ("break over the end", "2006-01-02T16:00", h(1), (("2006-01-02T16:30", "2006-01-02T18:00"),), "2006-01-03T10:30"),
    ("break in the middle", "2006-01-02T11:00", h(2), (("2006-01-02T12:00", "2006-01-02T13:00"),), "2006-01-02T14:00"),
    (
        "break over the whole window",
        "2006-01-02T09:00",
        h(1),
        (("2006-01-02T09:00", "2006-01-02T17:00"),),
        "2006-01-03T11:00",
    ),
    (
        "break over several windows",
        "2006-01-02T10:00",
        h(2),
        (("2006-01-02T11:00", "2006-01-04T10:00"),),
        "2006-01-04T11:00",
    ),
    (
        "several breaks in one window",
        "2006-01-02T09:00",
        h(3),
        (("2006-01-02T10:00", "2006-01-02T10:30"), ("2006-01-02T11:00", "2006-01-02T12:00")),
        "2006-01-02T13:30",
    ),
    (
        "overlapping breaks count once",
        "2006-01-02T09:00",
        h(2),
        (("2006-01-02T10:00", "2006-01-02T12:00"), ("2006-01-02T11:00", "2006-01-02T13:00")),
        "2006-01-02T14:00",
    ),
    (
        "break outside open time",
        "2006-01-02T16:00",
        h(2),
        (("2006-01-02T18:00", "2006-01-03T09:00"),),
        "2006-01-03T11:00",
    ),
    (
        "break before the origin",
        "2006-01-02T12:00",
        h(1),
        (("2006-01-02T09:00", "2006-01-02T12:00"),),
        "2006-01-02T13:00",
    ),
    ("empty break", "2006-01-02T12:00", h(1), (("2006-01-02T12:30", "2006-01-02T12:30"),), "2006-01-02T13:00"),
    ("backward break", "2006-01-02T12:00", h(1), (("2006-01-02T12:40", "2006-01-02T12:30"),), "2006-01-02T13:00"),
    (
        "due at the beginning of a break",
        "2006-01-02T12:00",
        h(1),
        (("2006-01-02T13:00", "2006-01-02T15:00"),),
        "2006-01-02T13:00",
    ),
]


@pytest.mark.parametrize(("start", "target", "pauses", "expected"), [c[1:] for c in DUE], ids=[c[0] for c in DUE])
def test_due(start: str, target: timedelta, pauses: tuple[tuple[str, str], ...], expected: str) -> None:
    found = due(at(start), target, calendar(), [pause(*p) for p in pauses])
    assert found == at(expected)
    assert found.tzinfo is UTC
    assert elapsed(at(start), found, calendar(), [pause(*p) for p in pauses]) == target


ELAPSED = [
    ("start after end", "2006-01-08T00:00", "2006-01-01T00:00", h(0)),
    ("start equals end", "2006-01-02T10:00", "2006-01-02T10:00", h(0)),
    ("a whole week", "2006-01-01T00:00", "2006-01-08T00:00", h(39.5)),
    ("terminus before the first window", "2006-01-01T00:00", "2006-01-02T08:00", h(0)),
    ("terminus between windows", "2006-01-02T00:00", "2006-01-02T20:00", h(8)),
    ("terminus at an opening", "2006-01-02T00:00", "2006-01-03T10:00", h(8)),
    ("terminus at the first opening", "2006-01-02T00:00", "2006-01-02T09:00", h(0)),
    ("terminus inside a window", "2006-01-02T00:00", "2006-01-02T12:00", h(3)),
    ("terminus at a closing", "2006-01-02T00:00", "2006-01-02T17:00", h(8)),
    ("second precision", "2006-01-02T08:59:59", "2006-01-02T09:00:02", timedelta(seconds=2)),
]


@pytest.mark.parametrize(("start", "end", "expected"), [c[1:] for c in ELAPSED], ids=[c[0] for c in ELAPSED])
def test_elapsed(start: str, end: str, expected: timedelta) -> None:
    assert elapsed(at(start), at(end), calendar()) == expected


def test_elapsed_leaves_pauses_out() -> None:
    pauses = [pause("2006-01-02T10:00", "2006-01-02T11:00"), pause("2006-01-02T20:00", "2006-01-03T12:00")]
    assert elapsed(at("2006-01-02T00:00"), at("2006-01-04T00:00"), calendar(), pauses) == h(7 + 4)


def test_calendar_that_never_opens_has_no_elapsed_time() -> None:
    assert elapsed(at("2006-01-01"), at("2007-01-01"), calendar((CLOSED,) * 7)) == h(0)


def test_one_and_several_holidays_are_left_out() -> None:
    office = calendar(special=holiday(date(2006, 1, 16), date(2006, 1, 18)))
    assert due(at("2006-01-14T11:00"), h(3.5 + 1), office) == at("2006-01-17T11:00")
    assert due(at("2006-01-14T11:00"), h(3.5 + 6 + 1), office) == at("2006-01-19T11:00")


def test_last_weeks_window_is_seen_from_the_beginning_of_the_week() -> None:
    # Saturday 17:00 in Los Angeles is already Sunday in UTC.
    shop = only(6, "06:00-18:00", zone="America/Los_Angeles")
    start = at("2006-01-07T17:00", "America/Los_Angeles")
    assert elapsed(start, start + h(24), shop) == h(1)


def test_shift_across_midnight_belongs_to_the_day_it_begins_on() -> None:
    night = only(5, "22:00-06:00")
    assert due(at("2026-11-28T01:00"), h(5), night) == at("2026-11-28T06:00")
    line = explain(at("2026-11-28T01:00"), h(5), night).days[0]
    assert (line.day, line.counted_s) == (date(2026, 11, 27), 5 * 3600)
    assert due(at("2026-11-28T01:00"), h(6), night) == at("2026-12-04T23:00")


def test_shift_that_overlaps_the_next_days_window_counts_once() -> None:
    both = calendar((hours("20:00-34:00"), hours("08:00-12:00"), *(CLOSED,) * 5))
    assert elapsed(at("2026-11-23T00:00"), at("2026-11-25T00:00"), both) == h(16)


def test_several_windows_a_day() -> None:
    split = calendar((hours("09:00-12:00", "13:30-17:30"),) * 7)
    assert due(at("2026-11-23T11:30"), h(1), split) == at("2026-11-23T14:00")


CHINA = calendar(
    (hours("09:00-12:00", "13:30-17:00"),) * 5 + (CLOSED,) * 2,
    {
        **{date(2026, 10, d): SpecialDay(DayKind.HOLIDAY, "国庆节", "National Day") for d in range(1, 8)},
        date(2026, 10, 10): SpecialDay(DayKind.WORKDAY, "国庆节调休上班", "make-up working day", like=3),
        date(2026, 10, 11): SpecialDay(DayKind.OVERRIDE, "临时开放", "open specially", hours("10:00-11:00")),
    },
    zone="Asia/Shanghai",
)


def test_make_up_working_saturday_counts_and_override_has_its_own_hours() -> None:
    assert due(at("2026-09-30T16:00", "Asia/Shanghai"), h(2), CHINA) == at("2026-10-08T10:00", "Asia/Shanghai")
    assert due(at("2026-10-09T17:00", "Asia/Shanghai"), h(6.5), CHINA) == at("2026-10-10T17:00", "Asia/Shanghai")
    assert due(at("2026-10-10T17:00", "Asia/Shanghai"), h(1), CHINA) == at("2026-10-11T11:00", "Asia/Shanghai")


def test_explanation_tells_every_day_with_its_reason() -> None:
    found = explain(
        at("2026-09-30T16:00", "Asia/Shanghai"),
        h(4),
        CHINA,
        [Pause(at("2026-10-08T09:30", "Asia/Shanghai"), at("2026-10-08T10:00", "Asia/Shanghai"))],
    )
    assert [(d.day.day, d.kind, d.counted_s, d.paused_s, d.total_s) for d in found.days] == [
        (30, DayKind.WEEKLY, 3600, 0, 3600),
        *((d, DayKind.HOLIDAY, 0, 0, 3600) for d in range(1, 8)),
        (8, DayKind.WEEKLY, 3 * 3600, 1800, 4 * 3600),
    ]
    assert found.days[1].special is not None
    assert found.days[1].special.zh == "国庆节"
    assert [(s.paused, s.seconds) for s in found.days[-1].stretches] == [
        (False, 1800),
        (True, 1800),
        (False, 7200),
        (False, 1800),
    ]
    assert found.due == at("2026-10-08T14:00", "Asia/Shanghai")
    assert not found.always


def test_deadline_at_midnight_ends_the_day_that_it_closes() -> None:
    late = calendar((hours("18:00-24:00"), *(CLOSED,) * 6))
    assert [d.day for d in explain(at("2026-11-23T12:00"), h(6), late).days] == [date(2026, 11, 23)]
    assert [d.day for d in explain(at("2026-11-23T00:00"), h(0), late).days] == [date(2026, 11, 23)]


def test_deadline_beyond_the_known_holidays_is_provisional() -> None:
    known = Calendar("office", 1, "Etc/UTC", WEEK, known_until=date(2006, 1, 3))
    assert not explain(at("2006-01-02T09:00"), h(14), known).provisional
    assert explain(at("2006-01-02T09:00"), h(14.5), known).provisional


NEW_YORK = "America/New_York"
DST = [
    # Spring forward: on 2 April 2006 New York skips 02:00 to 03:00.
    ("gap at the opening moves later", NEW_YORK, "02:30-05:00", "2006-04-02T00:00", "2006-04-02T12:00", h(1.5)),
    ("gap at the closing moves later", NEW_YORK, "01:00-02:30", "2006-04-02T00:00", "2006-04-02T12:00", h(1.5)),
    ("window inside the gap keeps its length", NEW_YORK, "02:15-02:45", "2006-04-02T00:00", "2006-04-02T12:00", h(0.5)),
    ("window the gap turns round is empty", NEW_YORK, "02:30-03:15", "2006-04-02T00:00", "2006-04-02T12:00", h(0)),
    ("a day with a gap is 23 hours", NEW_YORK, "00:00-24:00", "2006-04-02T00:00", "2006-04-03T00:00", h(23)),
    # Fall back: on 29 October 2006 it is 01:00 to 02:00 twice.
    ("fold at the opening is the first", NEW_YORK, "01:30-03:00", "2006-10-29T00:00", "2006-10-29T12:00", h(2.5)),
    ("fold at the closing is the first", NEW_YORK, "00:00-01:30", "2006-10-29T00:00", "2006-10-29T12:00", h(1.5)),
    ("a day with a fold is 25 hours", NEW_YORK, "00:00-24:00", "2006-10-29T00:00", "2006-10-30T00:00", h(25)),
    # A gap at midnight: 4 November 2018 begins at 01:00 in São Paulo.
    ("midnight gap", "America/Sao_Paulo", "00:00-24:00", "2018-11-04T01:00", "2018-11-05T00:00", h(23)),
    ("midnight gap, early window", "America/Sao_Paulo", "00:00-02:00", "2018-11-03T12:00", "2018-11-04T12:00", h(1)),
    # The end of a day that happens twice: 17 February 2018, 24:00 back to 23:00.
    ("fold before midnight", "America/Sao_Paulo", "22:00-24:00", "2018-02-17T12:00", "2018-02-18T12:00", h(3)),
    # A zone of thirty minutes: Lord Howe Island skips 02:00 to 02:30 on 4 October 2026.
    ("half-hour gap", "Australia/Lord_Howe", "00:00-24:00", "2026-10-04T00:00", "2026-10-05T00:00", h(23.5)),
    (
        "half-hour gap, shifted opening",
        "Australia/Lord_Howe",
        "02:15-04:00",
        "2026-10-04T00:00",
        "2026-10-04T09:00",
        h(1.25),
    ),
    # A date that never was: Samoa skipped 30 December 2011.
    ("skipped date", "Pacific/Apia", "00:00-24:00", "2011-12-29T00:00", "2012-01-01T00:00", h(48)),
    ("skipped date, office hours", "Pacific/Apia", "09:00-17:00", "2011-12-29T00:00", "2012-01-01T00:00", h(16)),
]


@pytest.mark.parametrize(("zone", "span", "start", "end", "expected"), [c[1:] for c in DST], ids=[c[0] for c in DST])
def test_daylight_saving(zone: str, span: str, start: str, end: str, expected: timedelta) -> None:
    daily = calendar((hours(span),) * 7, zone=zone)
    first, last = at(start, zone), at(end, zone)
    assert elapsed(first, last, daily) == expected
    if expected:
        assert elapsed(first, due(first, expected, daily), daily) == expected


def test_gap_at_midnight_keeps_the_order_of_windows() -> None:
    # Toronto skipped 23:30 to 00:30 on 30 March 1919: the evening's window is moved behind the next day's first one.
    toronto = calendar((hours("00:30-00:40", "23:45-24:00"),) * 7, zone="America/Toronto")
    first = at("1919-03-30T12:00", "America/Toronto")
    assert elapsed(first, first + h(12), toronto) == timedelta(minutes=10 + 15)
    assert due(first, timedelta(minutes=10), toronto) == at("1919-03-31T00:40", "America/Toronto")


def test_fractions_of_a_second_are_dropped() -> None:
    start = datetime(2026, 11, 21, 18, 10, 0, 999_999, tzinfo=UTC)
    assert due(start, h(2), ALWAYS_OPEN) == datetime(2026, 11, 21, 20, 10, tzinfo=UTC)
    assert whole_second(start) == datetime(2026, 11, 21, 18, 10, tzinfo=UTC)
    assert whole_second(datetime(1969, 12, 31, 23, 59, 59, 500_000, tzinfo=UTC)) == datetime(
        1969, 12, 31, 23, 59, 59, tzinfo=UTC
    )


def test_negative_and_fractional_targets_and_naive_instants_are_defects() -> None:
    for target in (timedelta(seconds=-1), timedelta(milliseconds=1500)):
        with pytest.raises(ValueError, match="whole seconds"):
            due(at("2006-01-02"), target, calendar())
    with pytest.raises(ValueError, match="naive"):
        due(datetime(2006, 1, 2), h(1), calendar())  # noqa: DTZ001 - naive on purpose


def test_searches_are_bounded() -> None:
    shut = calendar((CLOSED,) * 7)
    for call in (lambda: due(at("2006-01-01"), h(1), shut), lambda: require_open(shut, after=at("2006-01-01"))):
        with pytest.raises(ChangmingError) as refused:
            call()
        assert refused.value.code == "calendar_never_opens"
    with pytest.raises(ChangmingError) as refused:
        due(at("2006-01-01"), h(1), ALWAYS_OPEN, [pause("2006-01-01", "2026-01-01")])
    assert refused.value.code == "deadline_too_far"


def test_open_time_must_come_within_the_next_days() -> None:
    opens = date(2026, 3, 2)
    rare = calendar((CLOSED,) * 7, {opens: SpecialDay(DayKind.OVERRIDE, "开", "open", hours("09:00-10:00"))})
    last = at("2026-03-02T09:00") - timedelta(days=NEXT_DAYS)
    require_open(rare, after=last + timedelta(seconds=1))
    assert due(last + timedelta(seconds=1), h(1), rare) == at("2026-03-02T10:00")
    for refused_at in (last, at("2026-03-02T10:00")):
        with pytest.raises(ChangmingError, match="no open time"):
            require_open(rare, after=refused_at)
        with pytest.raises(ChangmingError, match="no open time"):
            due(refused_at, h(1), rare)


FAULTS = [
    ("zone", {"zone": "Mars/Base"}, "zone"),
    ("week of six days", {"weekly": WEEK[:6]}, "weekly"),
    ("window that ends before it opens", {"weekly": ((Window(10, 5),), *WEEK[1:])}, "weekday 1"),
    ("window that opens tomorrow", {"weekly": ((Window(90_000, 100_000),), *WEEK[1:])}, "opens at"),
    ("window of three days", {"weekly": ((Window(0, 200_000),), *WEEK[1:])}, "closes at"),
    ("windows that overlap", {"weekly": (hours("09:00-12:00", "11:00-13:00"), *WEEK[1:])}, "overlap"),
    (
        "holiday with hours",
        {"special": {date(2026, 1, 1): SpecialDay(DayKind.HOLIDAY, "元旦", "x", OFFICE)}},
        "no hours",
    ),
    ("make-up day like nothing", {"special": {date(2026, 1, 4): SpecialDay(DayKind.WORKDAY, "班", "x")}}, "weekday"),
    (
        "make-up day like day 8",
        {"special": {date(2026, 1, 4): SpecialDay(DayKind.WORKDAY, "班", "x", like=8)}},
        "weekday",
    ),
    (
        "override like a weekday",
        {"special": {date(2026, 1, 4): SpecialDay(DayKind.OVERRIDE, "班", "x", like=1)}},
        "own",
    ),
    (
        "override with bad hours",
        {"special": {date(2026, 1, 4): SpecialDay(DayKind.OVERRIDE, "班", "x", (Window(5, 5),))}},
        "closes",
    ),
    ("ordinary special day", {"special": {date(2026, 1, 4): SpecialDay(DayKind.WEEKLY, "班", "x")}}, "ordinary"),
]


@pytest.mark.parametrize(("change", "said"), [c[1:] for c in FAULTS], ids=[c[0] for c in FAULTS])
def test_faulty_calendar_is_refused(change: dict[str, object], said: str) -> None:
    parts: dict[str, object] = {"name": "office", "version": 1, "zone": "Etc/UTC", "weekly": WEEK}
    with pytest.raises(ChangmingError, match=said) as refused:
        Calendar(**{**parts, **change})  # type: ignore[arg-type] # a table of faults has no one type
    assert refused.value.code == "calendar_invalid"


@pytest.mark.parametrize("span", ["0900", "24:61-25:00", "-1:00-02:00", "x-y", "09:00:99-10:00"])
def test_hours_that_are_no_hours(span: str) -> None:
    with pytest.raises(ValueError, match=r"is not|invalid literal"):
        hours(span)


def test_calendar_survives_json_and_its_digest_follows_its_content() -> None:
    for one in (CHINA, ALWAYS_OPEN, Calendar("office", 1, "Etc/UTC", WEEK, known_until=date(2026, 12, 31))):
        assert calendar_from_json(calendar_to_json(one)) == one
    assert digest(calendar_to_json(CHINA)) != digest(calendar_to_json(calendar()))
    assert digest(calendar_to_json(calendar())) == digest(calendar_to_json(calendar()))


# Properties.

ZONES = ("Asia/Shanghai", "America/New_York", "America/Sao_Paulo", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Beirut")
FIRST_DAY = date(2010, 1, 1)
instants = st.datetimes(datetime(2010, 1, 5), datetime(2012, 1, 31), timezones=st.just(UTC))  # noqa: DTZ001 - bounds


@st.composite
def windows(draw: st.DrawFn, *, step: int = 1) -> tuple[Window, ...]:
    edges = draw(st.lists(st.integers(0, 2 * 86_400 // step), unique=True, max_size=6).map(sorted))
    pairs = [Window(a * step, b * step) for a, b in zip(edges[::2], edges[1::2], strict=False)]
    return tuple(w for w in pairs if w.opens < 86_400)


@st.composite
def calendars(draw: st.DrawFn, *, zones: tuple[str, ...] = ZONES, step: int = 1) -> Calendar:
    weekly = draw(st.tuples(*[windows(step=step)] * 6, windows(step=step).filter(bool)))
    special: dict[date, SpecialDay] = {}
    for offset in draw(st.lists(st.integers(0, 760), max_size=8)):
        kind = draw(st.sampled_from([DayKind.HOLIDAY, DayKind.WORKDAY, DayKind.OVERRIDE]))
        special[FIRST_DAY + timedelta(days=offset)] = SpecialDay(
            kind,
            "日",
            "day",
            draw(windows(step=step)) if kind is DayKind.OVERRIDE else (),
            draw(st.integers(1, 7)) if kind is DayKind.WORKDAY else None,
        )
    return Calendar("random", 1, draw(st.sampled_from(zones)), weekly, MappingProxyType(special))


@st.composite
def pauses(draw: st.DrawFn, start: datetime) -> list[Pause]:
    found = []
    for begin, length in draw(
        st.lists(st.tuples(st.integers(-86_400, 1_000_000), st.integers(0, 400_000)), max_size=4)
    ):
        first = start + timedelta(seconds=begin)
        found.append(Pause(first, first + timedelta(seconds=length)))
    return found


@settings(max_examples=examples(150), deadline=None)
@given(st.data(), calendars(), instants, st.integers(0, 200_000).map(lambda s: timedelta(seconds=s)))
def test_elapsed_is_the_inverse_of_due(data: st.DataObject, one: Calendar, start: datetime, target: timedelta) -> None:
    gaps = data.draw(pauses(start))
    found = due(start, target, one, gaps)
    assert elapsed(start, found, one, gaps) == target
    if target:
        assert elapsed(start, found - timedelta(seconds=1), one, gaps) == target - timedelta(seconds=1)
    assert found >= due(start, target, one)


@settings(max_examples=examples(60), deadline=None)
@given(
    st.data(), calendars(zones=("Asia/Shanghai",), step=60), instants.map(lambda i: i.replace(second=0, microsecond=0))
)
def test_elapsed_agrees_with_counting_minute_by_minute(data: st.DataObject, one: Calendar, start: datetime) -> None:
    gaps = [Pause(p.start.replace(second=0), p.end.replace(second=0)) for p in data.draw(pauses(start))]
    end = start + timedelta(days=3)

    def counts(moment: datetime) -> bool:
        wall = moment.astimezone(ZoneInfo("Asia/Shanghai")).replace(tzinfo=None)
        today = datetime(wall.year, wall.month, wall.day)  # noqa: DTZ001 - wall clock on purpose
        for back in range(3):
            day = today - timedelta(days=back)
            second = (wall - day).total_seconds()
            if any(w.opens <= second < w.closes for w in one.plan(day.date()).windows):
                return not any(p.start <= moment < p.end for p in gaps)
        return False

    minutes = sum(counts(start + timedelta(minutes=m)) for m in range(3 * 24 * 60))
    assert elapsed(start, end, one, gaps) == timedelta(minutes=minutes)


@settings(max_examples=examples(40), deadline=None)
@given(st.sampled_from(ZONES), instants, st.integers(0, 700_000).map(lambda s: timedelta(seconds=s)))
def test_seven_times_twenty_four_is_plain_time(zone: str, start: datetime, target: timedelta) -> None:
    whole = always_open("all", 1, zone)
    marked = Calendar("all", 1, zone, whole.weekly, MappingProxyType(holiday(date(2031, 1, 1))))
    assert whole.always
    assert not marked.always
    assert due(start, target, whole) == whole_second(start) + target == due(start, target, marked)
    days = explain(start, target, whole).days
    assert sum(d.counted_s for d in days) == target.total_seconds()
    assert [d.day for d in days] == [days[0].day + timedelta(days=n) for n in range(len(days))]
