"""The lunar calendar, from a table of the years 1990 to 2056."""

from datetime import date, timedelta
from functools import cache
from importlib import resources
from typing import NamedTuple


class _LunarYear(NamedTuple):
    first: date
    leap: int
    days: tuple[int, ...]


@cache
def _years() -> dict[int, _LunarYear]:
    raw = resources.files("changming.guidance.triage").joinpath("data/lunar.txt").read_text(encoding="utf-8")
    years: dict[int, _LunarYear] = {}
    for line in raw.splitlines():
        if line.startswith("#"):
            continue
        year, first, leap, months = line.split()
        start = date(int(year), int(first[:2]), int(first[2:]))
        years[int(year)] = _LunarYear(start, int(leap), tuple(30 if long == "1" else 29 for long in months))
    return years


def from_lunar(year: int, month: int, day: int) -> date | None:
    """The Gregorian date of a day of the lunar calendar; None outside of the table or when the day does not exist.

    A leap month is never meant: people say it, and then a person should look.
    """
    lunar = _years().get(year)
    if lunar is None or not 1 <= month <= 12:  # noqa: PLR2004 - months of a year
        return None
    index = month - 1 + (1 if 0 < lunar.leap < month else 0)
    if not 1 <= day <= lunar.days[index]:
        return None
    return lunar.first + timedelta(days=sum(lunar.days[:index]) + day - 1)


def new_years_eve(year: int) -> date | None:
    """The last day before the first day of the lunar ``year``."""
    lunar = _years().get(year)
    return None if lunar is None else lunar.first - timedelta(days=1)


def next_lunar(today: date, month: int, day: int) -> date | None:
    """The first occurrence of a lunar day that is not before ``today``."""
    for year in (today.year - 1, today.year, today.year + 1, today.year + 2):
        found = from_lunar(year, month, day)
        if found is not None and found >= today:
            return found
    return None
