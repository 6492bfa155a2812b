"""Working days of mainland China, from a dated table; beyond it Monday to Friday, and the result is provisional."""

import tomllib
from datetime import date, timedelta
from functools import cache
from importlib import resources
from typing import Final, NamedTuple

_FRIDAY: Final = 5


class _Year(NamedTuple):
    closed: frozenset[date]
    working: frozenset[date]


class WorkingDay(NamedTuple):
    """A day reached by counting working days. ``provisional``: some day on the way is not in the table."""

    day: date
    provisional: bool


@cache
def _years() -> dict[int, _Year]:
    raw = resources.files("changming.guidance.triage").joinpath("data/holidays.toml").read_text(encoding="utf-8")
    years: dict[int, _Year] = {}
    for year, table in tomllib.loads(raw).items():
        closed: set[date] = set()
        for span in table["closed"]:
            first, _, last = span.partition("/")
            start, end = date.fromisoformat(first), date.fromisoformat(last)
            closed |= {start + timedelta(days=n) for n in range((end - start).days + 1)}
        years[int(year)] = _Year(frozenset(closed), frozenset(map(date.fromisoformat, table["working"])))
    return years


def is_working_day(day: date) -> bool:
    """Whether offices work on that day; for a year without a table, whether it is Monday to Friday."""
    year = _years().get(day.year)
    if year is not None and day in year.working:
        return True
    return day.isoweekday() <= _FRIDAY and not (year is not None and day in year.closed)


def add_working_days(start: date, count: int) -> WorkingDay:
    """The ``count``-th working day after ``start`` (the day of the start does not count)."""
    day, left, provisional = start, count, False
    while left > 0:
        day += timedelta(days=1)
        provisional = provisional or day.year not in _years()
        left -= is_working_day(day)
    return WorkingDay(day, provisional)


def first_day_back(holiday: date) -> WorkingDay:
    """The first working day after the days off in a row that hold ``holiday``."""
    day = holiday
    year = _years().get(day.year)
    while year is not None and day + timedelta(days=1) in year.closed:
        day += timedelta(days=1)
    return add_working_days(day, 1)
