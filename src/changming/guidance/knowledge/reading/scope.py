"""The names of one pack, known before the bodies that use them are read."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from changming.guidance.knowledge.kinds import ValueKind
from changming.guidance.knowledge.model import Bilingual, Entry, Input, Source
from changming.guidance.knowledge.reading.cursor import Reading, Record
from changming.guidance.knowledge.tree import Fields, Items, Scalar


@dataclass
class Scope:
    """Names that are declared, with their bodies as far as they were read, and which of them were used."""

    reading: Reading
    sources: dict[str, Source] = field(default_factory=dict)
    inputs: dict[str, Input] = field(default_factory=dict)
    derived: frozenset[str] = frozenset()
    value_kinds: dict[str, ValueKind | None] = field(default_factory=dict)
    entries: dict[str, Entry] = field(default_factory=dict)
    routes: frozenset[str] = frozenset()
    services: frozenset[str] = frozenset()
    used: set[str] = field(default_factory=set)
    lines: dict[str, int] = field(default_factory=dict)

    @classmethod
    def declare(cls, reading: Reading, pack: Record) -> "Scope":
        """Note what the pack declares, so that a use before the declaration is no fault."""
        scope = cls(reading)
        scope.derived = frozenset(_keys(pack, "derived"))
        scope.routes = frozenset(_keys(pack, "routes"))
        scope.services = frozenset(_services(pack))
        values = pack.fields.get("values")
        for name in _keys(pack, "values"):
            body = values.fields[name] if isinstance(values, Fields) else None
            kind = body.fields.get("type") if isinstance(body, Fields) else None
            word = kind.value if isinstance(kind, Scalar) else ""
            scope.value_kinds[name] = ValueKind(word) if word in {k.value for k in ValueKind} else None
        return scope

    def source(self, line: int, path: str, name: str) -> str:
        """A source that exists and may be shown."""
        if name not in self.sources:
            self.reading.unknown(line, path, name, self.sources)
        elif not self.sources[name].status.showable:
            self.reading.fault(line, path, "unverified", name=name)
        self.used.add(f"sources.{name}")
        return name

    def source_list(self, record: Record, key: str = "sources") -> tuple[str, ...]:
        """The sources at a key, each once."""
        path = record.at(key)
        found = [self.source(line, at, name) for at, line, name in self.reading.scalars(record.node(key), path)]
        if len(set(found)) != len(found):
            self.reading.fault(record.line_of(key), path, "twice")
        return tuple(found)

    def entry(self, record: Record, key: str) -> str:
        """An entry that exists; "" when absent."""
        name = record.word(key)
        if name and name not in self.entries:
            self.reading.unknown(record.line_of(key), record.at(key), name, self.entries)
        self.used.add(f"entries.{name}")
        return name

    def values_in(self, record: Record, key: str, words: Bilingual | None) -> None:
        """The values named in a text exist and can be shown in a sentence."""
        for name in sorted(words.names) if words is not None else ():
            if name not in self.value_kinds:
                self.reading.unknown(record.line_of(key), record.at(key), name, self.value_kinds)
            elif self.value_kinds[name] is ValueKind.REGIONS:
                self.reading.fault(record.line_of(key), record.at(key), "regions_in_text", name=name)
            self.used.add(f"values.{name}")


def _services(pack: Record) -> Iterator[str]:
    """The services listed, as far as they have the right shape."""
    listed = pack.fields.get("services")
    for node in listed.items if isinstance(listed, Items) else ():
        name = node.fields.get("service") if isinstance(node, Fields) else node
        if isinstance(name, Scalar):
            yield name.value


def _keys(pack: Record, section: str) -> tuple[str, ...]:
    node = pack.fields.get(section)
    return tuple(node.fields) if isinstance(node, Fields) else ()
