"""Finite case analysis: conditions cut each input into classes; one representative per class is every case there is.

The constants that conditions name are the only places where an answer can change, so evaluating them on one
representative per cell of the product is exact. Comparisons of two inputs count as inputs of their own: impossible
combinations may be looked at, possible ones are never left out.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import product
from math import prod
from typing import Final, TypeAlias

from changming.guidance.knowledge.conditions import AllOf, AnyOf, Compare, Condition, Fact, Not, Op, as_number
from changming.guidance.knowledge.kinds import InputKind
from changming.guidance.knowledge.model import Derived, Input, Named

MAX_CELLS: Final = 50_000
Cell: TypeAlias = dict[str, Fact | None]
_ELSEWHERE: Final = "990000"
"""A division code that no place has."""


def compares_in(tree: Condition, derived: Mapping[str, Derived]) -> Iterator[Compare]:
    """Every comparison of a condition; each named condition is opened up once, however often it is named."""
    opened: set[str] = set()
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Not):
            waiting.append(node.part)
        elif isinstance(node, AllOf | AnyOf):
            waiting.extend(reversed(node.parts))
        elif not isinstance(named := derived.get(node.name), Named):
            yield node
        elif node.name not in opened:
            opened.add(node.name)
            waiting.append(named.rule.tree)


def classes(
    trees: Iterable[Condition], inputs: Mapping[str, Input], derived: Mapping[str, Derived]
) -> dict[str, tuple[Fact, ...]]:
    """One representative of every class, by input (or comparison of two inputs)."""
    compares: dict[str, list[Compare]] = {}
    for tree in trees:
        for compare in compares_in(tree, derived):
            compares.setdefault(compare.name, []).append(compare)
    return {name: _representatives(inputs.get(name), found) for name, found in sorted(compares.items())}


def count(found: Mapping[str, tuple[Fact | None, ...]]) -> int:
    """The number of cells of a product of classes."""
    return prod(len(members) for members in found.values())


def cells(found: Mapping[str, tuple[Fact | None, ...]], derived: Mapping[str, Derived]) -> Iterator[Cell]:
    """Every cell, with the named conditions computed; None among the members is "not known"."""
    named = {name: d.rule for name, d in derived.items() if isinstance(d, Named)}
    for combination in product(*found.values()):
        cell: Cell = dict(zip(found, combination, strict=True))
        for name, rule in named.items():
            cell[name] = rule.test(cell)
        yield cell


def _representatives(asked: Input | None, compares: list[Compare]) -> tuple[Fact, ...]:
    if asked is None or asked.kind is InputKind.BOOL:
        return (True, False)
    if asked.kind is InputKind.ENUM:
        named = {constant for compare in compares for constant in compare.constants}
        rest = [option for option in asked.options if option not in named]
        return (*(option for option in asked.options if option in named), *rest[:1])
    if asked.kind is InputKind.REGION:
        codes = sorted({str(constant) for compare in compares for constant in compare.constants})
        return (*dict.fromkeys(map(_inside, codes)), _ELSEWHERE)
    return _ordered(asked, compares)


def _inside(code: str) -> str:
    """A place inside the region that no condition names."""
    if code.endswith("0000"):
        return f"{code[:2]}9999"
    return f"{code[:4]}99" if code.endswith("00") else code


def _ordered(asked: Input, compares: list[Compare]) -> tuple[Fact, ...]:
    """The lowest of each class of numbers or dates: the low end, and every point where a comparison changes."""
    points: set[int] = set()
    for compare in compares:
        at = as_number(compare.constants[0])
        points |= {Op.LT: {at}, Op.GE: {at}, Op.LE: {at + 1}, Op.GT: {at + 1}}.get(compare.op, {at, at + 1})
    dates = asked.kind is InputKind.DATE
    floor, ceiling = (date.min.toordinal(), date.max.toordinal()) if dates else (min(points) - 1, max(points))
    low = as_number(asked.low) if asked.low is not None else max(floor, min(points) - 1)
    high = as_number(asked.high) if asked.high is not None else ceiling
    numbers = sorted({low, *(point for point in points if low <= point <= high)})
    return tuple(date.fromordinal(number) if dates else number for number in numbers)
