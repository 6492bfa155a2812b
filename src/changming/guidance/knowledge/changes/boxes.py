"""Many cells as few boxes: sets of answers for every input, so that a person can read them."""

from collections.abc import Iterable, Iterator
from typing import TypeAlias

from changming.guidance.knowledge.changes.lattice import Cell
from changming.guidance.knowledge.conditions import Fact

Sides: TypeAlias = tuple[frozenset[Fact | None], ...]
Box: TypeAlias = tuple[frozenset[int], Sides]
"""Positions in time that follow one another, and for every variable the members that it may be."""


def merge(spots: Iterable[tuple[int, Cell]]) -> list[Box]:
    """Boxes that together hold exactly these cells, none twice."""
    boxes: list[Box] = [(frozenset({at}), tuple(frozenset({fact}) for fact in cell)) for at, cell in spots]
    count = len(boxes) + 1
    while len(boxes) < count:
        count = len(boxes)
        for side in range(len(boxes[0][1]) if boxes else 0):
            boxes = _join_side(boxes, side)
        boxes = [box for joined in _by_sides(boxes) for box in joined]
    return sorted(boxes, key=lambda box: min(box[0]))


def _join_side(boxes: list[Box], side: int) -> list[Box]:
    """Boxes that differ in one variable only become one."""
    joined: dict[tuple[frozenset[int], Sides], frozenset[Fact | None]] = {}
    for at, sides in boxes:
        rest = (at, (*sides[:side], *sides[side + 1 :]))
        joined[rest] = joined.get(rest, frozenset()) | sides[side]
    return [(at, (*rest[:side], members, *rest[side:])) for (at, rest), members in joined.items()]


def _by_sides(boxes: list[Box]) -> Iterator[list[Box]]:
    """Boxes that differ in time only become one as far as they follow one another."""
    times: dict[Sides, set[int]] = {}
    for at, sides in boxes:
        times.setdefault(sides, set()).update(at)
    for sides, found in times.items():
        runs: list[set[int]] = []
        for time in sorted(found):
            if runs and time - 1 in runs[-1]:
                runs[-1].add(time)
            else:
                runs.append({time})
        yield [(frozenset(run), sides) for run in runs]
