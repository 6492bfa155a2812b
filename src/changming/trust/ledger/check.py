"""Does a kept tree give the signed root, and if not, which byte is to blame? Pure, given something to read from.

Every entry is hashed and every tile is compared byte for byte with the one its children give. Where the two differ,
the signed root is the judge: it is reached either from the entries (then the tile was changed) or from the right edge
of the tiles, which vouches for their children level by level (then the entry was changed).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Protocol

from changming.trust.ledger.faults import Fault, Problem
from changming.trust.ledger.tiles import WIDTH, Edge, TileName, hashes_at, levels_of, names_on, split
from changming.trust.ledger.tree import HASH_BYTES, leaf_hash, perfect_root

MAX_FAULTS: Final = 100


class Unreadable(Exception):  # noqa: N818 - a value in flight between a source and the check
    """A tile or bundle that is not there or not of its form."""

    def __init__(self, problem: Problem, index: int | None = None) -> None:
        self.problem = problem
        self.index = index
        super().__init__(problem)


class Source(Protocol):
    """Where a log is kept: a folder or a database. Reading raises ``Unreadable``."""

    def entries(self, name: TileName) -> list[bytes]:
        """Exactly ``name.width`` entries of a bundle."""

    def hashes(self, name: TileName) -> bytes:
        """Exactly ``name.width`` hashes of a tile."""

    def where(self, name: TileName) -> str:
        """How people find it."""


@dataclass(slots=True)
class _Tile:
    """A tile as it is kept and as its children give it; a full one that agrees forgets its bytes."""

    name: TileName
    kept: bytes | None
    given: bytes | None
    kept_root: bytes | None = None
    given_root: bytes | None = None

    def __post_init__(self) -> None:
        if self.name.width < WIDTH:
            return
        self.given_root = perfect_root(split(self.given)) if self.given is not None else None
        if self.kept == self.given:
            self.kept_root = self.given_root
        elif self.kept is not None:
            self.kept_root = perfect_root(split(self.kept))
        if self.name.level == 0 and self.agrees:
            self.kept = self.given = None

    @property
    def agrees(self) -> bool:
        return self.kept == self.given and (self.kept is not None or self.kept_root is not None)


def check_tree(source: Source, size: int, root: bytes) -> list[Fault]:
    """The faults of a kept tree of ``size`` entries whose signed root is ``root``; none when it is whole."""
    return _Check(source, size, root).faults()[:MAX_FAULTS]


class _Check:
    def __init__(self, source: Source, size: int, root: bytes) -> None:
        self._source = source
        self._size = size
        self._root = root
        self._unreadable: list[Fault] = []
        self._levels: list[list[_Tile]] = []
        for level in range(levels_of(size)):
            self._levels.append([self._read(name) for name in names_on(size, level)])

    def _read(self, name: TileName) -> _Tile:
        kept = given = None
        try:
            kept = self._source.hashes(name)
        except Unreadable as fault:
            self._unreadable.append(Fault(self._source.where(name), fault.problem, fault.index))
        if name.level:
            children = self._levels[name.level - 1][name.position * WIDTH :][: name.width]
            roots = [child.given_root for child in children]
            given = b"".join(one for one in roots if one is not None) if None not in roots else None
        else:
            bundle = TileName(None, name.position, name.width)
            try:
                given = b"".join(map(leaf_hash, self._source.entries(bundle)))
            except Unreadable as fault:
                self._unreadable.append(Fault(self._source.where(bundle), fault.problem, fault.index))
        return _Tile(name, kept, given)

    def faults(self) -> list[Fault]:
        if self._edge_root(given=True) == self._root:
            return self._unreadable + [self._tile(tile) for tile in self._all() if tile.kept and not tile.agrees]
        if self._edge_root(given=False) == self._root:
            found = list(self._descend())
        else:
            found = [Fault("checkpoint", Problem.WRONG_ROOT), *self._disagreements()]
        return self._unreadable + found or [Fault("checkpoint", Problem.WRONG_ROOT)]

    def _all(self) -> Iterator[_Tile]:
        for row in self._levels:
            yield from row

    def _edge_root(self, *, given: bool) -> bytes | None:
        partials = []
        for level, row in enumerate(self._levels):
            if hashes_at(self._size, level) % WIDTH == 0:
                partials.append(b"")
                continue
            partial = row[-1].given if given else row[-1].kept
            if partial is None:
                return None
            partials.append(partial)
        return Edge(self._size, tuple(partials)).root()

    def _tile(self, tile: _Tile, problem: Problem = Problem.CHANGED) -> Fault:
        return Fault(self._source.where(tile.name), problem)

    def _descend(self) -> Iterator[Fault]:
        """From the edge, which gives the signed root, down to the entries."""
        trusted: list[bytes | None] = []
        for level in reversed(range(len(self._levels))):
            above, trusted = trusted, []
            for tile in self._levels[level]:
                good = tile.kept
                if tile.name.width == WIDTH:
                    parent = above[tile.name.position // WIDTH]
                    at = tile.name.position % WIDTH * HASH_BYTES
                    expected = parent[at : at + HASH_BYTES] if parent is not None else None
                    if expected is not None and tile.kept_root != expected:
                        good = tile.given if tile.given_root == expected else None
                        yield self._tile(tile)
                        if tile.agrees and level == 0:
                            yield self._entry(tile, 0, Problem.DISAGREES)
                    elif expected is None:
                        good = None
                trusted.append(good)
                if level == 0 and good is not None and tile.given is not None:
                    yield from self._entries(tile, good, Problem.CHANGED)

    def _entry(self, tile: _Tile, slot: int, problem: Problem) -> Fault:
        bundle = TileName(None, tile.name.position, tile.name.width)
        return Fault(self._source.where(bundle), problem, tile.name.position * WIDTH + slot)

    def _entries(self, tile: _Tile, good: bytes, problem: Problem) -> Iterator[Fault]:
        for slot, (one, other) in enumerate(zip(split(good), split(tile.given or b""), strict=True)):
            if one != other:
                yield self._entry(tile, slot, problem)

    def _disagreements(self) -> Iterator[Fault]:
        """The root is reached by neither way: name whatever does not fit its neighbour."""
        for tile in self._all():
            if tile.kept is None or tile.given is None or tile.agrees:
                continue
            yield self._tile(tile, Problem.DISAGREES)
            if tile.name.level == 0:
                yield from self._entries(tile, tile.kept, Problem.DISAGREES)
