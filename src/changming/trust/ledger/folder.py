"""Verifying an exported folder: no database, no settings, no network. Only the key comes from elsewhere."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from changming.kernel.errors import ChangmingError
from changming.trust.ledger.check import MAX_FAULTS, Unreadable, check_tree
from changming.trust.ledger.checkpoints import Checkpoint, cosigned_at, open_checkpoint
from changming.trust.ledger.faults import Fault, LedgerTampered, Problem
from changming.trust.ledger.note import Note, NoteError, Verifier
from changming.trust.ledger.proof import InclusionProof
from changming.trust.ledger.tiles import WIDTH, TileName, bundle_of, decode_bundle, names_of, nodes_from
from changming.trust.ledger.tree import HASH_BYTES, consistency_proof, inclusion_proof, verify_consistency

CHECKPOINT: Final = "checkpoint"
VKEY: Final = "vkey"


class Folder:
    """An exported log: ``checkpoint``, ``vkey``, ``tile/…``, ``tile/entries/…`` (c2sp.org/tlog-tiles)."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def where(self, name: TileName) -> str:
        """The file below the folder."""
        return name.path()

    def file(self, name: str) -> bytes:
        """The bytes of a file; ``Unreadable`` when it is missing."""
        try:
            return (self.path / name).read_bytes()
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as missing:
            raise Unreadable(Problem.MISSING) from missing

    def entries(self, name: TileName) -> list[bytes]:
        """The entries of a bundle."""
        data = self.file(name.path())
        try:
            return decode_bundle(data, name.width)
        except ValueError as broken:
            raise Unreadable(Problem.MALFORMED) from broken

    def hashes(self, name: TileName) -> bytes:
        """The hashes of a tile."""
        data = self.file(name.path())
        if len(data) != name.width * HASH_BYTES:
            raise Unreadable(Problem.MALFORMED)
        return data

    def names(self) -> set[str]:
        """Every file in the folder."""
        return {path.relative_to(self.path).as_posix() for path in self.path.rglob("*") if not path.is_dir()}


def read_vkey(vkey: str) -> Verifier:
    """The log's public key.

    Raises:
        ChangmingError: ``ledger_bad_vkey`` (400) when the text is no verifier string of a log.
    """
    try:
        return Verifier.parse(vkey.strip())
    except NoteError as broken:
        raise ChangmingError("ledger_bad_vkey", status=400) from broken


def verify(folder: Path, vkey: str, *, older: bytes | None = None, witnesses: Iterable[str] = ()) -> Checkpoint:
    """Check an exported log whole: signature, every entry, every byte of every tile, the root, no file besides.

    Args:
        folder: the export.
        vkey: the log's verifier string, from a source other than the folder.
        older: an earlier checkpoint of the same log, to show that nothing was cut off or rewritten since.
        witnesses: verifier strings of witnesses, each of which must have cosigned.

    Returns:
        The signed checkpoint.

    Raises:
        LedgerTampered: with every file (and entry index) at fault.
        ChangmingError: ``ledger_bad_vkey`` (400).
    """
    key, cosigners = read_vkey(vkey), [read_vkey(one) for one in witnesses]
    log = Folder(folder)
    checkpoint = _signed(log, key, cosigners)
    found = check_tree(log, checkpoint.size, checkpoint.root)
    expected = {name.path() for name in names_of(checkpoint.size)} | {CHECKPOINT, VKEY}
    found += [Fault(name, Problem.UNEXPECTED) for name in sorted(log.names() - expected)]
    try:
        if log.file(VKEY) != f"{key.vkey()}\n".encode():
            found.append(Fault(VKEY, Problem.CHANGED))
    except Unreadable:
        pass  # a mirror of another making has none; the key that counts was given by hand
    if not found and older is not None:
        found += _extends(log, checkpoint, older, key)
    if found:
        raise LedgerTampered(found[:MAX_FAULTS])
    return checkpoint


def _signed(log: Folder, key: Verifier, witnesses: Iterable[Verifier]) -> Checkpoint:
    try:
        data = log.file(CHECKPOINT)
        checkpoint = open_checkpoint(data, key)
        for witness in witnesses:
            cosigned_at(Note.parse(data), witness)
    except Unreadable as fault:
        raise LedgerTampered([Fault(CHECKPOINT, fault.problem)]) from fault
    except NoteError as fault:
        raise LedgerTampered([Fault(CHECKPOINT, Problem.NOT_GENUINE)]) from fault
    return checkpoint


def _extends(log: Folder, new: Checkpoint, older: bytes, key: Verifier) -> list[Fault]:
    try:
        old = open_checkpoint(older, key)
    except NoteError:
        return [Fault("older checkpoint", Problem.NOT_GENUINE)]
    if old.size > new.size:
        return [Fault(CHECKPOINT, Problem.FORKED)]
    node = nodes_from(lambda level, position, width: log.hashes(TileName(level, position, width)), new.size)
    proof = consistency_proof(old.size, new.size, node)
    if not verify_consistency(old.size, new.size, old.root, new.root, proof):
        return [Fault(CHECKPOINT, Problem.FORKED)]
    return []


def prove_from(folder: Path, index: int, vkey: str) -> bytes:
    """The ``.tlog-proof`` of entry ``index`` of an export (c2sp.org/tlog-proof@v1).

    Raises:
        ChangmingError: ``ledger_no_such_entry`` (404), ``ledger_bad_vkey`` (400).
        LedgerTampered: the proof does not lead to the signed root.
    """
    key, log = read_vkey(vkey), Folder(folder)
    checkpoint = _signed(log, key, ())
    if not 0 <= index < checkpoint.size:
        raise ChangmingError("ledger_no_such_entry", status=404, index=index, size=checkpoint.size)
    node = nodes_from(lambda level, position, width: log.hashes(TileName(level, position, width)), checkpoint.size)
    name = bundle_of(index, checkpoint.size)
    try:
        proof = InclusionProof(index, tuple(inclusion_proof(index, checkpoint.size, node)), log.file(CHECKPOINT))
        proof.verify(log.entries(name)[index % WIDTH], key)
    except Unreadable as fault:
        raise LedgerTampered([Fault(name.path(), fault.problem, index)]) from fault
    except NoteError as fault:
        raise LedgerTampered([Fault(name.path(), Problem.CHANGED, index)]) from fault
    return proof.encode()
