"""Starting, sharing and stopping the server: a lock per user, not a list of process ids.

Every command that uses the server holds a shared lock on ``users.lock``. Starting and stopping happen under the
exclusive ``turn.lock``; whoever leaves tries to make its shared lock an exclusive one, and where that succeeds it was
the last and stops the server. The kernel drops the locks of a killed process, so nothing has to be tidied up after it.
"""

import fcntl
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from changming.infra.postgres.embedded import cluster
from changming.infra.postgres.embedded.accounts import server_account
from changming.infra.postgres.embedded.binaries import Binaries, choose, find_binaries, within_reach
from changming.infra.postgres.embedded.engine import START_LIMIT_S, Engine, connection_string
from changming.infra.postgres.embedded.layout import (
    Layout,
    check_reach,
    default_data_dir,
    layout_of,
    make_folders,
    unusable,
)
from changming.infra.postgres.embedded.patience import Patience, Stage, Tell, quiet
from changming.infra.postgres.embedded.postmaster import find_postmaster
from changming.kernel.errors import ChangmingError


class Server:
    """The embedded server while this process uses it."""

    def __init__(self, engine: Engine) -> None:
        self.binaries = engine.binaries
        self.log = engine.layout.log
        self._engine = engine
        self._sockets: Path | None = None

    @property
    def dsn(self) -> str:
        """The connection string of the desk's own database and role, which is no superuser."""
        return connection_string(self._in_use(), cluster.ROLE, cluster.DATABASE)

    @property
    def superuser_dsn(self) -> str:
        """The connection string for what only a superuser may do; the desk itself never uses it."""
        return connection_string(self._in_use(), cluster.SUPERUSER, "postgres")

    @property
    def pid(self) -> int | None:
        """The process id of the server; None when it is gone."""
        found = find_postmaster(self._engine.layout.data)
        return found.pid if found else None

    def ensure_running(self) -> bool:
        """Start the server again if it is gone (killed, out of memory); True when that was needed.

        Cheap while it runs. A long-lived command calls this every few seconds, from a thread since it may wait.

        Raises:
            ChangmingError: as ``open_server``, when it does not start.
        """
        if self._engine.running() is not None:
            cluster.bound_log(self.log)
            return False
        with _turn(self._engine.layout, self._engine.tell):
            if self._sockets is None:  # we have left meanwhile
                return False
            self._sockets = self._engine.start()
        return True

    def _in_use(self) -> Path:
        if self._sockets is None:
            raise RuntimeError("the embedded server is used after it was left")
        return self._sockets

    @contextmanager
    def _used(self, users: int) -> Iterator[None]:
        """Start the server, and as the last of its users stop it; ``users`` is our shared lock."""
        try:
            with _turn(self._engine.layout, self._engine.tell):
                self._sockets = self._engine.start()
            yield
        finally:
            with _turn(self._engine.layout, self._engine.tell):
                self._sockets = None
                if _lock_alone(users):
                    self._engine.stop()


@contextmanager
def open_server(
    data_dir: Path | None = None,
    *,
    binaries: Binaries | None = None,
    tell: Tell = quiet,
    unsafe_for_tests: bool = False,
) -> Iterator[Server]:
    """The embedded server over Changming's data folder, started if need be, stopped by the last one that leaves.

    While it is open, SIGTERM and SIGHUP end this process by ``SystemExit`` unless the program handles them itself,
    so that leaving is never skipped. (Signal handlers can be set in the main thread only; elsewhere they are not.)

    Args:
        data_dir: Changming's data folder; by default ``default_data_dir()``. PostgreSQL lives in its ``postgres``.
        binaries: the programs to use; by default the first of ``find_binaries()`` that can read the data folder.
        tell: hears what takes long.
        unsafe_for_tests: do not wait for the disk. Never for data that anybody wants to keep.

    Raises:
        ChangmingError: ``postgres_binaries_missing``, ``_unusable`` or ``_unreachable``, ``postgres_other_major``,
            ``postgres_account_missing``, ``os_user_unknown``, ``data_folder_unusable``, ``_foreign`` or
            ``_unreachable``, ``postgres_not_created``, ``postgres_did_not_start``, ``postgres_busy``.
    """
    layout = layout_of(data_dir or default_data_dir())
    account = server_account(layout.data)
    check_reach(layout, account)
    make_folders(layout)
    with _ending_on_termination(), _opened(layout.users) as users:
        with _turn(layout, tell):  # nobody is just leaving as the last one
            fcntl.flock(users, fcntl.LOCK_SH)
        chosen = choose((binaries,) if binaries else find_binaries(), layout.root.parent, layout.major())
        engine = Engine(layout, account, within_reach(chosen, account), tell, unsafe_for_tests)
        server = Server(engine)
        with server._used(users):  # noqa: SLF001 - the other half of this function
            yield server


def _lock_alone(users: int) -> bool:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def _turn(layout: Layout, tell: Tell) -> Iterator[None]:
    """Hold the turn to start or stop the server; ``postgres_busy`` when another command keeps it too long."""
    patience = Patience(Stage.WAITING, tell, START_LIMIT_S)
    with _opened(layout.turn) as turn:
        while not _lock_alone(turn):
            if not patience.lasts():
                raise ChangmingError("postgres_busy", folder=layout.root.parent, minutes=START_LIMIT_S // 60)
        yield


@contextmanager
def _opened(lock: Path) -> Iterator[int]:
    try:
        handle = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    except OSError as broken:
        raise unusable(lock, broken) from broken
    try:
        yield handle
    finally:
        os.close(handle)


@contextmanager
def _ending_on_termination() -> Iterator[None]:
    """Turn the first SIGTERM or SIGHUP into ``SystemExit``; while we leave, further ones change nothing."""
    asked: list[int] = []

    def end(signum: int, _frame: FrameType | None) -> None:
        if not asked:
            asked.append(signum)
            raise SystemExit(128 + signum)

    before = {}
    if threading.current_thread() is threading.main_thread():
        for signum in (signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(signum) is signal.SIG_DFL:
                before[signum] = signal.signal(signum, end)
    try:
        yield
    finally:
        for signum, handler in before.items():
            signal.signal(signum, handler)
