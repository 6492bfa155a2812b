"""Every vector of an independent implementation holds, and a changed one does not."""

import copy
import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from changming.trust.ledger.checkpoints import Checkpoint, open_checkpoint, sign_checkpoint
from changming.trust.ledger.note import NoteError, Signer, Verifier, key_id, open_note, sign_note
from changming.trust.ledger.tiles import Edge, TileName, names_of, nodes_from
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

FILE = Path(__file__).parents[2] / "vectors" / "tlog_vectors.json"
VECTORS: dict[str, Any] = json.loads(FILE.read_bytes())
RECORDS = [f"record {i}\n".encode() for i in range(1300)]
HASHES = [leaf_hash(record) for record in RECORDS]
TREE = Tree(HASHES)


def check_leaves(v: dict[str, Any]) -> None:
    for index, record in v["records_sample"].items():
        assert RECORDS[int(index)].hex() == record
    assert [one.hex() for one in HASHES[:70]] == v["leaf_hashes_0_69"]


def check_roots(v: dict[str, Any]) -> None:
    for row in v["roots"]:
        expected = bytes.fromhex(row["root"])
        assert root_at(row["size"], TREE.node) == expected
        assert Frontier(HASHES[: row["size"]]).root() == expected
        assert Edge().grow(HASHES[: row["size"]])[0].root() == expected
    assert v["roots"][0] == {"size": 0, "root": EMPTY_ROOT.hex()}
    assert v["xmod_0_7_0_treehash_0"] != EMPTY_ROOT.hex()  # a known fault of that version, fixed upstream


def check_inclusion(v: dict[str, Any]) -> None:
    for row in v["inclusion"]:
        proof = inclusion_proof(row["index"], row["size"], TREE.node)
        assert [one.hex() for one in proof] == row["proof"]
        assert verify_inclusion(
            row["index"], row["size"], bytes.fromhex(row["leaf_hash"]), proof, bytes.fromhex(row["root"])
        )


def check_consistency(v: dict[str, Any]) -> None:
    for row in v["consistency"]:
        proof = consistency_proof(row["old_size"], row["new_size"], TREE.node)
        assert [one.hex() for one in proof] == row["proof"]
        old_root, new_root = bytes.fromhex(row["old_root"]), bytes.fromhex(row["new_root"])
        assert verify_consistency(row["old_size"], row["new_size"], old_root, new_root, proof)


def check_all_small_proofs(v: dict[str, Any]) -> None:
    inclusion, consistency = hashlib.sha256(), hashlib.sha256()
    for size in range(1, 71):
        for index in range(size):
            proof = ",".join(one.hex() for one in inclusion_proof(index, size, TREE.node))
            inclusion.update(f"{size} {index} {proof}\n".encode())
        for old in range(1, size + 1):
            proof = ",".join(one.hex() for one in consistency_proof(old, size, TREE.node))
            consistency.update(f"{size} {old} {proof}\n".encode())
    assert inclusion.hexdigest() == v["sha256_of_all_proofs_0_70"]["inclusion"]
    assert consistency.hexdigest() == v["sha256_of_all_proofs_0_70"]["consistency"]


def _tiles(size: int) -> dict[str, bytes]:
    edge, full = Edge().grow(HASHES[:size])
    found = {TileName(tile.level, tile.position).path(): tile.hashes for tile in full}
    for level, partial in enumerate(edge.partials):
        if partial:
            found[TileName(level, size >> 8 * level + 8, len(partial) // 32).path()] = partial
    return found


def check_tiles(v: dict[str, Any]) -> None:
    for size in {row["tree_size"] for row in v["tiles"]}:
        expected = {row["path"]: (row["sha256"], row["len"]) for row in v["tiles"] if row["tree_size"] == size}
        made = {path: (hashlib.sha256(data).hexdigest(), len(data)) for path, data in _tiles(size).items()}
        assert made == expected
        assert {name.path() for name in names_of(size) if name.level is not None} == set(expected)
    for key, path in v["tile_paths"].items():
        words = key.split()
        width = int(words[words.index("width") + 1]) if "width" in words else 256
        name = TileName(None, int(words[1]), width) if words[0] == "entries" else TileName(0, int(words[0]), width)
        assert name.path() == path
        assert TileName.parse(path) == name


def check_notes(v: dict[str, Any]) -> None:
    for row in v["notes"] + v["checkpoints"]:
        signer, verifier = Signer.parse(row["skey"]), Verifier.parse(row["vkey"])
        assert signer.verifier == verifier
        assert (signer.skey(), verifier.vkey(), verifier.name) == (row["skey"], row["vkey"], row["name"])
        assert key_id(row["name"], 1, verifier.public).hex() == row["key_id_hex"]
        assert signer.private.private_bytes_raw().hex() == row["ed25519_seed_hex"]
        assert sign_note(row["text"], [signer]).decode() == row["signed_note"]
        assert open_note(row["signed_note"].encode(), [verifier]).text == row["text"]


def check_checkpoints(v: dict[str, Any]) -> None:
    for row in v["checkpoints"]:
        checkpoint = open_checkpoint(row["signed_note"].encode(), Verifier.parse(row["vkey"]))
        assert checkpoint.text() == row["text"]
        assert checkpoint.root == root_at(checkpoint.size, TREE.node)
        again = Checkpoint(checkpoint.origin, checkpoint.size, checkpoint.root)
        assert sign_checkpoint(again, Signer.parse(row["skey"])).decode() == row["signed_note"]


CHECKS: dict[str, Callable[[dict[str, Any]], None]] = {
    "leaves": check_leaves,
    "roots": check_roots,
    "inclusion": check_inclusion,
    "consistency": check_consistency,
    "all small proofs": check_all_small_proofs,
    "tiles": check_tiles,
    "notes": check_notes,
    "checkpoints": check_checkpoints,
}


def test_the_vectors_are_those_of_the_research() -> None:
    assert hashlib.sha256(FILE.read_bytes()).hexdigest() == SHA256


SHA256 = "3b4e15425d95fa609e7da273ab0797b4074c5696adb49c294b41b511e2de1939"


@pytest.mark.parametrize("name", CHECKS)
def test_the_vectors_hold(name: str) -> None:
    CHECKS[name](VECTORS)


def _paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, dict | list):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for key, item in items:
            yield from _paths(item, (*path, key))
    else:
        yield path


def _changed(value: Any) -> Any:
    if isinstance(value, int):
        return value + 1
    return ("0" if value[0] != "0" else "1") + value[1:]


NOT_CHECKED = {"generator", "record_rule", "rule", "xmod_0_7_0_treehash_0"}
"""Prose, and a value that is known to be wrong."""


def test_one_changed_vector_fails() -> None:
    paths = [path for path in _paths(VECTORS) if not NOT_CHECKED & set(path)]
    assert len(paths) > 500
    chosen = paths[:: len(paths) // 60] + [path for path in paths if path[0] in {"notes", "checkpoints", "tile_paths"}]
    for path in chosen:
        changed = copy.deepcopy(VECTORS)
        place = changed
        for key in path[:-1]:
            place = place[key]
        place[path[-1]] = _changed(place[path[-1]])
        with pytest.raises((AssertionError, NoteError, ValueError, IndexError)):  # noqa: PT012 - any check may see it
            for name in CHECKS.keys() - {"all small proofs"} if path[0] != "sha256_of_all_proofs_0_70" else CHECKS:
                CHECKS[name](changed)
            pytest.fail(f"nobody noticed a changed vector at {path}")


def test_nodes_can_be_read_from_tiles() -> None:
    for size in (1, 255, 256, 257, 513, 1300):
        tiles = _tiles(size)
        node = nodes_from(lambda level, n, width, tiles=tiles: tiles[TileName(level, n, width).path()], size)  # type: ignore[misc]  # a default binds the loop's value
        assert root_at(size, node) == root_at(size, TREE.node)
        for index in {0, size // 3, size - 1}:
            assert inclusion_proof(index, size, node) == inclusion_proof(index, size, TREE.node)
