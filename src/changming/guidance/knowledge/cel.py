"""Conditions as CEL, the Common Expression Language: how a reviewer reads them, and what the oracle of the tests runs.

The desk never evaluates this text. An answer that is not known yet is a variable that is not defined. Places need the
function ``within(place, [codes])``, an error for a place too coarse to tell; dates are midnights in UTC.
"""

from datetime import date
from typing import Final

from changming.guidance.knowledge.conditions import AllOf, AnyOf, Compare, Condition, Fact, Not, Op
from changming.guidance.knowledge.model import Derived, Less, Member, Named

_SIGNS: Final = {Op.LT: "<", Op.LE: "<=", Op.GT: ">", Op.GE: ">=", Op.EQ: "=="}


def to_cel(tree: Condition) -> str:
    """A condition in CEL's syntax, with parentheses only where they are needed."""
    if isinstance(tree, Compare):
        return _compare(tree)
    if isinstance(tree, Not):
        return f"!{_tight(tree.part)}"
    parts = [_grouped(part, tree) for part in tree.parts]
    return (" && " if isinstance(tree, AllOf) else " || ").join(parts) or str(isinstance(tree, AllOf)).lower()


def derived_to_cel(derived: Derived) -> str:
    """How a derived fact is computed, in the same syntax; comparisons of places are functions."""
    if isinstance(derived, Named):
        return to_cel(derived.rule.tree)
    if isinstance(derived, Member):
        return f"within({derived.input}, {derived.value})"
    if isinstance(derived, Less):
        return f"{derived.first} < {derived.second}"
    if derived.level is None:
        return f"{derived.first} == {derived.second}"
    return f"same_{derived.level.value}({derived.first}, {derived.second})"


def _grouped(part: Condition, whole: AllOf | AnyOf) -> str:
    mixed = isinstance(part, AnyOf | AllOf) and type(part) is not type(whole)
    return f"({to_cel(part)})" if mixed else to_cel(part)


def _tight(part: Condition) -> str:
    """A part that a ``!`` may stand before."""
    alone = isinstance(part, Compare) and (part.region or part.op is Op.IS)
    return f"({to_cel(part)})" if not alone or to_cel(part).startswith("!") else to_cel(part)


def _compare(tree: Compare) -> str:
    if tree.region:
        return f"within({tree.name}, {_list(tree)})"
    if tree.op is Op.IS:
        return tree.name if tree.constants[0] else f"!{tree.name}"
    if tree.op is Op.IN:
        return f"{tree.name} in {_list(tree)}"
    return f"{tree.name} {_SIGNS[tree.op]} {_constant(tree.constants[0])}"


def _list(tree: Compare) -> str:
    return "[" + ", ".join(map(_constant, tree.constants)) + "]"


def _constant(fact: Fact) -> str:
    if isinstance(fact, date):
        return f'timestamp("{fact.isoformat()}T00:00:00Z")'
    return str(fact) if isinstance(fact, int) else f'"{fact}"'
