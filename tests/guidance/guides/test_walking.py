from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.counts import examples
from tests.guidance.guides.conftest import read_sample

from changming.guidance.guides import walk
from changming.guidance.knowledge import DONT_KNOW, Edition, InputKind

ON = date(2026, 11, 22)
PASSPORT = read_sample("passport/first")
VALUES = {
    "age": ["8", "16", "40", DONT_KNOW],
    "home_city": ["110000", "220100", "220000", "440300", DONT_KNOW],
    "city": ["110105", "220100", DONT_KNOW],
    "reason": ["trip", "study", DONT_KNOW],
    "leaves_on": ["2026-12-01", "2028-01-01", DONT_KNOW],
}
PEOPLE = st.fixed_dictionaries({}, optional={name: st.sampled_from(values) for name, values in VALUES.items()})


def asked(answers: dict[str, str]) -> str | None:
    question = walk(PASSPORT, answers, on=ON).question
    return None if question is None else question.name


def test_one_question_after_the_other_and_only_those_that_matter() -> None:
    order = []
    answers: dict[str, str] = {}
    while (name := asked(answers)) is not None:
        order.append(name)
        answers[name] = VALUES[name][0]
    assert order == ["age", "home_city", "city", "reason"], "the day of a trip decides nothing"
    assert walk(PASSPORT, answers, on=ON).left == 0


def test_an_earlier_answer_is_changed_and_later_ones_stay() -> None:
    answers = {"age": "8", "home_city": "220100", "city": "220100", "reason": "study", "leaves_on": "2026-12-01"}
    whole = walk(PASSPORT, answers, on=ON)
    assert [one.asked.name for one in whole.answered] == list(answers)
    other = walk(PASSPORT, {**answers, "reason": "trip"}, on=ON)
    assert "leaves_on" not in other.given, "it decides nothing any more"
    assert walk(PASSPORT, {**answers, "reason": "study"}, on=ON) == whole, "and counts again when it does"
    assert walk(PASSPORT, {**answers, "age": DONT_KNOW}, on=ON).given["city"] == "220100"


def test_dont_know_is_an_answer_and_not_asked_again() -> None:
    assert asked({"age": DONT_KNOW}) == "home_city"
    found = walk(PASSPORT, {"age": DONT_KNOW}, on=ON)
    assert found.answered[0].unknown


def test_a_place_too_large_to_tell_is_asked_again() -> None:
    found = walk(PASSPORT, {"age": "40", "home_city": "220000", "city": "220100"}, on=ON)
    assert found.question is not None
    assert found.question.name == "home_city"
    assert [one.asked.name for one in found.answered if one.coarse] == ["home_city"]


def test_answers_that_todays_pack_does_not_know_are_dropped_and_counted() -> None:
    found = walk(PASSPORT, {"age": "999", "reason": "gone", "was": "x", "home_city": "220100"}, on=ON)
    assert found.dropped == 3
    assert found.given == {"home_city": "220100"}, "what still counts does, whatever comes before it"
    assert found.question is not None


def test_before_its_first_day_a_pack_asks_nothing() -> None:
    found = walk(PASSPORT, {}, on=date(2019, 12, 31))
    assert (found.question, found.left, found.judged) == (None, 0, None)


@settings(max_examples=examples(200))
@given(PEOPLE)
def test_there_are_never_more_questions_than_was_said(answers: dict[str, str]) -> None:
    before = walk(PASSPORT, answers, on=ON)
    if before.question is None:
        assert before.left == 0
        return
    for value in VALUES[before.question.name]:
        after = walk(PASSPORT, {**answers, before.question.name: value}, on=ON)
        coarse = any(one.coarse for one in after.answered)
        assert after.left <= before.left - (0 if coarse else 1)


@settings(max_examples=examples(100))
@given(PEOPLE)
def test_what_does_not_count_changes_nothing(answers: dict[str, str]) -> None:
    found = walk(PASSPORT, answers, on=ON)
    again = walk(PASSPORT, found.given, on=ON)
    assert (again.given, again.question, again.judged) == (found.given, found.question, found.judged)


def test_every_shipped_pack_comes_to_an_end_for_somebody_who_knows_nothing(shipped: Edition) -> None:
    for pack in shipped.packs.values():
        answers: dict[str, str] = {}
        found = walk(pack, answers, on=ON)
        while found.question is not None:
            answers[found.question.name] = DONT_KNOW
            after = walk(pack, answers, on=ON)
            assert after.left < found.left, pack.service
            found = after


def test_no_shipped_pack_asks_more_than_it_said(shipped: Edition) -> None:
    for pack in shipped.packs.values():
        for example in pack.tests:
            answers: dict[str, str] = {}
            found = walk(pack, answers, on=ON)
            while found.question is not None and (value := example.given.get(found.question.name)):
                if found.question.name in answers:
                    break  # a place too large to tell, asked again
                answers[found.question.name] = value
                after = walk(pack, answers, on=ON)
                assert after.left <= found.left, (pack.service, example.name)
                found = after


def test_every_kind_of_question_stands_in_the_sample() -> None:
    kinds = {asked.kind for asked in PASSPORT.inputs.values()}
    assert kinds | {InputKind.BOOL} == set(InputKind)
