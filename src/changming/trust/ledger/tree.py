"""The Merkle tree of RFC 6962: hashes, frontier, inclusion and consistency proofs. Pure.

A node is named by its level (0 = leaf) and its position in that level; ``node(level, position)`` gives the hash of a
*perfect* subtree. Whatever keeps such hashes (memory, tiles, a database) can be proved from.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from typing import Final, TypeAlias

Nodes: TypeAlias = Callable[[int, int], bytes]
"""``node(level, position)``: the hash of the perfect subtree over ``2**level`` leaves."""

HASH_BYTES: Final = 32
EMPTY_ROOT: Final = hashlib.sha256(b"").digest()
"""The root of no entries (RFC 6962 section 2.1)."""


def leaf_hash(entry: bytes) -> bytes:
    """SHA-256 of ``0x00`` and the entry (RFC 6962 section 2.1)."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256 of ``0x01`` and both children (RFC 6962 section 2.1)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Frontier:
    """The compact form of a tree: the hashes of its perfect subtrees, the largest first.

    Appending costs two hashes on average and needs nothing but this.
    """

    __slots__ = ("hashes", "size")

    def __init__(self, leaf_hashes: Iterable[bytes] = ()) -> None:
        self.size = 0
        self.hashes: list[bytes] = []
        for one in leaf_hashes:
            self.append(one)

    def append(self, hashed_leaf: bytes) -> None:
        """Add the hash of the next leaf."""
        carry = hashed_leaf
        size = self.size
        while size & 1:
            carry = node_hash(self.hashes.pop(), carry)
            size >>= 1
        self.hashes.append(carry)
        self.size += 1

    def root(self) -> bytes:
        """The root of the tree so far."""
        return fold(self.hashes) if self.hashes else EMPTY_ROOT


def fold(hashes: Sequence[bytes]) -> bytes:
    """The hash over perfect subtrees that stand side by side, the largest first; at least one."""
    carry = hashes[-1]
    for one in reversed(hashes[:-1]):
        carry = node_hash(one, carry)
    return carry


def perfect_root(hashes: Sequence[bytes]) -> bytes:
    """The root over a power of two of hashes that stand side by side on one level."""
    row = list(hashes)
    while len(row) > 1:
        row = [node_hash(row[at], row[at + 1]) for at in range(0, len(row), 2)]
    return row[0]


def range_root(start: int, stop: int, node: Nodes) -> bytes:
    """The hash over the leaves ``start`` to ``stop`` of a subtree that begins at ``start``, perfect or ragged."""
    pieces = []
    while start < stop:
        level = (stop - start).bit_length() - 1
        pieces.append(node(level, start >> level))
        start += 1 << level
    return fold(pieces)


def root_at(size: int, node: Nodes) -> bytes:
    """The root over the first ``size`` leaves."""
    return range_root(0, size, node) if size else EMPTY_ROOT


def _siblings(level: int, position: int, size: int, node: Nodes) -> list[bytes]:
    """What stands beside the way from a node up to the root of ``size`` leaves, the lowest first."""
    found = []
    while 1 << level < size:
        beside = position ^ 1
        start = beside << level
        if start + (1 << level) <= size:
            found.append(node(level, beside))
        elif start < size:
            found.append(range_root(start, size, node))
        position >>= 1
        level += 1
    return found


def inclusion_proof(index: int, size: int, node: Nodes) -> list[bytes]:
    """The audit path of leaf ``index`` in the tree of ``size`` leaves, the leaf's sibling first (RFC 6962 2.1.1).

    Raises:
        ValueError: there is no such leaf.
    """
    if not 0 <= index < size:
        raise ValueError("the tree has no such leaf")
    return _siblings(0, index, size, node)


def consistency_proof(old: int, new: int, node: Nodes) -> list[bytes]:
    """The proof that the tree of ``new`` leaves begins with the tree of ``old`` leaves (RFC 6962 2.1.2).

    Raises:
        ValueError: ``old`` is larger than ``new`` or negative.
    """
    if not 0 <= old <= new:
        raise ValueError("a tree begins only with a smaller one")
    if old in (0, new):
        return []
    level = (old & -old).bit_length() - 1
    position = (old >> level) - 1
    itself = [] if old == 1 << level else [node(level, position)]
    return itself + _siblings(level, position, new, node)


def verify_inclusion(index: int, size: int, hashed_leaf: bytes, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether ``proof`` shows the leaf at ``index`` under ``root`` (RFC 9162 section 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    at, last, carry = index, size - 1, hashed_leaf
    for beside in proof:
        if last == 0 or len(beside) != HASH_BYTES:
            return False
        if at & 1 or at == last:
            carry = node_hash(beside, carry)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            carry = node_hash(carry, beside)
        at, last = at >> 1, last >> 1
    return last == 0 and carry == root


def verify_consistency(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether ``proof`` shows that the new tree begins with the old one (RFC 9162 section 2.1.4.2).

    Every tree begins with the empty one, whose root is SHA-256 of nothing; that and equality need an empty proof.
    """
    if not 0 <= old <= new or any(len(one) != HASH_BYTES for one in proof):
        return False
    if old in (0, new):
        return not proof and old_root == (EMPTY_ROOT if old == 0 else new_root)
    path = list(proof) if old & (old - 1) else [old_root, *proof]
    if not path:
        return False
    at, last = old - 1, new - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    old_carry = new_carry = path[0]
    for beside in path[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            old_carry = node_hash(beside, old_carry)
            new_carry = node_hash(beside, new_carry)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            new_carry = node_hash(new_carry, beside)
        at, last = at >> 1, last >> 1
    return last == 0 and old_carry == old_root and new_carry == new_root


class Tree:
    """A tree with all its perfect subtrees in memory, 64 bytes a leaf: proofs without hashing what is known."""

    __slots__ = ("_edge", "_levels")

    def __init__(self, leaf_hashes: Iterable[bytes] = ()) -> None:
        self._levels: list[list[bytes]] = [[]]
        self._edge: list[bytes | None] = []
        for one in leaf_hashes:
            self.append(one)

    @property
    def size(self) -> int:
        """How many leaves."""
        return len(self._levels[0])

    def append(self, hashed_leaf: bytes) -> None:
        """Add the hash of the next leaf."""
        self._edge = []
        carry = hashed_leaf
        for row in self._levels:
            row.append(carry)
            if len(row) & 1:
                return
            carry = node_hash(row[-2], row[-1])
        self._levels.append([carry])

    def node(self, level: int, position: int) -> bytes:
        """The hash of a perfect subtree; IndexError for one that does not exist yet."""
        return self._levels[level][position]

    def root(self) -> bytes:
        """The root over all leaves."""
        return root_at(self.size, self.node)

    def inclusion_proof(self, index: int) -> list[bytes]:
        """The same as the function of this name at the present size, by look-ups alone.

        Raises:
            ValueError: there is no such leaf.
        """
        if not 0 <= index < self.size:
            raise ValueError("the tree has no such leaf")
        proof = []
        for row, ragged in zip(self._levels, self._edge or self._ragged(), strict=True):
            beside = index ^ 1
            if beside < len(row):
                proof.append(row[beside])
            elif beside == len(row) and ragged is not None:
                proof.append(ragged)
            index >>= 1
        return proof

    def _ragged(self) -> list[bytes | None]:
        starts = [len(row) << level for level, row in enumerate(self._levels)]
        self._edge = [range_root(start, self.size, self.node) if start < self.size else None for start in starts]
        return self._edge
