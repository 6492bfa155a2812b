"""Reading ``when``: names must exist, operators must fit the type, constants must be of the type."""

from datetime import date
from typing import Final

from changming.guidance.knowledge import regions
from changming.guidance.knowledge.case import in_range
from changming.guidance.knowledge.conditions import AllOf, AnyOf, Compare, Condition, Fact, Not, Op, Rule
from changming.guidance.knowledge.kinds import InputKind
from changming.guidance.knowledge.model import Input
from changming.guidance.knowledge.reading.cursor import Record
from changming.guidance.knowledge.reading.scope import Scope
from changming.guidance.knowledge.tree import Fields, Node

_ORDERED: Final = frozenset({Op.LT, Op.LE, Op.GT, Op.GE, Op.EQ})
_OPS: Final = {
    InputKind.INT: _ORDERED,
    InputKind.DATE: _ORDERED,
    InputKind.ENUM: frozenset({Op.EQ, Op.IN}),
    InputKind.REGION: frozenset({Op.EQ, Op.IN}),
    InputKind.BOOL: frozenset({Op.IS}),
}
GROUPS: Final = frozenset({"all", "any", "not"})
_NOTHING: Final = AllOf(())


def read_when(scope: Scope, record: Record, key: str = "when") -> Rule | None:
    """The condition at a key, compiled; None when absent."""
    if not record.has(key):
        return None
    before = len(scope.reading.faults)
    tree = read_condition(scope, record.fields[key], record.at(key))
    return Rule.of(tree) if len(scope.reading.faults) == before else None


def read_condition(scope: Scope, node: Node, path: str) -> Condition:
    """A condition tree. Faults leave an empty one behind."""
    reading = scope.reading
    if not isinstance(node, Fields) or len(node.fields) != 1:
        reading.fault(node.line, path, "not_a_condition")
        return _NOTHING
    name, body = next(iter(node.fields.items()))
    at = f"{path}.{name}"
    if name == "not":
        return Not(read_condition(scope, body, at))
    if name in ("all", "any"):
        parts = tuple(read_condition(scope, item, item_path) for item_path, item in reading.items(body, at))
        if not parts:
            reading.fault(node.line_of(name), at, "empty")
        return AllOf(parts) if name == "all" else AnyOf(parts)
    return _read_compare(scope, name, body, at, node.line_of(name))


def _read_compare(scope: Scope, name: str, body: Node, path: str, line: int) -> Condition:
    reading = scope.reading
    asked = scope.inputs.get(name)
    if asked is None and name not in scope.derived:
        reading.unknown(line, path, name, {*scope.inputs, *scope.derived, *GROUPS})
        return _NOTHING
    scope.used.update((f"inputs.{name}", f"derived.{name}"))
    kind = InputKind.BOOL if asked is None else asked.kind
    record = reading.record(body, path, (), sorted(op.value for op in _OPS[kind]))
    compares = []
    for op in Op:
        if op in _OPS[kind] and record.has(op.value):
            constants = _constants(scope, record, op, kind, asked)
            compares.append(Compare(name, op, constants, region=kind is InputKind.REGION))
    if not compares and not record.fields:
        reading.fault(line, path, "empty")
    return compares[0] if len(compares) == 1 else AllOf(tuple(compares))


def _constants(scope: Scope, record: Record, op: Op, kind: InputKind, asked: Input | None) -> tuple[Fact, ...]:
    path, line = record.at(op.value), record.line_of(op.value)
    if op is not Op.IN:
        return (_constant(scope, (path, line, record.word(op.value)), kind, asked),)
    found = tuple(_constant(scope, at, kind, asked) for at in scope.reading.scalars(record.node(op.value), path))
    if not found:
        scope.reading.fault(line, path, "empty")
    if len(set(found)) != len(found):
        scope.reading.fault(line, path, "twice")
    return found


def _constant(scope: Scope, at: tuple[str, int, str], kind: InputKind, asked: Input | None) -> Fact:
    """One constant; ``at`` is its path, line and text."""
    reading = scope.reading
    path, line, word = at
    if kind is InputKind.BOOL:
        if word not in ("true", "false"):
            reading.fault(line, path, "not_bool", word=word)
        return word == "true"
    if kind is InputKind.REGION:
        if not regions.is_code(word):
            reading.fault(line, path, "not_region", word=word)
        return word
    if kind is InputKind.ENUM:
        options = asked.options if asked is not None else {}
        if word not in options:
            reading.unknown(line, path, word, options)
        return word
    fact: int | date = reading.whole(line, path, word) if kind is InputKind.INT else reading.day(line, path, word)
    if asked is not None and not in_range(fact, asked):
        reading.fault(line, path, "out_of_range", word=word, low=asked.low, high=asked.high)
    return fact
