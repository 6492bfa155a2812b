"""Checkpoints (c2sp.org/tlog-checkpoint) and their cosignatures by witnesses (c2sp.org/tlog-cosignature, v1). Pure."""

import struct
from dataclasses import dataclass
from typing import Final, Self

from changming.trust.ledger.note import (
    COSIGNATURE,
    ED25519,
    Note,
    NoteError,
    Signature,
    Signer,
    Verifier,
    decode_base64,
    decode_number,
    encode_base64,
    open_note,
    sign_note,
)
from changming.trust.ledger.tree import HASH_BYTES

_FIXED_LINES: Final = 3
_TIME: Final = struct.Struct(">Q")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of a log: who keeps it, how many entries, their root; extension lines are opaque and unused by us."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    @classmethod
    def parse(cls, text: str) -> Self:
        """The checkpoint in a note's text.

        Raises:
            NoteError: fewer than three lines, an empty line, a size with a leading zero, a root that is not 32 bytes.
        """
        lines = text.split("\n")
        if lines.pop() != "" or len(lines) < _FIXED_LINES or not all(lines):
            raise NoteError("a checkpoint has an origin, a size and a root, each on its line")
        root = decode_base64(lines[2])
        if len(root) != HASH_BYTES:
            raise NoteError("a checkpoint's root has 32 bytes")
        return cls(lines[0], decode_number(lines[1]), root, tuple(lines[_FIXED_LINES:]))

    def text(self) -> str:
        """The text that is signed."""
        return "\n".join((self.origin, str(self.size), encode_base64(self.root), *self.extensions, ""))


def sign_checkpoint(checkpoint: Checkpoint, signer: Signer) -> bytes:
    """The checkpoint as a note signed by the log.

    Raises:
        NoteError: the origin is not the key's name, or the key is not of the log's type.
    """
    if checkpoint.origin != signer.name or signer.kind != ED25519:
        raise NoteError("a log signs with the Ed25519 key of its own origin")
    return sign_note(checkpoint.text(), [signer])


def open_checkpoint(data: bytes, key: Verifier) -> Checkpoint:
    """The checkpoint, after the log's signature was verified.

    Raises:
        NoteError: malformed, not signed by ``key``, or of another origin than the key's name.
    """
    if key.kind != ED25519:
        raise NoteError("a log's key is of the Ed25519 type")
    checkpoint = Checkpoint.parse(open_note(data, [key]).text)
    if checkpoint.origin != key.name:
        raise NoteError("a checkpoint of another log")
    return checkpoint


def _cosigned(text: str, time_s: int) -> bytes:
    return f"cosignature/v1\ntime {time_s}\n{text}".encode()


def cosign(text: str, signer: Signer, *, time_s: int) -> Signature:
    """A witness's statement that at ``time_s`` (POSIX seconds) this was the largest tree it had seen of this log.

    Raises:
        NoteError: the text is no checkpoint, or the key is not of the cosignature type.
    """
    Checkpoint.parse(text)
    if signer.kind != COSIGNATURE or not 0 <= time_s < 2**63:
        raise NoteError("a witness signs with a key of the cosignature type, at a time since 1970")
    return Signature(
        signer.name, signer.verifier.key_id, _TIME.pack(time_s) + signer.private.sign(_cosigned(text, time_s))
    )


def cosigned_at(note: Note, key: Verifier) -> int:
    """When the witness ``key`` cosigned, in POSIX seconds; the newest where there are several lines of it.

    Raises:
        NoteError: it did not, or a line of it is wrong.
    """
    times: list[int] = []
    for one in note.by(key):
        if key.kind != COSIGNATURE or len(one.blob) <= _TIME.size:
            raise NoteError("a cosignature that is malformed")
        time_s = int.from_bytes(one.blob[: _TIME.size], "big")
        if time_s >= 2**63 or not key.check(_cosigned(note.text, time_s), one.blob[_TIME.size :]):
            raise NoteError("a cosignature that is wrong")
        times.append(time_s)
    if not times:
        raise NoteError("no cosignature by a known witness")
    return max(times)
