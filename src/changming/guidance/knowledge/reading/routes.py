"""Reading ``routes`` and their steps."""

import re
from collections.abc import Iterator
from typing import Final

from changming.guidance.knowledge.kinds import Bound, StepKind, Unit, ValueKind
from changming.guidance.knowledge.model import Amount, Applies, RouteWay, Step
from changming.guidance.knowledge.reading.conditions import read_when
from changming.guidance.knowledge.reading.cursor import Record
from changming.guidance.knowledge.reading.scope import Scope
from changming.guidance.knowledge.tree import Fields, Node
from changming.kernel.catalogue import Route as Channel

_VALUE: Final = re.compile(r"\{([a-z][a-z0-9_]*)\}")
APPLIES: Final = ("when", "from", "to")


def read_applies(scope: Scope, record: Record) -> Applies:
    """When something holds, and the sources it rests on."""
    return Applies(record.period(), read_when(scope, record), scope.source_list(record), record.line)


def read_routes(scope: Scope, pack: Record) -> dict[str, RouteWay]:
    """Every route of the pack."""
    found: dict[str, RouteWay] = {}
    for name, path, _, node in scope.reading.entries(pack.node("routes"), "routes"):
        record = scope.reading.record(
            node, path, ("title", "channel", "sources", "steps"), (*APPLIES, "entry", "joint")
        )
        applies = read_applies(scope, record)
        if record.has("sources") and not applies.sources:
            scope.reading.fault(record.line_of("sources"), record.at("sources"), "empty")
        steps = tuple(_group(scope, record))
        if record.has("steps") and not steps:
            scope.reading.fault(record.line_of("steps"), record.at("steps"), "empty")
        ids = [step.id for group in steps for step in group if step.id]
        if len(set(ids)) != len(ids):
            scope.reading.fault(record.line_of("steps"), record.at("steps"), "twice")
        channel = record.choice("channel", Channel)
        joint = _joint(scope, record)
        entry = scope.entry(record, "entry")
        found[name] = RouteWay(name, record.words("title"), channel, applies, entry, steps, joint)
    return found


def _joint(scope: Scope, record: Record) -> tuple[str, ...]:
    """The services that the route settles together: at least two of those the pack leads to."""
    found = []
    for path, line, word in scope.reading.scalars(record.node("joint"), record.at("joint")):
        if word not in scope.services:
            scope.reading.unknown(line, path, word, scope.services)
        if word in found:
            scope.reading.fault(line, path, "twice")
        found.append(word)
    if record.has("joint") and len(found) < 2:  # noqa: PLR2004 - one service alone is not joined with anything
        scope.reading.fault(record.line_of("joint"), record.at("joint"), "joint_alone")
    return tuple(found)


def _group(scope: Scope, route: Record) -> Iterator[tuple[Step, ...]]:
    """The steps in order, each with its alternatives."""
    for path, node in scope.reading.items(route.node("steps"), route.at("steps")):
        if not (isinstance(node, Fields) and "any" in node.fields):
            yield (_step(scope, node, path),)
            continue
        record = scope.reading.record(node, path, ("any",))
        group = tuple(_step(scope, item, at) for at, item in scope.reading.items(record.node("any"), record.at("any")))
        if len(group) < 2:  # noqa: PLR2004 - an alternative needs another one
            scope.reading.fault(record.line, path, "needs_alternatives")
        if group:
            yield group


def _step(scope: Scope, node: Node, path: str) -> Step:
    record = scope.reading.record(node, path, ("id", "kind", "title"), ("amount", "unit", "bound", "source"))
    kind = record.choice("kind", StepKind)
    if kind is StepKind.LIMIT and not record.has("amount"):
        scope.reading.fault(record.line, path, "missing_key", key="amount")
    return Step(record.word("id"), kind, record.words("title"), _amount(scope, record))


def _amount(scope: Scope, record: Record) -> Amount | None:
    """A figure of its own with unit, bound and source, or a value that carries them."""
    own = ("unit", "bound", "source")
    word = record.word("amount")
    value = _VALUE.fullmatch(word)
    wrong = [key for key in own if record.has(key) is (value is not None or not word)]
    for key in wrong:
        code = "missing_key" if word and value is None else "only_with_figure"
        scope.reading.fault(record.line, record.at(key), code, key=key)
    if not word:
        return None
    if value is None:
        figure = scope.reading.whole(record.line_of("amount"), record.at("amount"), word)
        source = record.word("source")
        if source:
            scope.source(record.line_of("source"), record.at("source"), source)
        return Amount("", figure, record.maybe_choice("unit", Unit), record.maybe_choice("bound", Bound), source)
    name = value[1]
    scope.used.add(f"values.{name}")
    if name not in scope.value_kinds:
        scope.reading.unknown(record.line_of("amount"), record.at("amount"), name, scope.value_kinds)
    elif scope.value_kinds[name] is not ValueKind.INT:
        scope.reading.fault(record.line_of("amount"), record.at("amount"), "not_whole", word=word)
    return Amount(name, 0, None, None, "")
