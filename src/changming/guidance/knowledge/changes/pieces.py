"""One piece of a pack with all it depends on: a pack by itself, small enough to look at every case there is.

A piece is one route, value, material, statement or service, or the list of next steps. What a person is told of it
depends on nothing outside the piece, so pieces can be compared one by one and together cover the whole answer.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain
from types import MappingProxyType
from typing import Final, TypeVar

from changming.guidance.knowledge.changes.outcomes import NEXT_STEP, Line
from changming.guidance.knowledge.changes.structure import Leaf, flatten
from changming.guidance.knowledge.conditions import Rule, names_in
from changming.guidance.knowledge.model import Applies, Bilingual, Derived, Member, Named, NextStep, Pack, RouteWay

PLACE: Final[Line] = ("place", "")
"""Where one goes or asks, and whether the pack says anything at all."""

_T = TypeVar("_T")
_NO_STEP: Final = NextStep(Bilingual("", ""), None, 0)


@dataclass(frozen=True, slots=True)
class Piece:
    """A pack cut down to one piece. ``speaks`` False: the whole pack only hands over."""

    name: Line
    pack: Pack
    speaks: bool

    def leaves(self) -> dict[str, Leaf]:
        """Everything the piece says and rests on; pieces with equal leaves answer alike."""
        return flatten(self.pack) | {"speaks": str(self.speaks)}


def pieces_of(pack: Pack | None) -> list[Line]:
    """The (section, id) of every piece, in the order in which a reader meets them."""
    if pack is None:
        return []
    names = (
        *(("statements", row.id) for row in pack.answer),
        *(("routes", name) for name in pack.routes),
        *(("materials", name) for name in pack.materials),
        *(("values", name) for name in pack.values),
        *(("services", name) for name in pack.services),
        (NEXT_STEP, ""),
        PLACE,
    )
    return list(names)


def piece_of(pack: Pack | None, piece: Line) -> Piece | None:
    """The pack cut down to one piece; None when it has no such piece."""
    if pack is None or piece not in pieces_of(pack):
        return None
    section, name = piece
    statements = tuple(row for row in pack.answer if piece == ("statements", row.id))
    materials = {name: pack.materials[name]} if section == "materials" else {}
    ways = [name] if section == "routes" else [way for one in materials.values() for way in one.routes]
    routes = {way: pack.routes[way] for way in pack.routes if way in ways}
    path = tuple(replace(step, after=()) for step in pack.path if piece == ("services", step.service))
    cut = replace(
        pack,
        answer=statements,
        materials=MappingProxyType(materials),
        routes=MappingProxyType(routes),
        path=path,
        next_step=pack.next_step if section == NEXT_STEP else (_NO_STEP,),
        version="",
        title=Bilingual("", ""),
        phrasings=(),
        phrasings_en=(),
        conflicts=(),
        notes=(),
        tests=(),
    )
    texts = [*((row.text, row.maybe) for row in statements), *((m.text, m.maybe) for m in materials.values())]
    named = set(chain.from_iterable(words.names for pair in texts for words in pair if words is not None))
    named |= {name} if section == "values" else {amount for way in routes.values() for amount in _amounts(way)}
    return Piece(piece, _with_needed(pack, cut, named), bool(pack.answer))


def _applies(pack: Pack) -> Iterator[Applies]:
    yield from (way.applies for way in pack.routes.values())
    yield from (material.applies for material in pack.materials.values())
    yield from (row.applies for row in pack.answer)


def _amounts(way: RouteWay) -> Iterator[str]:
    yield from (step.amount.value for group in way.steps for step in group if step.amount and step.amount.value)


def rules_of(pack: Pack) -> Iterator[Rule]:
    """Every condition of a pack, those of derived facts too."""
    yield from (applies.when for applies in _applies(pack) if applies.when)
    yield from (row.when for value in pack.values.values() for row in value.rows if row.when)
    yield from (step.when for step in pack.next_step if step.when)
    yield from (step.when for step in pack.path if step.when)
    yield from (derived.rule for derived in pack.derived.values() if isinstance(derived, Named))


def _with_needed(pack: Pack, cut: Pack, named: set[str]) -> Pack:
    """The values, derived facts, inputs and sources that the piece rests on, in the pack's order; nothing else."""
    cut = replace(cut, values=_only(pack.values, named), derived=_only(pack.derived, set()))
    waiting = set(chain.from_iterable(names_in(rule.tree) for rule in rules_of(cut)))
    wanted: set[str] = set()
    while waiting:
        name = waiting.pop()
        wanted.add(name)
        if (derived := pack.derived.get(name)) is not None:
            waiting |= set(_looks_at(derived)) - wanted
            named |= {derived.value} if isinstance(derived, Member) else set()
    cut = replace(
        cut,
        values=_only(pack.values, named),
        derived=_only(pack.derived, wanted),
        inputs=_only(pack.inputs, wanted),
    )
    return replace(cut, sources=_only(pack.sources, set(_sources(cut))))


def _only(found: Mapping[str, _T], names: set[str]) -> Mapping[str, _T]:
    return MappingProxyType({name: member for name, member in found.items() if name in names})


def _looks_at(derived: Derived) -> frozenset[str]:
    if isinstance(derived, Named):
        return names_in(derived.rule.tree)
    return frozenset({derived.input} if isinstance(derived, Member) else {derived.first, derived.second})


def _sources(cut: Pack) -> Iterator[str]:
    for applies in _applies(cut):
        yield from applies.sources
    yield from (row.source for value in cut.values.values() for row in value.rows)
    yield from (entry.source for entry in cut.entries.values())


def dates_of(cut: Pack) -> Iterator[date]:
    """Every date on which something in the piece starts or ends."""
    periods = [applies.period for applies in _applies(cut)]
    periods += [row.period for value in cut.values.values() for row in value.rows]
    periods += [source.period for source in cut.sources.values()]
    yield cut.since
    yield from (day for period in periods for day in (period.start, period.end) if day is not None)
