"""The running server, as its ``postmaster.pid`` and the process table tell it."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

_STATUS_LINE = 7
_SOCKET_LINE = 4
READY = "ready"


@dataclass(frozen=True, slots=True)
class Postmaster:
    """A living server: its process id, the folder of its socket, its status (``starting``, ``ready``, ``stopping``)."""

    pid: int
    socket_dir: Path
    status: str


def find_postmaster(data: Path) -> Postmaster | None:
    """The server that lives on ``data``; None when there is none, a zombie counting as none."""
    lines = _pid_file(data)
    if lines is None or not _lives(int(lines[0]), data):
        return None
    padded = lines + [""] * (_STATUS_LINE + 1 - len(lines))
    return Postmaster(int(lines[0]), Path(padded[_SOCKET_LINE].strip()), padded[_STATUS_LINE].strip())


def _pid_file(data: Path) -> list[str] | None:
    try:
        lines = (data / "postmaster.pid").read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return None
    return lines if lines and lines[0].isdigit() else None


def clear_stale_locks(data: Path, socket: Path) -> None:
    """Remove what a dead server left: a ``postmaster.pid`` and a socket lock whose process is gone or a zombie.

    PostgreSQL itself would take any living process of that number, and any zombie, for a server. What still guards the
    data folder is the shared memory of the old server: a new one refuses to start while an old process is attached.

    Args:
        data: PostgreSQL's data folder.
        socket: the path of its unix socket.
    """
    if find_postmaster(data) is None:
        (data / "postmaster.pid").unlink(missing_ok=True)
        socket.with_name(f"{socket.name}.lock").unlink(missing_ok=True)


def is_gone(pid: int) -> bool:
    """Whether the process has ended, reaped by its parent or not."""
    return _process(pid) is None


def _lives(pid: int, data: Path) -> bool:
    command = _process(pid)
    return command is not None and "postgres" in command and str(data) in command


def _process(pid: int) -> str | None:
    """The command line of a process; None when there is none of this number or only a zombie is left of it."""
    if sys.platform == "linux":
        folder = Path("/proc", str(pid))
        try:
            stat = (folder / "stat").read_bytes()
            command = (folder / "cmdline").read_bytes()
        except (FileNotFoundError, ProcessLookupError):
            return None
        state = stat[stat.rindex(b")") + 2 :][:1]
        return None if state in b"ZX" else os.fsdecode(command).replace("\0", " ")
    ps = shutil.which("ps") or "/bin/ps"
    told = subprocess.run(  # noqa: S603 - a fixed argument list without a shell
        [ps, "-ww", "-o", "stat=,command=", "-p", str(pid)], check=False, capture_output=True, text=True, timeout=30
    )
    state, _, command = told.stdout.strip().partition(" ")
    return None if not state or state.startswith("Z") else command
