"""Dates that count from today: days, weeks, weekdays, working days."""

import re
from datetime import date, timedelta
from re import Match
from typing import Final

from changming.guidance.triage.dates.absolute import last_day, shift_month
from changming.guidance.triage.dates.model import DateRule, Reached
from changming.guidance.triage.dates.numerals import NUMBER, as_number
from changming.guidance.triage.dates.workdays import add_working_days

_DAY_WORDS: Final = {
    "大大后天": 4, "大大后日": 4, "后儿": 2, "后朝": 2, "大后儿": 3, "聽日": 1, "翌日": 1,
    "大后天": 3, "大后日": 3, "后天": 2, "后日": 2, "后晚": 2, "后早": 2, "明天": 1, "明日": 1, "明晚": 1,
    "明早": 1, "明晨": 1,
    "明儿": 1, "听日": 1, "听晚": 1, "听朝": 1, "隔天": 1, "次日": 1, "今天": 0, "今日": 0, "今晚": 0,
    "今早": 0, "今夜": 0,
    "今儿": 0, "当天": 0, "当日": 0, "昨天": -1, "昨日": -1, "昨晚": -1, "昨儿": -1, "寻日": -1, "大前天": -3,
    "大前日": -3, "前天": -2,
    "前日": -2, "前晚": -2,
    "the day after tomorrow": 2, "day after tomorrow": 2, "tomorrow": 1, "tonight": 0, "today": 0, "yesterday": -1,
    "the day before yesterday": -2,
}  # fmt: skip
_UNITS: Final = r"(?P<unit>工作日|天|日(?!元|本)|晚|周|星期|礼拜|个?月|小时|钟头|年)"
_WEEKDAY: Final = r"(?P<w>[一二三四五六日天1-7])"
_WEEK: Final = r"(?:周|星期|礼拜)"
_ENGLISH_DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WEEK_DAYS: Final = 7
_FRIDAY: Final = 4
_LONGEST: Final = 400
_A_FEW: Final = 3


def _day_word(match: Match[str], today: date) -> Reached:
    shift = _DAY_WORDS[match["day"]]
    return Reached(today + timedelta(days=shift), past=shift < 0)


def _coming_morning(_: Match[str], today: date) -> Reached:
    """Tomorrow, or today when it is said in the night."""
    return Reached(today + timedelta(days=1), earliest=today)


def _months_on(today: date, months: int) -> date:
    first = shift_month(today, months)
    return first.replace(day=min(today.day, last_day(first).day))


_DAYS_IN: Final = {"双周": 14, "周": 7, "星期": 7, "礼拜": 7}
_MONTHS_IN: Final = {"月": 1, "个月": 1, "年": 12}
_HOURS: Final = ("小时", "钟头")


def _span(today: date, count: int, unit: str) -> Reached | None:
    """The day that lies ``count`` units after today."""
    if not 0 < count <= _LONGEST:
        return None
    if unit == "工作日":
        reached = add_working_days(today, count)
        return Reached(reached.day, provisional=reached.provisional)
    if unit in _MONTHS_IN:
        return Reached(_months_on(today, count * _MONTHS_IN[unit]))
    days = count // 24 if unit in _HOURS else count * _DAYS_IN.get(unit, 1)
    return Reached(today + timedelta(days=days))


def _counted(match: Match[str], today: date) -> Reached | None:
    count = as_number(match["n"])
    return None if count is None else _span(today, count, match["unit"])


def _couple(match: Match[str], today: date) -> Reached | None:
    """两三天内: the first of the two figures is the safe one."""
    count = as_number(match["n"])
    return None if count is None else _span(today, count, match["unit"])


def _half(match: Match[str], today: date) -> Reached | None:
    return Reached(today + timedelta(days=15)) if "月" in match["half"] else _span(today, 6, "月")


def _and_a_half(match: Match[str], today: date) -> Reached | None:
    """一个半月后: months, and half of one."""
    count = as_number(match["n"])
    months = None if count is None else _span(today, count, "月")
    return None if months is None else Reached(months.value + timedelta(days=15))


def _ago(match: Match[str], today: date) -> Reached | None:
    count = _A_FEW if match["n"].endswith("几") else as_number(match["n"])
    if count is None or not 0 < count <= _LONGEST:
        return None
    unit = match["unit"]
    if unit in _MONTHS_IN:
        return Reached(_months_on(today, -count * _MONTHS_IN[unit]), past=True)
    days = 0 if unit in _HOURS else count * _DAYS_IN.get(unit, 1)
    return Reached(today - timedelta(days=days), past=True)


def _weekday_number(said: str) -> int:
    return "一二三四五六日".find("日" if said == "天" else said) if not said.isdigit() else int(said) - 1


def _weekday(match: Match[str], today: date) -> Reached:
    """A weekday, weeks beginning on Monday. Alone, or of this week but gone by, it is the coming one."""
    weekday = _weekday_number(match["w"])
    monday = today - timedelta(days=today.weekday())
    coming = today + timedelta(days=(weekday - today.weekday()) % _WEEK_DAYS)
    which = match["which"] or ""
    if which in ("上", "上个", "上上", "上上个"):
        return Reached(monday + timedelta(days=weekday - _WEEK_DAYS * which.count("上")), past=True)
    if which in ("下", "下个"):
        value = monday + timedelta(days=weekday + _WEEK_DAYS)
        return Reached(value, earliest=min(value, coming) if coming > today else value)
    if which in ("下下", "下下个"):
        return Reached(monday + timedelta(days=weekday + 2 * _WEEK_DAYS))
    if which:
        return Reached(coming)
    return Reached(coming if coming > today else coming + timedelta(days=_WEEK_DAYS), earliest=coming)


def _week(match: Match[str], today: date) -> Reached:
    """下周, 这周: its Monday, or today when that has gone by."""
    which = match["which"]
    monday = today - timedelta(days=today.weekday())
    if which.startswith("上"):
        return Reached(monday - timedelta(days=_WEEK_DAYS), past=True)
    if match["within"]:
        return Reached(monday + timedelta(days=_WEEK_DAYS * which.count("下") + _WEEK_DAYS - 1), earliest=today)
    return Reached(max(today, monday + timedelta(days=_WEEK_DAYS * which.count("下"))))


def _weekend(match: Match[str], today: date) -> Reached:
    which = match["which"] or ""
    saturday = today + timedelta(days=5 - today.weekday())
    if which.startswith("上"):
        return Reached(saturday - timedelta(days=_WEEK_DAYS), past=True)
    value = saturday + timedelta(days=_WEEK_DAYS * which.count("下"))
    if not which and value < today:
        value += timedelta(days=_WEEK_DAYS)
    return Reached(max(value, today))


def _english_weekday(match: Match[str], today: date) -> Reached:
    weekday = _ENGLISH_DAYS.index(match["w"])
    coming = today + timedelta(days=(weekday - today.weekday()) % _WEEK_DAYS or _WEEK_DAYS)
    if match["which"] == "last":
        return Reached(coming - timedelta(days=_WEEK_DAYS), past=True)
    if match["which"] != "next":
        return Reached(coming)
    monday = today - timedelta(days=today.weekday())
    value = monday + timedelta(days=weekday + _WEEK_DAYS)
    return Reached(value, earliest=min(value, coming))


def _english_weekend(match: Match[str], today: date) -> Reached:
    saturday = today + timedelta(days=5 - today.weekday())
    if match["which"] == "last":
        return Reached(saturday - timedelta(days=_WEEK_DAYS), past=True)
    return Reached(max(today, saturday + timedelta(days=_WEEK_DAYS if match["which"] == "next" else 0)))


_ENGLISH_UNITS: Final = {
    "day": "天",
    "working day": "工作日",
    "business day": "工作日",
    "week": "周",
    "fortnight": "双周",
    "month": "月",
    "hour": "小时",
}
_ENGLISH_NUMBERS: Final = {
    word: n
    for n, word in enumerate(("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"))
}
_ENGLISH_NUMBERS_ANY: Final = "|".join((*_ENGLISH_NUMBERS, "an?", "a couple of"))


def _english_span(match: Match[str], today: date) -> Reached | None:
    said = match["n"]
    count = int(said) if said.isdigit() else _ENGLISH_NUMBERS.get(said, 2 if said.startswith("a couple") else 1)
    reached = _span(today, count, _ENGLISH_UNITS[match["unit"].removesuffix("s")])
    if reached is not None and match["ago"]:
        return Reached(today - (reached.value - today), past=True)
    return reached


def _english_period(match: Match[str], today: date) -> Reached:
    monday = today - timedelta(days=today.weekday())
    shift = 1 if match["which"] == "next" else 0
    if match["unit"] == "week":
        first = monday + timedelta(days=_WEEK_DAYS * shift)
        return Reached(first + timedelta(days=_FRIDAY)) if match["end"] else Reached(max(today, first))
    first = shift_month(today, shift)
    if match["end"]:
        return Reached(last_day(first))
    return Reached(first if shift else today)


_AFTER: Final = r"(?:(?:之?内|以内)(?!的(?!.{0,3}(?:票|飞机|航班|车|考)))|之?后|以后|过后|后)"
_WEEK_WORD: Final = r"(?P<which>上上个?|上个?|下下个?|下个?|这个?|本|今个?)"
_DEPARTURE: Final = r"(?:出发|起飞|动身|走|飞|登机|考试|开考|开学|航班|旅行|出国|出差|报到)"
RELATIVE_RULES: Final = (
    DateRule("date.weekend", re.compile(r"\b(?P<which>next|this|the|coming|last) weekend\b"), _english_weekend),
    DateRule(
        "date.counted",
        re.compile(
            rf"\b(?P<n>[0-9]{{1,3}}|{_ENGLISH_NUMBERS_ANY}) (?P<unit>days?|weeks?|months?)(?P<ago>(?!))?"
            r"(?:'s?|’s?)?(?: time)? from (?:today|now)"
        ),
        _english_span,
    ),
    DateRule("date.counted", re.compile(r"\b(?:in )?(?P<n>a) (?P<unit>fortnight)(?P<ago> ago)?\b"), _english_span),
    DateRule("date.counted", re.compile(rf"{_DEPARTURE}前(?P<n>{NUMBER})个?{_UNITS}"), _counted),
    DateRule(
        "date.counted",
        re.compile(
            rf"\b(?P<n>[0-9]{{1,3}}|{_ENGLISH_NUMBERS_ANY}) (?P<unit>days?|weeks?)(?P<ago>(?!))?"
            r" before (?:my|the|our) (?:flight|trip|exam|departure|journey)"
        ),
        _english_span,
    ),
    DateRule("date.ago", re.compile(rf"(?P<n>{NUMBER}|好?几)个?多?{_UNITS}多?(?:之前|以前|前(?!后))"), _ago),
    DateRule("date.half", re.compile(rf"(?P<half>半个?月|半年)(?:{_AFTER}|(?=就|要))"), _half),
    DateRule("date.half", re.compile(rf"(?P<n>{NUMBER})个半月{_AFTER}"), _and_a_half),
    DateRule(
        "date.counted-couple",
        re.compile(rf"(?P<n>[一两二三四五六七八])(?:到|至|-)?[二三四五六七八九]个?{_UNITS}{_AFTER}"),
        _couple,
    ),
    DateRule("date.counted", re.compile(rf"(?:再?过|等)?(?P<n>{NUMBER})个?{_UNITS}{_AFTER}"), _counted),
    DateRule(
        "date.counted",
        re.compile(rf"(?:再?过|再等|再有|还有|只剩|就剩|剩下|剩|还剩)(?:不到)?(?P<n>{NUMBER})个?{_UNITS}"),
        _counted,
    ),
    DateRule("date.day-word", re.compile("(?P<day>" + "|".join(_DAY_WORDS) + r")(?!之后》)"), _day_word),
    DateRule(
        "date.tonight",
        re.compile(
            r"(?<![天日早晚号月周一二三四五六日])(?P<day>晚上|下午|傍晚|半夜|"
            r"夜里)[0-9一二两三四五六七八九十点半]{0,4}的?(?=高铁|火车|飞机|航班|动车|车票|机票|船)"
        ),
        lambda _, today: Reached(today),
    ),
    DateRule(
        "date.morning",
        re.compile(
            r"\b(?:fly|flight|leave|leaving|depart|departing|travell?ing|train|plane|bus|exam|hearing|need it)\b"
            r"[^.?!,;]{0,12}? in the (?:early )?morning\b"
        ),
        _coming_morning,
    ),
    DateRule("date.weekday", re.compile(rf"{_WEEK_WORD}?{_WEEK}{_WEEKDAY}(?![个周次年月岁])"), _weekday),
    DateRule("date.weekend", re.compile(rf"(?:{_WEEK_WORD})?(?:个)?周末"), _weekend),
    DateRule("date.week", re.compile(rf"{_WEEK_WORD}(?:个)?{_WEEK}(?P<within>之?内|以内)?"), _week),
    DateRule(
        "date.weekday",
        re.compile(r"\b(?:(?P<which>next|this|coming|last) )?(?P<w>" + "|".join(_ENGLISH_DAYS) + r")\b"),
        _english_weekday,
    ),
    DateRule(
        "date.counted",
        re.compile(
            rf"\b(?:in|within|after)? ?(?P<n>[0-9]{{1,3}}|{_ENGLISH_NUMBERS_ANY}) (?P<unit>(?:working |"
            rf"business )?days?|weeks?|months?|hours?)\b(?P<ago> ago)?"
        ),
        _english_span,
    ),
    DateRule(
        "date.week",
        re.compile(r"\b(?P<end>(?:the )?end of )?(?P<which>next|this|the) (?P<unit>week|month)\b"),
        _english_period,
    ),
)
