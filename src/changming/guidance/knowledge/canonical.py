"""A pack as canonical JSON: what is published, stored and hashed, whatever the YAML looked like.

Keys are sorted, except where order is meaning (inputs and their options, routes, materials): there a mapping becomes
a list of ``[key, value]``. Values are the file's strings, absent ones left out; comments, quotes and layout are gone.
"""

import json
from typing import Final, TypeAlias

from changming.guidance.knowledge.tree import Fields, Items, Node, Scalar

_Json: TypeAlias = str | list["_Json"] | dict[str, "_Json"]
_Path: TypeAlias = tuple[str, ...]
_ORDERED: Final = frozenset({("inputs",), ("routes",), ("materials",), ("inputs", "*", "of")})
_NAMED: Final = frozenset({("inputs",), ("routes",), ("materials",)})
"""Below these paths the next key is an id; it stands as ``*`` in a path."""


def _below(path: _Path, key: str) -> _Path:
    return (*path, "*" if path in _NAMED else key)


def in_order(tree: Node) -> Node:
    """The tree with the ids of every section that is no list sorted, as in the document; lines are kept.

    One document is one pack then, in whatever order its author named sources, values and places.
    """
    if not isinstance(tree, Fields):
        return tree
    sections = {name: _by_id(section) if (name,) not in _ORDERED else section for name, section in tree.fields.items()}
    return Fields(sections, tree.line, tree.key_lines)


def _by_id(section: Node) -> Node:
    if not isinstance(section, Fields):
        return section
    return Fields({name: section.fields[name] for name in sorted(section.fields)}, section.line, section.key_lines)


def write_document(tree: Node) -> str:
    """The canonical JSON of a tree."""
    return json.dumps(_plain(tree, ()), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _plain(node: Node, path: _Path) -> _Json:
    if isinstance(node, Scalar):
        return node.value
    if isinstance(node, Items):
        return [_plain(item, (*path, "[]")) for item in node.items]
    members = {key: _plain(value, _below(path, key)) for key, value in node.fields.items()}
    members = {key: value for key, value in members.items() if value != ""}
    return [[key, value] for key, value in members.items()] if path in _ORDERED else members


def read_document(document: str) -> Node:
    """The tree of a canonical document, without lines.

    Raises:
        ValueError: the document is not one that ``write_document`` made.
    """
    return _tree(json.loads(document), ())


def _tree(plain: object, path: _Path) -> Node:
    if isinstance(plain, str):
        return Scalar(plain)
    if isinstance(plain, dict):
        return Fields({str(key): _tree(value, _below(path, str(key))) for key, value in plain.items()})
    if not isinstance(plain, list):
        raise ValueError("a pack document holds strings, lists and mappings only")  # noqa: TRY004 - data, not a call
    if path not in _ORDERED:
        return Items([_tree(item, (*path, "[]")) for item in plain])
    fields: dict[str, Node] = {}
    for pair in plain:
        if not (isinstance(pair, list) and len(pair) == 2 and isinstance(pair[0], str)):  # noqa: PLR2004 - a pair
            raise ValueError("an ordered section of a pack document is a list of [key, value]")
        fields[pair[0]] = _tree(pair[1], _below(path, pair[0]))
    return Fields(fields)
