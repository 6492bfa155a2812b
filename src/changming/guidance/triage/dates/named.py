"""Dates with a name: holidays of both calendars, and days of the lunar calendar."""

import re
from datetime import date, timedelta
from re import Match
from typing import Final

from changming.guidance.triage.dates.lunar import from_lunar, new_years_eve, next_lunar
from changming.guidance.triage.dates.model import DateRule, Reached
from changming.guidance.triage.dates.numerals import NUMBER, as_number, as_year
from changming.guidance.triage.dates.workdays import first_day_back

_SOLAR: Final = {
    "元旦": (1, 1), "情人节": (2, 14), "妇女节": (3, 8), "三八节": (3, 8), "清明": (4, 5), "劳动节": (5, 1),
    "五一": (5, 1),
    "儿童节": (6, 1), "六一": (6, 1), "建军节": (8, 1), "教师节": (9, 10), "国庆": (10, 1), "十一假期": (10, 1),
    "十一长假": (10, 1),
    "十一黄金周": (10, 1), "双十一": (11, 11), "平安夜": (12, 24), "圣诞": (12, 25), "跨年": (12, 31),
    "愚人节": (4, 1), "植树节": (3, 12), "万圣节": (10, 31),
    "双十二": (12, 12),
    "new year's day": (1, 1), "new year's eve": (12, 31), "christmas eve": (12, 24), "christmas": (12, 25),
    "valentine's day": (2, 14), "national day": (10, 1), "labour day": (5, 1), "labor day": (5, 1),
}  # fmt: skip
_LUNAR: Final = {
    "春节": (1, 1), "过年": (1, 1), "大年初一": (1, 1), "正月初一": (1, 1), "元宵": (1, 15), "端午": (5, 5),
    "七夕": (7, 7),
    "中元节": (7, 15), "中秋": (8, 15), "重阳": (9, 9), "腊八": (12, 8), "小年": (12, 23),
    "spring festival": (1, 1), "chinese new year": (1, 1), "lunar new year": (1, 1), "mid-autumn": (8, 15),
    "dragon boat": (5, 5), "lantern festival": (1, 15), "mid autumn": (8, 15),
}  # fmt: skip
_EVE: Final = ("除夕", "大年三十", "年三十", "年夜")
_YEAR_WORDS: Final = {"今年": 0, "明年": 1, "后年": 2, "去年": -1, "前年": -2}
_MONTHS: Final = {"正": 1, "冬": 11, "腊": 12}


def _names(*tables: dict[str, tuple[int, int]]) -> str:
    return "|".join(sorted((re.escape(name) for table in tables for name in table), key=len, reverse=True))


_PREFIX = r"(?:(?P<year>今年|明年|后年|去年|前年|[0-9]{4}年)的?)?"
_SUFFIX = r"(?:节)?(?:假期|小?长假|放假|假日|假|期间|当天|那天)?"
_AFTERWARDS = r"(?:之后|过后|以后|完|后)(?:的?第一天|(?:的?第)?[一1]个工作日|上班|复工|开工)?"
_BEFORE = rf"(?:节|假期|放假)?(?:的?前(?P<days>{NUMBER}|几)?天|前夕|头一天|前一[晚夜])"


def _year_said(match: Match[str], today: date) -> int | None:
    said = match["year"]
    if not said:
        return None
    return today.year + _YEAR_WORDS[said] if said in _YEAR_WORDS else int(said[:-1])


def _solar(match: Match[str], today: date) -> Reached | None:
    month, day = _SOLAR[match["name"]]
    year = _year_said(match, today)
    if year is not None:
        return Reached(date(year, month, day), past=year < today.year)
    this = date(today.year, month, day)
    return Reached(this if this >= today else date(today.year + 1, month, day))


def _lunar(match: Match[str], today: date) -> Reached | None:
    month, day = _LUNAR[match["name"]]
    year = _year_said(match, today)
    found = next_lunar(today, month, day) if year is None else from_lunar(year, month, day)
    return None if found is None else Reached(found, past=found < today)


def _holiday(match: Match[str], today: date) -> Reached | None:
    return _lunar(match, today) if match["name"] in _LUNAR else _solar(match, today)


def _days_before(match: Match[str], today: date) -> Reached | None:
    """国庆前两天, 中秋前夕: counted back from the holiday; 前几天 is left at one."""
    feast = _holiday(match, today)
    if feast is None:
        return None
    days = as_number(match["days"]) if match["days"] and match["days"] != "几" else 1
    return None if days is None else Reached(feast.value - timedelta(days=days), past=feast.past)


def _once_over(match: Match[str], today: date) -> Reached | None:
    """国庆后, 节后第一天: the first working day after the days off around the holiday."""
    feast = _holiday(match, today)
    if feast is None:
        return None
    reached = first_day_back(feast.value)
    return Reached(reached.day, past=feast.past, provisional=reached.provisional)


def _before_the_feast(match: Match[str], today: date) -> Reached | None:
    """年前, 年关: the last day before the Spring Festival."""
    del match
    found = next_lunar(today, 1, 1)
    return None if found is None else Reached(found - timedelta(days=1))


def _national_day(match: Match[str], today: date) -> Reached:
    """十一 alone before a word of going or leisure is the National Day."""
    del match
    this = date(today.year, 10, 1)
    return Reached(this if this >= today else date(today.year + 1, 10, 1))


def _eve(match: Match[str], today: date) -> Reached | None:
    year = _year_said(match, today)
    # "去年除夕", "雍正四年…" and the like: a year is the lunar year that ends on that evening.
    years = (today.year, today.year + 1) if year is None else (year + 1,)
    found = [eve for eve in map(new_years_eve, years) if eve is not None and (year is not None or eve >= today)]
    return Reached(found[0], past=found[0] < today) if found else None


def _lunar_day(match: Match[str], today: date) -> Reached | None:
    named = match["month"]
    month = _MONTHS[named] if named in _MONTHS else as_number(named)
    day = as_number(match["day"].removeprefix("初"))
    if month is None or day is None:
        return None
    said = match["year"]
    if said:
        year = as_year(said)
        found = None if year is None else from_lunar(year, month, day)
    else:
        found = next_lunar(today, month, day)
    return None if found is None else Reached(found, past=found < today)


def _first_month_day(match: Match[str], today: date) -> Reached | None:
    day = as_number(match["day"])
    found = None if day is None else next_lunar(today, 1, day)
    return None if found is None else Reached(found)


def _after_the_feast(match: Match[str], today: date) -> Reached | None:
    """年后: the first day after the week of the Spring Festival."""
    del match
    found = next_lunar(today, 1, 8)
    return None if found is None else Reached(found)


NAMED_RULES: Final = (
    DateRule(
        "date.lunar-day",
        re.compile(
            rf"(?:(?:农历|阴历|旧历)的?(?:(?P<year>[0-9]{{4}}|[零〇一二三四五六七八九]{{4}})年)?(?P<month>[正冬腊]|"
            rf"{NUMBER})月(?P<day>初?{NUMBER})日?)"
        ),
        _lunar_day,
    ),
    DateRule(
        "date.lunar-day",
        re.compile(
            rf"(?:(?P<year>[0-9]{{4}}|"
            rf"[零〇一二三四五六七八九]{{4}})年)?(?:(?P<month>[正冬腊])月(?P<day>初?{NUMBER})日?)"
        ),
        _lunar_day,
    ),
    DateRule(
        "date.lunar-day",
        re.compile(rf"(?P<year>(?!))?(?P<month>{NUMBER})月(?P<day>初{NUMBER})"),
        _lunar_day,
    ),
    DateRule("date.before-holiday", re.compile(rf"{_PREFIX}(?P<name>{_names(_SOLAR, _LUNAR)}){_BEFORE}"), _days_before),
    DateRule(
        "date.after-holiday",
        re.compile(rf"{_PREFIX}(?P<name>{_names(_SOLAR, _LUNAR)})(?:节)?(?:假期|小?长假|放假|假)?{_AFTERWARDS}"),
        _once_over,
    ),
    DateRule(
        "date.before-feast",
        re.compile(
            r"(?<![0-9一二两三四五六七八九十百千万几多半数今明后去前往年学])(?:年前(?!后)|年关|年根儿?)(?=就|要|得|"
            r"必|想|能|办|把|拿|回|走|之?前|,|，|$)"
        ),
        _before_the_feast,
    ),
    DateRule("date.new-years-eve", re.compile(rf"{_PREFIX}(?:{'|'.join(_EVE)})(?:夜|晚上)?"), _eve),
    DateRule("date.lunar-feast", re.compile(r"(?:大?年|正月)初(?P<day>[二三四五六七八九十])"), _first_month_day),
    DateRule("date.lunar-feast", re.compile(rf"{_PREFIX}(?P<name>{_names(_LUNAR)}){_SUFFIX}"), _lunar),
    DateRule(
        "date.after-feast", re.compile(r"(?:过完?年后?(?!审)|年后)(?=就|去|要|再|回|用|出|办|上)"), _after_the_feast
    ),
    DateRule(
        "date.holiday",
        re.compile(
            r"(?<![0-9一二三四五六七八九十月第号百双])(?P<year>(?!))?(?P<name>十一)(?=出|去|回|放假|前|期间|要|旅|"
            r"之前|玩|假)"
        ),
        _national_day,
    ),
    DateRule("date.holiday", re.compile(rf"{_PREFIX}(?P<name>{_names(_SOLAR)}){_SUFFIX}"), _solar),
)
