"""The operating-system user that PostgreSQL runs as: ourselves, or for root an unprivileged one."""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from changming.kernel.errors import ChangmingError

OWN_ACCOUNT = "changming"
KNOWN_ACCOUNTS = (OWN_ACCOUNT, "postgres")
TOOL_TIMEOUT_S = 600
_KEPT_VARIABLES = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "TMPDIR")


@dataclass(frozen=True, slots=True)
class Account:
    """An operating-system user; ``foreign`` when it is not the user of this process, which only root can have."""

    name: str
    uid: int
    gid: int
    foreign: bool

    def run(self, *argv: str) -> subprocess.CompletedProcess[str]:
        """Run a short command as this user and wait for it (at most ``TOOL_TIMEOUT_S``)."""
        return subprocess.run(  # noqa: S603 - an argument list of our own, without a shell
            argv,
            check=False,
            capture_output=True,
            text=True,
            errors="replace",
            stdin=subprocess.DEVNULL,
            cwd="/",
            env=_environment(),
            timeout=TOOL_TIMEOUT_S,
            umask=0o077,
            user=self.uid if self.foreign else None,
            group=self.gid if self.foreign else None,
            extra_groups=[] if self.foreign else None,
        )

    def spawn(self, argv: list[str], log: BinaryIO) -> subprocess.Popen[bytes]:
        """Start a long-lived process as this user, in a session of its own: the terminal's Ctrl-C passes it by."""
        return subprocess.Popen(  # noqa: S603 - an argument list of our own, without a shell
            argv,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            env=_environment(),
            start_new_session=True,
            umask=0o077,
            user=self.uid if self.foreign else None,
            group=self.gid if self.foreign else None,
            extra_groups=[] if self.foreign else None,
        )

    def reaches(self, path: Path) -> bool:
        """Whether this user can read ``path`` and pass through it; asked of the kernel, so that every rule counts."""
        return self.run("/bin/sh", "-c", 'test -r "$1" && test -x "$1"', "sh", str(path)).returncode == 0

    def crosses(self, folder: Path) -> bool:
        """Whether this user can pass through ``folder`` to what lies in it."""
        return self.run("/bin/sh", "-c", 'test -x "$1"', "sh", str(folder)).returncode == 0

    def barrier(self, folder: Path) -> Path | None:
        """The first folder on the way to ``folder`` (itself included) that this user cannot pass, if any."""
        if self.crosses(folder):
            return None
        return next((step for step in (*reversed(folder.parents), folder) if not self.crosses(step)), folder)


def _environment() -> dict[str, str]:
    """A bare environment: no PG* variable of the caller's reaches the server, and its messages are English."""
    kept = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
    return {"PATH": os.defpath, **kept, "LC_ALL": "C", "TZ": "UTC"}


def own_account() -> Account:
    """The user of this process.

    Raises:
        ChangmingError: ``os_user_unknown`` when the user id has no name: PostgreSQL cannot check such a peer.
    """
    uid = os.geteuid()
    try:
        entry = pwd.getpwuid(uid)
    except KeyError:
        raise ChangmingError("os_user_unknown", uid=uid) from None
    return Account(entry.pw_name, uid, entry.pw_gid, foreign=False)


def server_account(data: Path) -> Account:
    """Who runs PostgreSQL over the folder ``data``.

    An ordinary user runs it as itself. Root runs it as the folder's owner; for a folder still to be made, as the
    user ``changming`` or ``postgres`` if there is one, else as a system user ``changming`` that it creates.

    Raises:
        ChangmingError: ``postgres_account_missing`` when root has no such user and cannot create one.
    """
    own = own_account()
    if own.uid != 0:
        return own
    if data.exists() and (owner := data.stat().st_uid) != 0:
        return _named(pwd.getpwuid(owner))
    for name in KNOWN_ACCOUNTS:
        try:
            return _named(pwd.getpwnam(name))
        except KeyError:
            continue
    return _create_account(own)


def _named(entry: pwd.struct_passwd) -> Account:
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid, foreign=True)


def _create_account(own: Account) -> Account:
    tool = shutil.which("useradd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if tool is None:
        raise ChangmingError("postgres_account_missing", name=OWN_ACCOUNT, reason="useradd: command not found")
    made = own.run(
        tool,
        *("--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"),
        *("--shell", "/usr/sbin/nologin", OWN_ACCOUNT),
    )
    try:
        return _named(pwd.getpwnam(OWN_ACCOUNT))
    except KeyError:
        reason = made.stderr.strip() or f"useradd: exit status {made.returncode}"
        raise ChangmingError("postgres_account_missing", name=OWN_ACCOUNT, reason=reason) from None
