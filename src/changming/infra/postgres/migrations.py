"""Numbered plain SQL migrations, applied once each, under an advisory lock, with a checksum."""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import LiteralString

import psycopg

from changming.infra.resources import project_dir
from changming.kernel.errors import ChangmingError

LOCK_KEY = 0x6368616E676D0001
CONNECT_TIMEOUT_S = 10
_NAME = re.compile(r"(?P<number>\d{4})_(?P<name>[a-z0-9_]+)\.sql")
_TABLE = """
create table if not exists migration (
  number integer primary key,
  name text not null,
  checksum text not null,
  applied_at timestamptz not null default now()
)
"""


@dataclass(frozen=True, slots=True)
class Migration:
    """One file of ``migrations/``: its number, its name, its SQL."""

    number: int
    name: str
    sql: LiteralString

    @property
    def checksum(self) -> str:
        """SHA-256 of the SQL, hexadecimal."""
        return hashlib.sha256(self.sql.encode()).hexdigest()


def migrations(folder: Path | None = None) -> tuple[Migration, ...]:
    """All migrations in order; ValueError for a file that is not ``NNNN_name.sql`` or a number used twice."""
    found = []
    for path in sorted((folder or project_dir("migrations")).glob("*.sql")):
        match = _NAME.fullmatch(path.name)
        if match is None:
            raise ValueError(f"{path.name} is not named NNNN_name.sql")
        found.append(Migration(int(match["number"]), match["name"], path.read_text(encoding="utf-8")))
    numbers = [m.number for m in found]
    if len(set(numbers)) != len(numbers):
        raise ValueError("two migrations share a number")
    return tuple(found)


def migrate(dsn: str, folder: Path | None = None) -> int:
    """Bring the database to the newest migration; how many were applied.

    Two processes may call it at once: one waits for the other. Each migration is one transaction.

    Raises:
        ChangmingError: ``migration_changed`` when an applied file no longer has its checksum,
            ``migration_from_the_future`` when the database knows a number that this checkout lacks,
            ``database_unreachable`` with what the server or the network said, ``database_url_unreadable``.
    """
    applied = 0
    with _connect(dsn) as connection:
        connection.execute("select pg_advisory_lock(%s)", (LOCK_KEY,))
        connection.execute(_TABLE)
        done = {row[0]: row[1] for row in connection.execute("select number, checksum from migration")}
        known = migrations(folder)
        if unknown := done.keys() - {m.number for m in known}:
            raise ChangmingError("migration_from_the_future", status=500, number=max(unknown))
        for migration in known:
            if migration.number in done:
                if done[migration.number] != migration.checksum:
                    raise ChangmingError("migration_changed", status=500, number=migration.number)
                continue
            with connection.transaction():
                connection.execute("set local lock_timeout = '10s'")
                connection.execute(migration.sql)
                connection.execute(
                    "insert into migration (number, name, checksum) values (%s, %s, %s)",
                    (migration.number, migration.name, migration.checksum),
                )
            applied += 1
    return applied


def _connect(dsn: str) -> psycopg.Connection:
    try:
        return psycopg.connect(dsn, autocommit=True, connect_timeout=CONNECT_TIMEOUT_S)
    except psycopg.OperationalError as gone:
        raise ChangmingError("database_unreachable", status=503, reason=" ".join(str(gone).split())) from gone
    except psycopg.ProgrammingError:  # its text repeats the address, which may hold a password
        raise ChangmingError("database_url_unreadable", status=500) from None
