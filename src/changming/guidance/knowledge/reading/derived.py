"""Reading ``derived``: the only place where two inputs are compared. The result is ordered; a circle is a fault."""

from graphlib import CycleError, TopologicalSorter
from typing import Final

from changming.guidance.knowledge.conditions import names_in
from changming.guidance.knowledge.kinds import InputKind, ValueKind
from changming.guidance.knowledge.model import Derived, Input, Less, Member, Named, Same
from changming.guidance.knowledge.reading.conditions import GROUPS, read_when
from changming.guidance.knowledge.reading.cursor import Record
from changming.guidance.knowledge.reading.scope import Scope
from changming.guidance.knowledge.regions import RegionLevel


def read_derived(scope: Scope, pack: Record) -> dict[str, Derived]:
    """Every derived fact, in an order in which they can be computed."""
    found: dict[str, Derived] = {}
    for name, path, line, node in scope.reading.entries(pack.node("derived"), "derived", snake=True):
        record = scope.reading.record(node, path, (), ("same", "level", "member", "less", "when"))
        scope.lines[path] = line
        if name in scope.inputs or name in GROUPS:
            scope.reading.fault(line, path, "reserved", word=name)
        kinds = [key for key in ("same", "member", "less", "when") if record.has(key)]
        if len(kinds) != 1:
            scope.reading.fault(record.line, path, "one_derivation")
            continue
        if record.has("level") and kinds != ["same"]:
            scope.reading.fault(record.line_of("level"), record.at("level"), "level_only_regions")
        derived = _READERS[kinds[0]](scope, record)
        if derived is not None:
            found[name] = derived
    return _in_order(scope, pack, found)


def _in_order(scope: Scope, pack: Record, found: dict[str, Derived]) -> dict[str, Derived]:
    """The derived facts, each after those it looks at."""
    looks_at = {
        name: names_in(derived.rule.tree) & found.keys() if isinstance(derived, Named) else frozenset()
        for name, derived in found.items()
    }
    try:
        return {name: found[name] for name in TopologicalSorter(looks_at).static_order()}
    except CycleError as error:
        circle = " → ".join(error.args[1])
        scope.reading.fault(pack.line_of("derived"), "derived", "circle", circle=circle)
        return found


def _pair(scope: Scope, record: Record, key: str) -> tuple[Input, Input] | None:
    """Two inputs of one type."""
    words = list(scope.reading.scalars(record.node(key), record.at(key)))
    if len(words) != 2:  # noqa: PLR2004 - a pair
        scope.reading.fault(record.line_of(key), record.at(key), "needs_two_inputs")
        return None
    found = [_input(scope, line, at, word) for at, line, word in words]
    first, second = found
    if first is None or second is None:
        return None
    if first.kind is not second.kind or set(first.options) != set(second.options) or first.name == second.name:
        scope.reading.fault(record.line_of(key), record.at(key), "not_comparable", a=first.name, b=second.name)
        return None
    return first, second


def _input(scope: Scope, line: int, path: str, name: str) -> Input | None:
    scope.used.add(f"inputs.{name}")
    if name not in scope.inputs:
        scope.reading.unknown(line, path, name, scope.inputs)
    return scope.inputs.get(name)


def _read_same(scope: Scope, record: Record) -> Derived | None:
    pair = _pair(scope, record, "same")
    if pair is None:
        return None
    regions = pair[0].kind is InputKind.REGION
    if record.has("level") and not regions:
        scope.reading.fault(record.line_of("level"), record.at("level"), "level_only_regions")
    level = record.choice("level", RegionLevel, RegionLevel.CITY)
    return Same(pair[0].name, pair[1].name, level if regions else None)


def _read_less(scope: Scope, record: Record) -> Derived | None:
    pair = _pair(scope, record, "less")
    if pair is None:
        return None
    if pair[0].kind not in (InputKind.INT, InputKind.DATE):
        scope.reading.fault(record.line_of("less"), record.at("less"), "no_order", kind=pair[0].kind.value)
    return Less(pair[0].name, pair[1].name)


def _read_member(scope: Scope, record: Record) -> Derived | None:
    reading, at, line = scope.reading, record.at("member"), record.line_of("member")
    words = [word for _, _, word in reading.scalars(record.node("member"), at)]
    if len(words) != 2:  # noqa: PLR2004 - an input and a value
        reading.fault(line, at, "needs_input_and_value")
        return None
    asked = _input(scope, line, at, words[0])
    if asked is not None and asked.kind is not InputKind.REGION:
        reading.fault(line, at, "not_for_type", key="member", type=asked.kind.value)
    scope.used.add(f"values.{words[1]}")
    if words[1] not in scope.value_kinds:
        reading.unknown(line, at, words[1], scope.value_kinds)
    elif scope.value_kinds[words[1]] is not ValueKind.REGIONS:
        reading.fault(line, at, "not_a_region_list", name=words[1])
    return Member(words[0], words[1])


def _read_named(scope: Scope, record: Record) -> Derived | None:
    rule = read_when(scope, record)
    return Named(rule) if rule is not None else None


_READERS: Final = {"same": _read_same, "less": _read_less, "member": _read_member, "when": _read_named}
