"""Proofs that travel alone (c2sp.org/tlog-proof@v1): an index, its audit path, a signed checkpoint. Pure."""

from dataclasses import dataclass
from typing import Final, Self

from changming.trust.ledger.checkpoints import Checkpoint, open_checkpoint
from changming.trust.ledger.note import NoteError, Verifier, decode_base64, decode_number, encode_base64
from changming.trust.ledger.tree import HASH_BYTES, leaf_hash, verify_inclusion

_HEAD: Final = "c2sp.org/tlog-proof@v1"
_EXTRA: Final = "extra "
_INDEX: Final = "index "
_LONGEST_PATH: Final = 63


@dataclass(frozen=True, slots=True)
class InclusionProof:
    """What a ``.tlog-proof`` file says. ``extra`` is not authenticated by anything."""

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: bytes
    extra: bytes | None = None

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """The proof in ``data``.

        Raises:
            NoteError: any deviation from the format.
        """
        head, empty_line, checkpoint = data.partition(b"\n\n")
        try:
            lines = head.decode("ascii").split("\n")
        except UnicodeDecodeError as broken:
            raise NoteError("a proof that is not ASCII") from broken
        if not empty_line or lines.pop(0) != _HEAD:
            raise NoteError("a proof begins with its format and ends with a checkpoint")
        extra = None
        if lines and lines[0].startswith(_EXTRA):
            extra = decode_base64(lines.pop(0).removeprefix(_EXTRA))
        if not lines or not lines[0].startswith(_INDEX):
            raise NoteError("a proof without an index")
        index = decode_number(lines.pop(0).removeprefix(_INDEX))
        hashes = tuple(decode_base64(line) for line in lines)
        if len(hashes) > _LONGEST_PATH or any(len(one) != HASH_BYTES for one in hashes):
            raise NoteError("a proof has at most 63 hashes of 32 bytes")
        return cls(index, hashes, checkpoint, extra)

    def encode(self) -> bytes:
        """The bytes of the ``.tlog-proof`` file."""
        lines = [_HEAD]
        if self.extra is not None:
            lines.append(_EXTRA + encode_base64(self.extra))
        lines += [f"{_INDEX}{self.index}", *map(encode_base64, self.hashes), "", ""]
        return "\n".join(lines).encode() + self.checkpoint

    def verify(self, entry: bytes, key: Verifier) -> Checkpoint:
        """The checkpoint of the log ``key`` under which ``entry`` is shown to stand at the proof's index.

        Raises:
            NoteError: the checkpoint is not genuine, or the path does not lead from the entry to its root.
        """
        checkpoint = open_checkpoint(self.checkpoint, key)
        if not verify_inclusion(self.index, checkpoint.size, leaf_hash(entry), self.hashes, checkpoint.root):
            raise NoteError("a proof whose path does not lead from the entry to the signed root")
        return checkpoint
