"""The log's key and what it last signed: two small files in a folder of their own, outside the database.

``ledger.key`` (0600) is the signer string; ``ledger.state`` is the size and root of the last tree it signed. The state
is written, with fsync, before a signature leaves: a database that was put back to an older day can't make the log fork.
"""

import fcntl
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from changming.kernel.errors import ChangmingError
from changming.trust.ledger.checkpoints import Checkpoint, open_checkpoint
from changming.trust.ledger.note import NoteError, Signer, check_name
from changming.trust.ledger.tree import EMPTY_ROOT

DEFAULT_ORIGIN: Final = "changming.example/ledger"
KEY_FILE: Final = "ledger.key"
STATE_FILE: Final = "ledger.state"
_LOCK_FILE: Final = "ledger.lock"
_STATE_HEAD: Final = "changming ledger state v1\n"


@dataclass(frozen=True, slots=True)
class Signed:
    """The last tree that was signed."""

    size: int = 0
    root: bytes = EMPTY_ROOT


def open_or_create_signer(folder: Path, origin: str = DEFAULT_ORIGIN) -> Signer:
    """The log's Ed25519 key in ``folder``, made there (0600, with an empty state) when the folder has neither.

    Raises:
        ChangmingError: ``ledger_key_exposed`` when others may read it, ``ledger_key_unreadable`` when it is no key,
            ``ledger_key_mismatch`` when it is that of another origin, ``ledger_state_lost`` when one of the two
            files is gone.
    """
    check_name(origin)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    key = folder / KEY_FILE
    with _locked(folder):
        if not key.exists():
            if (folder / STATE_FILE).exists() and Remembered(folder, origin).read().size:
                raise ChangmingError("ledger_key_lost", status=503, path=str(key))
            _write(folder / STATE_FILE, _encode_state(origin, Signed()))
            _write(key, Signer.generate(origin).skey() + "\n")
    signer = _read_signer(key)
    if signer.name != origin:
        raise ChangmingError("ledger_key_mismatch", status=503, path=str(key), origin=origin)
    Remembered(folder, origin).read()
    return signer


def _read_signer(path: Path) -> Signer:
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise ChangmingError("ledger_key_exposed", status=503, path=str(path))
    try:
        return Signer.parse(path.read_text(encoding="utf-8").removesuffix("\n"))
    except (NoteError, UnicodeDecodeError) as broken:
        raise ChangmingError("ledger_key_unreadable", status=503, path=str(path)) from broken


class Remembered:
    """The last tree that the key in ``folder`` signed for ``origin``; it only grows."""

    def __init__(self, folder: Path, origin: str = DEFAULT_ORIGIN) -> None:
        self._folder = folder
        self._path = folder / STATE_FILE
        self._origin = origin

    def read(self) -> Signed:
        """What was signed last.

        Raises:
            ChangmingError: ``ledger_state_lost`` (503) when the file is gone or not of its form. Without it nobody
                can tell whether a tree extends the last one, so nothing is signed.
        """
        try:
            lines = self._path.read_text(encoding="utf-8")
            checkpoint = Checkpoint.parse(lines.removeprefix(_STATE_HEAD))
        except (FileNotFoundError, UnicodeDecodeError, NoteError) as broken:
            raise ChangmingError("ledger_state_lost", status=503, path=str(self._path)) from broken
        if not lines.startswith(_STATE_HEAD) or checkpoint.origin != self._origin:
            raise ChangmingError("ledger_state_lost", status=503, path=str(self._path))
        return Signed(checkpoint.size, checkpoint.root)

    def advance(self, old: Signed, new: Signed) -> None:
        """Remember ``new``, of which the caller has shown that it extends ``old``. Durable when it returns.

        Raises:
            ChangmingError: ``ledger_would_fork`` (503) when ``old`` is no longer what was signed last, or ``new`` is
                smaller or another tree of the same size.
        """
        with _locked(self._folder):
            last = self.read()
            if last != old or new.size < last.size or (new.size == last.size and new.root != last.root):
                raise would_fork(new.size, last.size)
            if new != last:
                _write(self._path, _encode_state(self._origin, new))


def adopt_checkpoint(folder: Path, note: bytes, origin: str = DEFAULT_ORIGIN) -> Signed:
    """Put back a lost ``ledger.state`` from the newest checkpoint that anybody else kept of this log.

    The operator's way out after losing the file. Give the newest one that exists: an older one would let the log fork.

    Raises:
        ChangmingError: ``ledger_key_lost`` without the key, ``ledger_key_mismatch`` when the note is not signed by
            it, ``ledger_checkpoint_behind`` when the state that is there knows a larger tree, or another one.
    """
    if not (folder / KEY_FILE).exists():
        raise ChangmingError("ledger_key_lost", status=503, path=str(folder / KEY_FILE))
    signer = _read_signer(folder / KEY_FILE)
    mismatch = ChangmingError("ledger_key_mismatch", status=409, path=str(folder / KEY_FILE), origin=origin)
    if signer.name != origin:
        raise mismatch
    try:
        checkpoint = open_checkpoint(note, signer.verifier)
    except NoteError as foreign:
        raise mismatch from foreign
    signed = Signed(checkpoint.size, checkpoint.root)
    with _locked(folder):
        last = _readable(folder, origin) or Signed()
        if last.size > signed.size or (last.size == signed.size and last.root != signed.root):
            raise ChangmingError("ledger_checkpoint_behind", status=409, size=signed.size, signed=last.size)
        _write(folder / STATE_FILE, _encode_state(origin, signed))
    return signed


def _readable(folder: Path, origin: str) -> Signed | None:
    """What the state says; None when it is gone or damaged, which is what adopting mends."""
    try:
        return Remembered(folder, origin).read()
    except ChangmingError:
        return None


def would_fork(size: int, signed: int) -> ChangmingError:
    """The refusal to sign a tree of ``size`` that does not extend the one of ``signed`` entries."""
    return ChangmingError("ledger_would_fork", status=503, size=size, signed=signed)


def _encode_state(origin: str, signed: Signed) -> str:
    return _STATE_HEAD + Checkpoint(origin, signed.size, signed.root).text()


def _write(path: Path, content: str) -> None:
    """Replace a file so that after a crash either the old or the new one is there, whole."""
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(handle, content.encode())
        os.fsync(handle)
    finally:
        os.close(handle)
    beside.rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    handle = os.open(folder / _LOCK_FILE, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
