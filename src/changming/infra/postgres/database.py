"""The pool and the edge: one act is one transaction, committed here and nowhere else."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Self, TypeAlias
from weakref import WeakKeyDictionary

import psycopg
from psycopg.rows import dict_row
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from changming.infra.postgres.connection import (
    ANSWER_WITHIN_S,
    WORK_WITHIN_S,
    Connection,
    Row,
    configure,
    with_line,
)
from changming.kernel.errors import ChangmingError

Tx: TypeAlias = psycopg.AsyncConnection[Row]
"""A connection inside the edge's transaction, nothing more. Only the edge commits."""

POOL_SIZE = 8
WAIT_FOR_CONNECTION_S = 3.0
CHECK_WITHIN_S = 1.0
"""How long an idle connection may take to show that it still works."""


class Bell:
    """Wakes everybody who waits in this process, e.g. the ledger's sequencer after a commit.

    Every waiting task has an ear of its own, so that a ring is never lost to a task that was busy when it came.
    """

    def __init__(self) -> None:
        self._ears: WeakKeyDictionary[asyncio.Task[Any], asyncio.Event] = WeakKeyDictionary()

    def ring(self) -> None:
        """Wake the waiters."""
        for ear in self._ears.values():
            ear.set()

    async def wait(self, ceiling_s: float) -> None:
        """Return at the next ring since this task's last wait, or after ``ceiling_s`` seconds."""
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("a bell is waited for inside a task")
        ear = self._ears.setdefault(task, asyncio.Event())
        try:
            async with asyncio.timeout(ceiling_s):
                await ear.wait()
        except TimeoutError:
            return
        finally:
            ear.clear()


class Database:
    """A pool of connections to one PostgreSQL, of ``POOL_SIZE`` by default.

    Args:
        dsn: a libpq connection string; several hosts with ``target_session_attrs`` are fine.
        size: the most connections this process holds.
    """

    def __init__(self, dsn: str, *, size: int = POOL_SIZE) -> None:
        self.dsn = dsn
        self.committed = Bell()
        self.pool: AsyncConnectionPool[Connection] = AsyncConnectionPool(
            with_line(dsn),
            connection_class=Connection,
            kwargs={"autocommit": True, "row_factory": dict_row},
            min_size=1,
            max_size=size,
            timeout=WAIT_FOR_CONNECTION_S,
            reconnect_timeout=0,
            configure=configure,
            check=_check,
            open=False,
            name="changming",
        )

    async def __aenter__(self) -> Self:
        await self.pool.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.pool.close()

    @asynccontextmanager
    async def act(self) -> AsyncIterator[Tx]:
        """One transaction for one request or job: commits at the end, rolls back on any exception, then rings.

        Raises:
            ChangmingError: ``database_unavailable`` (503) when no connection can be had or it breaks on the way.
        """
        async with self._connection(ANSWER_WITHIN_S) as tx, tx.transaction():
            yield tx
        self.committed.ring()

    @asynccontextmanager
    async def quiet_act(self) -> AsyncIterator[Tx]:
        """As ``act``, without the ring and with a worker's patience: for who looks for work and mostly finds none."""
        async with self._connection(WORK_WITHIN_S) as tx, tx.transaction():
            yield tx

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Tx]:
        """A connection for reading, each statement on its own (autocommit)."""
        async with self._connection(ANSWER_WITHIN_S) as tx:
            yield tx

    @asynccontextmanager
    async def _connection(self, answer_within_s: float) -> AsyncIterator[Tx]:
        try:
            async with self.pool.connection() as connection:
                connection.answer_within_s = answer_within_s
                yield connection
        except (PoolTimeout, psycopg.OperationalError) as broken:
            raise unavailable(broken) from broken


async def _check(connection: Connection) -> None:
    """Whether a connection that lay idle still works; psycopg.OperationalError when not."""
    connection.answer_within_s = CHECK_WITHIN_S
    await AsyncConnectionPool.check_connection(connection)


def unavailable(cause: Exception) -> ChangmingError:
    """The refusal for a database that is gone (``database_unavailable``) or full (``database_full``)."""
    if isinstance(cause, psycopg.errors.DiskFull):
        return ChangmingError("database_full", status=503)
    return ChangmingError("database_unavailable", status=503)
