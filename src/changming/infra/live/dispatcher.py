"""The one announcer of changed topics, across all processes of the desk."""

import asyncio
from collections.abc import Iterator, Sequence

import psycopg
import structlog

from changming.infra.postgres import Connection, Database, Queries

LOCK_KEY = 0x6368616E676D0004
PAUSE_S = 0.05
POLL_S = 0.25
RECONNECT_S = 1.0
NOTIFY_BYTES = 7900
"""PostgreSQL refuses a payload of 8,000 bytes or more."""
_Q = Queries(__package__)
_log = structlog.get_logger()


def payloads(topics: Sequence[str]) -> Iterator[str]:
    """Distinct topics as NOTIFY payloads below the size that PostgreSQL accepts."""
    line: list[str] = []
    size = 0
    for topic in dict.fromkeys(topics):
        length = len(topic.encode()) + 1
        if line and size + length > NOTIFY_BYTES:
            yield "\n".join(line)
            line, size = [], 0
        line.append(topic)
        size += length
    if line:
        yield "\n".join(line)


class Dispatcher:
    """Announces at most every 50 ms; the process that holds the advisory lock does it, the others stand by."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def run(self) -> None:
        """Lead or stand by, for ever."""
        while True:
            try:
                async with await Connection.open(self._database.dsn) as connection:
                    await self._lead(connection)
            except psycopg.OperationalError as broken:
                _log.warning("live_dispatcher_reconnects", error=type(broken).__name__)
            await asyncio.sleep(RECONNECT_S)

    async def _lead(self, connection: Connection) -> None:
        row = await (await connection.execute(_Q("lead"), {"key": LOCK_KEY})).fetchone()
        while row is not None and row["leads"]:
            await self._database.committed.wait(POLL_S)
            async with connection.transaction():
                topics = [r["topic"] for r in await (await connection.execute(_Q("collect"))).fetchall()]
                for payload in payloads(topics):
                    await connection.execute(_Q("announce"), {"topics": payload})
            if topics:
                await asyncio.sleep(PAUSE_S)
