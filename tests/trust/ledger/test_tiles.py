"""Paths, bundles and widths of c2sp.org/tlog-tiles."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from changming.trust.ledger.tiles import (
    Edge,
    TileName,
    bundle_of,
    decode_bundle,
    encode_bundle,
    hashes_at,
    levels_of,
    names_of,
    nodes_from,
    tiles_for,
)
from changming.trust.ledger.tree import inclusion_proof


@given(st.one_of(st.none(), st.integers(0, 63)), st.integers(0, 2**62), st.integers(1, 256))
def test_a_path_names_one_tile(level: int | None, position: int, width: int) -> None:
    name = TileName(level, position, width)
    assert TileName.parse(name.path()) == name


@pytest.mark.parametrize(
    "path",
    [
        "",
        "tile",
        "tile/0",
        "tile/00/000",
        "tile/64/000",
        "tile/-1/000",
        "tile/0/0",
        "tile/0/0000",
        "tile/0/x000/000",
        "tile/0/x001/67",
        "tile/0/001/067",
        "tile/0/x001",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/01",
        "tile/0/000.p/",
        "tile/0/000.p",
        "tile/0/000/",
        "tile/entries",
        "tile/entry/000",
        "/tile/0/000",
        "tile/0/000\n",
        "tile/0/٠٠٠",
        "tile/0/../0/000",
        "tile/0/x001/x234/x067",
    ],
)
def test_any_other_spelling_names_none(path: str) -> None:
    assert TileName.parse(path) is None


def test_the_example_of_the_specification() -> None:
    names = list(names_of(70_000))
    widths = Counter((name.level, name.width) for name in names)
    assert widths == {
        (None, 256): 273,
        (None, 112): 1,
        (0, 256): 273,
        (0, 112): 1,
        (1, 256): 1,
        (1, 17): 1,
        (2, 1): 1,
    }
    assert [name.path() for name in names_of(256)] == ["tile/entries/000", "tile/0/000", "tile/1/000.p/1"]
    assert list(names_of(0)) == []


@given(st.lists(st.binary(max_size=300), max_size=20))
def test_a_bundle_reads_back(entries: list[bytes]) -> None:
    data = encode_bundle(entries)
    assert decode_bundle(data, len(entries)) == entries
    with pytest.raises(ValueError, match="exactly"):
        decode_bundle(data, len(entries) + 1)
    with pytest.raises(ValueError, match="exactly"):
        decode_bundle(data + b"\0", len(entries))
    if data:
        with pytest.raises(ValueError, match="exactly"):
            decode_bundle(data[:-1], len(entries))


def test_a_bundle_has_a_longest_entry() -> None:
    assert decode_bundle(encode_bundle([b"a" * 65_535]), 1) == [b"a" * 65_535]
    with pytest.raises(ValueError, match="65,535"):
        encode_bundle([b"a" * 65_536])


@pytest.mark.parametrize(
    ("size", "partials"),
    [(0, (b"",)), (1, ()), (1, (b"a" * 31,)), (1, (b"a" * 32, b"a" * 32)), (256, (b"a" * 32, b"")), (-1, ())],
)
def test_an_edge_of_another_size_is_refused(size: int, partials: tuple[bytes, ...]) -> None:
    with pytest.raises(ValueError, match="edge"):
        Edge(size, partials)


@given(st.integers(1, 70_000), st.data())
def test_the_tiles_of_a_proof_are_known_beforehand(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    wanted = {(name.level, name.position): name.width for name in tiles_for(index, size)}
    assert len(wanted) <= 2 * levels_of(size)

    def tile(level: int, position: int, width: int) -> bytes:
        assert wanted[level, position] == width == min(256, hashes_at(size, level) - position * 256)
        return bytes(32 * width)

    inclusion_proof(index, size, nodes_from(tile, size))
    bundle = bundle_of(index, size)
    assert bundle.position * 256 <= index < bundle.position * 256 + bundle.width <= size
