"""Fixtures for all layers: a real PostgreSQL, a fresh database from a migrated template, an open transaction."""

import os
import secrets
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime

import psycopg
import pytest

from changming.infra.postgres import Database, Tx, migrate


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def now() -> datetime:
    """Sunday 22 November 2026, 02:10 in Shanghai."""
    return datetime(2026, 11, 21, 18, 10, tzinfo=UTC)


@pytest.fixture(scope="session")
def server_dsn() -> str:
    """A PostgreSQL for this test session: the one named by CHANGMING_TEST_DSN."""
    return os.environ["CHANGMING_TEST_DSN"]


def _with_dbname(dsn: str, name: str) -> str:
    return psycopg.conninfo.make_conninfo(dsn, dbname=name)


@pytest.fixture(scope="session")
def template_dsn(server_dsn: str) -> Iterator[str]:
    """A database with every migration applied; tests get copies of it."""
    name = f"template_{secrets.token_hex(6)}"
    with psycopg.connect(server_dsn, autocommit=True) as admin:
        admin.execute(f'create database "{name}"')
    dsn = _with_dbname(server_dsn, name)
    migrate(dsn)
    yield dsn
    with psycopg.connect(server_dsn, autocommit=True) as admin:
        admin.execute(f'drop database "{name}" with (force)')


@pytest.fixture
def fresh_dsn(server_dsn: str, template_dsn: str) -> Iterator[str]:
    """A fresh, migrated, empty database of the test's own."""
    template = psycopg.conninfo.conninfo_to_dict(template_dsn)["dbname"]
    name = f"test_{secrets.token_hex(6)}"
    with psycopg.connect(server_dsn, autocommit=True) as admin:
        admin.execute(f'create database "{name}" template "{template}"')
    yield _with_dbname(server_dsn, name)
    with psycopg.connect(server_dsn, autocommit=True) as admin:
        admin.execute(f'drop database "{name}" with (force)')


@pytest.fixture
async def database(fresh_dsn: str) -> AsyncIterator[Database]:
    async with Database(fresh_dsn) as database:
        yield database


@pytest.fixture
async def tx(template_dsn: str) -> AsyncIterator[Tx]:
    """A transaction on the shared template that is rolled back: for stores and services that need no commit."""
    async with (
        Database(template_dsn, size=1) as database,
        database.pool.connection() as connection,
        connection.transaction(force_rollback=True),
    ):
        yield connection
