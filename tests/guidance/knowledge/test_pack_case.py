"""Answers as facts, derived facts, values of the date."""

from collections.abc import Callable, Mapping
from datetime import date

import pytest

from changming.guidance.knowledge import Pack, read_case
from changming.guidance.knowledge.case import (
    Case,
    Known,
    Nothing,
    Undecided,
    as_regions,
    read_answer,
    settle,
    waits_for,
)
from changming.guidance.knowledge.conditions import Fact
from changming.guidance.knowledge.reading.pack import PackReading
from changming.kernel.errors import ChangmingError
from changming.kernel.messages import Lang

NOW = date(2026, 11, 22)


def case(pack: Pack, on: date = NOW, **given: str) -> Case:
    return read_case(pack, on=on, given=given)


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("age", "30", 30),
        ("age", " 0 ", 0),
        ("age", "unknown", None),
        ("staff", "true", True),
        ("staff", "是", True),
        ("staff", "No", False),
        ("staff", "不是", False),
        ("reason", "lost", "lost"),
        ("reason", "丢了", "lost"),
        ("reason", "Pages full", "full"),
        ("city", "220100", "220100"),
        ("expires", "2026-12-01", date(2026, 12, 1)),
    ],
)
def test_answers(pack: Pack, name: str, text: str, expected: Fact | None) -> None:
    assert read_answer(pack.inputs[name], text) == expected


@pytest.mark.parametrize(
    ("name", "text"),
    [
        *[("age", word) for word in ("", "131", "-1", "thirty", "3.5", "9" * 5000)],
        *[("staff", word) for word in ("maybe", "1")],
        *[("reason", word) for word in ("", "stolen", "LOST")],
        *[("city", word) for word in ("长春", "2201", "2201000")],
        *[("expires", word) for word in ("soon", "2019-12-31", "2026-02-30")],
    ],
)
def test_what_is_no_answer_is_refused_without_repeating_it(pack: Pack, name: str, text: str) -> None:
    with pytest.raises(ChangmingError) as caught:
        read_case(pack, on=NOW, given={name: text})
    assert (caught.value.code, caught.value.status) == ("answer_not_valid", 422)
    assert name in caught.value.message(Lang.ZH)
    assert not text or text not in caught.value.message(Lang.EN) + caught.value.next_step(Lang.EN)


def test_answers_to_other_packs_are_left_aside(pack: Pack) -> None:
    assert "shoe_size" not in case(pack, shoe_size="44", age="30").facts


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, {"local": None, "nearby": None, "pilot": None, "short": None, "adult_at_home": None}),
        ({"home": "220102", "city": "220100"}, {"local": True, "nearby": True, "pilot": True}),
        ({"home": "220100", "city": "220200"}, {"local": False, "nearby": True, "adult_at_home": False}),
        ({"home": "220000", "city": "220200"}, {"local": None, "nearby": True, "pilot": None}),
        ({"home": "330100"}, {"pilot": None}),  # the list is known to be incomplete
        ({"age": "15"}, {"adult_at_home": False}),
        ({"age": "16", "home": "220100", "city": "220100"}, {"adult_at_home": True}),
        ({"expires": "2026-12-01", "leaves": "2026-12-02"}, {"short": True}),
        ({"expires": "2026-12-01", "leaves": "2026-12-01"}, {"short": False}),
    ],
)
def test_derived_facts(pack: Pack, given: Mapping[str, str], expected: Mapping[str, bool | None]) -> None:
    facts = read_case(pack, on=NOW, given=given).facts
    assert {name: facts[name] for name in expected} == expected


def test_a_list_of_regions_is_that_of_the_date(pack: Pack) -> None:
    before, day = date(2025, 11, 19), date(2025, 11, 20)
    assert case(pack, before, home="220100").facts["pilot"] is False
    assert case(pack, day, home="220100").facts["pilot"] is True


def test_two_enums_compare(changed: Callable[..., PackReading]) -> None:
    options = "{expiring: {zh: 甲, en: A}, lost: {zh: 乙, en: B}, full: {zh: 丙, en: C}}"
    other = f"  other: {{type: enum, of: {options}, ask: {{zh: 问, en: Q}}, why: {{zh: 因, en: W}}}}\n"
    pack = changed(
        ("  age: {type", other + "  age: {type"),
        ("nearby: {same: [home, city], level: province}", "nearby: {same: [reason, other]}"),
    ).pack
    assert pack is not None
    assert case(pack, reason="lost", other="乙").facts["nearby"] is True
    assert case(pack, reason="lost", other="full").facts["nearby"] is False


def figures(pack: Pack, name: str, on: date = NOW, **given: str) -> object:
    settled = settle(pack.values[name], on, case(pack, on, **given).facts)
    if isinstance(settled, Known):
        return settled.row.figure
    return settled.dated if isinstance(settled, Nothing) else [row.figure for row in settled.rows]


def test_values_by_date_and_case(pack: Pack) -> None:
    assert figures(pack, "fee", date(2024, 12, 31)) == 160
    assert figures(pack, "fee", date(2025, 1, 1)) == [120, 240]
    assert figures(pack, "fee", date(2025, 1, 1), reason="lost") == 240
    assert figures(pack, "fee", date(2023, 12, 31)) is True  # no row on the date: never the first or the last one
    assert figures(pack, "post_fee") == [15]
    assert figures(pack, "post_fee", city="330100") is False


def test_rows_that_agree_need_no_question(changed: Callable[..., PackReading]) -> None:
    pack = changed(("value: 240", "value: 120")).pack
    assert pack is not None
    assert figures(pack, "fee") == 120
    assert isinstance(settle(pack.values["post_fee"], NOW, {}), Undecided)


def test_only_lists_of_regions_are_lists(pack: Pack) -> None:
    assert as_regions(pack.values["pilots"].rows[1]) == ("220100", "110000")
    with pytest.raises(TypeError):
        as_regions(pack.values["fee"].rows[0])


@pytest.mark.parametrize(
    ("name", "given", "expected"),
    [
        ("age", {}, {"age"}),
        ("local", {}, {"home", "city"}),
        ("local", {"home": "220100"}, {"city"}),
        ("local", {"home": "220000", "city": "220100"}, {"home"}),
        ("local", {"home": "unknown"}, set()),
        ("nearby", {"home": "220000"}, {"city"}),
        ("pilot", {}, {"home"}),
        ("pilot", {"home": "220000"}, {"home"}),
        ("pilot", {"home": "330100"}, set()),
        ("short", {"expires": "2026-12-01"}, {"leaves"}),
        ("adult_at_home", {}, {"age", "home", "city"}),
        ("adult_at_home", {"age": "20", "home": "220100"}, {"city"}),
    ],
)
def test_what_an_open_name_waits_for(pack: Pack, name: str, given: Mapping[str, str], expected: set[str]) -> None:
    assert waits_for(pack, read_case(pack, on=NOW, given=given), frozenset({name})) == expected
