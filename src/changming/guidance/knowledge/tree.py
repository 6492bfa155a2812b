"""A pack file as a tree of strings with line numbers. Nothing is guessed, nothing is expanded.

YAML's own typing (``9:00`` is 540, ``010`` is 8, ``no`` is False), anchors, tags and silent duplicate keys have no
place here: the tree is built from the parser's events, and what is not a plain tree is a fault. Size, depth and the
number of nodes are bounded before anything else looks at the file.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

import yaml

from changming.guidance.knowledge.faults import Fault

MAX_BYTES: Final = 256 * 1024
MAX_DEPTH: Final = 16
MAX_NODES: Final = 20_000

_Loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # the C parser when the platform's wheel has it


@dataclass(slots=True)
class Scalar:
    """A string without surrounding space. An empty one counts as absent."""

    value: str
    line: int = 0


@dataclass(slots=True)
class Items:
    """A sequence."""

    items: list["Node"]
    line: int = 0


@dataclass(slots=True)
class Fields:
    """A mapping, in the order of the file."""

    fields: dict[str, "Node"]
    line: int = 0
    key_lines: Mapping[str, int] = field(default_factory=dict)

    def line_of(self, key: str) -> int:
        """The line of a key; the mapping's own line when it has none."""
        return self.key_lines.get(key, self.line)


Node: TypeAlias = Scalar | Items | Fields


class _TooMuch(Exception):  # noqa: N818 - leaves the builder, never the module
    """The file broke a bound; reading stops at once."""

    def __init__(self, line: int, code: str, bound: int) -> None:
        super().__init__(code)
        self.line, self.code, self.bound = line, code, bound


class _Builder:
    """Turns events into one tree, noting what is not allowed."""

    def __init__(self, file: str, source: str) -> None:
        self.file = file
        self.next_event: Callable[[], yaml.Event] = _Loader(source).get_event
        self.faults: list[Fault] = []
        self.nodes = 0

    def document(self) -> Node:
        root: Node | None = None
        while not isinstance(event := self.next_event(), yaml.StreamEndEvent):
            if isinstance(event, yaml.NodeEvent):
                node = self.node(event, 1)
                if root is not None:
                    self.fault(node.line, "one_document")
                    break
                root = node
        return root if root is not None else Scalar("", 1)

    def fault(self, line: int, code: str, **fields: object) -> None:
        self.faults.append(Fault(self.file, line, "", code, fields))

    def node(self, event: yaml.Event, depth: int) -> Node:
        mark = event.start_mark
        line = 0 if mark is None else mark.line + 1
        self.nodes += 1
        if depth > MAX_DEPTH:
            raise _TooMuch(line, "too_deep", MAX_DEPTH)
        if self.nodes > MAX_NODES:
            raise _TooMuch(line, "too_many_nodes", MAX_NODES)
        if isinstance(event, yaml.ScalarEvent):
            if event.anchor is not None or event.tag is not None:
                self.refuse_marks(event, line)
            return Scalar(event.value.strip(), line)
        if isinstance(event, yaml.CollectionStartEvent):
            self.refuse_marks(event, line)
            mapping = isinstance(event, yaml.MappingStartEvent)
            return self.fields(line, depth + 1) if mapping else self.items(line, depth + 1)
        self.fault(line, "no_aliases", name=getattr(event, "anchor", ""))
        return Scalar("", line)

    def refuse_marks(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent, line: int) -> None:
        if event.anchor is not None:
            self.fault(line, "no_anchors", name=event.anchor)
        if event.tag is not None:
            self.fault(line, "no_tags", name=event.tag)

    def items(self, line: int, depth: int) -> Items:
        items: list[Node] = []
        while not isinstance(event := self.next_event(), yaml.SequenceEndEvent):
            items.append(self.node(event, depth))
        return Items(items, line)

    def fields(self, line: int, depth: int) -> Fields:
        fields: dict[str, Node] = {}
        key_lines: dict[str, int] = {}
        while not isinstance(event := self.next_event(), yaml.MappingEndEvent):
            key = self.node(event, depth)
            value = self.node(self.next_event(), depth)
            if not isinstance(key, Scalar):
                self.fault(key.line, "key_not_a_word")
            elif key.value in fields:
                self.fault(key.line, "duplicate_key", key=key.value, first=key_lines[key.value])
            else:
                fields[key.value] = value
                key_lines[key.value] = key.line
        return Fields(fields, line, key_lines)


def read_tree(file: str, data: bytes) -> tuple[Node, tuple[Fault, ...]]:
    """The tree of one file and everything that is wrong with its form; with faults the tree may be incomplete."""
    if len(data) > MAX_BYTES:
        line = data.count(b"\n", 0, MAX_BYTES) + 1
        return Scalar(""), (Fault(file, line, "", "too_big", {"bound": MAX_BYTES // 1024}),)
    try:
        source = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return Scalar(""), (Fault(file, line, "", "not_utf8"),)
    builder = _Builder(file, source)
    try:
        root = builder.document()
    except _TooMuch as error:
        builder.fault(error.line, error.code, bound=error.bound)
    except yaml.reader.ReaderError as error:
        builder.fault(source.count("\n", 0, error.position) + 1, "not_yaml", problem=error.reason)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        builder.fault(mark.line + 1 if mark else 0, "not_yaml", problem=error.problem)
    else:
        return root, tuple(builder.faults)
    return Scalar(""), tuple(builder.faults)
