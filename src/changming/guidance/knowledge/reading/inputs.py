"""Reading ``inputs``: what may be asked, and the answers that are possible."""

from datetime import date
from typing import Final

from changming.guidance.knowledge.conditions import as_number
from changming.guidance.knowledge.kinds import InputKind, Slot
from changming.guidance.knowledge.model import DONT_KNOW, Bilingual, Input
from changming.guidance.knowledge.reading.conditions import GROUPS
from changming.guidance.knowledge.reading.cursor import Record
from changming.guidance.knowledge.reading.scope import Scope

_OPTIONS: Final = (2, 20)
_BOUNDED: Final = (InputKind.INT, InputKind.DATE)


def read_inputs(scope: Scope, pack: Record) -> None:
    """Every input of the pack into the scope."""
    for name, path, line, node in scope.reading.entries(pack.node("inputs"), "inputs", snake=True):
        record = scope.reading.record(node, path, ("type", "ask", "why"), ("of", "min", "max", "slot"))
        if name in GROUPS:
            scope.reading.fault(line, path, "reserved", word=name)
        kind = record.choice("type", InputKind)
        _check_keys(scope, record, kind)
        low, high = _limit(scope, record, "min", kind), _limit(scope, record, "max", kind)
        if low is not None and high is not None and as_number(low) >= as_number(high):
            scope.reading.fault(record.line_of("max"), path, "empty_range")
        scope.inputs[name] = Input(
            name=name,
            kind=kind,
            ask=record.words("ask"),
            why=record.words("why"),
            slot=record.maybe_choice("slot", Slot),
            options=_options(scope, record) if kind is InputKind.ENUM else {},
            low=low,
            high=high,
            line=line,
        )


def _check_keys(scope: Scope, record: Record, kind: InputKind) -> None:
    """Keys that this type does not have, or must have."""
    if not record.has("type"):
        return
    allowed = {"of": kind is InputKind.ENUM, "min": kind in _BOUNDED, "max": kind in _BOUNDED}
    for key, fits in allowed.items():
        if record.has(key) and not fits:
            scope.reading.fault(record.line_of(key), record.at(key), "not_for_type", key=key, type=kind.value)
    needed = {InputKind.ENUM: ("of",), InputKind.INT: ("min", "max")}.get(kind, ())
    for key in needed:
        if not record.has(key):
            scope.reading.fault(record.line, record.path, "missing_key", key=key)


def _limit(scope: Scope, record: Record, key: str, kind: InputKind) -> int | date | None:
    if not record.has(key) or kind not in _BOUNDED:
        return None
    before = len(scope.reading.faults)
    limit: int | date | None = (
        record.day(key)
        if kind is InputKind.DATE
        else scope.reading.whole(record.line_of(key), record.at(key), record.word(key))
    )
    # A limit that could not be read bounds nothing: what is compared with it must not be blamed too.
    return limit if len(scope.reading.faults) == before else None


def _options(scope: Scope, record: Record) -> dict[str, Bilingual]:
    options: dict[str, Bilingual] = {}
    path = record.at("of")
    # Options that are the catalogue's words for a slot are written as there, with hyphens.
    for name, at, line, node in scope.reading.entries(record.node("of"), path):
        if name == DONT_KNOW:
            scope.reading.fault(line, at, "reserved", word=name)
        options[name] = scope.reading.words(node, at)
    low, high = _OPTIONS
    if record.has("of") and not low <= len(options) <= high:
        scope.reading.fault(record.line_of("of"), path, "options_count", low=low, high=high)
    words = [text for option in options.values() for text in {option.zh, option.en}]
    if len(set(words)) != len(words):
        scope.reading.fault(record.line_of("of"), path, "twice")
    return options
