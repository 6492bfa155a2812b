"""Three truth values: tables, and properties over random trees."""

from datetime import date
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.counts import examples

from changming.guidance.knowledge.conditions import (
    AllOf,
    AnyOf,
    Compare,
    Condition,
    Fact,
    Facts,
    Not,
    Op,
    Rule,
    Truth,
    as_number,
    names_in,
)

DAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("op", "constants", "fact", "expected"),
    [
        (Op.LT, (16,), 15, True),
        (Op.LT, (16,), 16, False),
        (Op.LE, (16,), 16, True),
        (Op.LE, (16,), 17, False),
        (Op.GT, (16,), 16, False),
        (Op.GT, (16,), 17, True),
        (Op.GE, (16,), 16, True),
        (Op.GE, (16,), 15, False),
        (Op.EQ, (16,), 16, True),
        (Op.EQ, (16,), 17, False),
        (Op.LT, (DAY,), date(2026, 11, 21), True),
        (Op.LE, (DAY,), DAY, True),
        (Op.GT, (DAY,), DAY, False),
        (Op.IN, ("lost", "full"), "lost", True),
        (Op.IN, ("lost", "full"), "other", False),
        (Op.IS, (True,), True, True),
        (Op.IS, (False,), True, False),
        (Op.LT, (16,), None, None),
        (Op.IN, ("lost",), None, None),
    ],
)
def test_comparisons(op: Op, constants: tuple[Fact, ...], fact: Fact | None, expected: Truth) -> None:
    assert Rule.of(Compare("x", op, constants)).test({"x": fact}) is expected


def test_an_absent_name_is_not_known() -> None:
    assert Rule.of(Compare("x", Op.LT, (16,))).test({}) is None


def test_regions_compare_by_containment() -> None:
    rule = Rule.of(Compare("city", Op.IN, ("220100", "110000"), region=True))
    places = {"220102": True, "110101": True, "220200": False, "220000": None, "330000": False}
    assert {place: rule.test({"city": place}) for place in places} == places
    assert rule.test({"city": None}) is None


def test_text_has_no_order() -> None:
    with pytest.raises(TypeError):
        as_number("lost")


KLEENE: list[Truth] = [True, False, None]


def parts(truths: tuple[Truth, ...]) -> tuple[tuple[Condition, ...], Facts]:
    names = "abc"[: len(truths)]
    return tuple(Compare(name, Op.IS, (True,)) for name in names), dict(zip(names, truths, strict=True))


@pytest.mark.parametrize("truths", list(product(KLEENE, repeat=3)))
def test_all_any_not_follow_kleene(truths: tuple[Truth, ...]) -> None:
    trees, facts = parts(truths)
    every = False if False in truths else None if None in truths else True
    some = True if True in truths else None if None in truths else False
    assert Rule.of(AllOf(trees)).test(facts) is every
    assert Rule.of(AnyOf(trees)).test(facts) is some
    first = truths[0]
    assert Rule.of(Not(trees[0])).test(facts) is (None if first is None else not first)


def test_an_empty_group() -> None:
    assert Rule.of(AllOf(())).test({}) is True
    assert Rule.of(AnyOf(())).test({}) is False


DOMAINS: dict[str, list[Fact]] = {
    "age": [0, 15, 16, 17, 60],
    "reason": ["lost", "full", "other"],
    "staff": [True, False],
    "day": [date(2026, 11, 21), DAY],
}
LEAVES = st.one_of(
    st.builds(lambda op, n: Compare("age", op, (n,)), st.sampled_from([*list(Op)[:5]]), st.sampled_from([15, 16, 60])),
    st.builds(lambda c: Compare("reason", Op.IN, tuple(c)), st.sets(st.sampled_from(["lost", "full"]), min_size=1)),
    st.builds(lambda b: Compare("staff", Op.IS, (b,)), st.booleans()),
    st.builds(lambda op: Compare("day", op, (DAY,)), st.sampled_from([Op.LT, Op.GE])),
)
TREES: st.SearchStrategy[Condition] = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(lambda p: AllOf(tuple(p)), st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda p: AnyOf(tuple(p)), st.lists(inner, min_size=1, max_size=3)),
        st.builds(Not, inner),
    ),
    max_leaves=8,
)
FACTS = st.fixed_dictionaries({}, optional={name: st.sampled_from([*d, None]) for name, d in DOMAINS.items()})


def completions(facts: Facts, names: frozenset[str]) -> list[Facts]:
    missing = [name for name in sorted(names) if facts.get(name) is None]
    return [
        {**facts, **dict(zip(missing, combination, strict=True))}
        for combination in product(*(DOMAINS[name] for name in missing))
    ]


def reference(tree: Condition, facts: Facts) -> Truth:
    """A slow second opinion, written from the definition."""
    if isinstance(tree, Compare):
        fact, bound = facts.get(tree.name), tree.constants
        if fact is None:
            return None
        if tree.op in (Op.IN, Op.IS, Op.EQ):
            return any(type(fact) is type(b) and fact == b for b in bound)
        here, there = as_number(fact), as_number(bound[0])
        return {Op.LT: here < there, Op.LE: here <= there, Op.GT: here > there, Op.GE: here >= there}[tree.op]
    if isinstance(tree, Not):
        truth = reference(tree.part, facts)
        return None if truth is None else not truth
    truths = [reference(part, facts) for part in tree.parts]
    decisive = isinstance(tree, AnyOf)
    return decisive if decisive in truths else None if None in truths else not decisive


@settings(max_examples=examples(300), deadline=None)
@given(TREES, FACTS)
def test_compiled_rules_equal_the_reference(tree: Condition, facts: Facts) -> None:
    assert Rule.of(tree).test(facts) is reference(tree, facts)


@settings(max_examples=examples(200), deadline=None)
@given(TREES, FACTS)
def test_a_decided_rule_holds_whatever_is_learned_later(tree: Condition, facts: Facts) -> None:
    rule = Rule.of(tree)
    truth = rule.test(facts)
    if truth is not None:
        assert {rule.test(full) for full in completions(facts, names_in(tree))} == {truth}


@settings(max_examples=examples(200), deadline=None)
@given(TREES, FACTS)
def test_what_an_open_rule_waits_for_decides_it(tree: Condition, facts: Facts) -> None:
    rule = Rule.of(tree)
    waits = rule.waits(facts)
    assert waits <= {name for name in names_in(tree) if facts.get(name) is None}
    assert bool(waits) is (rule.test(facts) is None)
    for full in completions(facts, waits):
        assert rule.test(full) is not None
