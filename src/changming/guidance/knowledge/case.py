"""What is known about one case on one date: answers converted by type, derived facts computed, values settled."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from changming.guidance.knowledge import regions
from changming.guidance.knowledge.conditions import Fact, Facts, Truth, as_number
from changming.guidance.knowledge.kinds import InputKind
from changming.guidance.knowledge.model import DONT_KNOW, Derived, Input, Less, Member, Named, Pack, Row, Same, Value
from changming.kernel.errors import ChangmingError

_YES = frozenset({"true", "yes", "是"})
_NO = frozenset({"false", "no", "否", "不是"})


@dataclass(frozen=True, slots=True)
class Known:
    """The value on the date of this case, with the row that says so."""

    row: Row


@dataclass(frozen=True, slots=True)
class Undecided:
    """More than one row may still apply."""

    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Nothing:
    """No row applies. ``dated``: none on this date at all, which is an error and never silently the last row."""

    dated: bool


Settled: TypeAlias = Known | Undecided | Nothing


@dataclass(frozen=True, slots=True)
class Case:
    """Facts of a case. ``facts`` holds inputs and derived names; ``declined`` are inputs answered "don't know"."""

    on: date
    facts: Facts
    declined: frozenset[str]


def read_answer(asked: Input, text: str) -> Fact | None:
    """An answer as a fact of the input's type; None for "don't know".

    Options and yes or no are understood by id or by their words in either language.

    Raises:
        ValueError: the text is no answer to this input.
    """
    text = text.strip()
    if text == DONT_KNOW:
        return None
    if asked.kind is InputKind.BOOL:
        return _read_bool(text)
    if asked.kind is InputKind.ENUM:
        return _read_option(asked.options, text)
    if asked.kind is InputKind.REGION:
        if not regions.is_code(text):
            raise ValueError("not a division code")
        return text
    fact: int | date = int(text) if asked.kind is InputKind.INT else date.fromisoformat(text)
    if not in_range(fact, asked):
        raise ValueError("out of range")
    return fact


def in_range(fact: int | date, asked: Input) -> bool:
    """Whether a number or date lies within the input's bounds (inclusive)."""
    number = as_number(fact)
    above = asked.low is None or as_number(asked.low) <= number
    return above and (asked.high is None or number <= as_number(asked.high))


def _read_bool(text: str) -> bool:
    word = text.lower()
    if word not in _YES | _NO:
        raise ValueError("neither yes nor no")
    return word in _YES


def _read_option(options: Mapping[str, object], text: str) -> str:
    if text in options:
        return text
    for option, words in options.items():
        if text in (getattr(words, "zh", None), getattr(words, "en", None)):
            return option
    raise ValueError("not an option")


def read_case(pack: Pack, *, on: date, given: Mapping[str, str]) -> Case:
    """The case from a person's answers. Answers to inputs of other packs are left aside.

    Raises:
        ChangmingError: ``answer_not_valid`` naming the input; the answer itself is never repeated.
    """
    facts: dict[str, Fact | None] = {}
    declined: set[str] = set()
    for name, asked in pack.inputs.items():
        if name not in given:
            continue
        try:
            facts[name] = read_answer(asked, given[name])
        except ValueError as error:
            raise ChangmingError("answer_not_valid", status=422, input=name, kind=asked.kind.value) from error
        if facts[name] is None:
            declined.add(name)
    for name, derived in pack.derived.items():
        facts[name] = derive(pack, derived, on, facts)
    return Case(on, facts, frozenset(declined))


def derive(pack: Pack, derived: Derived, on: date, facts: Facts) -> Truth:
    """The truth of a derived fact, from the facts before it."""
    if isinstance(derived, Named):
        return derived.rule.test(facts)
    if isinstance(derived, Member):
        return _member(pack.values[derived.value], facts.get(derived.input), on)
    first, second = facts.get(derived.first), facts.get(derived.second)
    if first is None or second is None:
        return None
    if isinstance(derived, Less):
        return as_number(first) < as_number(second)
    return first == second if derived.level is None else regions.same(str(first), str(second), derived.level)


def _member(listed: Value, place: Fact | None, on: date) -> Truth:
    if place is None:
        return None
    settled = settle(listed, on, {})
    if not isinstance(settled, Known):
        return None
    inside = regions.within_any(str(place), as_regions(settled.row))
    return None if inside is False and not settled.row.complete else inside


def as_regions(row: Row) -> tuple[str, ...]:
    """The codes of a row of a ``regions`` value."""
    if not isinstance(row.figure, tuple):
        raise TypeError("the row holds no list of regions")
    return row.figure


def settle(value: Value, on: date, facts: Facts) -> Settled:
    """The row of a value that applies on a date, or why none is known to."""
    dated = [row for row in value.rows if row.period.contains(on)]
    live: list[Row] = []
    for row in dated:
        truth = True if row.when is None else row.when.test(facts)
        if truth is True:
            return Known(row)
        if truth is None:
            live.append(row)
    if not live:
        return Nothing(dated=not dated)
    # Exactly one of the live rows applies (checked when the pack is read); if they agree, it does not matter which.
    if not value.partial and all(row.figure == live[0].figure for row in live):
        return Known(live[0])
    return Undecided(tuple(live))


def waits_for(pack: Pack, case: Case, names: frozenset[str]) -> frozenset[str]:
    """The inputs behind open names: derived names resolved, answered inputs left out unless they are too coarse."""
    found: set[str] = set()
    seen: set[str] = set()
    waiting = set(names)
    while waiting:
        name = waiting.pop()
        seen.add(name)
        derived = pack.derived.get(name)
        if derived is None:
            found.add(name)
        elif isinstance(derived, Named):
            waiting |= derived.rule.waits(case.facts) - seen
        else:
            found |= _waiting_parts(pack, case, derived)
    return frozenset(found)


def _waiting_parts(pack: Pack, case: Case, derived: Same | Member | Less) -> set[str]:
    if isinstance(derived, Member):
        place = case.facts.get(derived.input)
        if place is None:
            return {derived.input}
        settled = settle(pack.values[derived.value], case.on, {})
        known = isinstance(settled, Known) and regions.within_any(str(place), as_regions(settled.row))
        return {derived.input} if known is None else set()
    parts = (derived.first, derived.second)
    if case.declined & set(parts):
        return set()  # one side will never be known, so the other cannot decide anything
    level = derived.level if isinstance(derived, Same) else None
    return {part for part in parts if _unclear(case.facts.get(part), level)}


def _unclear(fact: Fact | None, level: regions.RegionLevel | None) -> bool:
    return fact is None or (level is not None and regions.is_coarse(str(fact), level))
