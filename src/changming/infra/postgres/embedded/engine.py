"""The server process: launching it, hearing whether it answers, stopping it. Its callers hold the turn."""

import os
import signal
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg

from changming.infra.postgres.embedded import cluster
from changming.infra.postgres.embedded.accounts import Account
from changming.infra.postgres.embedded.binaries import Binaries
from changming.infra.postgres.embedded.layout import SOCKET_NAME, Layout, socket_dir
from changming.infra.postgres.embedded.patience import Patience, Stage, Tell
from changming.infra.postgres.embedded.postmaster import READY, clear_stale_locks, find_postmaster, is_gone
from changming.kernel.errors import ChangmingError

PORT = 5432
START_LIMIT_S = 900
"""Long, for a recovery after a crash replays what was written since the last checkpoint."""
OLD_SERVER_LIMIT_S = 30
"""How long a killed server's last processes may take to notice and go."""
STOP_LIMIT_S = 60
_STILL_THERE = b"shared memory block"


def connection_string(sockets: Path, user: str, database: str) -> str:
    """A libpq connection string over the unix socket in ``sockets``."""
    return psycopg.conninfo.make_conninfo(host=str(sockets), port=PORT, user=user, dbname=database)


@dataclass(frozen=True, slots=True)
class Engine:
    """One data folder with the programs and the user that serve it."""

    layout: Layout
    account: Account
    binaries: Binaries
    tell: Tell
    unsafe_for_tests: bool

    def running(self) -> Path | None:
        """The folder of the socket of a server that says it is ready; None where there is none."""
        found = find_postmaster(self.layout.data)
        return found.socket_dir if found is not None and found.status == READY else None

    def start(self) -> Path:
        """Make the server run, making its data folder first if need be; the folder of its socket.

        Raises:
            ChangmingError: ``postgres_did_not_start`` with its last words, ``postgres_not_created``.
        """
        patience = Patience(Stage.STARTING, self.tell, START_LIMIT_S)
        while find_postmaster(self.layout.data) is not None:
            sockets = self.running()
            if sockets is not None and _answers(sockets):
                return sockets
            if not patience.lasts():
                raise self._failed()
        cluster.discard_leftovers(self.layout)
        if not self.layout.data.exists():
            self.tell(Stage.CREATING, 0)
            cluster.create(self.layout, self.account, self.binaries, sync=not self.unsafe_for_tests)
        cluster.write_access_rules(self.layout, self.account)
        sockets = socket_dir(self.layout, self.account)
        remaining = Patience(Stage.STARTING, self.tell, OLD_SERVER_LIMIT_S)
        while not self._launch(sockets, patience):
            if not self._is_old_server_there() or not remaining.lasts():
                raise self._failed()
        return sockets

    def _launch(self, sockets: Path, patience: Patience) -> bool:
        """Start one server process and wait until it answers; False when it gave up by itself."""
        clear_stale_locks(self.layout.data, sockets / SOCKET_NAME)
        cluster.bound_log(self.layout.log)
        command = cluster.server_command(self.layout, self.binaries, sockets, unsafe_for_tests=self.unsafe_for_tests)
        handle = os.open(self.layout.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
        with os.fdopen(handle, "ab") as log:
            process = self.account.spawn(command, log)
        # Its parent must collect it when it ends, even if another command stops it; else it stays a zombie.
        threading.Thread(target=process.wait, name="postgres-reaper", daemon=True).start()
        while process.returncode is None:
            if self.running() is not None and _answers(sockets):
                return True
            if not patience.lasts():
                raise self._failed()
        return False

    def stop(self) -> None:
        """Stop the server: fast (open transactions roll back), after a minute at once (the next start recovers)."""
        for how in (signal.SIGINT, signal.SIGQUIT):
            found = find_postmaster(self.layout.data)
            if found is None:
                return
            with suppress(ProcessLookupError):
                os.kill(found.pid, how)
            patience = Patience(Stage.STOPPING, self.tell, STOP_LIMIT_S)
            while not is_gone(found.pid) and patience.lasts():
                pass

    def _last_words(self) -> list[bytes]:
        return self.layout.log.read_bytes()[-4000:].splitlines()[-6:] if self.layout.log.exists() else []

    def _is_old_server_there(self) -> bool:
        return any(_STILL_THERE in line for line in self._last_words())

    def _failed(self) -> ChangmingError:
        told = " / ".join(line.decode(errors="replace") for line in self._last_words()[-3:])
        return ChangmingError("postgres_did_not_start", log=self.layout.log, told=told)


def _answers(sockets: Path) -> bool:
    """Whether the server lets us in; the desk's role and database exist afterwards."""
    try:
        dsn = connection_string(sockets, cluster.SUPERUSER, "postgres")
        with psycopg.connect(dsn, autocommit=True, connect_timeout=10) as connection:
            cluster.make_role_and_database(connection)
    except psycopg.OperationalError:
        return False
    return True
