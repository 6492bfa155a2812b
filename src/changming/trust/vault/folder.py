"""The key folder: 0700, its files 0600 and the owner's own; anything wider is refused before a byte is read."""

import os
import secrets
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from changming.kernel.errors import ChangmingError

_FOLDER_MODE: Final = 0o700
_FILE_MODE: Final = 0o600
_OTHERS: Final = 0o077


def make_private(folder: Path) -> None:
    """Create ``folder`` with mode 0700 if it is missing, and check it.

    Raises:
        ChangmingError: ``keys_too_open`` or ``keys_not_owned``, naming the path and the command that helps.
    """
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir(mode=_FOLDER_MODE, exist_ok=True)
    check_private(folder)


def check_private(folder: Path) -> None:
    """Check owner and mode of a folder that exists."""
    _check(folder, folder.stat(), "700")


def read_private(path: Path) -> bytes:
    """The content of a key file; a link, a stranger's file or a mode wider than 0600 is refused.

    Raises:
        ChangmingError: ``keys_too_open``, ``keys_not_owned``, or ``keys_incomplete`` for a file that is missing.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        raise ChangmingError("keys_incomplete", status=500, path=path) from None
    with os.fdopen(descriptor, "rb") as file:
        _check(path, os.fstat(file.fileno()), "600")
        return file.read()


def create_together(folder: Path, files: Mapping[str, bytes]) -> bool:
    """Make ``folder`` with all ``files`` at once, durable, or not at all; False if another process was first."""
    draft = folder.with_name(f".{folder.name}.{secrets.token_hex(6)}")
    draft.mkdir(mode=_FOLDER_MODE)
    for name, content in files.items():
        _write(draft / name, content)
    _sync_folder(draft)
    try:
        draft.rename(folder)
    except OSError:
        if not folder.is_dir():
            raise
        for name in files:
            overwrite_and_remove(draft / name)
        draft.rmdir()
        return False
    _sync_folder(folder.parent)
    return True


def create_file(path: Path, content: bytes) -> bool:
    """Write a new file, durable and whole or not at all; False if it was there already."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    _write(draft, content)
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        return False
    finally:
        draft.unlink()
    _sync_folder(path.parent)
    return True


def overwrite_and_remove(path: Path) -> None:
    """Zeros over the content, then the name goes. The file system below may keep copies: docs/adr/0003-vault.md."""
    with path.open("r+b") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(0)
        file.write(bytes(size))
        file.flush()
        os.fsync(file.fileno())
    path.unlink()
    _sync_folder(path.parent)


def _write(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, _FILE_MODE)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _check(path: Path, found: os.stat_result, wanted: str) -> None:
    if found.st_uid != os.geteuid():
        raise ChangmingError("keys_not_owned", status=500, path=path)
    mode = stat.S_IMODE(found.st_mode)
    if mode & _OTHERS:
        raise ChangmingError("keys_too_open", status=500, path=path, mode=f"{mode:o}", wanted=wanted)
