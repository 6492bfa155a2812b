from pathlib import Path

import psycopg
import pytest

from changming.infra.postgres import Tx, migrate
from changming.infra.postgres.migrations import migrations
from changming.kernel.errors import ChangmingError


async def test_template_has_every_migration(tx: Tx) -> None:
    rows = await (await tx.execute("select number, checksum from migration order by number")).fetchall()
    assert [(r["number"], r["checksum"]) for r in rows] == [(m.number, m.checksum) for m in migrations()]


def test_second_run_applies_nothing(fresh_dsn: str) -> None:
    assert migrate(fresh_dsn) == 0


def test_changed_migration_is_refused(fresh_dsn: str, tmp_path: Path) -> None:
    for migration in migrations():
        name = f"{migration.number:04}_{migration.name}.sql"
        (tmp_path / name).write_text(migration.sql + "-- changed\n")
    with pytest.raises(ChangmingError) as refused:
        migrate(fresh_dsn, tmp_path)
    assert refused.value.code == "migration_changed"


def test_older_checkout_is_refused(fresh_dsn: str) -> None:
    with psycopg.connect(fresh_dsn, autocommit=True) as connection:
        connection.execute("insert into migration values (9999, 'later', 'x')")
    with pytest.raises(ChangmingError) as refused:
        migrate(fresh_dsn)
    assert refused.value.code == "migration_from_the_future"
