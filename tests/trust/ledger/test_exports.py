"""An export proves itself; one changed byte or row is found and named."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from changming.kernel.errors import ChangmingError
from changming.kernel.messages import Lang
from changming.trust import ledger
from changming.trust.ledger import (
    Fault,
    LedgerTampered,
    Problem,
    Signer,
    prove_from,
    verify,
)
from changming.trust.ledger.checkpoints import Checkpoint, cosign, sign_checkpoint
from changming.trust.ledger.note import COSIGNATURE, Note
from changming.trust.ledger.proof import InclusionProof
from changming.trust.ledger.tiles import Edge, encode_bundle, names_of
from changming.trust.ledger.tree import leaf_hash

LOG = Signer.generate("desk.example/ledger")
VKEY = LOG.verifier.vkey()


def write_log(folder: Path, entries: list[bytes], signer: Signer = LOG) -> Path:
    """An export as another program would write it, from the pure parts alone."""
    edge, full = Edge().grow([leaf_hash(entry) for entry in entries])
    tiles = {(tile.level, tile.position): tile.hashes for tile in full}
    for name in names_of(len(entries)):
        start = name.position * 256
        if name.level is None:
            data = encode_bundle(entries[start : start + name.width])
        else:
            data = tiles.get((name.level, name.position)) or edge.partials[name.level]
        path = folder / name.path()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    (folder / "checkpoint").write_bytes(sign_checkpoint(Checkpoint(signer.name, edge.size, edge.root()), signer))
    (folder / "vkey").write_text(signer.verifier.vkey() + "\n")
    return folder


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """600 entries: two full tiles, a partial one, a second level."""
    return write_log(tmp_path_factory.mktemp("log") / "export", [b"entry %d" % i for i in range(600)])


@pytest.fixture
def copied(exported: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(exported, tmp_path / "copy"))


def faults(folder: Path, vkey: str = VKEY, older: bytes | None = None) -> list[Fault]:
    with pytest.raises(LedgerTampered) as tampered:
        verify(folder, vkey, older=older)
    assert tampered.value.code == "ledger_tampered"
    assert tampered.value.faults[0].where in str(tampered.value)
    return list(tampered.value.faults)


def test_a_whole_export_verifies(exported: Path) -> None:
    checkpoint = verify(exported, VKEY)
    assert (checkpoint.origin, checkpoint.size) == (LOG.name, 600)
    assert verify(exported, VKEY, older=(exported / "checkpoint").read_bytes()) == checkpoint


FILES = ["checkpoint", "vkey", *(name.path() for name in names_of(600))]


@pytest.mark.parametrize("name", FILES)
def test_one_flipped_byte_is_found_and_named(copied: Path, name: str) -> None:
    path = copied / name
    good = path.read_bytes()
    positions = {0, 1, 2, 3, 31, 32, len(good) // 2, len(good) - 2, len(good) - 1} & set(range(len(good)))
    positions |= set(range(7, len(good), max(1, len(good) // 25)))
    for at in positions:
        for mask in (0x01, 0x80):
            path.write_bytes(good[:at] + bytes([good[at] ^ mask]) + good[at + 1 :])
            assert {fault.where for fault in faults(copied)} == {name}
    path.write_bytes(good)
    verify(copied, VKEY)


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_cut_or_lengthened_or_missing_is_named(copied: Path, name: str) -> None:
    path = copied / name
    good = path.read_bytes()
    for data in (b"", good[:-1], good + b"\0", good[1:], good + good):
        path.write_bytes(data)
        assert {fault.where for fault in faults(copied)} == {name}
    path.unlink()
    if name == "vkey":
        verify(copied, VKEY)
        return
    assert [(fault.where, fault.problem) for fault in faults(copied)] == [(name, Problem.MISSING)]
    path.mkdir()
    assert [(fault.where, fault.problem) for fault in faults(copied)] == [(name, Problem.MISSING)]


def test_a_changed_entry_is_named_by_its_index(copied: Path) -> None:
    path = copied / "tile/entries/001"
    path.write_bytes(path.read_bytes().replace(b"entry 300", b"entry 3OO").replace(b"entry 400", b"entry 4OO"))
    found = faults(copied)
    assert found == [Fault("tile/entries/001", Problem.CHANGED, 300), Fault("tile/entries/001", Problem.CHANGED, 400)]
    assert found[0].describe(Lang.EN) == "tile/entries/001 [300]: was changed"
    assert found[0].describe(Lang.ZH) == "tile/entries/001 [300]: 被改过"


@pytest.mark.parametrize(
    ("entries", "where"),
    [
        ([b"entry %d" % i for i in range(600) if i != 300], "checkpoint"),
        ([b"entry %d" % (i if i not in (7, 8) else 15 - i) for i in range(600)], "checkpoint"),
        ([b"entry %d" % i for i in range(600)] + [b"entry 600"], "checkpoint"),
    ],
    ids=["deleted", "reordered", "added"],
)
def test_a_log_that_was_rewritten_whole_does_not_give_the_signed_root(
    exported: Path, tmp_path: Path, entries: list[bytes], where: str
) -> None:
    forged = write_log(tmp_path / "forged", entries)
    shutil.copy(exported / "checkpoint", forged / "checkpoint")
    assert where in {fault.where for fault in faults(forged)}


def test_an_entry_rewritten_with_its_tile_is_found_by_the_level_above(copied: Path) -> None:
    entries = [b"entry %d" % i for i in range(256)]
    entries[9] = b"forged"
    (copied / "tile/entries/000").write_bytes(encode_bundle(entries))
    (copied / "tile/0/000").write_bytes(b"".join(map(leaf_hash, entries)))
    assert {fault.where for fault in faults(copied)} == {"tile/0/000", "tile/entries/000"}
    upper = copied / "tile/1/000.p/2"
    good = upper.read_bytes()
    edge, _ = Edge().grow([leaf_hash(entry) for entry in entries])
    upper.write_bytes(edge.partials[1] + good[32:])
    assert {fault.where for fault in faults(copied)} == {"checkpoint"}


def test_two_faults_are_both_named(copied: Path) -> None:
    for name in ("tile/0/000", "tile/entries/002.p/88"):
        path = copied / name
        path.write_bytes(path.read_bytes()[:-1] + b"!")
    assert {"tile/0/000", "tile/entries/002.p/88"} <= {fault.where for fault in faults(copied)}


def test_a_tile_and_its_parent_changed_are_both_named(copied: Path) -> None:
    for name in ("tile/0/000", "tile/1/000.p/2"):
        path = copied / name
        path.write_bytes(path.read_bytes()[:-1] + b"!")
    assert {fault.where for fault in faults(copied)} == {"tile/0/000", "tile/1/000.p/2"}


def test_a_file_that_does_not_belong_is_named(copied: Path) -> None:
    (copied / "tile/0/000.p").mkdir()
    (copied / "tile/0/000.p/7").write_bytes(bytes(7 * 32))
    (copied / "notes.txt").write_text("hello")
    assert faults(copied) == [
        Fault("notes.txt", Problem.UNEXPECTED),
        Fault("tile/0/000.p/7", Problem.UNEXPECTED),
    ]


def test_another_key_does_not_open_it(exported: Path) -> None:
    assert faults(exported, Signer.generate(LOG.name).verifier.vkey()) == [Fault("checkpoint", Problem.NOT_GENUINE)]
    for vkey in ("", "rubbish", VKEY[:-4]):
        with pytest.raises(ChangmingError) as refused:
            verify(exported, vkey)
        assert refused.value.code == "ledger_bad_vkey"


def test_an_older_checkpoint_shows_what_was_cut_off_or_rewritten(exported: Path, tmp_path: Path) -> None:
    older = (exported / "checkpoint").read_bytes()
    entries = [b"entry %d" % i for i in range(700)]
    assert verify(write_log(tmp_path / "longer", entries), VKEY, older=older).size == 700
    for name, forged in {"shorter": entries[:599], "rewritten": [b"forged", *entries[1:]]}.items():
        folder = write_log(tmp_path / name, forged)
        verify(folder, VKEY)
        assert faults(folder, older=older) == [Fault("checkpoint", Problem.FORKED)]
    assert faults(exported, older=b"rubbish") == [Fault("older checkpoint", Problem.NOT_GENUINE)]


def test_a_witness_must_have_signed_when_it_is_asked_for(copied: Path) -> None:
    witness = Signer.generate("witness.example/regulator", kind=COSIGNATURE)
    asked = [witness.verifier.vkey()]
    with pytest.raises(LedgerTampered):
        verify(copied, VKEY, witnesses=asked)
    note = Note.parse((copied / "checkpoint").read_bytes())
    line = cosign(note.text, witness, time_s=1_700_000_000)
    (copied / "checkpoint").write_bytes(Note(note.text, (*note.signatures, line)).encode())
    assert verify(copied, VKEY, witnesses=asked).size == 600


def test_a_proof_from_the_folder_stands_alone(exported: Path) -> None:
    for index in (0, 255, 256, 599):
        proof = InclusionProof.parse(prove_from(exported, index, VKEY))
        assert proof.verify(b"entry %d" % index, LOG.verifier).size == 600
    for index in (-1, 600):
        with pytest.raises(ChangmingError) as refused:
            prove_from(exported, index, VKEY)
        assert refused.value.code == "ledger_no_such_entry"


def test_a_folder_that_was_changed_proves_nothing(copied: Path) -> None:
    path = copied / "tile/0/000"
    path.write_bytes(path.read_bytes()[:-1] + b"!")
    with pytest.raises(LedgerTampered):
        prove_from(copied, 0, VKEY)
    path.unlink()
    with pytest.raises(LedgerTampered):
        prove_from(copied, 0, VKEY)


def test_verifying_needs_neither_database_nor_settings_nor_network(exported: Path) -> None:
    program = """
import json, socket, sys
def refuse(*_): raise AssertionError("a socket was opened")
socket.socket = refuse
from pathlib import Path
from changming.trust.ledger import verify
checkpoint = verify(Path(sys.argv[1]), sys.argv[2])
print(json.dumps([checkpoint.size, sorted(sys.modules)]))
"""
    result = subprocess.run(
        [sys.executable, "-c", program, str(exported), VKEY],
        check=True,
        capture_output=True,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    size, modules = json.loads(result.stdout)
    assert size == 600
    forbidden = ("psycopg", "changming.infra", "litestar", "structlog", "changming.trust.ledger.store")
    assert not [name for name in modules if name.startswith(forbidden)]


def test_the_public_names_are_all_there() -> None:
    assert {name for name in ledger.__all__ if not hasattr(ledger, name)} == set()
    assert set(ledger._HOME_OF) == set(ledger.__all__)  # type: ignore[attr-defined]  # hidden from the type checker
    with pytest.raises(AttributeError):
        _ = ledger.no_such_name  # type: ignore[attr-defined]  # that is the point
    modules = {path.stem for path in Path(str(ledger.__file__)).parent.glob("*.py")}
    assert not modules & set(ledger.__all__)
