import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.counts import examples, no_runaway

from changming.guidance.triage import add_working_days, find_dates, is_working_day, read
from changming.guidance.triage.dates.lunar import from_lunar, new_years_eve
from changming.guidance.triage.dates.numerals import as_number

TODAY = date(2026, 11, 22)  # a Sunday

AHEAD = [
    ("今晚的飞机", "2026-11-22"),
    ("明早八点走", "2026-11-23"),
    ("我明天就要出差", "2026-11-23"),
    ("后天考试", "2026-11-24"),
    ("大后天出发", "2026-11-25"),
    ("大大后天报到", "2026-11-26"),
    ("后儿个考试", "2026-11-24"),
    ("晚上的高铁", "2026-11-22"),
    ("下周内要办好", "2026-11-29"),
    ("本月内", "2026-11-30"),
    ("年前要回家", "2027-02-05"),
    ("春节前一天", "2027-02-05"),
    ("元旦前两天", "2026-12-30"),
    ("元旦放假去澳门", "2027-01-01"),
    ("下个月第一个周一报到", "2026-12-07"),
    ("1月的最后一个周五", "2027-01-29"),
    ("20261203就要飞了", "2026-12-03"),
    ("12-20要走", "2026-12-20"),
    ("11.28要去台湾", "2026-11-28"),
    ("12月3、4号就要用", "2026-12-03"),
    ("31/12/2026", "2026-12-31"),
    ("by the 5th", "2026-12-05"),
    ("a week from today", "2026-11-29"),
    ("in a fortnight", "2026-12-06"),
    ("next weekend", "2026-11-28"),
    ("by the end of next week", "2026-11-27"),
    ("next month on the 10th", "2026-12-10"),
    ("the second saturday of december", "2026-12-12"),
    ("before new year's eve", "2026-12-31"),
    ("聽日", "2026-11-23"),
    ("後天", "2026-11-24"),
    ("下周三去北京", "2026-11-25"),
    ("這週五前要用", "2026-11-27"),
    ("周五要用", "2026-11-27"),
    ("星期天要用", "2026-11-29"),
    ("礼拜六考试", "2026-11-28"),
    ("下下周二", "2026-12-01"),
    ("下周一到周三出差", "2026-11-23"),
    ("周末去旅游", "2026-11-28"),
    ("下周", "2026-11-23"),
    ("月底要出国", "2026-11-30"),
    ("下月初走", "2026-12-01"),
    ("下个月15号开学", "2026-12-15"),
    ("本月30号", "2026-11-30"),
    ("十二月初", "2026-12-01"),
    ("12月底", "2026-12-31"),
    ("12月中旬", "2026-12-11"),
    ("年底前", "2026-12-31"),
    ("明年年初", "2027-01-01"),
    ("3月份开学", "2027-03-01"),
    ("下个月", "2026-12-01"),
    ("三天内要拿到", "2026-11-25"),
    ("3天之内", "2026-11-25"),
    ("两三天内", "2026-11-24"),
    ("一周后出发", "2026-11-29"),
    ("两个星期以后", "2026-12-06"),
    ("半个月内", "2026-12-07"),
    ("半年内", "2027-05-22"),
    ("一个月后", "2026-12-22"),
    ("48小时内", "2026-11-24"),
    ("过两天", "2026-11-24"),
    ("只剩5天", "2026-11-27"),
    ("还有三天就走", "2026-11-25"),
    ("15日内", "2026-12-07"),
    ("10日后", "2026-12-02"),
    ("三个工作日内", "2026-11-25"),
    ("5个工作日后", "2026-11-27"),
    ("出发前三天护照丢了", "2026-11-25"),
    ("12月3日飞", "2026-12-03"),
    ("十二月三号", "2026-12-03"),
    ("12/3出发", "2026-12-03"),
    ("12.3号走", "2026-12-03"),
    ("1月5号报到", "2027-01-05"),
    ("2027年1月5日", "2027-01-05"),
    ("2027-01-05", "2027-01-05"),
    ("2027.1.5", "2027-01-05"),
    ("二零二七年一月五日", "2027-01-05"),
    ("２０２７年１月５日", "2027-01-05"),
    ("明年3月1日", "2027-03-01"),
    ("25号要走", "2026-11-25"),
    ("3号要走", "2026-12-03"),
    ("二十五号的飞机", "2026-11-25"),
    ("31号", "2026-12-31"),
    ("2月29日", "2028-02-29"),
    ("12月3日（周四）出发", "2026-12-03"),
    ("12月1日到12月8日", "2026-12-01"),
    ("元旦去香港", "2027-01-01"),
    ("国庆出去玩", "2027-10-01"),
    ("五一", "2027-05-01"),
    ("圣诞节", "2026-12-25"),
    ("春节前要回", "2027-02-06"),
    ("过年回家", "2027-02-06"),
    ("除夕", "2027-02-05"),
    ("大年初三", "2027-02-08"),
    ("正月十五", "2027-02-20"),
    ("腊月二十三", "2027-01-30"),
    ("农历十二月初八", "2027-01-15"),
    ("中秋", "2027-09-15"),
    ("端午节前", "2027-06-09"),
    ("年后去", "2027-02-13"),
    ("I fly tomorrow", "2026-11-23"),
    ("by next Wednesday", "2026-11-25"),
    ("this Friday", "2026-11-27"),
    ("within 3 working days", "2026-11-25"),
    ("in two weeks", "2026-12-06"),
    ("end of the month", "2026-11-30"),
    ("on December 3rd", "2026-12-03"),
    ("3 Dec 2026", "2026-12-03"),
    ("stolen three days before my flight", "2026-11-25"),
]
PAST = [
    "三年前办的",
    "昨天丢了",
    "上周三丢的",
    "两个月前",
    "去年12月",
    "前天",
    "2020年5月1日",
    "yesterday",
    "two weeks ago",
]
NONE = [
    "3号窗口在哪",
    "坐10号线",
    "我28岁",
    "地铁3号口",
    "一号文件",
    "第3号公告",
    "有效期10年",
    "身份证20年",
    "每天几点上班",
    "今日头条",
    "《明日之后》",
    "南京东路5号楼",
    "120元",
    "12345",
    "99号",
    "13月40号",
    "孩子3个月了",
    "二十年那张身份证",
    "三日游",
    "1.2.3版本",
    "打12367",
    "排到12号",
    "十天半个月能等",
    "单号20261128001查一下",
    "周一围",
    "v1.12",
    "0/0",
    "",
]


@pytest.mark.parametrize(("text", "expected"), AHEAD)
def test_a_date_ahead_is_a_calendar_date(text: str, expected: str) -> None:
    found = find_dates(read(text).text, TODAY)
    assert found, text
    assert (found[0].value.isoformat(), found[0].past) == (expected, False)


@pytest.mark.parametrize("text", PAST)
def test_the_past_is_marked_as_past(text: str) -> None:
    assert [found.past for found in find_dates(read(text).text, TODAY)] == [True]


@pytest.mark.parametrize("text", NONE)
def test_what_only_looks_like_a_date_is_none(text: str) -> None:
    assert find_dates(read(text).text, TODAY) == ()


def test_next_wednesday_may_be_the_coming_one_and_both_are_told() -> None:
    (found,) = find_dates("下周三出发", date(2026, 11, 23))  # a Monday
    assert (found.value, found.earliest) == (date(2026, 12, 2), date(2026, 11, 25))


def test_the_public_yardstick_keeps_its_floor() -> None:
    file = Path(__file__).parent / "data" / "zh_dates_external.jsonl"
    cases = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    right = 0
    for case in cases:
        found = find_dates(read(case["text"]).text, date.fromisoformat(case["ref"]))
        right += case["date"] in {hit.value.isoformat() for hit in found}
    assert right / len(cases) >= 0.88, f"{right} of {len(cases)}"


def test_working_days_follow_the_notice_of_2026() -> None:
    assert not is_working_day(date(2026, 2, 16))  # Spring Festival
    assert is_working_day(date(2026, 2, 14))  # a working Saturday
    assert add_working_days(date(2026, 2, 12), 7) == (date(2026, 2, 28), False)
    assert add_working_days(date(2026, 4, 28), 5) == (date(2026, 5, 8), False)
    assert add_working_days(date(2026, 12, 30), 3) == (date(2027, 1, 4), True)


@pytest.mark.parametrize(
    ("year", "first"),
    [(2020, "2020-01-25"), (2023, "2023-01-22"), (2026, "2026-02-17"), (2027, "2027-02-06"), (2033, "2033-01-31")],
)
def test_the_lunar_table_knows_the_spring_festivals(year: int, first: str) -> None:
    assert from_lunar(year, 1, 1) == date.fromisoformat(first)
    assert new_years_eve(year) == date.fromordinal(date.fromisoformat(first).toordinal() - 1)


def test_lunar_days_that_do_not_exist_give_nothing() -> None:
    assert from_lunar(2026, 13, 1) is None
    assert from_lunar(2026, 2, 31) is None
    assert from_lunar(1800, 1, 1) is None


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("12", 12),
        ("十", 10),
        ("十二", 12),
        ("二十", 20),
        ("廿三", 23),
        ("三十一", 31),
        ("一百二十", 120),
        ("两", 2),
        ("一零", 10),
    ],
)
def test_numerals(said: str, number: int) -> None:
    assert as_number(said) == number


@given(st.text(max_size=120), st.dates())
@settings(max_examples=examples(300), deadline=None)
def test_any_text_on_any_day_raises_nothing(text: str, day: date) -> None:
    reading = read(text)
    for found in find_dates(reading.text, day):
        assert 0 <= found.start < found.end <= len(reading.text)


@given(st.dates(date(2026, 11, 22), date(2027, 11, 20)))
def test_a_date_written_out_is_read_back(day: date) -> None:
    assert [hit.value for hit in find_dates(f"{day.year}年{day.month}月{day.day}日出发", TODAY)] == [day]
    assert [hit.value for hit in find_dates(f"{day.month}月{day.day}号出发", TODAY)] == [day]


@pytest.mark.parametrize("piece", ["1", "一", "月", "3号", "周三", "12-11-10", "a day ", "下", "年"])
def test_long_texts_come_to_an_end(piece: str) -> None:
    with no_runaway():
        find_dates((piece * 60_000)[:60_000], TODAY)


@pytest.mark.parametrize(
    ("text", "today", "back"),
    [
        ("国庆节后第一天上班要交", "2026-09-01", "2026-10-08"),
        ("端午后要用", "2026-06-01", "2026-06-22"),
        ("春节后第一个工作日", "2026-02-01", "2026-02-24"),
    ],
)
def test_after_a_holiday_is_the_first_working_day_after_its_days_off(text: str, today: str, back: str) -> None:
    found = find_dates(read(text).text, date.fromisoformat(today))
    assert [hit.value.isoformat() for hit in found] == [back]


def test_a_capital_that_grows_in_lower_case_shifts_nothing() -> None:
    reading = read("İİİ明天要用护照")
    assert len(reading.text) == len(reading.original)
    start = reading.text.index("护照")
    assert reading.quote(start, start + 2) == "护照"
