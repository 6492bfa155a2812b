"""Reading one pack: every section, every cross-reference, every static check, all faults at once."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final

from changming.guidance.knowledge.canonical import in_order, write_document
from changming.guidance.knowledge.conditions import Rule
from changming.guidance.knowledge.faults import Fault
from changming.guidance.knowledge.kinds import Transition
from changming.guidance.knowledge.model import Applies, Named, Pack
from changming.guidance.knowledge.phrasings import opening, plain
from changming.guidance.knowledge.reading.answer import (
    read_answer_rows,
    read_conflicts,
    read_materials,
    read_next_steps,
)
from changming.guidance.knowledge.reading.coverage import Ground, check_force, check_rules, check_steps, check_value
from changming.guidance.knowledge.reading.cursor import Reading, Record
from changming.guidance.knowledge.reading.derived import read_derived
from changming.guidance.knowledge.reading.examples import read_examples
from changming.guidance.knowledge.reading.inputs import read_inputs
from changming.guidance.knowledge.reading.routes import read_routes
from changming.guidance.knowledge.reading.scope import Scope
from changming.guidance.knowledge.reading.services import read_services
from changming.guidance.knowledge.reading.sources import read_entries, read_sources
from changming.guidance.knowledge.reading.values import read_values
from changming.guidance.knowledge.tree import Node
from changming.kernel.catalogue import SERVICES

_VERSION: Final = re.compile(r"\d{4}\.\d{2}\.\d{2}", re.ASCII)
_NO_DOCUMENT: Final = frozenset({"life-event", "service-rule", "safety", "choose-document"})
DOCUMENTS: Final = frozenset(service.document for service in SERVICES.values()) - _NO_DOCUMENT
"""The document ids of the catalogue."""

_MAX_PHRASING: Final = 120
_REQUIRED: Final = (
    *("service", "version", "transition", "since", "title", "phrasings", "sources", "entries", "entry"),
    *("next_step", "tests"),
)
_OPTIONAL: Final = (
    *("documents", "services", "phrasings_en", "inputs", "derived", "values", "routes", "materials", "answer"),
    *("conflicts", "notes"),
)


@dataclass(frozen=True, slots=True)
class PackReading:
    """What came of one file: a pack when there are no faults; warnings never stand in its way."""

    pack: Pack | None
    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...]


def read_pack(file: str, tree: Node) -> PackReading:
    """A pack from its tree, or everything that is wrong with it."""
    reading, tree = Reading(file), in_order(tree)
    record = reading.record(tree, "", _REQUIRED, _OPTIONAL)
    scope = Scope.declare(reading, record)
    pack = _read_sections(scope, record, tree)
    _check_rules(reading, pack)
    warnings: tuple[Fault, ...] = ()
    if not reading.faults:
        warnings = _check_use(scope, pack)
    return PackReading(None if reading.faults else pack, tuple(reading.faults), warnings)


def _read_sections(scope: Scope, record: Record, tree: Node) -> Pack:
    reading = scope.reading
    since = record.needed_day("since")
    service = _service(reading, record)
    read_sources(scope, record)
    read_entries(scope, record)
    read_inputs(scope, record)
    derived = read_derived(scope, record)
    path = read_services(scope, record)
    values = read_values(scope, record, since)
    routes = read_routes(scope, record)
    materials = read_materials(scope, record)
    answer = read_answer_rows(scope, record)
    entry = reading.record(record.node("entry"), "entry", ("ask",), ("do",))
    document = write_document(tree)
    return Pack(
        file=reading.file,
        service=service,
        version=_version(reading, record),
        transition=record.choice("transition", Transition),
        since=since,
        title=record.words("title"),
        documents=_documents(reading, record, service),
        path=path,
        phrasings=_phrasings(scope, record, "phrasings"),
        phrasings_en=_phrasings(scope, record, "phrasings_en"),
        sources=MappingProxyType(scope.sources),
        inputs=MappingProxyType(scope.inputs),
        derived=MappingProxyType(derived),
        values=MappingProxyType(values),
        entries=MappingProxyType(scope.entries),
        entry_do=scope.entry(entry, "do"),
        entry_ask=scope.entry(entry, "ask"),
        routes=MappingProxyType(routes),
        materials=MappingProxyType(materials),
        answer=answer,
        next_step=read_next_steps(scope, record),
        conflicts=read_conflicts(scope, record),
        notes=tuple(word for _, _, word in reading.scalars(record.node("notes"), "notes")),
        tests=read_examples(scope, record, materials, [row.id for row in answer]),
        document=document,
        digest=hashlib.sha256(document.encode()).hexdigest(),
        lines=MappingProxyType(scope.lines),
    )


def _service(reading: Reading, record: Record) -> str:
    service = record.word("service")
    if service and service not in SERVICES:
        reading.unknown(record.line_of("service"), "service", service, SERVICES)
    return service


def _version(reading: Reading, record: Record) -> str:
    version = record.word("version")
    try:
        date.fromisoformat(version.replace(".", "-") if _VERSION.fullmatch(version) else "")
    except ValueError:
        if version:
            reading.fault(record.line_of("version"), "version", "bad_version", word=version)
    return version


def _documents(reading: Reading, record: Record, service: str) -> tuple[str, ...]:
    if record.has("documents"):
        return _listed(reading, record, "documents", DOCUMENTS)
    document = service.partition("/")[0]
    return (document,) if document in DOCUMENTS else ()


def _listed(reading: Reading, record: Record, key: str, known: frozenset[str]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for path, line, word in reading.scalars(record.node(key), key):
        if word not in known:
            reading.unknown(line, path, word, known)
        if word in found:
            reading.fault(line, path, "twice")
        found[word] = None
    return tuple(found)


def _phrasings(scope: Scope, record: Record, key: str) -> tuple[str, ...]:
    """Phrasings, each different from the others: in Chinese by their first four characters, in English at all."""
    reading = scope.reading
    seen: dict[str, str] = {}
    found: list[str] = []
    for path, line, phrase in reading.scalars(record.node(key), key):
        scope.lines[f"{key}[{len(found)}]"] = line
        mark = opening(phrase) if key == "phrasings" else plain(phrase)
        if not mark or len(phrase) > _MAX_PHRASING or "\n" in phrase:
            reading.fault(line, path, "bad_phrasing", bound=_MAX_PHRASING)
        elif mark in seen:
            reading.fault(line, path, "same_opening", first=seen[mark], mark=mark)
        seen.setdefault(mark, phrase)
        found.append(phrase)
    if record.has(key) and not found:
        reading.fault(record.line_of(key), key, "empty")
    return tuple(found)


def _check_rules(reading: Reading, pack: Pack) -> None:
    """Static checks, as far as the sections they look at could be read."""
    broken = {fault.path.partition(".")[0].partition("[")[0] for fault in reading.faults}
    if broken & {"inputs", "derived", "since"}:
        return
    ground = Ground(reading, pack.since, pack.inputs, pack.derived)
    check_rules(ground, _conditions(pack))
    check_steps(ground, pack.next_step)
    if "sources" not in broken:
        check_force(ground, _applying(pack), pack.sources)
    if "values" not in broken:
        for value in pack.values.values():
            check_value(ground, value)


def _applying(pack: Pack) -> Iterator[tuple[str, Applies]]:
    yield from ((f"routes.{way.id}", way.applies) for way in pack.routes.values())
    yield from ((f"materials.{material.id}", material.applies) for material in pack.materials.values())
    yield from ((f"answer[{at}]", row.applies) for at, row in enumerate(pack.answer))


def _conditions(pack: Pack) -> Iterator[tuple[str, int, Rule | None]]:
    for name, derived in pack.derived.items():
        if isinstance(derived, Named):
            yield f"derived.{name}.when", pack.lines[f"derived.{name}"], derived.rule
    for way in pack.routes.values():
        yield f"routes.{way.id}.when", way.applies.line, way.applies.when
    for material in pack.materials.values():
        yield f"materials.{material.id}.when", material.applies.line, material.applies.when
    for at, row in enumerate(pack.answer):
        yield f"answer[{at}].when", row.applies.line, row.applies.when
    for at, step in enumerate(pack.next_step):
        yield f"next_step[{at}].when", step.line, step.when
    for stop in pack.path:
        yield f"services.{stop.service}.when", stop.line, stop.when


def _check_use(scope: Scope, pack: Pack) -> tuple[Fault, ...]:
    """Inputs and derived facts that nothing uses are faults; idle sources, values and entries are warnings."""
    scope.used.update(f"entries.{way.entry}" for way in pack.routes.values())
    for name, asked in pack.inputs.items():
        if f"inputs.{name}" not in scope.used:
            scope.reading.fault(asked.line, f"inputs.{name}", "unused")
    for name in pack.derived:
        if f"derived.{name}" not in scope.used:
            scope.reading.fault(pack.lines[f"derived.{name}"], f"derived.{name}", "unused")
    idle = [
        *((source.line, f"sources.{name}") for name, source in pack.sources.items()),
        *((value.line, f"values.{name}") for name, value in pack.values.items()),
        *((pack.lines[path], path) for path in (f"entries.{name}" for name in pack.entries)),
    ]
    return tuple(Fault(pack.file, line, path, "unused") for line, path in idle if path not in scope.used)
