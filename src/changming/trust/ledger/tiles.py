"""Tiles and entry bundles of c2sp.org/tlog-tiles: their paths, their bytes, and the edge of a growing tree. Pure."""

import re
import struct
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Self, TypeAlias

from changming.trust.ledger.tree import EMPTY_ROOT, HASH_BYTES, Frontier, Nodes, fold, perfect_root

WIDTH: Final = 256
"""Hashes in a full tile, entries in a full bundle."""
_HEIGHT: Final = 8
_MAX_LEVEL: Final = 63
MAX_ENTRY: Final = 0xFFFF

TileBytes: TypeAlias = Callable[[int, int, int], bytes]
"""``tile(level, position, width)``: at least ``width`` hashes of that tile."""

_PATH: Final = re.compile(
    r"tile/(?:(?P<entries>entries)|(?P<level>0|[1-9][0-9]?))"
    r"/(?P<position>(?:x[0-9]{3}/){0,6}[0-9]{3})"
    r"(?:\.p/(?P<width>[1-9][0-9]{0,2}))?"
)


@dataclass(frozen=True, slots=True, order=True)
class TileName:
    """A tile, or an entry bundle where ``level`` is None; ``width`` 256 is a full one."""

    level: int | None
    position: int
    width: int = WIDTH

    def path(self) -> str:
        """The path below the log's prefix: ``tile/0/x001/x234/067``, ``tile/entries/273.p/112``."""
        head = "entries" if self.level is None else str(self.level)
        digits = str(self.position)
        groups = [digits[max(0, end - 3) : end].zfill(3) for end in range(len(digits), 0, -3)][::-1]
        tail = "/".join([f"x{group}" for group in groups[:-1]] + groups[-1:])
        return f"tile/{head}/{tail}" + (f".p/{self.width}" if self.width < WIDTH else "")

    @classmethod
    def parse(cls, path: str) -> Self | None:
        """The tile that a path names; None for anything but the one canonical spelling."""
        match = _PATH.fullmatch(path)
        if match is None:
            return None
        level = None if match["entries"] else int(match["level"])
        name = cls(level, int(match["position"].replace("x", "").replace("/", "")), int(match["width"] or WIDTH))
        if (level or 0) > _MAX_LEVEL or name.path() != path:
            return None
        return name


def hashes_at(size: int, level: int) -> int:
    """How many hashes a tree of ``size`` leaves has on tile level ``level``."""
    return size >> _HEIGHT * level


def levels_of(size: int) -> int:
    """How many tile levels a tree of ``size`` leaves has."""
    return -(-size.bit_length() // _HEIGHT)


def names_on(size: int, level: int | None) -> Iterator[TileName]:
    """All tiles of one level (None: all entry bundles) of a tree of ``size`` leaves, from the left."""
    full, rest = divmod(hashes_at(size, level or 0), WIDTH)
    for position in range(full):
        yield TileName(level, position)
    if rest:
        yield TileName(level, full, rest)


def names_of(size: int) -> Iterator[TileName]:
    """All entry bundles and tiles of a tree of ``size`` leaves."""
    yield from names_on(size, None)
    for level in range(levels_of(size)):
        yield from names_on(size, level)


def bundle_of(index: int, size: int) -> TileName:
    """The entry bundle that holds entry ``index`` in a tree of ``size`` leaves."""
    position = index // WIDTH
    return TileName(None, position, min(WIDTH, size - position * WIDTH))


def split(hashes: bytes) -> list[bytes]:
    """The single hashes of a tile's bytes."""
    return [hashes[at : at + HASH_BYTES] for at in range(0, len(hashes), HASH_BYTES)]


def nodes_from(tile: TileBytes, size: int) -> Nodes:
    """The perfect subtrees of a tree of ``size`` leaves, read from its tiles."""

    def node(level: int, position: int) -> bytes:
        tile_level, above = divmod(level, _HEIGHT)
        first = position << above
        number, offset = divmod(first, WIDTH)
        width = min(WIDTH, hashes_at(size, tile_level) - number * WIDTH)
        hashes = tile(tile_level, number, width)
        return perfect_root(split(hashes[offset * HASH_BYTES : (offset + (1 << above)) * HASH_BYTES]))

    return node


def tiles_for(index: int, size: int) -> tuple[TileName, ...]:
    """The tiles from which everything beside the way of leaf ``index`` to the root of ``size`` leaves can be read."""
    wanted = set()
    for level in range(levels_of(size)):
        count = hashes_at(size, level)
        for position in {(index >> _HEIGHT * level) // WIDTH, (count - 1) // WIDTH}:
            if position * WIDTH < count:
                wanted.add(TileName(level, position, min(WIDTH, count - position * WIDTH)))
    return tuple(sorted(wanted, key=lambda name: (name.level or 0, name.position)))


@dataclass(frozen=True, slots=True)
class FullTile:
    """A tile that will never change: 256 hashes."""

    level: int
    position: int
    hashes: bytes


@dataclass(frozen=True, slots=True)
class Edge:
    """The right edge of a tree: the partial tile of each level, possibly empty. It is all that appending needs.

    Raises:
        ValueError: the partial tiles are not those of a tree of ``size`` leaves.
    """

    size: int = 0
    partials: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        widths = [hashes_at(self.size, level) % WIDTH * HASH_BYTES for level in range(levels_of(self.size))]
        if self.size < 0 or [len(partial) for partial in self.partials] != widths:
            raise ValueError("the edge is not that of a tree of its size")

    def grow(self, leaf_hashes: Sequence[bytes]) -> tuple["Edge", list[FullTile]]:
        """The edge after these leaves, and the tiles that became full on the way."""
        full: list[FullTile] = []
        partials: list[bytes] = []
        carry = list(leaf_hashes)
        size = self.size + len(carry)
        for level in range(levels_of(size)):
            before = split(self.partials[level]) if level < len(self.partials) else []
            row = before + carry
            position = hashes_at(self.size, level) // WIDTH
            carry = []
            for at in range(0, len(row) - WIDTH + 1, WIDTH):
                full.append(FullTile(level, position + at // WIDTH, b"".join(row[at : at + WIDTH])))
                carry.append(perfect_root(row[at : at + WIDTH]))
            partials.append(b"".join(row[len(carry) * WIDTH :]))
        return Edge(size, tuple(partials)), full

    def root(self) -> bytes:
        """The root of the tree."""
        pieces: list[bytes] = []
        for partial in reversed(self.partials):
            pieces += Frontier(split(partial)).hashes
        return fold(pieces) if pieces else EMPTY_ROOT


def encode_bundle(entries: Sequence[bytes]) -> bytes:
    """An entry bundle: each entry after its length as a big-endian uint16.

    Raises:
        ValueError: an entry has more than 65,535 bytes.
    """
    if any(len(entry) > MAX_ENTRY for entry in entries):
        raise ValueError("an entry of a bundle has at most 65,535 bytes")
    return b"".join(struct.pack(">H", len(entry)) + entry for entry in entries)


def decode_bundle(data: bytes, width: int) -> list[bytes]:
    """The entries of a bundle of exactly ``width`` entries.

    Raises:
        ValueError: the bytes end early, go on, or hold another number of entries.
    """
    entries = []
    at = 0
    while at < len(data):
        start = at + 2
        at = start + int.from_bytes(data[at:start], "big")
        entries.append(data[start:at])
    if at != len(data) or len(entries) != width:
        raise ValueError("the bundle does not hold its entries exactly")
    return entries
