from datetime import UTC, date, datetime

import pytest

from changming.kernel.instants import parse_date, parse_instant, show_instant
from changming.kernel.messages import Lang


@pytest.mark.parametrize(
    ("given", "instant"),
    [
        ("2026-11-22", datetime(2026, 11, 21, 16, tzinfo=UTC)),
        ("2026-11-22T02:10", datetime(2026, 11, 21, 18, 10, tzinfo=UTC)),
        ("2026-11-22T02:10+08:00", datetime(2026, 11, 21, 18, 10, tzinfo=UTC)),
        ("2026-11-21T18:10:00Z", datetime(2026, 11, 21, 18, 10, tzinfo=UTC)),
        ("2199-12-31T23:59:59-12:00", datetime(2200, 1, 1, 11, 59, 59, tzinfo=UTC)),
    ],
)
def test_instants_are_read_in_the_display_zone_unless_they_say_otherwise(given: str, instant: datetime) -> None:
    assert parse_instant(given) == instant


@pytest.mark.parametrize("given", ["", "soon", "2026-13-01", "0001-01-01T00:00+14:00", "1899-12-31", "2200-01-01"])
def test_what_is_no_instant_or_too_far_away_is_refused(given: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        parse_instant(given)
    with pytest.raises(ValueError, match=r".*"):
        parse_date(given)


def test_dates() -> None:
    assert parse_date("2026-12-01") == date(2026, 12, 1)


def test_a_moment_is_shown_without_a_gap_after_the_full_width_bracket() -> None:
    moment = datetime(2026, 11, 23, 18, 10, tzinfo=UTC)
    assert show_instant(moment, Lang.ZH) == "11月24日（周二）02:10"
    assert show_instant(moment, Lang.EN) == "Tue 24 Nov 02:10"
