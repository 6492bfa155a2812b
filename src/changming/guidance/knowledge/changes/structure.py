"""What differs between two versions of a pack, row by row, whatever moved in the file.

Rows are told apart by their ids; where a format has none (rows of a value, next steps) the nearest counterpart is
found by date, condition and content, so that a change of one of them is told as that change and not as a new row.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from itertools import chain
from typing import Final, TypeAlias

from changming.guidance.knowledge.cel import derived_to_cel, to_cel
from changming.guidance.knowledge.conditions import Rule
from changming.guidance.knowledge.model import (
    Bilingual,
    Example,
    Less,
    Member,
    Named,
    Pack,
    Row,
    Same,
)

Leaf: TypeAlias = str | tuple[str, ...]
"""What stands at the end of a path: words, or a list of them."""

_Pair: TypeAlias = tuple[str, Leaf | None, Leaf | None]
_SKIPPED: Final = frozenset({"file", "line", "lines", "document", "digest", "names", "service", "id"})
_RENAMED: Final = {
    "period": "",
    "applies": "",
    "figure": "value",
    "start": "from",
    "end": "to",
    "path": "services",
    "low": "min",
    "high": "max",
    "options": "of",
}
"""Names in the model that an author knows by another name, or that stand for no level of their own."""

ORDER: Final = "(order)"
"""The last word of a path where the same things stand in another order."""


class ChangeKind(StrEnum):
    """What happened to one thing in a pack."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True, order=True)
class Change:
    """One thing that differs.

    ``path`` names it by ids, as in ``values.fee.rows[2019-07-01].value``; its last word tells figures (``value``),
    conditions (``when``), sources (``source``, ``sources``) and dates (``from``, ``to``) apart. ``(order)`` at the
    end means that the same things stand in another order. Conditions are shown as CEL.
    """

    path: str
    kind: ChangeKind
    before: str | None
    after: str | None


def structural_diff(old: Pack | None, new: Pack | None) -> tuple[Change, ...]:
    """Every difference between two versions; None is "there was no such pack". Equal packs give nothing."""
    return tuple(sorted(chain.from_iterable(_changes(*leaf) for leaf in _walk("", old, new))))


def flatten(pack: Pack) -> dict[str, Leaf]:
    """Everything a pack says, by path."""
    return {path: leaf for path, _, leaf in _walk("", None, pack) if leaf is not None}


def _changes(path: str, was: Leaf | None, now: Leaf | None) -> Iterator[Change]:
    if was == now:
        return
    if path.endswith(ORDER):
        yield from _moved(path, _many(was), _many(now))
    elif isinstance(was, tuple) or isinstance(now, tuple):
        first, second = _many(was), _many(now)
        yield from (Change(path, ChangeKind.REMOVED, one, None) for one in first if one not in second)
        yield from (Change(path, ChangeKind.ADDED, None, one) for one in second if one not in first)
        yield from _moved(f"{path}.{ORDER}", first, second)
    elif was is None:
        yield Change(path, ChangeKind.ADDED, None, now)
    else:
        yield Change(path, ChangeKind.REMOVED if now is None else ChangeKind.CHANGED, was, now)


def _many(leaf: Leaf | None) -> tuple[str, ...]:
    return () if leaf is None else (leaf,) if isinstance(leaf, str) else leaf


def _moved(path: str, was: tuple[str, ...], now: tuple[str, ...]) -> Iterator[Change]:
    """Another order of what stands in both."""
    first, second = [one for one in was if one in now], [one for one in now if one in was]
    if first != second:
        yield Change(path, ChangeKind.CHANGED, ", ".join(first), ", ".join(second))


def _walk(path: str, old: object, new: object) -> Iterator[_Pair]:
    """Two versions of one thing, down to their words; one of them may be absent."""
    node = old if new is None or new == () else new
    if node is None:
        return
    if _is_leaf(node):
        yield path, _leaf(old), _leaf(new)
    elif isinstance(node, Mapping):
        yield from _walk_mapping(path, old or {}, new or {})  # type: ignore[arg-type] # both are what the node is
    elif isinstance(node, tuple):
        yield from _walk_list(path, old or (), new or ())  # type: ignore[arg-type] # both are tuples
    else:
        for field in fields(node):  # type: ignore[arg-type] # what is left are the model's dataclasses
            if field.name not in _SKIPPED:
                below = _join(path, _RENAMED.get(field.name, field.name))
                yield from _walk(below, getattr(old, field.name, None), getattr(new, field.name, None))


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path and name and not name.startswith("[") else path + name


def _is_leaf(node: object) -> bool:
    if isinstance(node, tuple):
        return all(isinstance(one, str) for one in node)
    return isinstance(node, Rule | Same | Member | Less | Named | bool | str | int | date | frozenset)


def _leaf(node: object) -> Leaf | None:
    """The words of what is no further divided; None for what is absent or empty."""
    if isinstance(node, Rule | Same | Member | Less | Named):
        return to_cel(node.tree) if isinstance(node, Rule) else derived_to_cel(node)
    if isinstance(node, frozenset | tuple):
        return tuple(map(str, sorted(node) if isinstance(node, frozenset) else node)) or None
    if isinstance(node, bool):
        return str(node).lower()
    if isinstance(node, Bilingual):  # a figure that was words and is none any more
        return f"{node.zh} · {node.en}"
    return None if node is None or node == "" else str(node)


def _walk_mapping(path: str, old: Mapping[str, object], new: Mapping[str, object]) -> Iterator[_Pair]:
    yield _join(path, ORDER), tuple(old), tuple(new)
    renamed = dict(_renamed(old, new))
    for name, member in new.items():
        former = renamed.get(name, name)
        if former != name:
            yield _join(path, f"{name}.id"), former, name
        yield from _walk(_join(path, name), old.get(former), member)
    for name in old.keys() - new.keys() - set(renamed.values()):
        yield from _walk(_join(path, name), old[name], None)


def _renamed(old: Mapping[str, object], new: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """(new id, old id) of what has another id and is otherwise the same."""
    gone = [name for name in old if name not in new]
    for name, member in new.items():
        if name in old or not gone:
            continue
        words = _content(member)
        former = next((one for one in gone if _content(old[one]) == words), None)
        if former is not None:
            gone.remove(former)
            yield name, former


def _content(member: object) -> list[tuple[str, Leaf]]:
    return [(path, leaf) for path, _, leaf in _walk("", None, member) if leaf is not None]


def _walk_list(path: str, old: tuple[object, ...], new: tuple[object, ...]) -> Iterator[_Pair]:
    first, second = _single(old), _single(new)
    if _key(next(iter(second or first))) is not None:
        yield _join(path, ORDER), _groups(old), _groups(new)
        before = {_key(one): one for one in first}
        after = {_key(one): one for one in second}
        yield from (
            pair
            for name in {**after, **before}
            for pair in _walk(_join(path, str(name)), before.get(name), after.get(name))
        )
        return
    for was, now in pair_rows(first, second):
        yield from _walk(_join(path, f"[{_label(now if now is not None else was)}]"), was, now)


def _single(rows: tuple[object, ...]) -> tuple[object, ...]:
    """The members; the steps of a route stand in groups of alternatives."""
    return tuple(chain.from_iterable(row if isinstance(row, tuple) else (row,) for row in rows))


def _groups(rows: tuple[object, ...]) -> tuple[str, ...]:
    return tuple(" | ".join(str(_key(one)) for one in _single((row,))) for row in rows)


def _key(row: object) -> str | None:
    """The id of a row that has one."""
    for name in ("id", "service", "about"):
        if isinstance(getattr(row, name, None), str):
            return str(getattr(row, name))
    return f"[{row.name}]" if isinstance(row, Example) else None


def _label(row: object) -> str:
    """How a row without an id is called: by its first day, its condition."""
    when = getattr(row, "when", None)
    parts = [row.period.start.isoformat() if row.period.start else ""] if isinstance(row, Row) else []
    parts += [to_cel(when.tree)] if isinstance(when, Rule) else []
    return "; ".join(part for part in parts if part) or "otherwise"


def pair_rows(old: tuple[object, ...], new: tuple[object, ...]) -> list[tuple[object, object]]:
    """Rows without ids and their counterparts, the surest pairs first; what is left alone was added or removed."""
    was, now = list(old), list(new)
    pairs: list[tuple[object, object]] = []
    for same in _LIKENESS:
        for row in list(now):
            twin = next((one for one in was if same(one) == same(row)), None)
            if twin is not None:
                was.remove(twin)
                now.remove(row)
                pairs.append((twin, row))
    order = {id(row): at for at, row in enumerate(new)}
    pairs.sort(key=lambda pair: order[id(pair[1])])
    return [*pairs, *((None, row) for row in now), *((row, None) for row in was)]


def _when(row: object) -> object:
    return getattr(getattr(row, "when", None), "tree", None)


def _start(row: object) -> object:
    return getattr(getattr(row, "period", None), "start", None)


def _says(row: object) -> object:
    return row.figure if isinstance(row, Row) else getattr(row, "text", None)


_LIKENESS: Final[tuple[Callable[[object], object], ...]] = (
    lambda row: (_start(row), _when(row), _says(row)),
    lambda row: (_start(row), _when(row)),
    lambda row: (_start(row), _says(row)),
    lambda row: (_when(row), _says(row)),
)
