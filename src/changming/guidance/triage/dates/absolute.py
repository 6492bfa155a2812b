"""Dates that name a month, a day or a year."""

import calendar
import re
from datetime import date, timedelta
from re import Match
from typing import Final

from changming.guidance.triage.dates.model import DateRule, Reached
from changming.guidance.triage.dates.numerals import NUMBER, as_number, as_year

_YEARS: Final = {"今年": 0, "明年": 1, "后年": 2, "去年": -1, "前年": -2}
_MONTH_SHIFT: Final = {
    "上": -1,
    "上个": -1,
    "本": 0,
    "这": 0,
    "这个": 0,
    "今个": 0,
    "当": 0,
    "下": 1,
    "下个": 1,
    "下下": 2,
    "下下个": 2,
}
_MONTH_WORD: Final = r"(?P<rel>下下个?|上个?|下个?|本|这个?|今个|当)月"
_ENGLISH_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ENGLISH_MONTH: Final = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)"
    r"?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_ORDINALS: Final = {"first": 1, "second": 2, "third": 3, "fourth": 4, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4}
_CENTURY: Final = 100
_MONTHS_OF_YEAR: Final = 12


def shift_month(today: date, months: int) -> date:
    """The first day of the month that lies ``months`` after today's."""
    index = today.year * 12 + today.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def last_day(first: date) -> date:
    """The last day of the month of ``first``."""
    return first.replace(day=calendar.monthrange(first.year, first.month)[1])


def _ahead(today: date, month: int, day: int) -> date | None:
    """The next time this month and day come round; 29 February waits for a leap year."""
    for year in range(today.year, today.year + 9):
        try:
            found = date(year, month, day)
        except ValueError:
            continue
        if found >= today:
            return found
    return None


def _ymd(match: Match[str], today: date) -> Reached | None:
    year, month, day = as_year(match["y"]), as_number(match["m"]), as_number(match["d"])
    if year is None or month is None or day is None:
        return None
    if year < _CENTURY:
        year += 2000 if year < 70 else 1900  # noqa: PLR2004 - the usual turn of two-digit years
    if month > _MONTHS_OF_YEAR:
        month, day = day, month
    found = date(year, month, day)
    return Reached(found, past=found < today)


def _relative_year(match: Match[str], today: date) -> Reached | None:
    month, day = as_number(match["m"]), as_number(match["d"] or "1")
    if month is None or day is None:
        return None
    found = date(today.year + _YEARS[match["rel"]], month, day)
    return Reached(found, past=found < today)


def _month_day(match: Match[str], today: date) -> Reached | None:
    month, day = as_number(match["m"]), as_number(match["d"])
    found = None if month is None or day is None else _ahead(today, month, day)
    return None if found is None else Reached(found)


def _month_shifted(match: Match[str], today: date) -> Reached | None:
    day = as_number(match["d"])
    if day is None:
        return None
    found = shift_month(today, _MONTH_SHIFT[match["rel"]]).replace(day=day)
    return Reached(found, past=found < today)


def _day_only(match: Match[str], today: date) -> Reached | None:
    day = as_number(match["d"])
    if day is None:
        return None
    for months in range(4):
        try:
            found = shift_month(today, months).replace(day=day)
        except ValueError:
            continue
        if found >= today:
            return Reached(found)
    return None


_PARTS: Final = {"初": 1, "上旬": 1, "中": 15, "中旬": 11, "下旬": 21}


def _month_part(match: Match[str], today: date) -> Reached | None:
    if match["rel"]:
        first = shift_month(today, _MONTH_SHIFT[match["rel"]])
    elif match["m"]:
        month = as_number(match["m"])
        if month is None:
            return None
        year = today.year + _YEARS.get(match["y"] or "今年", 0)
        first = date(year, month, 1)
        if not match["y"] and last_day(first) < today:
            first = date(year + 1, month, 1)
    else:
        first = today.replace(day=1)
    part = match["part"]
    found = last_day(first) if part in ("底", "末") else first.replace(day=_PARTS[part])
    if found < today and not match["rel"] and not match["m"]:
        found = shift_month(today, 1).replace(day=found.day)
    return Reached(found, past=last_day(found) < today)


def _shifted_month(match: Match[str], today: date) -> Reached | None:
    shift = _MONTH_SHIFT[match["rel"]]
    first = shift_month(today, shift)
    return Reached(first if shift else today, past=shift < 0)


def _whole_month(match: Match[str], today: date) -> Reached | None:
    month = as_number(match["m"])
    if month is None:
        return None
    first = date(today.year, month, 1)
    if last_day(first) < today:
        first = date(today.year + 1, month, 1)
    return Reached(max(first, today))


def _year_part(match: Match[str], today: date) -> Reached | None:
    year = today.year + _YEARS.get(match["rel"] or "今年", 0)
    month, day = {"底": (12, 31), "末": (12, 31), "初": (1, 1), "中": (6, 30)}[match["part"]]
    found = date(year, month, day)
    if found < today and not match["rel"]:
        found = date(year + 1, month, day)
    return Reached(found, past=found < today)


def _nth_weekday(match: Match[str], today: date) -> Reached | None:
    """第二个星期六, 最后一个周五 of a month that is named, or of this or another month."""
    weekday = "一二三四五六日".find("日" if match["w"] == "天" else match["w"])
    nth = None if match["n"] is None else as_number(match["n"])
    if match["rel"]:
        found = _weekday_of_month(shift_month(today, _MONTH_SHIFT[match["rel"]]), weekday, nth)
        return None if found is None else Reached(found, past=found < today)
    month = as_number(match["m"])
    for year in (today.year, today.year + 1):
        found = None if month is None else _weekday_of_month(date(year, month, 1), weekday, nth)
        if found is not None and found >= today:
            return Reached(found)
    return None


def _weekday_of_month(first: date, weekday: int, nth: int | None) -> date | None:
    """The ``nth`` such weekday of the month that begins on ``first``; the last one for None."""
    if nth is None:
        end = last_day(first)
        return end - timedelta(days=(end.weekday() - weekday) % 7)
    found = first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))
    return found if found.month == first.month else None


def _english_nth_weekday(match: Match[str], today: date) -> Reached | None:
    """The second Saturday of December, the last Friday of next month."""
    nth = _ORDINALS.get(match["n"])
    weekday = ("mon", "tue", "wed", "thu", "fri", "sat", "sun").index(match["w"][:3])
    if match["rel"]:
        found = _weekday_of_month(shift_month(today, match["rel"] == "next"), weekday, nth)
        return None if found is None else Reached(found, past=found < today)
    month = _ENGLISH_MONTHS.index(match["month"][:3]) + 1
    for year in (today.year, today.year + 1):
        found = _weekday_of_month(date(year, month, 1), weekday, nth)
        if found is not None and found >= today:
            return Reached(found)
    return None


def _end_of_period(match: Match[str], today: date) -> Reached:
    """月内, 年内: its last day."""
    return Reached(today.replace(month=12, day=31) if "年" in match[0] else last_day(today))


def _english_month_day(match: Match[str], today: date) -> Reached:
    """Next month on the 10th."""
    return Reached(shift_month(today, match["rel"] == "next").replace(day=int(match["d"])))


def _english(match: Match[str], today: date) -> Reached | None:
    month = _ENGLISH_MONTHS.index(match["month"][:3]) + 1
    day = int(match["d"])
    if match["y"]:
        found = date(int(match["y"]), month, day)
        return Reached(found, past=found < today)
    ahead = _ahead(today, month, day)
    return None if ahead is None else Reached(ahead)


# "号" after a number is a day of the month unless it counts windows, lines, houses, documents, seats or sizes.
_NOT_A_DAY: Final = (
    r"(?!窗|线|楼|厅|口|门|院|文|公告|令|柜|机|厂|馆|店|码|车|牌|铺|桌|会议|病|仓|库|信|人|通知|"
    r"国道|高速|房|床|铁|楼|字|鞋|以|之?内|有效|间|个|院|游)"
)
ABSOLUTE_RULES: Final = (
    DateRule(
        "date.full",
        re.compile(
            rf"(?<![0-9])(?P<y>[0-9]{{4}}|[零〇一二三四五六七八九]{{4}})\s?(?:年|[./-])\s?(?P<m>{NUMBER})\s?(?:月|"
            rf"[./-])份?\s?(?P<d>{NUMBER})(?:[日号]|(?![0-9月]))"
        ),
        _ymd,
    ),
    DateRule(
        "date.full-short", re.compile(r"(?<![0-9-])(?P<y>[0-9]{2})-(?P<m>[0-9]{1,2})-(?P<d>[0-9]{1,2})(?![0-9-])"), _ymd
    ),
    DateRule(
        "date.month-day-year",
        re.compile(r"(?<![0-9/])(?P<m>[0-9]{1,2})/(?P<d>[0-9]{1,2})/(?P<y>[0-9]{4}|[0-9]{2})(?![0-9/])"),
        _ymd,
    ),
    DateRule(
        "date.relative-year",
        re.compile(
            rf"(?P<rel>今年|明年|后年|去年|前年)的?(?P<m>{NUMBER})月(?:份)?(?:(?P<d>{NUMBER})[日号])?(?![底初末中上下])"
        ),
        _relative_year,
    ),
    DateRule("date.month-shifted", re.compile(rf"{_MONTH_WORD}的?(?P<d>{NUMBER})[日号]"), _month_shifted),
    DateRule(
        "date.nth-weekday",
        re.compile(
            rf"(?:{_MONTH_WORD}|(?P<m>{NUMBER})月份?)的?(?:第(?P<n>[一二三四五1-5])个|最后一?个)(?:周|星期|"
            rf"礼拜)(?P<w>[一二三四五六日天])"
        ),
        _nth_weekday,
    ),
    DateRule(
        "date.month-day",
        re.compile(
            rf"(?<![0-9年])(?P<m>{NUMBER})月份?(?P<d>{NUMBER})(?:[、，,到至\-~或][0-9]{{1,2}})?(?:[日号](?!游)|"
            rf"(?=[就要去走飞出前之以到回的就]|$|[,，。]))"
        ),
        _month_day,
    ),
    DateRule(
        "date.english-nth-weekday",
        re.compile(
            r"\b(?P<n>first|second|third|fourth|1st|2nd|3rd|4th|last) (?P<w>mon|tues?|wednes|thurs?|fri|satur|"
            r"sun)(?:day)? "
            rf"(?:of|in) (?:(?P<rel>this|next) month|{_ENGLISH_MONTH})\b"
        ),
        _english_nth_weekday,
    ),
    DateRule(
        "date.period",
        re.compile(
            r"(?:[本这当](?:个)?月|(?<![个0-9一二三四五六七八九十])月)(?:之?内|以内)|(?:今|本|"
            r"(?<![0-9一二三四五六七八九十半几两多])年?)年内"
        ),
        _end_of_period,
    ),
    DateRule(
        "date.english",
        re.compile(r"\b(?P<rel>this|next) month(?: on|,)? (?:the )?(?P<d>[0-9]{1,2})(?:st|nd|rd|th)\b"),
        _english_month_day,
    ),
    DateRule(
        "date.english",
        re.compile(r"\bthe (?P<d>[0-9]{1,2})(?:st|nd|rd|th) (?:of )?(?P<rel>this|next) month\b"),
        _english_month_day,
    ),
    DateRule(
        "date.day-only",
        re.compile(
            r"\b(?:on|by|before|until|till) the (?P<d>[0-9]{1,2})(?:st|nd|rd|th)\b(?! (?:floor|line|of|street|time|"
            r"page))"
        ),
        _day_only,
    ),
    DateRule(
        "date.compact",
        re.compile(r"(?<![0-9a-z])(?P<y>20[2-9][0-9])(?P<m>[01][0-9])(?P<d>[0-3][0-9])(?=[就要去走飞前之出到必])"),
        _ymd,
    ),
    DateRule(
        "date.month-day",
        re.compile(r"(?<![0-9\-])(?P<m>[0-9]{1,2})-(?P<d>[0-9]{1,2})(?:[日号]|(?=[就要去走飞前之出到考报开上]))"),
        _month_day,
    ),
    DateRule("date.month-day", re.compile(r"(?<![0-9/.])(?P<m>[0-9]{1,2})/(?P<d>[0-9]{1,2})(?![0-9/.])"), _month_day),
    DateRule(
        "date.month-day",
        re.compile(
            r"(?<![0-9/.])(?P<m>[0-9]{1,2})\.(?P<d>[0-9]{1,2})(?:[日号]|(?=前|之前|就|出|走|飞|考|要|去|到|报|开|"
            r"上午|下午|晚|早|截))"
        ),
        _month_day,
    ),
    DateRule(
        "date.month-part",
        re.compile(
            rf"(?:{_MONTH_WORD}|(?P<y>今年|明年)?(?P<m>{NUMBER})月份?|(?<![年0-9])月)(?P<part>底|末|初|上旬|中旬|"
            rf"下旬|中(?![国小学间文心]))"
        ),
        _month_part,
    ),
    DateRule("date.year-part", re.compile(r"(?P<rel>今年|明年|后年)?年(?P<part>底|末|初|中(?![国]))"), _year_part),
    DateRule("date.year-part", re.compile(r"(?P<rel>今年|明年|后年)(?P<part>底|末|初)"), _year_part),
    DateRule(
        "date.english",
        re.compile(rf"\b{_ENGLISH_MONTH}\.? (?P<d>[0-9]{{1,2}})(?:st|nd|rd|th)?(?:,? (?P<y>[0-9]{{4}}))?\b"),
        _english,
    ),
    DateRule(
        "date.english",
        re.compile(rf"\b(?P<d>[0-9]{{1,2}})(?:st|nd|rd|th)? (?:of )?{_ENGLISH_MONTH}(?:,? (?P<y>[0-9]{{4}}))?\b"),
        _english,
    ),
    DateRule(
        "date.month-shifted", re.compile(rf"{_MONTH_WORD}(?![0-9零〇一二三四五六七八九十底初末中上])"), _shifted_month
    ),
    DateRule(
        "date.month",
        re.compile(
            rf"(?<![0-9个.第年零〇一二三四五六七八九十])(?P<m>{NUMBER})月份?(?![0-9零〇一二三四五六七八九十底初末中上嫂饼])"
        ),
        _whole_month,
    ),
    DateRule(
        "date.day-only",
        re.compile(
            rf"(?<![0-9a-z第路街弄巷道栋#.\-/排叫])(?<!排到)(?<!叫到)(?P<d>[0-3]?[0-9]|"
            rf"[一二三四五六七八九十廿]{{1,3}}){_NOT_A_DAY}[日号]{_NOT_A_DAY}"
        ),
        _day_only,
    ),
)
