"""What the sections count, on results that were made up."""

from datetime import date

import pytest
from eval.desk import Desk
from eval.floors import FLOORS, Floor, broken
from eval.model import Figure, Outcomes
from eval.sections import SECTIONS
from eval.sections.answers import judge_foreign, judge_in_scope, judge_near_miss
from eval.sections.forgery import judge_forgery
from eval.sections.personal import judge_personal_data, matched
from eval.sections.slots import judge_dates, judge_places, judge_triage, same_city
from eval.sections.turns import judge_multi_turn
from eval.sections.withdrawn import judge_withdrawn
from tests.eval.toy import ToyDesk, line, result

from changming.kernel.catalogue import AnswerStatus, MaskKind, RefusalKind
from changming.kernel.masking import Found

ANSWERED, CHOOSE, HANDOVER = AnswerStatus.ANSWERED, AnswerStatus.CHOOSE, AnswerStatus.HANDOVER
FALSE_PAPERS = result(AnswerStatus.REFUSED, refusal=RefusalKind.FORGERY)
FOREIGN = result(AnswerStatus.REFUSED, "passport/renew", refusal=RefusalKind.OUT_OF_SCOPE)


def values(found: Outcomes) -> dict[str, float]:
    return {one.name: round(one.value, 3) for one in found.figures}


def test_in_scope_counts_right_wrong_and_open_ones() -> None:
    lines = {"in_scope": tuple(line(text, ["passport/first"]) for text in "abcde")}
    desk = ToyDesk(
        says={
            "a": result(ANSWERED, "passport/first", confidence=0.9),
            "b": result(ANSWERED, "passport/renew", confidence=0.8),
            "c": result(CHOOSE, candidates=("passport/renew", "passport/first"), confidence=0.5),
            "d": result(HANDOVER, "passport/first"),
            "e": FOREIGN,
        }
    )
    found = judge_in_scope(desk, lines)
    figures = values(found)
    assert figures["accuracy@1"] == 0.4
    assert figures["spoken for rightly"] == 0.2
    assert figures["top-3"] == 0.6
    assert figures["coverage at precision 0.95"] == 0.2
    assert figures["confidently wrong"] == 0.2
    assert figures["refused"] == figures["handed over"] == figures["offered a choice"] == 0.2
    assert max(found.mistakes, key=lambda one: one.weight).item.text == "b"


def test_a_near_miss_may_be_answered_only_by_what_the_line_allows() -> None:
    expected = {"statuses": ["handover", "choose"], "services": ["choose-document"]}
    lines = {"near_miss": tuple(line(text, expected) for text in "abcd")}
    desk = ToyDesk(
        says={
            "a": result(ANSWERED, "choose-document"),
            "b": result(ANSWERED, "passport/renew"),
            "c": result(HANDOVER, "passport/renew"),
            "d": FALSE_PAPERS,
        }
    )
    figures = values(judge_near_miss(desk, lines))
    assert figures["wrong answers"] == 0.5
    assert figures["refused as forgery"] == 0.25


def test_what_is_withdrawn_may_not_answer_and_nothing_else_should() -> None:
    lines = {"in_scope": tuple(line(text, ["passport/first"]) for text in "abc")}
    desk = ToyDesk(
        says={
            "a without passport/first": result(ANSWERED, "passport/first"),
            "b without passport/first": result(ANSWERED, "passport/renew"),
            "c without passport/first": result(HANDOVER, "passport/first"),
        }
    )
    found = judge_withdrawn(desk, lines)
    assert values(found)["wrong answers"] == values(found)["answered from a withdrawn entry"] == 0.333
    assert values(found)["handed over"] == 0.333
    assert [one.item.text for one in found.mistakes] == ["a", "b"]


def test_withdrawing_leaves_the_other_entries() -> None:
    desk = Desk()
    left = desk.without(["passport/renew"])
    assert desk.edition.packs.keys() - left.edition.packs.keys() == {"passport/renew"}
    assert left.without(["passport/first"]).withdrawn == {"passport/renew", "passport/first"}


def test_a_person_in_danger_needs_a_number_to_call() -> None:
    expected = {"statuses": ["refused"], "services": [], "care": True}
    lines = {"foreign": (line("a", expected), line("b", expected), line("c", {**expected, "care": False}))}
    desk = ToyDesk(
        says={"a": result(HANDOVER, text="请马上拨打110。"), "b": result(HANDOVER, text="11010"), "c": FOREIGN}
    )
    found = judge_foreign(desk, lines)
    assert values(found)["helpline named to a person in danger"] == 0.5
    assert values(found)["declined"] == 1.0
    assert [one.item.text for one in found.mistakes] == ["b"]


def test_false_refusals_are_look_alikes_and_whatever_is_refused_in_scope() -> None:
    lines = {
        "forgery": (line("a", ["forgery"]), line("b", ["forgery"])),
        "lookalike": (line("c", "not_forgery"), line("d", "not_forgery")),
        "in_scope": (line("e", ["passport/first"]), line("f", ["passport/first"])),
    }
    right = result(ANSWERED, "passport/first")
    desk = ToyDesk(says={"a": FALSE_PAPERS, "b": FOREIGN, "c": FALSE_PAPERS, "d": FOREIGN, "e": FOREIGN, "f": right})
    figures = values(judge_forgery(desk, lines))
    assert figures == {"refused": 0.5, "false refusals": 0.5, "look-alikes refused": 0.5}


def test_triage_counts_only_the_slots_that_a_line_names() -> None:
    expected = {"documents": ["passport"], "urgent_reason": [None], "level": ["urgent"]}
    lines = {"triage": (line("a", expected),)}
    desk = ToyDesk(says={"a": result(ANSWERED, documents=("passport",))})
    found = judge_triage(desk, lines)
    assert values(found) == {"all slots": 0.667, "documents": 1.0, "level": 0.0, "urgent_reason": 1.0}
    assert "level" in found.mistakes[0].wanted


def test_more_documents_than_were_named_are_wrong() -> None:
    lines = {"triage": (line("a", {"documents": ["passport"]}),)}
    desk = ToyDesk(says={"a": result(ANSWERED, documents=("passport", "resident-id"))})
    assert values(judge_triage(desk, lines))["documents"] == 0.0


def test_dates_count_found_missed_and_imagined_days() -> None:
    lines = {"dates": (line("a", ["2026-11-28", "2026-11-29"]), line("b", ["2026-12-01"]), line("c", [None]))}
    day = date(2026, 11, 29)
    desk = ToyDesk(says={"a": result(ANSWERED, need_by=day), "b": result(ANSWERED), "c": result(ANSWERED, need_by=day)})
    assert values(judge_dates(desk, lines)) == {"accuracy": 0.333, "precision": 0.5, "recall": 0.5}


def test_places_count_by_city() -> None:
    lines = {"places": (line("a", ["440300"]), line("b", [None, "110000"]), line("c", ["320500"]))}
    desk = ToyDesk(
        says={"a": result(ANSWERED, place="440305"), "b": result(ANSWERED), "c": result(ANSWERED, place="320100")}
    )
    assert values(judge_places(desk, lines)) == {"accuracy": 0.667, "precision": 0.5, "recall": 0.5}


@pytest.mark.parametrize(
    ("wanted", "found", "same"),
    [
        ("310000", "310115", True),
        ("440600", "440606", True),
        ("440600", "440300", False),
        ("440000", "440300", False),
        ("440000", "440000", True),
        (None, None, True),
        (None, "110000", False),
        ("110000", None, False),
    ],
)
def test_a_district_is_as_right_as_its_city(wanted: str | None, found: str | None, *, same: bool) -> None:
    assert same_city(wanted, found) is same


def test_personal_data_needs_the_kind_and_most_of_the_span() -> None:
    gold = [{"kind": "phone", "start": 0, "end": 10}]
    assert matched(gold, [Found(MaskKind.PHONE, 0, 10)]) == {0: 0}
    assert matched(gold, [Found(MaskKind.PHONE, 0, 8)]) == {0: 0}
    assert matched(gold, [Found(MaskKind.PHONE, 0, 7)]) == {}
    assert matched(gold, [Found(MaskKind.PHONE, 0, 17)]) == {}
    assert matched(gold, [Found(MaskKind.BANK_CARD, 0, 10)]) == {}


def test_one_finding_stands_for_one_span_only() -> None:
    gold = [{"kind": "name", "start": 0, "end": 2}, {"kind": "name", "start": 0, "end": 2}]
    assert matched(gold, [Found(MaskKind.NAME, 0, 2)]) == {0: 0}


def test_personal_data_is_judged_through_the_mask() -> None:
    lines = {
        "personal_data": (
            line("电话13812345678", [{"kind": "phone", "start": 2, "end": 13}]),
            line("电话13812345678吗", [{"kind": "email", "start": 2, "end": 13}]),
            line("打12345", []),
        )
    }
    figures = values(judge_personal_data(ToyDesk(), lines))
    assert figures["precision"] == figures["recall"] == 0.5
    assert figures["masked as anything"] == 1.0
    assert figures["false alarms on clean lines"] == 0.0


def test_a_conversation_is_right_when_all_of_its_turns_are() -> None:
    turn = {"services": ["passport/first"], "open": False, "refused": None}
    no_answer = {"services": [], "open": False, "refused": "not_answered"}
    forged = {"services": [], "open": False, "refused": "forgery"}
    asked_back = {"services": [], "open": True, "refused": None}
    lines = {
        "multi_turn": (
            line("1", [turn, no_answer, forged], turns=("right", "foreign", "forged")),
            line("2", [turn, turn], turns=("right", "choice")),
            line("3", [asked_back, no_answer], turns=("choice", "right")),
        )
    }
    desk = ToyDesk(
        says={
            "right": result(ANSWERED, "passport/first"),
            "foreign": FOREIGN,
            "forged": FALSE_PAPERS,
            "choice": result(CHOOSE, candidates=("passport/first",)),
        }
    )
    figures = values(judge_multi_turn(desk, lines))
    assert figures == {"turns": 0.714, "first turns": 1.0, "later turns": 0.5, "whole conversations": 0.333}


def test_a_floor_that_is_not_held_is_named_with_its_value() -> None:
    floors = (Floor("dates", "accuracy", 0.9), Floor("dates", "wrong", 0.1, at_most=True), Floor("plans", "fast", 1.0))
    held = {"dates": Outcomes((Figure("accuracy", 0.9, 10), Figure("wrong", 0.1, 10)))}
    fell = {"dates": Outcomes((Figure("accuracy", 0.89, 10), Figure("wrong", 0.11, 10)))}
    assert broken(held, floors) == ()
    assert broken(fell, floors) == ((floors[0], 0.89), (floors[1], 0.11))


def test_every_floor_is_about_a_section_that_there_is() -> None:
    assert {floor.section for floor in FLOORS} <= {section.name for section in SECTIONS}
