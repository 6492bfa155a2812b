"""Case analysis: one representative per class is every case there is."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.counts import examples

from changming.guidance.knowledge.cells import cells, classes, compares_in, count
from changming.guidance.knowledge.conditions import AllOf, AnyOf, Compare, Condition, Fact, Not, Op, Rule
from changming.guidance.knowledge.kinds import InputKind
from changming.guidance.knowledge.model import Bilingual, Derived, Input, Named, Same

WORDS = Bilingual("", "")
YES = True


def asked(name: str, kind: InputKind, low: int | date | None = None, high: int | date | None = None) -> Input:
    options = dict.fromkeys(("lost", "full", "other", "more"), WORDS) if kind is InputKind.ENUM else {}
    return Input(name, kind, WORDS, WORDS, None, options, low, high, 1)


INPUTS = {
    "age": asked("age", InputKind.INT, 0, 130),
    "reason": asked("reason", InputKind.ENUM),
    "staff": asked("staff", InputKind.BOOL),
    "city": asked("city", InputKind.REGION),
    "day": asked("day", InputKind.DATE),
}


def one(name: str, op: Op, *constants: Fact) -> Compare:
    return Compare(name, op, constants, region=name == "city")


@pytest.mark.parametrize(
    ("tree", "expected"),
    [
        (one("age", Op.LT, 16), (0, 16)),
        (one("age", Op.LE, 16), (0, 17)),
        (one("age", Op.GT, 16), (0, 17)),
        (one("age", Op.EQ, 16), (0, 16, 17)),
        (one("age", Op.GE, 0), (0,)),
        (one("age", Op.LE, 130), (0,)),
        (one("reason", Op.EQ, "lost"), ("lost", "full")),
        (one("reason", Op.IN, "lost", "full", "other", "more"), ("lost", "full", "other", "more")),
        (one("staff", Op.IS, YES), (True, False)),
        (one("city", Op.IN, "220100", "220000", "110101"), ("110101", "229999", "220199", "990000")),
        (one("day", Op.GE, date(2026, 1, 1)), (date(2025, 12, 31), date(2026, 1, 1))),
        (one("day", Op.GT, date.max), (date(9999, 12, 31),)),
        (one("day", Op.LT, date.min), (date.min,)),
    ],
)
def test_representatives(tree: Compare, expected: tuple[Fact, ...]) -> None:
    assert classes([tree], INPUTS, {}) == {tree.name: expected}


def test_named_conditions_are_opened_and_comparisons_of_inputs_stand_alone() -> None:
    derived: dict[str, Derived] = {
        "local": Same("home", "city", None),
        "adult": Named(Rule.of(AllOf((one("age", Op.GE, 16), one("local", Op.IS, YES))))),
    }
    tree = Not(one("adult", Op.IS, YES))
    assert [compare.name for compare in compares_in(tree, derived)] == ["age", "local"]
    found = classes([tree], INPUTS, derived)
    assert found == {"age": (0, 16), "local": (True, False)}
    assert count(found) == 4
    assert [cell["adult"] for cell in cells(found, derived)] == [False, False, True, False]


def test_no_conditions_make_one_empty_cell() -> None:
    assert list(cells(classes([], INPUTS, {}), {})) == [{}]


COMPARES = st.one_of(
    st.builds(lambda op, n: one("age", op, n), st.sampled_from(list(Op)[:5]), st.integers(0, 130)),
    st.builds(lambda c: one("reason", Op.IN, *sorted(c)), st.sets(st.sampled_from(["lost", "full"]), min_size=1)),
    st.builds(lambda b: one("staff", Op.IS, b), st.booleans()),
    st.builds(
        lambda c: one("city", Op.IN, *sorted(c)),
        st.sets(st.sampled_from(["220100", "220000", "220102", "110000", "429004"]), min_size=1),
    ),
    st.builds(
        lambda op, n: one("day", op, date(2026, 1, n)), st.sampled_from([Op.LT, Op.GE, Op.GT, Op.EQ]), st.integers(1, 9)
    ),
)
TREES: st.SearchStrategy[Condition] = st.recursive(
    COMPARES,
    lambda inner: st.one_of(
        st.builds(lambda p: AllOf(tuple(p)), st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda p: AnyOf(tuple(p)), st.lists(inner, min_size=1, max_size=3)),
        st.builds(Not, inner),
    ),
    max_leaves=4,
)
PEOPLE = st.fixed_dictionaries(
    {
        "age": st.integers(0, 130),
        "reason": st.sampled_from(["lost", "full", "other", "more"]),
        "staff": st.booleans(),
        "city": st.sampled_from(["220102", "220103", "220202", "110101", "429004", "330106"]),
        "day": st.dates(date(2025, 12, 1), date(2026, 2, 1)),
    }
)


@settings(max_examples=examples(200), deadline=None)
@given(st.lists(TREES, min_size=1, max_size=3), PEOPLE)
def test_every_person_is_decided_like_some_cell(trees: list[Condition], person: dict[str, Fact]) -> None:
    rules = [Rule.of(tree) for tree in trees]
    verdict = tuple(rule.test(person) for rule in rules)
    every = {tuple(rule.test(cell) for rule in rules) for cell in cells(classes(trees, INPUTS, {}), {})}
    assert verdict in every
    assert all(None not in cell for cell in every)
