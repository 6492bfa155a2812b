"""A log in a database of its own, with its key folder."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from changming.infra.postgres import Database
from changming.kernel.actors import DESK
from changming.kernel.ids import EventId, Pseudonym, random_id
from changming.trust.ledger import (
    Action,
    Event,
    Remembered,
    Sequencer,
    Signer,
    open_or_create_signer,
    record_many,
)
from changming.trust.ledger.checkpoints import Checkpoint, open_checkpoint

ORIGIN = "desk.example/ledger"
TABLES = ("ledger_entry", "ledger_tile", "ledger_head", "ledger_checkpoint", "ledger_detail")
NOW = datetime(2026, 11, 21, 18, 10, tzinfo=UTC)


@dataclass
class Log:
    """What the tests of the ledger do over and over."""

    database: Database
    folder: Path
    signer: Signer
    sequencer: Sequencer

    @property
    def vkey(self) -> str:
        return self.signer.verifier.vkey()

    @property
    def remembered(self) -> Remembered:
        return Remembered(self.folder, ORIGIN)

    def another_sequencer(self) -> Sequencer:
        return Sequencer(self.database, self.signer, ORIGIN, self.remembered, pace_s=0.0)

    async def record(self, count: int, subject: Pseudonym | None = None) -> tuple[EventId, ...]:
        events = [Event(Action.MESSAGE_RECEIVE, DESK, subject, f"message/{random_id()}") for _ in range(count)]
        async with self.database.act() as tx:
            return await record_many(tx, events, now=NOW)

    async def seal(self) -> Checkpoint:
        """Seal all that waits and let go of the lock."""
        while await self.sequencer.run_once():
            pass
        await self.sequencer.close()
        return await self.checkpoint()

    async def fill(self, count: int) -> Checkpoint:
        await self.record(count)
        return await self.seal()

    async def checkpoint(self) -> Checkpoint:
        async with self.database.read() as tx:
            cursor = await tx.execute("select note from ledger_checkpoint")
            (row,) = await cursor.fetchall()
        return open_checkpoint(row["note"].encode(), self.signer.verifier)

    async def leaves(self) -> list[bytes]:
        async with self.database.read() as tx:
            cursor = await tx.execute("select index, leaf from ledger_entry order by index")
            rows = await cursor.fetchall()
        assert [row["index"] for row in rows] == list(range(len(rows)))
        return [row["leaf"] for row in rows]

    @asynccontextmanager
    async def attacked(self, *statements: str) -> AsyncIterator[None]:
        """Rewritten rows, as ``attack`` leaves them; put back afterwards."""
        tables = {table: await self._rows(table) for table in TABLES}
        await self.attack(*statements)
        try:
            yield
        finally:
            await self.attack("truncate " + ", ".join(TABLES))
            async with await psycopg.AsyncConnection.connect(self.database.dsn) as superuser:
                for table, rows in tables.items():
                    into = sql.SQL("insert into {} values ({})").format(
                        sql.Identifier(table), sql.SQL(", ").join([sql.Placeholder()] * len(rows[0]) if rows else [])
                    )
                    async with superuser.cursor() as cursor:
                        await cursor.executemany(into, rows)

    async def _rows(self, table: str) -> list[tuple[object, ...]]:
        async with await psycopg.AsyncConnection.connect(self.database.dsn) as superuser:
            cursor = await superuser.execute(sql.SQL("select * from {}").format(sql.Identifier(table)))
            return await cursor.fetchall()

    async def attack(self, *statements: str) -> None:
        """Rewrite rows past every trigger, as somebody who owns the database can."""
        async with await psycopg.AsyncConnection.connect(self.database.dsn) as superuser:
            for table in TABLES:
                await superuser.execute(sql.SQL("alter table {} disable trigger user").format(sql.Identifier(table)))
            for statement in statements:
                await superuser.execute(sql.SQL(statement))


@pytest.fixture
async def log(database: Database, tmp_path: Path) -> AsyncIterator[Log]:
    folder = tmp_path / "ledger"
    signer = open_or_create_signer(folder, ORIGIN)
    made = Log(database, folder, signer, Sequencer(database, signer, ORIGIN, Remembered(folder, ORIGIN), pace_s=0.0))
    yield made
    await made.sequencer.close()
