"""An entry's text as a form: sections, groups, fields. The text stays the truth; a form changes words in it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import yaml

from changming.editorial.splicing import (
    NotEditable,
    Path,
    child,
    compose,
    find,
    place_of,
    set_lines,
    set_words,
    source_of,
)

SECTIONS: Final = ("title", "phrasings", "sources", "values", "materials", "answer", "next_step")
_SLASH: Final = "/"
_LONGEST_HINT: Final = 40


class FieldKind(StrEnum):
    """How a field is shown: one line, several, a date, a status, a list with one item a line, YAML of its own."""

    LINE = "line"
    AREA = "area"
    DAY = "day"
    STATUS = "status"
    LIST = "list"
    RAW = "raw"


@dataclass(frozen=True, slots=True)
class Field:
    """One field. ``name`` is its path in the text, joined by slashes; ``label`` names its text in the catalogue."""

    name: str
    label: str
    kind: FieldKind
    value: str


@dataclass(frozen=True, slots=True)
class Group:
    """Fields that belong together. ``path`` is set where it can be copied and removed."""

    title: str
    fields: tuple[Field, ...]
    path: str = ""

    @property
    def hint(self) -> str:
        """Its first words, by which a reader knows it while it is folded."""
        words = next((field.value for field in self.fields if field.value and field.value != self.title), "")
        return words if len(words) <= _LONGEST_HINT else f"{words[:_LONGEST_HINT]}…"


_SOURCE: Final = (
    ("title/zh", FieldKind.LINE),
    ("title/en", FieldKind.LINE),
    ("ref", FieldKind.LINE),
    ("url", FieldKind.LINE),
    ("status", FieldKind.STATUS),
    ("from", FieldKind.DAY),
    ("to", FieldKind.DAY),
    ("checked", FieldKind.DAY),
    ("review_by", FieldKind.DAY),
)
_ROW: Final = (("when", FieldKind.RAW), ("from", FieldKind.DAY), ("to", FieldKind.DAY), ("source", FieldKind.LINE))
_TEXTS: Final = (
    ("text/zh", FieldKind.AREA),
    ("text/en", FieldKind.AREA),
    ("maybe/zh", FieldKind.AREA),
    ("maybe/en", FieldKind.AREA),
    ("when", FieldKind.RAW),
)
_SOURCES: Final = (("sources", FieldKind.RAW),)
_SHAPES: Final = {
    "sources": _SOURCE,
    "materials": (*_TEXTS, ("required", FieldKind.LINE), *_SOURCES),
    "answer": (("id", FieldKind.LINE), *_TEXTS, *_SOURCES),
    "next_step": (("text/zh", FieldKind.AREA), ("text/en", FieldKind.AREA), ("when", FieldKind.RAW)),
}


def read_section(authored: str, section: str) -> tuple[Group, ...] | None:
    """The groups of a section; None where the text cannot be shown as a form (it is edited as a whole then)."""
    try:
        root = compose(authored)
    except NotEditable:
        return None
    return tuple(_groups(authored, root, section))


def write_section(authored: str, section: str, given: Mapping[str, str]) -> str:
    """The text with the words of a section's form; fields that do not belong to the section are left aside.

    Raises:
        NotEditable: the text cannot be shown as a form.
    """
    known = {field.name: field for group in _groups(authored, compose(authored), section) for field in group.fields}
    changes: dict[Path, str] = {}
    raw: set[Path] = set()
    for name, field in known.items():
        words = given.get(name)
        if words is None or words.strip() == field.value.strip():
            continue
        path = tuple(name.split(_SLASH))
        if field.kind is FieldKind.LIST:
            authored = set_lines(authored, path, words.split("\n"))
            continue
        changes[path] = words
        if field.kind is FieldKind.RAW:
            raw.add(path)
    return set_words(authored, changes, raw=frozenset(raw)) if changes else authored


def _groups(authored: str, root: yaml.MappingNode, section: str) -> Iterator[Group]:
    if section == "title":
        names = (("title/zh", FieldKind.LINE), ("title/en", FieldKind.LINE), ("version", FieldKind.LINE))
        yield Group("", tuple(_fields(authored, root, (), (*names, ("since", FieldKind.DAY)))))
    elif section == "phrasings":
        for name in ("phrasings", "phrasings_en"):
            node = find(root, (name,))
            lines = [one.value for one in node.value] if isinstance(node, yaml.SequenceNode) else []
            yield Group("", (Field(name, name, FieldKind.LIST, "\n".join(map(str, lines))),))
    elif section == "values":
        yield from _value_rows(authored, root)
    elif section in _SHAPES:
        for step, node in _members(find(root, (section,))):
            title = step if place_of(step) is None else _id_of(node, step)
            fields = tuple(_fields(authored, root, (section, step), _SHAPES[section]))
            yield Group(title, fields, _SLASH.join((section, step)))


def _value_rows(authored: str, root: yaml.MappingNode) -> Iterator[Group]:
    for name, value in _members(find(root, ("values",))):
        for step, row in _members(child(value, "rows")):
            path = ("values", name, "rows", step)
            figure = child(row, "value")
            texts = isinstance(figure, yaml.MappingNode)
            shown = (("value/zh", FieldKind.AREA), ("value/en", FieldKind.AREA)) if texts else ()
            kind = FieldKind.RAW if isinstance(figure, yaml.SequenceNode) else FieldKind.LINE
            shape = (*(shown or (("value", kind),)), *_ROW)
            title = f"{name} {_number(step)}"
            yield Group(title, tuple(_fields(authored, root, path, shape)), _SLASH.join(path))


def _members(node: yaml.Node | None) -> list[tuple[str, yaml.Node]]:
    if isinstance(node, yaml.MappingNode):
        return [(str(key.value), value) for key, value in node.value]
    return [(str(at), one) for at, one in enumerate(node.value)] if isinstance(node, yaml.SequenceNode) else []


def _id_of(node: yaml.Node, step: str) -> str:
    found = child(node, "id")
    return str(found.value) if isinstance(found, yaml.ScalarNode) else _number(step)


def _number(step: str) -> str:
    """How people count a place; a key, where a mapping stands in place of a list, is itself."""
    place = place_of(step)
    return step if place is None else str(place + 1)


def _fields(
    authored: str, root: yaml.MappingNode, base: Path, shape: tuple[tuple[str, FieldKind], ...]
) -> Iterator[Field]:
    for name, kind in shape:
        path = (*base, *name.split(_SLASH))
        node = find(root, path)
        if kind is FieldKind.RAW:
            value = "" if node is None else source_of(authored, node)
            if "\n" in value:
                continue  # written over several lines: for the whole text
        elif node is None:
            value = ""
        elif isinstance(node, yaml.ScalarNode) and node.style not in ("|", ">"):
            value = str(node.value).strip()
        else:
            continue
        yield Field(_SLASH.join(path), name.replace(_SLASH, "."), kind, value)
