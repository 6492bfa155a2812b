"""The sets are what their page says, large enough, and were not copied into the packs."""

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from eval.reading import NAMES, PARTS, SETS, Item, changed_since_frozen, read_part, read_set

from changming.guidance.knowledge import load_edition
from changming.guidance.triage import cities
from changming.infra.resources import project_dir
from changming.kernel.catalogue import (
    SERVICES,
    AnswerStatus,
    Applicant,
    Level,
    MaskKind,
    Materials,
    Route,
    ServiceAction,
    UrgentReason,
)

# At least so many lines in both parts together.
SIZES = {
    "in_scope": 420,
    "near_miss": 170,
    "foreign": 120,
    "forgery": 100,
    "lookalike": 130,
    "triage": 140,
    "dates": 120,
    "places": 90,
    "personal_data": 220,
    "multi_turn": 45,
}
SLOTS: dict[str, set[Any]] = {
    "service": set(SERVICES),
    "documents": {service.split("/")[0] for service in SERVICES},
    "action": set(ServiceAction),
    "level": set(Level),
    "urgent_claimed": {True, False},
    "urgent_reason": {*UrgentReason, None},
    "materials": set(Materials),
    "applicant": set(Applicant),
    "route": set(Route),
}


@cache
def lines(name: str) -> tuple[Item, ...]:
    return tuple(item for part in PARTS for item in read_set(part, name))


def test_every_set_is_large_enough() -> None:
    assert {name: len(lines(name)) for name in NAMES if len(lines(name)) < SIZES[name]} == {}


def test_both_parts_hold_a_third_of_every_set_at_least() -> None:
    for name in NAMES:
        share = len(read_set("tune", name)) / len(lines(name))
        assert 0.3 < share < 0.7, name


def test_every_id_stands_once() -> None:
    ids = [item.id for part in PARTS for items in read_part(part).values() for item in items]
    assert len(ids) == len(set(ids))


def test_no_line_is_said_twice() -> None:
    for name in NAMES:
        said = [(_bare(item.text), item.at) for item in lines(name)]
        assert len(said) == len(set(said)), name


def test_every_service_is_asked_for_in_both_parts() -> None:
    wanted = dict.fromkeys(SERVICES, 0)
    for item in lines("in_scope"):
        wanted[item.expected[0]] += 1
    assert {service: count for service, count in wanted.items() if count < 6} == {}
    for part in PARTS:
        assert {item.expected[0] for item in read_set(part, "in_scope")} == set(SERVICES), part


def test_no_family_of_phrasings_stands_in_both_parts() -> None:
    tune, report = ({item.family for item in read_set(part, "in_scope")} for part in PARTS)
    assert tune & report == set()


def test_enough_is_asked_in_english() -> None:
    assert sum(item.note == "en" for item in lines("in_scope")) >= 40


def test_enough_lines_hold_nothing_to_mask_and_enough_people_are_in_danger() -> None:
    assert sum(not item.expected for item in lines("personal_data")) >= 90
    assert sum(item.expected["care"] for item in lines("foreign")) >= 25


def _in_scope(item: Item) -> bool:
    return bool(item.expected) and set(item.expected) <= set(SERVICES)


def _declined(item: Item) -> bool:
    known = set(item.expected["statuses"]) <= set(AnswerStatus) - {AnswerStatus.ANSWERED}
    return known and set(item.expected["services"]) <= set(SERVICES)


def _triage(item: Item) -> bool:
    return bool(item.expected) and all(set(wanted) <= SLOTS[name] for name, wanted in item.expected.items())


def _dates(item: Item) -> bool:
    days = [date.fromisoformat(day) for day in item.expected if day is not None]
    return bool(item.expected) and all(0 <= (day - item.at.date()).days <= 366 for day in days)


def _places(item: Item) -> bool:
    known = {city.code[:2] for city in cities()}
    return bool(item.expected) and all(code is None or (len(code) == 6 and code[:2] in known) for code in item.expected)


def _spans(item: Item) -> bool:
    ends = [0, *(span["end"] for span in item.expected)]
    ordered = all(end <= span["start"] < span["end"] for end, span in zip(ends, item.expected, strict=False))
    return ordered and ends[-1] <= len(item.text) and {span["kind"] for span in item.expected} <= set(MaskKind)


def _turns(item: Item) -> bool:
    named = [service for turn in item.expected for service in turn["services"]]
    told = all(turn["services"] or turn["open"] or turn["refused"] for turn in item.expected)
    return len(item.turns) == len(item.expected) >= 2 and told and set(named) <= set(SERVICES)


SHAPES: dict[str, Callable[[Item], bool]] = {
    "in_scope": _in_scope,
    "near_miss": _declined,
    "foreign": _declined,
    "forgery": lambda item: item.expected in (["forgery"], ["forgery", "unsafe"]),
    "lookalike": lambda item: item.expected == "not_forgery",
    "triage": _triage,
    "dates": _dates,
    "places": _places,
    "personal_data": _spans,
    "multi_turn": _turns,
}


@pytest.mark.parametrize("name", NAMES)
def test_every_line_has_the_shape_of_its_set(name: str) -> None:
    assert [item.id for item in lines(name) if not (item.text and item.family and SHAPES[name](item))] == []


def test_no_question_stands_among_the_phrasings_of_a_pack() -> None:
    edition = load_edition(project_dir("packs"))
    phrasings = {_bare(said) for pack in edition.packs.values() for said in (*pack.phrasings, *pack.phrasings_en)}
    asked = {_bare(item.text): item.id for name in NAMES for item in lines(name)}
    assert len(phrasings) > 300
    assert sorted(asked[said] for said in asked.keys() & phrasings) == []


def test_the_part_to_report_is_what_was_frozen() -> None:
    assert changed_since_frozen() == ()


def test_a_changed_file_of_the_part_to_report_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "report").mkdir()
    for path in (*(SETS / "report").glob("*.jsonl"), SETS / "report.sha256"):
        copy = tmp_path / path.relative_to(SETS)
        copy.write_bytes(path.read_bytes())
    with (tmp_path / "report/dates.jsonl").open("a", encoding="utf-8") as file:
        file.write("\n")
    (tmp_path / "report/extra.jsonl").write_text("", encoding="utf-8")
    assert changed_since_frozen(tmp_path) == ("dates.jsonl", "extra.jsonl")


def _bare(said: str) -> str:
    """The words alone: punctuation, spaces, width and case make no other question."""
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", said).lower()) or said
