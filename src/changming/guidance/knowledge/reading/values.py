"""Reading ``values``: dated figures, each row with its source."""

from datetime import date

from changming.guidance.knowledge import regions
from changming.guidance.knowledge.kinds import Bound, Unit, ValueKind
from changming.guidance.knowledge.model import Figure, Period, Row, Value
from changming.guidance.knowledge.reading.conditions import read_when
from changming.guidance.knowledge.reading.cursor import Record
from changming.guidance.knowledge.reading.scope import Scope
from changming.guidance.knowledge.tree import Node


def read_values(scope: Scope, pack: Record, since: date) -> dict[str, Value]:
    """Every value of the pack. A row without ``from`` starts at ``since``."""
    found: dict[str, Value] = {}
    for name, path, line, node in scope.reading.entries(pack.node("values"), "values", snake=True):
        record = scope.reading.record(node, path, ("type", "rows"), ("unit", "bound", "partial"))
        kind = record.choice("type", ValueKind)
        unit, bound = record.maybe_choice("unit", Unit), record.maybe_choice("bound", Bound)
        partial = record.flag("partial", default=False)
        allowed = {"unit": kind is ValueKind.INT, "bound": unit is not None, "partial": kind is not ValueKind.REGIONS}
        for key, fits in allowed.items():
            if record.has(key) and not fits:
                scope.reading.fault(record.line_of(key), record.at(key), "not_for_type", key=key, type=kind.value)
        rows = tuple(
            _row(scope, row, at, kind, since) for at, row in scope.reading.items(record.node("rows"), f"{path}.rows")
        )
        if record.has("rows") and not rows:
            scope.reading.fault(record.line_of("rows"), record.at("rows"), "empty")
        found[name] = Value(name, kind, unit, bound, partial, rows, line)
    return found


def _row(scope: Scope, node: Node, path: str, kind: ValueKind, since: date) -> Row:
    record = scope.reading.record(node, path, ("value", "source"), ("from", "to", "when", "complete"))
    for key in ("complete", "when"):
        if record.has(key) and (kind is ValueKind.REGIONS) is (key == "when"):
            scope.reading.fault(record.line_of(key), record.at(key), "not_for_type", key=key, type=kind.value)
    period = record.period()
    return Row(
        period=Period(period.start or since, period.end),
        when=read_when(scope, record),
        figure=_figure(scope, record, kind),
        source=scope.source(record.line_of("source"), record.at("source"), record.word("source")),
        complete=record.flag("complete", default=True),
        line=record.line,
    )


def _figure(scope: Scope, record: Record, kind: ValueKind) -> Figure:
    if not record.has("value"):
        return 0
    path, line = record.at("value"), record.line_of("value")
    if kind is ValueKind.TEXT:
        return record.words("value")
    if kind is ValueKind.INT:
        return scope.reading.whole(line, path, record.word("value"))
    codes = []
    for at, code_line, code in scope.reading.scalars(record.node("value"), path):
        if not regions.is_code(code):
            scope.reading.fault(code_line, at, "not_region", word=code)
        codes.append(code)
    if len(set(codes)) != len(codes):
        scope.reading.fault(line, path, "twice")
    return tuple(codes)
