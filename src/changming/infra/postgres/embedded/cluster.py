"""Making a data folder, and the settings that every start insists on."""

import os
import secrets
import shutil
import sys
import tempfile
from pathlib import Path

import psycopg
from psycopg import sql

from changming.infra.postgres.embedded.accounts import Account, own_account
from changming.infra.postgres.embedded.binaries import Binaries
from changming.infra.postgres.embedded.layout import Layout, unusable
from changming.kernel.errors import ChangmingError

ROLE = "changming"
DATABASE = "changming"
SUPERUSER = "postgres"
_BUILTIN_LOCALES_SINCE = 17

# Log lines must never hold what people wrote. A statement, its parameters, and an error's details can all carry it
# (`Key (phone)=(…) already exists`), so the log tells of the server's own life: starts, stops, crashes, fatal errors.
# The application hears of every statement's error from the driver.
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "fsync": "on",
    "max_connections": "200",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "logging_collector": "off",
    "log_destination": "stderr",
    "log_min_messages": "log",
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_statement": "none",
    "log_min_duration_statement": "-1",
    "log_min_duration_sample": "-1",
    "log_transaction_sample_rate": "0",
    "log_duration": "off",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_checkpoints": "off",
    "log_autovacuum_min_duration": "-1",
}
UNSAFE_FOR_TESTS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def locale_options(major: int) -> tuple[str, ...]:
    """What ``initdb`` is told of locales: UTF-8, code-point order, the same on every machine, without ICU."""
    of_system = "--locale=C.UTF-8" if sys.platform == "linux" else "--locale=C"
    if major >= _BUILTIN_LOCALES_SINCE:
        return ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", of_system)
    return ("--locale-provider=libc", of_system)


def discard_leftovers(layout: Layout) -> None:
    """Remove what was left of a data folder by a command that was killed while making it.

    Its ``initdb`` may still be running: what cannot be removed yet goes at a later start.
    """
    for leftover in layout.root.glob("data.new-*"):
        shutil.rmtree(leftover, ignore_errors=True)


def create(layout: Layout, account: Account, binaries: Binaries, *, sync: bool = True) -> None:
    """Make the data folder. It gets its name when it is complete, so a kill on the way leaves nothing half-made.

    Raises:
        ChangmingError: ``postgres_not_created`` with what ``initdb`` said.
    """
    fresh = layout.root / f"data.new-{secrets.token_hex(4)}"
    try:
        fresh.mkdir(mode=0o700)
        os.chown(fresh, account.uid, account.gid)
    except OSError as broken:
        raise unusable(fresh, broken) from broken
    made = account.run(
        binaries.tool("initdb"),
        *("--pgdata", str(fresh), "--username", SUPERUSER, "--auth", "peer", "--auth-host", "reject"),
        *("--encoding", "UTF8", *locale_options(binaries.major), "--data-checksums"),
        *(() if sync else ("--no-sync",)),
    )
    if made.returncode != 0:
        shutil.rmtree(fresh, ignore_errors=True)
        lines = [line for line in made.stderr.splitlines() if "error" in line.lower() or "fatal" in line.lower()]
        reason = "; ".join(lines[-3:]) or f"initdb: exit status {made.returncode}"
        raise ChangmingError("postgres_not_created", folder=layout.root.parent, reason=reason)
    fresh.rename(layout.data)
    _sync_folder(layout.root)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_access_rules(layout: Layout, account: Account) -> None:
    """Peers over the socket and nobody else: the server's user and whoever starts it are the desk's roles."""
    users = dict.fromkeys((account.name, own_account().name))
    rules = ("local all all peer map=changming", "local replication all peer map=changming")
    mapping = [f'changming "{user}" {role}' for user in users for role in (ROLE, SUPERUSER)]
    _replace(layout.hba, "\n".join((*rules, "")), account)
    _replace(layout.ident, "\n".join((*mapping, "")), account)


def _replace(path: Path, text: str, account: Account) -> None:
    """Put ``text`` in the place of ``path`` in one step, readable by the server."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            os.fchown(file.fileno(), -1, account.gid)
            os.fchmod(file.fileno(), 0o640)
        Path(name).replace(path)
    except OSError:  # a full disk: tried again every second, it must not fill with leftovers
        Path(name).unlink()
        raise


def server_command(layout: Layout, binaries: Binaries, sockets: Path, *, unsafe_for_tests: bool) -> list[str]:
    """The command line of the server; what stands here overrules every settings file."""
    settings = {
        **SETTINGS,
        "unix_socket_directories": f'"{sockets}"',
        "hba_file": str(layout.hba),
        "ident_file": str(layout.ident),
        **(UNSAFE_FOR_TESTS if unsafe_for_tests else {}),
    }
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    return [binaries.tool("postgres"), "-D", str(layout.data), *options]


def make_role_and_database(connection: psycopg.Connection) -> None:
    """The desk's own role, no superuser, and its database; made once."""
    role, database = sql.Identifier(ROLE), sql.Identifier(DATABASE)
    if connection.execute("select from pg_roles where rolname = %s", (ROLE,)).fetchone() is None:
        connection.execute(sql.SQL("create role {} login createdb").format(role))
    if connection.execute("select from pg_database where datname = %s", (DATABASE,)).fetchone() is None:
        connection.execute(sql.SQL("create database {} owner {}").format(database, role))


def bound_log(log: Path, limit: int = 2_000_000) -> None:
    """Keep the newest quarter of a log that has grown past ``limit`` bytes; the server appends, so it may run on."""
    if log.exists() and log.stat().st_size > limit:
        with log.open("r+b") as file:
            file.seek(-limit // 4, os.SEEK_END)
            newest = file.read()
            file.seek(0)
            file.truncate()
            file.write(newest[newest.find(b"\n") + 1 :])
