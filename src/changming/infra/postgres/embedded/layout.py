"""Where the embedded PostgreSQL keeps its things inside Changming's data folder."""

import hashlib
import os
import pwd
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from changming.infra.postgres.embedded.accounts import Account
from changming.kernel.errors import ChangmingError

ROOT_DATA = Path("/var/lib/changming")
SOCKET_NAME = ".s.PGSQL.5432"
# sockaddr_un.sun_path holds 108 bytes on Linux and 104 on macOS, the closing zero included.
SOCKET_PATH_LIMIT = 103 if sys.platform == "darwin" else 107
_TROUBLE = frozenset(",\"'\\\n\r\t")


@dataclass(frozen=True, slots=True)
class Layout:
    """The paths of one embedded server; ``root`` is the folder ``postgres`` in Changming's data folder."""

    root: Path

    @property
    def data(self) -> Path:
        """PostgreSQL's own data folder, 0700."""
        return self.root / "data"

    @property
    def log(self) -> Path:
        """The server's log, bounded in size, without statements or values."""
        return self.root / "server.log"

    @property
    def hba(self) -> Path:
        """Who may connect how: peers over the socket only."""
        return self.root / "pg_hba.conf"

    @property
    def ident(self) -> Path:
        """Which operating-system user is which role."""
        return self.root / "pg_ident.conf"

    @property
    def turn(self) -> Path:
        """Locked by the one command that starts or stops the server at this moment."""
        return self.root / "turn.lock"

    @property
    def users(self) -> Path:
        """Locked, shared, by every command that uses the server."""
        return self.root / "users.lock"

    def major(self) -> int | None:
        """The major version that made the data folder; None where there is none yet."""
        try:
            return int((self.data / "PG_VERSION").read_text(encoding="ascii").partition(".")[0])
        except FileNotFoundError:
            return None


def default_data_dir(environ: Mapping[str, str] | None = None) -> Path:
    """Changming's data folder: ``/var/lib/changming`` for root, else ``changming`` in the user's data home."""
    if os.geteuid() == 0:
        return ROOT_DATA
    environ = os.environ if environ is None else environ
    home = environ.get("XDG_DATA_HOME") or "~/.local/share"
    return Path(home).expanduser() / "changming"


def layout_of(data_dir: Path) -> Layout:
    """The layout in Changming's data folder ``data_dir``; nothing is made yet."""
    return Layout(data_dir.expanduser().resolve() / "postgres")


def check_reach(layout: Layout, account: Account) -> None:
    """Refuse a folder that the server's user cannot pass into; permissions of parents are never changed.

    Raises:
        ChangmingError: ``data_folder_unreachable`` with the folder that stands in the way.
    """
    if not account.foreign:
        return
    there = next(step for step in (layout.root, *layout.root.parents) if step.is_dir())
    if barrier := account.barrier(there):
        raise ChangmingError(
            "data_folder_unreachable", folder=layout.root.parent, barrier=barrier, user=account.name, default=ROOT_DATA
        )


def make_folders(layout: Layout) -> None:
    """Make the missing folders down to ``layout.root``; those that exist are left exactly as they are.

    An ordinary user's new folders are 0700. Root's are 0711: its server runs as another user, who must pass through
    them and can neither list nor change them.

    Raises:
        ChangmingError: ``data_folder_unusable`` when a folder cannot be made, ``data_folder_foreign`` when it
            belongs to somebody else.
    """
    mode = 0o711 if os.geteuid() == 0 else 0o700
    try:
        for step in (*reversed(layout.root.parents), layout.root):
            if not step.exists():
                step.mkdir(exist_ok=True)
                step.chmod(mode)  # whatever the umask says
        owner = layout.root.stat().st_uid
    except OSError as broken:
        raise unusable(layout.root.parent, broken) from broken
    if owner != os.geteuid():
        raise ChangmingError("data_folder_foreign", folder=layout.root.parent, owner=_name_of(owner))


def unusable(folder: Path, broken: OSError) -> ChangmingError:
    """The refusal ``data_folder_unusable`` for what the operating system said about ``folder``."""
    return ChangmingError("data_folder_unusable", folder=folder, reason=broken.strerror or type(broken).__name__)


def _name_of(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def socket_dir(layout: Layout, account: Account) -> Path:
    """The folder of the unix socket, 0700: in the layout, or a short one where that path would be too long.

    Raises:
        ChangmingError: ``data_folder_unusable`` when the short folder exists and is not the server's alone.
    """
    folder = layout.root / "run"
    if not _fits(folder):
        mark = hashlib.sha256(os.fsencode(layout.root)).hexdigest()[:16]
        folder = _short_base() / f"changming-{mark}"
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        pass
    except OSError as broken:
        raise unusable(folder, broken) from broken
    else:
        os.chown(folder, account.uid, account.gid)
    state = folder.lstat()
    if (state.st_mode, state.st_uid) != (0o040700, account.uid):
        raise ChangmingError("data_folder_unusable", folder=folder, reason=f"it is not the 0700 of {account.name}")
    return folder


def _fits(folder: Path) -> bool:
    path = folder / SOCKET_NAME
    return len(os.fsencode(path)) <= SOCKET_PATH_LIMIT and not _TROUBLE & set(str(path))


def _short_base() -> Path:
    if os.geteuid() == 0 and Path("/run").is_dir():
        return Path("/run")
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    if runtime and Path(runtime).is_dir() and _fits(Path(runtime) / f"changming-{'0' * 16}"):
        return Path(runtime)
    temporary = Path(tempfile.gettempdir())
    return temporary if _fits(temporary / f"changming-{'0' * 16}") else Path("/tmp")  # noqa: S108 - made 0700, checked
