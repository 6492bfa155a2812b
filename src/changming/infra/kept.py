"""A text that can be made again, kept in a file of one's own: never believed when another user could have written it.

The first line is the key and the SHA-256 of the rest. A file that is missing, stale, cut off or open to others is no
fault: what it holds is made anew.
"""

import hashlib
import os
import secrets
import stat
from pathlib import Path
from typing import Final

_OTHERS_WRITE: Final = stat.S_IWGRP | stat.S_IWOTH
_LARGEST: Final = 64 * 1024 * 1024


def read_kept(path: Path, key: str) -> str | None:
    """The text kept under the key, or None."""
    try:
        with open(path, "rb", opener=_no_link) as file:
            if not (_is_own(os.fstat(file.fileno())) and _is_own(path.parent.stat())):
                return None
            head, _, body = file.read(_LARGEST).partition(b"\n")
        if head.decode("ascii") != f"{key} {hashlib.sha256(body).hexdigest()}":
            return None
        return body.decode()
    except (OSError, ValueError):
        return None


def keep(path: Path, key: str, text: str) -> bool:
    """Keep the text, all of it or nothing; whether that was possible."""
    body = text.encode()
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    try:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        if not _is_own(path.parent.stat()):
            return False
        with open(fresh, "xb", opener=_for_oneself) as file:
            file.write(f"{key} {hashlib.sha256(body).hexdigest()}\n".encode())
            file.write(body)
        fresh.replace(path)
    except OSError:
        _forget(fresh)
        return False
    return True


def _forget(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError:
        return


def _no_link(path: str, flags: int) -> int:
    """Opens neither a link nor a pipe that would let us wait."""
    return os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK)


def _for_oneself(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _is_own(found: os.stat_result) -> bool:
    """This user's, and nobody else may write to it."""
    return found.st_uid == os.geteuid() and not found.st_mode & _OTHERS_WRITE
