"""Reading ``tests``: worked examples whose answers and expectations must themselves fit the pack."""

from collections.abc import Iterable, Mapping
from typing import Final

from changming.guidance.knowledge.case import read_answer
from changming.guidance.knowledge.model import Example
from changming.guidance.knowledge.reading.cursor import Record
from changming.guidance.knowledge.reading.scope import Scope
from changming.kernel.catalogue import AnswerStatus

_STATUSES: Final = (AnswerStatus.ANSWERED, AnswerStatus.ASK, AnswerStatus.HANDOVER)
_EXPECT: Final = (
    *("status", "routes", "maybe", "materials", "says", "silent", "values", "question"),
    *("services", "services_maybe"),
)
NO_QUESTION: Final = "none"
OPEN: Final = "open"
NO_VALUE: Final = "none"


def read_examples(
    scope: Scope, pack: Record, materials: Iterable[str], statements: Iterable[str]
) -> tuple[Example, ...]:
    """Every worked example of the pack."""
    known = {
        "routes": scope.routes,
        "maybe": scope.routes,
        "materials": frozenset(materials),
        "says": frozenset(statements),
        "silent": frozenset(statements),
        "services": scope.services,
        "services_maybe": scope.services,
    }
    found = tuple(_example(scope, record, known) for record in _records(scope, pack))
    if pack.has("tests") and not found:
        scope.reading.fault(pack.line_of("tests"), "tests", "empty")
    return found


def _records(scope: Scope, pack: Record) -> Iterable[Record]:
    for path, node in scope.reading.items(pack.node("tests"), "tests"):
        yield scope.reading.record(node, path, ("name", "at", "expect"), ("given",))


def _example(scope: Scope, record: Record, known: Mapping[str, frozenset[str]]) -> Example:
    expect = scope.reading.record(record.node("expect"), record.at("expect"), (), _EXPECT)
    if record.has("expect") and not expect.fields:
        scope.reading.fault(expect.line, expect.path, "empty")
    sets = {key: _names(scope, expect, key, names) for key, names in known.items()}
    return Example(
        name=record.word("name"),
        at=record.needed_day("at"),
        given=_given(scope, record),
        status=_one_of(scope, expect, "status", [status.value for status in _STATUSES]),
        routes=sets["routes"],
        maybe=sets["maybe"],
        materials=sets["materials"],
        says=sets["says"] or frozenset(),
        silent=sets["silent"] or frozenset(),
        values=_values(scope, expect),
        question=_one_of(scope, expect, "question", [*scope.inputs, NO_QUESTION]),
        services=sets["services"],
        services_maybe=sets["services_maybe"],
        line=record.line,
    )


def _given(scope: Scope, record: Record) -> dict[str, str]:
    given: dict[str, str] = {}
    for name, path, line, node in scope.reading.entries(record.node("given"), record.at("given"), snake=True):
        given[name] = scope.reading.scalar(node, path)
        if name not in scope.inputs:
            scope.reading.unknown(line, path, name, scope.inputs)
            continue
        try:
            read_answer(scope.inputs[name], given[name])
        except ValueError:
            scope.reading.fault(line, path, "no_answer", word=given[name], kind=scope.inputs[name].kind.value)
    return dict(sorted(given.items()))


def _names(scope: Scope, expect: Record, key: str, known: frozenset[str]) -> frozenset[str] | None:
    if key not in expect.fields:
        return None
    names = set()
    for path, line, name in scope.reading.scalars(expect.fields[key], expect.at(key)):
        if name not in known:
            scope.reading.unknown(line, path, name, known)
        names.add(name)
    return frozenset(names)


def _one_of(scope: Scope, expect: Record, key: str, known: list[str]) -> str | None:
    word = expect.word(key)
    if word and word not in known:
        scope.reading.unknown(expect.line_of(key), expect.at(key), word, known)
    return word or None


def _values(scope: Scope, expect: Record) -> dict[str, str]:
    values: dict[str, str] = {}
    for name, path, line, node in scope.reading.entries(expect.node("values"), expect.at("values"), snake=True):
        if name not in scope.value_kinds:
            scope.reading.unknown(line, path, name, scope.value_kinds)
        values[name] = scope.reading.scalar(node, path)
    return dict(sorted(values.items()))
