"""Conditions against CEL, an evaluator that shares no line with ours: the same truth for every tree and every case.

"Not known yet" is for CEL a variable that is not defined, which is an error that ``&&`` and ``||`` absorb.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime

import cel
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.counts import examples

from changming.guidance.knowledge import Pack
from changming.guidance.knowledge.cel import derived_to_cel, to_cel
from changming.guidance.knowledge.changes.pieces import rules_of
from changming.guidance.knowledge.conditions import AllOf, AnyOf, Compare, Condition, Fact, Not, Op, Rule, names_in

CASES = 10
"""Cases a tree: 500 trees make 5,000 comparisons in ``make test`` and 50,000 in ``make deep``."""

ORDER = st.sampled_from([Op.LT, Op.LE, Op.GT, Op.GE, Op.EQ])
OPTIONS = ("lost", "full", "stolen")
PLACES = ("110000", "110105", "220000", "220100", "220102", "320500")
FACTS: dict[str, st.SearchStrategy[Fact]] = {
    "age": st.integers(-2, 3),
    "count": st.integers(0, 2),
    "leaves": st.dates(date(2026, 1, 1), date(2026, 1, 4)),
    "reason": st.sampled_from(OPTIONS),
    "place": st.sampled_from(PLACES),
    "staff": st.booleans(),
    "local": st.booleans(),
}


def ordered(name: str) -> st.SearchStrategy[Condition]:
    return st.builds(lambda op, fact: Compare(name, op, (fact,)), ORDER, FACTS[name])


def chosen(name: str, values: tuple[str, ...], *, region: bool) -> st.SearchStrategy[Condition]:
    one = st.builds(lambda fact: Compare(name, Op.EQ, (fact,), region=region), st.sampled_from(values))
    many = st.lists(st.sampled_from(values), min_size=1, max_size=3, unique=True)
    return one | many.map(lambda facts: Compare(name, Op.IN, tuple(facts), region=region))


def flag(name: str) -> st.SearchStrategy[Condition]:
    return st.booleans().map(lambda truth: Compare(name, Op.IS, (truth,)))


LEAVES = st.one_of(
    *(ordered(name) for name in ("age", "count", "leaves")),
    chosen("reason", OPTIONS, region=False),
    chosen("place", PLACES, region=True),
    flag("staff"),
    flag("local"),
)


def branch(parts: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    several = st.lists(parts, min_size=1, max_size=4).map(tuple)
    return several.map(AllOf) | several.map(AnyOf) | parts.map(Not)


TREES: st.SearchStrategy[Condition] = st.recursive(LEAVES, branch, max_leaves=12)
PEOPLE = st.lists(st.fixed_dictionaries({}, optional=FACTS), min_size=CASES, max_size=CASES)


def within(place: str, codes: list[str]) -> bool:
    """Containment of places, said otherwise: pairs of digits, compared as far as the region has any."""
    pairs = [place[at : at + 2] for at in (0, 2, 4) if place[at : at + 2] != "00"]
    wanted = [[code[at : at + 2] for at in (0, 2, 4) if code[at : at + 2] != "00"] for code in codes]
    if any(pairs[: len(region)] == region for region in wanted):
        return True
    if any(region[: len(pairs)] == pairs for region in wanted):
        raise LookupError("too coarse")
    return False


def oracle(text: str, facts: Mapping[str, Fact | None]) -> bool | None:
    """What CEL says; an undefined variable and a place too coarse to tell are the only errors there may be."""
    known = {name: _plain(fact) for name, fact in facts.items() if fact is not None}
    try:
        truth = cel.compile(text).execute(cel.Context(variables=known, functions={"within": within}))
    except RuntimeError as error:
        assert "Undefined variable" in str(error) or "too coarse" in str(error), error  # noqa: PT017 - which error
        return None
    assert isinstance(truth, bool)
    return truth


def _plain(fact: Fact) -> object:
    return datetime(fact.year, fact.month, fact.day, tzinfo=UTC) if isinstance(fact, date) else fact


@given(TREES, PEOPLE)
@settings(max_examples=examples(500), deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_condition_and_its_cel_text_have_one_truth(tree: Condition, people: list[dict[str, Fact]]) -> None:
    text, rule = to_cel(tree), Rule.of(tree)
    assert set(cel.compile(text).variables()) == names_in(tree)
    for facts in people:
        assert rule.test(facts) is oracle(text, facts), (text, facts)


@given(TREES)
@settings(max_examples=examples(50), deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_oracle_sees_what_is_planted(tree: Condition) -> None:
    facts: dict[str, Fact] = {
        "age": 1,
        "count": 1,
        "leaves": date(2026, 1, 2),
        "reason": "lost",
        "place": "220102",
        "staff": True,
        "local": False,
    }
    assert Rule.of(Not(tree)).test(facts) is not oracle(to_cel(tree), facts)


@pytest.mark.parametrize(
    ("tree", "text"),
    [
        (Not(Compare("staff", Op.IS, (True,))), "!staff"),
        (Not(Compare("staff", Op.IS, (False,))), "!(!staff)"),
        (Not(Compare("age", Op.LT, (16,))), "!(age < 16)"),
        (Compare("reason", Op.IN, ("lost", "full")), 'reason in ["lost", "full"]'),
        (Compare("place", Op.EQ, ("220100",), region=True), 'within(place, ["220100"])'),
        (Compare("leaves", Op.GE, (date(2026, 1, 2),)), 'leaves >= timestamp("2026-01-02T00:00:00Z")'),
        (
            AllOf((Compare("age", Op.GE, (16,)), AnyOf((flag_is := Compare("staff", Op.IS, (True,)), flag_is)))),
            "age >= 16 && (staff || staff)",
        ),
        (AnyOf((AllOf((flag_is, flag_is)), Not(AnyOf((flag_is, flag_is))))), "(staff && staff) || !(staff || staff)"),
        (AllOf(()), "true"),
        (AnyOf(()), "false"),
    ],
)
def test_conditions_are_printed_with_few_parentheses(tree: Condition, text: str) -> None:
    assert to_cel(tree) == text


def test_derived_facts_are_printed_too(pack: Pack) -> None:
    assert {name: derived_to_cel(derived) for name, derived in pack.derived.items()} == {
        "local": "same_city(home, city)",
        "nearby": "same_province(home, city)",
        "adult_at_home": "age >= 16 && local",
        "pilot": "within(home, pilots)",
        "short": "expires < leaves",
    }
    assert all(cel.compile(to_cel(rule.tree)) for rule in rules_of(pack))
