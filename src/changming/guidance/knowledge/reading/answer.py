"""Reading ``materials``, ``answer``, ``next_step`` and ``conflicts``."""

from changming.guidance.knowledge.kinds import CheckSpec, Form
from changming.guidance.knowledge.model import Bilingual, Conflict, Material, NextStep, StatementRow
from changming.guidance.knowledge.reading.conditions import read_when
from changming.guidance.knowledge.reading.cursor import Record
from changming.guidance.knowledge.reading.routes import APPLIES, read_applies
from changming.guidance.knowledge.reading.scope import Scope


def read_materials(scope: Scope, pack: Record) -> dict[str, Material]:
    """Every material of the pack."""
    found: dict[str, Material] = {}
    for name, path, _, node in scope.reading.entries(pack.node("materials"), "materials"):
        record = scope.reading.record(
            node, path, ("text", "form", "required", "sources"), (*APPLIES, "maybe", "routes", "spec")
        )
        text, maybe = _wordings(scope, record)
        found[name] = Material(
            id=name,
            text=text,
            maybe=maybe,
            form=record.choice("form", Form),
            required=record.flag("required", default=True),
            routes=tuple(_routes(scope, record)),
            spec=record.maybe_choice("spec", CheckSpec),
            applies=read_applies(scope, record),
        )
        if record.has("sources") and not found[name].applies.sources:
            scope.reading.fault(record.line_of("sources"), record.at("sources"), "empty")
    return found


def _wordings(scope: Scope, record: Record) -> tuple[Bilingual, Bilingual | None]:
    text, maybe = record.template("text"), record.maybe_template("maybe")
    scope.values_in(record, "text", text)
    scope.values_in(record, "maybe", maybe)
    return text, maybe


def _routes(scope: Scope, record: Record) -> list[str]:
    names = []
    for path, line, name in scope.reading.scalars(record.node("routes"), record.at("routes")):
        if name not in scope.routes:
            scope.reading.unknown(line, path, name, scope.routes)
        names.append(name)
    return names


def read_answer_rows(scope: Scope, pack: Record) -> tuple[StatementRow, ...]:
    """The statements in order."""
    rows: dict[str, StatementRow] = {}
    for path, node in scope.reading.items(pack.node("answer"), "answer"):
        record = scope.reading.record(node, path, ("id", "text"), (*APPLIES, "maybe", "sources"))
        name = record.word("id")
        text, maybe = _wordings(scope, record)
        applies = read_applies(scope, record)
        if not applies.sources and not text.names:
            scope.reading.fault(record.line, path, "no_source")
        if name in rows:
            scope.reading.fault(record.line_of("id"), record.at("id"), "twice")
        if maybe is not None and applies.when is None and not record.has("when") and not text.names:
            scope.reading.fault(record.line_of("maybe"), record.at("maybe"), "maybe_never")
        rows[name] = StatementRow(name, text, maybe, applies)
    return tuple(rows.values())


def read_next_steps(scope: Scope, pack: Record) -> tuple[NextStep, ...]:
    """What to do now: conditions first, the last one without."""
    steps: list[NextStep] = []
    nodes = list(scope.reading.items(pack.node("next_step"), "next_step"))
    for at, (path, node) in enumerate(nodes, start=1):
        record = scope.reading.record(node, path, ("text",), ("when",))
        if record.has("when") is (at == len(nodes)):
            scope.reading.fault(record.line, path, "last_step_open")
        steps.append(NextStep(record.words("text"), read_when(scope, record), record.line))
    if pack.has("next_step") and not steps:
        scope.reading.fault(pack.line_of("next_step"), "next_step", "empty")
    return tuple(steps)


def read_conflicts(scope: Scope, pack: Record) -> tuple[Conflict, ...]:
    """Where sources disagree. Here alone an unverified source may stand."""
    found: list[Conflict] = []
    for path, node in scope.reading.items(pack.node("conflicts"), "conflicts"):
        record = scope.reading.record(node, path, ("about", "sources"), ("kept",))
        names = []
        for at, line, name in scope.reading.scalars(record.node("sources"), record.at("sources")):
            if name not in scope.sources:
                scope.reading.unknown(line, at, name, scope.sources)
            scope.used.add(f"sources.{name}")
            names.append(name)
        kept = record.word("kept")
        if kept and kept not in names:
            scope.reading.unknown(record.line_of("kept"), record.at("kept"), kept, names)
        found.append(Conflict(record.word("about"), tuple(names), kept))
    return tuple(found)
