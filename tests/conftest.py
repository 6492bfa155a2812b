"""Fixtures for all layers: a real PostgreSQL, a fresh database from a migrated template, an open transaction."""

import os
import secrets
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from hypothesis import settings

from changming.infra.postgres import Database, Tx, migrate
from changming.infra.postgres.embedded import Binaries, find_binaries, open_server

settings.register_profile(
    "deep", max_examples=2_000
)  # properties that name no count of their own; tests/counts.py has the rest

_FOLDER = "CHANGMING_TEST_FOLDER"
_MADE_FOLDER = pytest.StashKey[str]()


def pytest_configure(config: pytest.Config) -> None:
    """Name one folder for the whole run, workers included: they share its server as two commands would."""
    if _FOLDER not in os.environ:
        # Not in pytest's own folder, which only root can pass when root runs the tests.
        os.environ[_FOLDER] = config.stash[_MADE_FOLDER] = tempfile.mkdtemp(prefix="changming-test-", dir="/tmp")
        Path(os.environ[_FOLDER]).chmod(0o711)


def pytest_unconfigure(config: pytest.Config) -> None:
    if made := config.stash.get(_MADE_FOLDER, None):
        shutil.rmtree(made, ignore_errors=True)
        del os.environ[_FOLDER]


_STORES = tuple(Path(__file__).parent / area for area in ("infra", "trust", "desk", "editorial"))


@pytest.hookimpl(tryfirst=True)  # before -m chooses by marks
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Run every store on PostgreSQL 15 too; leave out what only root can try (``make test`` says so at its end)."""
    for item in items:
        on_database = "template_dsn" in getattr(item, "fixturenames", ())
        if on_database and any(item.path.is_relative_to(stores) for stores in _STORES):
            item.add_marker("pg15")
    if os.geteuid() != 0 and (left_out := [item for item in items if item.get_closest_marker("root")]):
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Where everything is required (CI=true), a test that was skipped is a failure."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") == "true" and reporter is not None and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def now() -> datetime:
    """Sunday 22 November 2026, 02:10 in Shanghai."""
    return datetime(2026, 11, 21, 18, 10, tzinfo=UTC)


@pytest.fixture(scope="session")
def test_binaries() -> Binaries:
    """The PostgreSQL under test: the major version that CHANGMING_TEST_PG names, 18 unless told."""
    wanted = int(os.environ.get("CHANGMING_TEST_PG", "18"))
    return next(found for found in find_binaries() if found.major == wanted)


@pytest.fixture(scope="session")
def server_dsn(request: pytest.FixtureRequest) -> Iterator[str]:
    """A PostgreSQL for this test run: the one named by CHANGMING_TEST_DSN, else an embedded one that all share."""
    if named := os.environ.get("CHANGMING_TEST_DSN"):
        yield named
        return
    binaries = request.getfixturevalue("test_binaries")
    with open_server(Path(os.environ[_FOLDER]), binaries=binaries, unsafe_for_tests=True) as server:
        yield server.dsn


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
