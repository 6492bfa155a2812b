"""A command that uses the embedded server, to be killed by the tests: ``guest.py FOLDER PG_BINDIR WHAT [USER]``.

WHAT: ``hold`` says ``ready PID`` and stays until its input ends; ``write`` says ``ready PID``, then inserts rows and
says ``acked N`` after each commit; ``visit`` opens and leaves. USER is whom root becomes first.
"""

import os
import pwd
import sys
from pathlib import Path

import psycopg

from changming.infra.postgres.embedded import open_server
from changming.infra.postgres.embedded.binaries import look_at
from changming.kernel.errors import ChangmingError, codes

TABLE = "create table if not exists kept (n bigint generated always as identity primary key, said text not null)"


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def become(name: str) -> None:
    user = pwd.getpwnam(name)
    os.setgroups([])
    os.setgid(user.pw_gid)
    os.setuid(user.pw_uid)


def write(dsn: str) -> None:
    with psycopg.connect(dsn, autocommit=True) as connection:
        with connection.transaction():
            connection.execute("select pg_advisory_xact_lock(1)")  # two may come at the same moment
            connection.execute(TABLE)
        while True:
            row = connection.execute("insert into kept (said) values ('x') returning n").fetchone()
            assert row is not None
            say(f"acked {row[0]}")


def main(folder: str, bindir: str, what: str, user: str | None = None) -> None:
    if user:
        codes()  # reads the catalogue while we still may
        become(user)
    with open_server(Path(folder), binaries=look_at(Path(bindir))) as server:
        say(f"ready {server.pid}")
        if what == "hold":
            sys.stdin.read()
        if what == "write":
            write(server.dsn)


try:
    main(*sys.argv[1:])
except ChangmingError as refused:
    say(f"refused {refused.code}")
    raise SystemExit(1) from refused
