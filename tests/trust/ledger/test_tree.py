"""The tree against its recursive definition (RFC 6962 section 2.1), and proofs that prove nothing else."""

import hashlib
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from changming.trust.ledger.tiles import Edge
from changming.trust.ledger.tree import (
    EMPTY_ROOT,
    Frontier,
    Tree,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    root_at,
    verify_consistency,
    verify_inclusion,
)

LEAVES = [leaf_hash(b"%d" % i) for i in range(300)]
TREE = Tree(LEAVES)
SIZES = st.integers(1, 300)


@cache
def defined(start: int, stop: int) -> bytes:
    """MTH exactly as the RFC writes it down."""
    count = stop - start
    if count == 0:
        return hashlib.sha256(b"").digest()
    if count == 1:
        return LEAVES[start]
    half = 1 << (count - 1).bit_length() - 1
    return hashlib.sha256(b"\x01" + defined(start, start + half) + defined(start + half, stop)).digest()


def test_every_form_of_the_tree_has_the_defined_root() -> None:
    frontier, edge, tree = Frontier(), Edge(), Tree()
    assert frontier.root() == edge.root() == tree.root() == EMPTY_ROOT == defined(0, 0)
    for size, leaf in enumerate(LEAVES, 1):
        frontier.append(leaf)
        tree.append(leaf)
        edge, _ = edge.grow([leaf])
        assert frontier.root() == edge.root() == tree.root() == root_at(size, TREE.node) == defined(0, size)
        assert frontier.size == edge.size == tree.size == size


@given(SIZES, st.data())
def test_growing_in_any_steps_gives_the_same_edge_and_tiles(size: int, data: st.DataObject) -> None:
    whole, tiles = Edge().grow(LEAVES[:size])
    edge, found = Edge(), []
    while edge.size < size:
        step = data.draw(st.integers(0, size - edge.size))
        edge, full = edge.grow(LEAVES[edge.size : edge.size + max(step, 1)])
        found += full
    assert (edge, found) == (whole, tiles)


@given(SIZES, st.data())
def test_an_inclusion_proof_verifies_and_no_bit_of_it_can_change(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    proof = inclusion_proof(index, size, TREE.node)
    root = defined(0, size)
    assert Tree(LEAVES[:size]).inclusion_proof(index) == proof
    assert verify_inclusion(index, size, LEAVES[index], proof, root)

    parts = [LEAVES[index], root, *proof]
    at, bit = data.draw(st.integers(0, len(parts) - 1)), data.draw(st.integers(0, 255))
    parts[at] = _flip(parts[at], bit)
    assert not verify_inclusion(index, size, parts[0], parts[2:], parts[1])

    for changed in ([*proof, root], proof[:-1], proof[1:]):
        assert changed == proof or not verify_inclusion(index, size, LEAVES[index], changed, root)
    other = data.draw(st.integers(-1, size + 1).filter(lambda i: i != index))
    assert not verify_inclusion(other, size, LEAVES[index], proof, root)


@given(SIZES, st.data())
def test_a_consistency_proof_verifies_and_no_bit_of_it_can_change(new: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(0, new))
    proof = consistency_proof(old, new, TREE.node)
    roots = [defined(0, old), defined(0, new)]
    assert verify_consistency(old, new, roots[0], roots[1], proof)

    parts = [*roots, *proof]
    at = data.draw(st.integers(0, len(parts) - 1))
    if (old, at) != (0, 1):  # the empty tree says nothing about what follows
        parts[at] = _flip(parts[at], data.draw(st.integers(0, 255)))
        assert not verify_consistency(old, new, parts[0], parts[1], parts[2:])

    for other in ([*proof, roots[1]], proof[:-1], proof[1:]):
        assert other == proof or not verify_consistency(old, new, roots[0], roots[1], other)


def test_a_rewritten_old_tree_is_not_consistent() -> None:
    forged = Tree([*LEAVES[:40], leaf_hash(b"forged"), *LEAVES[41:]])
    proof = consistency_proof(100, 300, forged.node)
    assert verify_consistency(100, 300, root_at(100, forged.node), forged.root(), proof)
    assert not verify_consistency(100, 300, defined(0, 100), forged.root(), proof)


def _flip(data: bytes, bit: int) -> bytes:
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


@pytest.mark.parametrize(("index", "size"), [(0, 0), (-1, 5), (5, 5), (301, 300)])
def test_a_leaf_that_is_not_there_has_no_proof(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="no such leaf"):
        inclusion_proof(index, size, TREE.node)
    with pytest.raises(ValueError, match="no such leaf"):
        Tree(LEAVES[:size]).inclusion_proof(index)
    assert not verify_inclusion(index, size, LEAVES[0], [], LEAVES[0])


def test_a_proof_has_the_length_that_the_size_asks_for() -> None:
    left, right = LEAVES[:2]
    assert verify_inclusion(1, 2, right, [left], defined(0, 2))
    assert not verify_inclusion(0, 1, right, [left], defined(0, 2))
    assert not verify_inclusion(0, 2, left, [], left)
    assert not verify_consistency(1, 2, left, left, [])


@pytest.mark.parametrize(("old", "new"), [(2, 1), (-1, 5)])
def test_a_tree_does_not_begin_with_a_larger_one(old: int, new: int) -> None:
    with pytest.raises(ValueError, match="smaller"):
        consistency_proof(old, new, TREE.node)
    assert not verify_consistency(old, new, LEAVES[0], LEAVES[0], [])


def test_hashes_of_another_length_prove_nothing() -> None:
    proof = inclusion_proof(3, 7, TREE.node)
    assert not verify_inclusion(3, 7, LEAVES[3], [proof[0][:31], *proof[1:]], defined(0, 7))
    proof = consistency_proof(3, 7, TREE.node)
    assert not verify_consistency(3, 7, defined(0, 3), defined(0, 7), [proof[0] + b"\0", *proof[1:]])
    assert not verify_consistency(3, 7, defined(0, 3), defined(0, 7), [])
