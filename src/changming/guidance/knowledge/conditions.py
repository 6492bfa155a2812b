"""The closed condition tree of a pack: ``all any not lt le gt ge eq in is``, with three truth values.

A condition is True, False or None, "not known yet". ``all`` is False as soon as one part is, ``any`` is True as soon
as one part is; what remains open stays None (Kleene's strong logic, the semantics of CEL with undefined read as
unknown). A tree is data: it is compiled to closures once and never holds code.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TypeAlias

from changming.guidance.knowledge import regions

Fact: TypeAlias = int | bool | str | date
"""What is known of one input: a whole number, yes or no, an option or a division code, a date."""

Facts: TypeAlias = Mapping[str, Fact | None]
"""Facts by input or derived name; None and absent both mean "not known yet"."""

Truth: TypeAlias = bool | None
Test: TypeAlias = Callable[[Facts], Truth]


class Op(StrEnum):
    """The comparisons. Which ones fit an input is decided by its type when the pack is read."""

    LT = "lt"
    LE = "le"
    GT = "gt"
    GE = "ge"
    EQ = "eq"
    IN = "in"
    IS = "is"


@dataclass(frozen=True, slots=True)
class Compare:
    """One input against constants. ``region`` compares by containment."""

    name: str
    op: Op
    constants: tuple[Fact, ...]
    region: bool = False


@dataclass(frozen=True, slots=True)
class AllOf:
    """True when every part is."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """True when one part is."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite; not known stays not known."""

    part: "Condition"


Condition: TypeAlias = Compare | AllOf | AnyOf | Not


@dataclass(frozen=True, slots=True)
class Rule:
    """A condition with its compiled forms.

    ``test`` gives its truth; ``waits`` gives the names that an open condition waits for, nothing for a decided one.
    """

    tree: Condition
    test: Test = field(repr=False, compare=False)
    waits: Callable[[Facts], frozenset[str]] = field(repr=False, compare=False)

    @classmethod
    def of(cls, tree: Condition) -> "Rule":
        """Compile a tree."""
        if isinstance(tree, Compare):
            test = _compile_compare(tree)
            return cls(tree, test, _waits_for(test, frozenset({tree.name}), ()))
        if isinstance(tree, Not):
            part = cls.of(tree.part)
            return cls(tree, _compile_not(part.test), part.waits)
        parts = tuple(cls.of(part) for part in tree.parts)
        test = _compile_fold(tuple(part.test for part in parts), stop=isinstance(tree, AnyOf))
        return cls(tree, test, _waits_for(test, frozenset(), parts))


def _waits_for(test: Test, own: frozenset[str], parts: tuple[Rule, ...]) -> Callable[[Facts], frozenset[str]]:
    def waits(facts: Facts) -> frozenset[str]:
        return frozenset() if test(facts) is not None else own.union(*(part.waits(facts) for part in parts))

    return waits


def _compile_not(part: Test) -> Test:
    def test(facts: Facts) -> Truth:
        truth = part(facts)
        return None if truth is None else not truth

    return test


def _compile_fold(parts: tuple[Test, ...], *, stop: bool) -> Test:
    """``any`` stops at True, ``all`` at False; otherwise one open part leaves the whole open."""
    go_on = not stop

    def test(facts: Facts) -> Truth:
        verdict: Truth = go_on
        for part in parts:
            truth = part(facts)
            if truth is stop:
                return stop
            if truth is None:
                verdict = None
        return verdict

    return test


def _compile_compare(tree: Compare) -> Test:
    name, constants = tree.name, tree.constants
    if tree.region:
        codes = tuple(str(code) for code in constants)

        def inside(facts: Facts) -> Truth:
            place = facts.get(name)
            return None if place is None else regions.within_any(str(place), codes)

        return inside
    if tree.op in (Op.EQ, Op.IN, Op.IS):
        wanted = frozenset(constants)

        def equal(facts: Facts) -> Truth:
            fact = facts.get(name)
            return None if fact is None else fact in wanted

        return equal
    return _compile_order(name, tree.op, constants[0])


def _compile_order(name: str, op: Op, constant: Fact) -> Test:
    """Order of whole numbers and dates, both as numbers (a date by its ordinal)."""
    bound = as_number(constant)
    # lt and ge split at the bound, gt and le one above it: whole numbers and days have nothing in between.
    split = bound if op in (Op.LT, Op.GE) else bound + 1
    upper = op in (Op.GE, Op.GT)

    def test(facts: Facts) -> Truth:
        fact = facts.get(name)
        return None if fact is None else (as_number(fact) >= split) is upper

    return test


def as_number(fact: Fact) -> int:
    """A whole number itself, a date's ordinal. Text has no order (TypeError)."""
    if isinstance(fact, date):
        return fact.toordinal()
    if isinstance(fact, int):
        return fact
    raise TypeError(f"{type(fact).__name__} has no order")


def names_in(tree: Condition) -> frozenset[str]:
    """The exact set of inputs and derived names that a condition looks at."""
    if isinstance(tree, Compare):
        return frozenset({tree.name})
    if isinstance(tree, Not):
        return names_in(tree.part)
    return frozenset().union(*(names_in(part) for part in tree.parts))
