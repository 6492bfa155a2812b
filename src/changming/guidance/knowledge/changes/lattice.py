"""Every case there is for one piece in two versions: inputs cut into classes wherever either version cuts them.

A variable is an input, or a comparison of two inputs that is left open (both truths are looked at, also where no real
case has them: that errs on the side of more cases). Its classes are what the conditions of both versions cannot tell
apart; one member stands for each, and None for "not known". Looking at every combination is therefore exact.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from itertools import product
from math import prod
from typing import Final, TypeAlias

from changming.guidance.knowledge import regions
from changming.guidance.knowledge.case import as_regions, derive, in_range
from changming.guidance.knowledge.changes.pieces import rules_of
from changming.guidance.knowledge.conditions import Compare, Condition, Fact, Not, Rule, as_number
from changming.guidance.knowledge.kinds import InputKind
from changming.guidance.knowledge.model import Input, Less, Member, Pack, Same
from changming.guidance.knowledge.regions import RegionLevel

Atom: TypeAlias = Callable[[Fact], object]
Cell: TypeAlias = tuple[Fact | None, ...]
_ELSEWHERE: Final = ("990100", "990000")
"""A city and a province that no place has: neither in what is named, and the province too coarse to compare."""


@dataclass(frozen=True, slots=True)
class Variable:
    """An input or a comparison of two, with its classes: members that stand for each, and all named members in it."""

    name: str
    asked: Input | None
    compared: Same | Less | None
    atoms: tuple[Atom, ...]
    classes: Mapping[tuple[object, ...], tuple[Fact, ...]] = field(hash=False)

    @property
    def members(self) -> tuple[Fact | None, ...]:
        """One member of each class, and None."""
        return (*(found[0] for found in self.classes.values()), None)

    def place(self, fact: Fact | None) -> Fact | None:
        """The member that stands for a fact; the fact itself when no class holds it."""
        if fact is None:
            return None
        found = self.classes.get(_signature(self.atoms, fact))
        return found[0] if found else fact


def _signature(atoms: Iterable[Atom], fact: Fact) -> tuple[object, ...]:
    return tuple(atom(fact) for atom in atoms)


def variables_of(versions: Iterable[Pack]) -> tuple[Variable, ...]:
    """The variables of a piece in its versions: inputs in their order, comparisons after them."""
    packs = list(versions)
    inputs = dict.fromkeys(name for pack in packs for name in pack.inputs)
    compared = dict.fromkeys(
        derived for pack in packs for derived in pack.derived.values() if isinstance(derived, Same | Less)
    )
    return (
        *(_input_variable(name, packs) for name in inputs),
        *(
            Variable(_compared_name(one), None, one, (bool,), {(True,): (True,), (False,): (False,)})
            for one in compared
        ),
    )


def _compared_name(compared: Same | Less) -> str:
    if isinstance(compared, Less):
        return f"{compared.first} < {compared.second}"
    level = f" ({compared.level.value})" if compared.level else ""
    return f"{compared.first} = {compared.second}{level}"


def _input_variable(name: str, packs: list[Pack]) -> Variable:
    declared = [pack.inputs[name] for pack in packs if name in pack.inputs]
    compares = [one for pack in packs for rule in rules_of(pack) for one in _compares(rule.tree) if one.name == name]
    lists = [
        (as_regions(row), row.complete)
        for pack in packs
        for derived in pack.derived.values()
        if isinstance(derived, Member) and derived.input == name
        for row in pack.values[derived.value].rows
    ]
    atoms: tuple[Atom, ...] = (
        *(partial(accepts, asked) for asked in declared),
        *(_tests(compare) for compare in compares),
        *(_lies_in(codes) for codes, _ in lists),
        *(_coarse(level) for level in RegionLevel if declared[-1].kind is InputKind.REGION),
    )
    codes = [code for found, _ in lists for code in found]
    classes: dict[tuple[object, ...], tuple[Fact, ...]] = {}
    for fact in _candidates(declared, compares, codes):
        mark = _signature(atoms, fact)
        classes[mark] = (*classes.get(mark, ()), fact)
    return Variable(name, declared[-1], None, atoms, classes)


def _compares(tree: Condition) -> Iterator[Compare]:
    if isinstance(tree, Compare):
        yield tree
    else:
        for part in (tree.part,) if isinstance(tree, Not) else tree.parts:
            yield from _compares(part)


def accepts(asked: Input, fact: Fact) -> bool:
    """Whether a version takes an answer at all."""
    if asked.kind is InputKind.BOOL or isinstance(fact, bool):
        return asked.kind is InputKind.BOOL and isinstance(fact, bool)
    if isinstance(fact, str):
        return fact in asked.options if asked.kind is InputKind.ENUM else asked.kind is InputKind.REGION
    return asked.kind is (InputKind.DATE if isinstance(fact, date) else InputKind.INT) and in_range(fact, asked)


def _tests(compare: Compare) -> Atom:
    test = Rule.of(compare).test
    wanted = type(compare.constants[0])
    return lambda fact: type(fact) is wanted and test({compare.name: fact})


def _lies_in(codes: tuple[str, ...]) -> Atom:
    return lambda fact: regions.within_any(str(fact), codes)


def _coarse(level: RegionLevel) -> Atom:
    return lambda fact: regions.is_coarse(str(fact), level)


def _candidates(declared: list[Input], compares: list[Compare], codes: list[str]) -> Iterator[Fact]:
    """At least one member of every class, each once, in the order in which people read them."""
    found: dict[tuple[type, Fact], None] = {}
    for asked in reversed(declared):
        fitting = [one for compare in compares for one in compare.constants if accepts(asked, one)]
        facts: Iterable[Fact] = (True, False)
        if asked.kind is InputKind.ENUM:
            facts = asked.options
        elif asked.kind is InputKind.REGION:
            named = [*map(str, fitting), *codes]
            facts = [*(place for code in named for place in _places(code)), *_ELSEWHERE]
        elif asked.kind is not InputKind.BOOL:
            facts = _points(declared, asked, fitting)
        found |= {(type(fact), fact): None for fact in facts}
    yield from (fact for _, fact in found)


def _points(declared: list[Input], asked: Input, constants: list[Fact]) -> list[Fact]:
    """The numbers or dates at which something changes, within what the input takes."""
    limits = [one for other in declared if other.kind is asked.kind for one in (other.low, other.high)]
    points = {as_number(one) + step for one in (*constants, *limits) if one is not None for step in (0, 1)}
    points |= {min(points, default=date(2000, 1, 1).toordinal()) - 1}
    dates = asked.kind is InputKind.DATE
    facts: list[Fact] = [date.fromordinal(point) if dates else point for point in sorted(points)]
    return [fact for fact in facts if accepts(asked, fact)]


def _places(code: str) -> list[Fact]:
    """The place itself, a place inside it that nobody names, and what is too coarse to tell."""
    inside = f"{code[:2]}9901" if code.endswith("0000") else f"{code[:4]}99"
    wider = [f"{code[:4]}00", f"{code[:2]}0000"]
    return [code, *([inside] if code.endswith("00") else []), *(one for one in wider if one != code)]


def size(variables: Iterable[Variable]) -> int:
    """The number of combinations."""
    return prod(len(variable.members) for variable in variables)


def cells(variables: tuple[Variable, ...]) -> Iterator[Cell]:
    """Every combination that is not plainly impossible."""
    at = {variable.name: place for place, variable in enumerate(variables)}
    compared = [(place, one.compared) for place, one in enumerate(variables) if one.compared is not None]
    for cell in product(*(variable.members for variable in variables)):
        if all(_possible(cell[place], cell[at[one.first]], cell[at[one.second]], one) for place, one in compared):
            yield cell


def _possible(truth: Fact | None, first: Fact | None, second: Fact | None, compared: Same | Less) -> bool:
    if first is None or second is None:
        return truth is None
    level = compared.level if isinstance(compared, Same) else None
    if level is None:
        return truth is not None
    coarse = regions.is_coarse(str(first), level) or regions.is_coarse(str(second), level)
    return truth is not True if coarse else truth is not None


def facts_of(pack: Pack, variables: tuple[Variable, ...], cell: Cell, on: date) -> dict[str, Fact | None]:
    """The facts of a cell as a version of the piece sees them."""
    known = dict(zip((variable.compared or variable.name for variable in variables), cell, strict=True))
    facts: dict[str, Fact | None] = {name: known[name] for name in pack.inputs}
    for name, derived in pack.derived.items():
        facts[name] = known[derived] if isinstance(derived, Same | Less) else derive(pack, derived, on, facts)
    return facts


def cell_of(pack: Pack, variables: tuple[Variable, ...], facts: Mapping[str, Fact | None], on: date) -> Cell:
    """The cell in which a real case lies."""
    return tuple(
        variable.place(facts.get(variable.name))
        if variable.compared is None
        else derive(pack, variable.compared, on, facts)
        for variable in variables
    )
