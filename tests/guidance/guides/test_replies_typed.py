from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.counts import examples
from tests.guidance.guides.conftest import read_sample

from changming.guidance.guides import Misread, Reply, read_typed
from changming.guidance.knowledge import DONT_KNOW, read_answer
from changming.guidance.triage import cities, look_up_places, place_name

TODAY = date(2026, 11, 22)
INPUTS = {**read_sample("passport/first").inputs, **read_sample("life-event/newborn").inputs}


@pytest.mark.parametrize(
    ("name", "typed", "value"),
    [
        ("age", "8", "8"),
        ("age", " 八岁 ", "8"),
        ("age", "１６周岁", "16"),
        ("age", "三十五", "35"),
        ("home_city", "长春", "220100"),
        ("home_city", "吉林长春", "220100"),
        ("home_city", "北京朝阳区", "110105"),
        ("home_city", "上海 浦东", "310115"),
        ("home_city", "長春", "220100"),
        ("home_city", "220100", "220100"),
        ("leaves_on", "2026-12-01", "2026-12-01"),
        ("leaves_on", "明天", "2026-11-23"),
        ("leaves_on", "12月1日", "2026-12-01"),
        ("reason", "study", "study"),
        ("reason", "留学", "留学"),
        ("abroad", "true", "true"),
        ("abroad", DONT_KNOW, DONT_KNOW),
        ("age", DONT_KNOW, DONT_KNOW),
    ],
)
def test_what_people_write_is_understood(name: str, typed: str, value: str) -> None:
    assert read_typed(INPUTS[name], typed, today=TODAY) == Reply(value)


@pytest.mark.parametrize(
    ("name", "typed", "code"),
    [
        ("age", "", "empty"),
        ("age", "  ", "empty"),
        ("age", "很大", "number"),
        ("age", "8 或 9", "number"),
        ("age", "131", "number_range"),
        ("age", "-1", "number_range"),
        ("home_city", "火星", "place"),
        ("home_city", "朝阳区", "place_which"),
        ("home_city", "长" * 61, "too_long"),
        ("leaves_on", "哪天都行", "date"),
        ("leaves_on", "1999-01-01", "date_range"),
        ("leaves_on", "9999-01-01", "date_range"),
        ("reason", "no-such", "option"),
        ("abroad", "也许", "option"),
    ],
)
def test_what_is_no_answer_is_said_by_its_kind(name: str, typed: str, code: str) -> None:
    found = read_typed(INPUTS[name], typed, today=TODAY)
    assert isinstance(found, Misread)
    assert found.code == code


def test_an_ambiguous_name_gives_its_places_to_choose_from() -> None:
    found = read_typed(INPUTS["home_city"], "朝阳区", today=TODAY)
    assert isinstance(found, Misread)
    assert [(one.code, one.name) for one in found.places] == [
        ("110105", "北京市朝阳区"),
        ("220104", "吉林省长春市朝阳区"),
    ]
    assert [one.code for one in look_up_places("吉林")] == ["220000", "220200"]


def test_every_city_is_found_by_its_name() -> None:
    assert len(cities()) > 330
    for city in cities():
        assert city.code in [place.code for place in look_up_places(city.name)], city
    assert place_name("330106") == "浙江省杭州市西湖区"
    assert place_name("999999") == "999999"


@settings(max_examples=examples(300))
@given(st.sampled_from(sorted(INPUTS)), st.text(max_size=80))
def test_any_text_is_an_answer_the_pack_reads_or_is_refused(name: str, typed: str) -> None:
    found = read_typed(INPUTS[name], typed, today=TODAY)
    if isinstance(found, Reply):
        read_answer(INPUTS[name], found.value)
