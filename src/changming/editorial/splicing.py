"""Changing single words of a YAML text where they stand: comments, order and layout stay as their author left them."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

import yaml

MAX_CHARACTERS: Final = 256 * 1024
_DEEPEST: Final = 16
"""As deep as an entry may nest; deeper, the parser's own recursion would end the process, not the request."""
_LONGEST_STEP: Final = 6
Path: TypeAlias = tuple[str, ...]
_PLAIN: Final = re.compile(r"""[^\s\-?:,\[\]{}#&*!|>'"%@`~=][^:#,\[\]{}\n]*(?<!\s)""")
_Loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


class NotEditable(Exception):  # noqa: N818 - leaves this package only as "no form"
    """The text is no plain tree that a form could stand for."""


@dataclass(frozen=True, slots=True)
class Splice:
    """``[start, end)`` of the text is replaced by ``words``."""

    start: int
    end: int
    words: str


def compose(authored: str) -> yaml.MappingNode:
    """The text's nodes with their places.

    Raises:
        NotEditable: it is too long or too deep, no YAML, or no mapping.
    """
    if len(authored) > MAX_CHARACTERS:
        raise NotEditable
    try:
        _refuse_what_is_no_tree(authored)
        root = yaml.compose(authored, Loader=_Loader)
    except (yaml.YAMLError, RecursionError, ValueError) as broken:
        raise NotEditable from broken
    if not isinstance(root, yaml.MappingNode):
        raise NotEditable
    return root


def _refuse_what_is_no_tree(authored: str) -> None:
    """Event by event, before anything is built."""
    depth = 0
    for event in yaml.parse(authored, Loader=_Loader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > _DEEPEST or getattr(event, "anchor", None):
            raise NotEditable


def place_of(step: str) -> int | None:
    """The position in a sequence that a step names; None for any other word."""
    return int(step) if step.isascii() and step.isdigit() and len(step) <= _LONGEST_STEP else None


def child(node: yaml.Node | None, step: str) -> yaml.Node | None:
    """What stands below ``step``: a key of a mapping, a position in a sequence."""
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == step), None)
    place = place_of(step)
    if isinstance(node, yaml.SequenceNode) and place is not None and place < len(node.value):
        found: yaml.Node = node.value[place]
        return found
    return None


def find(root: yaml.Node, path: Path) -> yaml.Node | None:
    """The node at a path, or None."""
    node: yaml.Node | None = root
    for step in path:
        node = child(node, step)
    return node


def source_of(authored: str, node: yaml.Node) -> str:
    """A node's own words in the text."""
    return authored[node.start_mark.index : end_of(node)]


def end_of(node: yaml.Node) -> int:
    """Where the last word of a node ends; a block collection itself ends only at the next token."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return end_of(last[1] if isinstance(last, tuple) else last)
    return int(node.end_mark.index)


def scalar(words: str) -> str:
    """A string as YAML: bare where nothing in it could be misread, else in double quotes."""
    words = " ".join(words.split())
    return words if _PLAIN.fullmatch(words) else json.dumps(words, ensure_ascii=False)


def apply(authored: str, splices: Iterable[Splice]) -> str:
    """The text with all replacements done."""
    for splice in sorted(splices, key=lambda one: one.start, reverse=True):
        authored = authored[: splice.start] + splice.words + authored[splice.end :]
    return authored


def set_words(authored: str, changes: Mapping[Path, str], *, raw: frozenset[Path] = frozenset()) -> str:
    """The text with other words at these paths; what is not there yet is put in, "" makes it absent.

    Paths in ``raw`` are given as YAML themselves.

    Raises:
        NotEditable: as ``compose``.
    """
    root = compose(authored)
    splices: list[Splice] = []
    missing: dict[Path, dict[Path, str]] = {}
    for path, words in changes.items():
        made = " ".join(words.split()) if path in raw else scalar(words)
        node = find(root, path)
        if node is not None:
            splices.append(Splice(node.start_mark.index, end_of(node), made))
        elif words.strip():
            at = next(n for n in range(len(path) - 1, -1, -1) if find(root, path[:n]) is not None)
            missing.setdefault(path[: at + 1], {})[path[at + 1 :]] = made
    for path, parts in missing.items():
        parent = find(root, path[:-1])
        if isinstance(parent, yaml.MappingNode) and parent.value:
            splices.append(_put_in(parent, path[-1], parts))
    return apply(authored, splices)


def _put_in(parent: yaml.MappingNode, key: str, parts: Mapping[Path, str]) -> Splice:
    """A new key at the beginning of a mapping."""
    words = parts[()] if () in parts else "{" + ", ".join(f"{path[0]}: {word}" for path, word in parts.items()) + "}"
    start = parent.start_mark.index
    if parent.flow_style:
        return Splice(start + 1, start + 1, f"{key}: {words}, ")
    return Splice(start, start, f"{key}: {words}\n{' ' * parent.start_mark.column}")


def set_lines(authored: str, path: Path, lines: Iterable[str]) -> str:
    """The text with another list of strings at a path.

    Raises:
        NotEditable: as ``compose``.
    """
    words = [scalar(line) for line in lines if line.strip()]
    node = find(compose(authored), path)
    if node is None:
        return set_words(authored, {path: f"[{', '.join(words)}]"}, raw=frozenset({path})) if words else authored
    start = node.start_mark.index
    if not words or not isinstance(node, yaml.SequenceNode) or node.flow_style:
        return apply(authored, [Splice(start, end_of(node), f"[{', '.join(words)}]")])
    between = f"\n{' ' * node.start_mark.column}- "
    return apply(authored, [Splice(start, end_of(node), "- " + between.join(words))])


def copy_entry(authored: str, path: Path) -> str:
    """The text with the entry at a path once more, right after itself; a named one gets a name that is free.

    Raises:
        NotEditable: as ``compose``, or there is no such entry.
    """
    root = compose(authored)
    parent, node = find(root, path[:-1]), find(root, path)
    if not isinstance(parent, yaml.CollectionNode) or node is None:
        raise NotEditable
    end = end_of(node)
    if isinstance(parent, yaml.SequenceNode):
        words = source_of(authored, node)
        lead = ", " if parent.flow_style else f"\n{' ' * parent.start_mark.column}- "
        return apply(authored, [Splice(end, end, lead + words)])
    key = next(key for key, _ in parent.value if key.value == path[-1])
    names = {one.value for one, _ in parent.value}
    name = next(f"{path[-1]}-{n}" for n in range(2, len(names) + 3) if f"{path[-1]}-{n}" not in names)
    rest = authored[key.end_mark.index : end]
    lead = ", " if parent.flow_style else f"\n{' ' * key.start_mark.column}"
    return apply(authored, [Splice(end, end, f"{lead}{name}{rest}")])


def drop_entry(authored: str, path: Path) -> str:
    """The text without the entry at a path.

    Raises:
        NotEditable: as ``compose``, there is no such entry, or it is the last one of its list.
    """
    root = compose(authored)
    parent, node = find(root, path[:-1]), find(root, path)
    if not isinstance(parent, yaml.CollectionNode) or node is None or len(parent.value) < 2:  # noqa: PLR2004 - an empty list is for the whole text
        raise NotEditable
    first = node
    if isinstance(parent, yaml.MappingNode):
        first = next(key for key, _ in parent.value if key.value == path[-1])
    start, end = first.start_mark.index, end_of(node)
    if parent.flow_style:
        after = re.match(r"\s*,\s*", authored[end:])
        before = re.search(r"\s*,\s*$", authored[:start])
        end += after.end() if after else 0
        start = before.start() if before and not after else start
        return apply(authored, [Splice(start, end, "")])
    start = authored.rfind("\n", 0, start) + 1
    stop = authored.find("\n", end)
    return apply(authored, [Splice(start, len(authored) if stop < 0 else stop + 1, "")])
