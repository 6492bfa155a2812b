"""The ledger: sealing through outbox and sequencer beside a bare insert, proofs, verifying an export.

Floors: 5,000 sealed entries a second (aim 10,000), 50,000 proofs a second, a million entries verified in 5 s.
"""

import asyncio
import os
import random
import secrets
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg

from changming.infra.postgres import Database, migrate
from changming.infra.postgres.embedded import open_server
from changming.kernel.actors import Actor, ActorKind
from changming.kernel.ids import EventId, Pseudonym, new_id, random_id
from changming.trust.ledger import (
    Action,
    Audited,
    Checkpoint,
    Event,
    Remembered,
    Sequencer,
    audit_database,
    export,
    open_or_create_signer,
    record,
    record_many,
    unsealed,
    verify,
    wait_sealed,
)
from changming.trust.ledger.leaf import encode_leaf
from changming.trust.ledger.tree import Tree, inclusion_proof, leaf_hash

NOW = datetime(2026, 11, 21, 18, 10, tzinfo=UTC)
ORIGIN = "bench.example/ledger"
ENTRIES = 40_000
ACT = 200
WRITERS = 4
SINGLE_ACTS = 2_000
VIEWS = 100
LEAVES = 100_000
PROOFS = 100_000

Row = dict[str, Any]


@contextmanager
def server_dsn() -> Iterator[str]:
    """The server named by CHANGMING_TEST_DSN, else an embedded one that waits for the disk as in service."""
    if named := os.environ.get("CHANGMING_TEST_DSN"):
        yield named
        return
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        Path(folder).chmod(0o711)
        with open_server(Path(folder) / "data") as server:
            yield server.dsn


@contextmanager
def fresh_database(server: str) -> Iterator[str]:
    name = f"bench_{secrets.token_hex(6)}"
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f'create database "{name}"')
    try:
        dsn = psycopg.conninfo.make_conninfo(server, dbname=name)
        migrate(dsn)
        yield dsn
    finally:
        with psycopg.connect(server, autocommit=True) as admin:
            admin.execute(f'drop database "{name}" with (force)')


def event() -> Event:
    actor = Actor(ActorKind.STAFF, random_id())
    return Event(Action.CASE_REPLY, actor, Pseudonym(random_id()), f"case/{random_id()}", "case-work")


def result(name: str, value: float, unit: str, peer: str | None = None, peer_value: float | None = None) -> Row:
    ratio = None if peer_value is None else value / peer_value
    return {"name": name, "value": value, "unit": unit, "peer": peer, "peer_value": peer_value, "ratio": ratio}


async def bare_inserts(database: Database, *, act: int, count: int) -> float:
    """The peer: the same leaf bytes as bare one-row inserts, in acts of the same size, by as many writers."""
    async with database.act() as tx:
        await tx.execute("create table if not exists bare (id uuid primary key, leaf bytea not null)")
    rows = [
        [(one := new_id(NOW), encode_leaf(event(), EventId(one), now=NOW)) for _ in range(act)]
        for _ in range(count // act)
    ]
    work = iter(rows)

    async def writer() -> None:
        for batch in work:
            async with database.act() as tx, tx.cursor() as cursor:
                await cursor.executemany("insert into bare (id, leaf) values (%s, %s)", batch)

    began = time.perf_counter()
    await asyncio.gather(*(writer() for _ in range(WRITERS)))
    return count / (time.perf_counter() - began)


async def sealed(database: Database, sequencer: Sequencer, *, act: int, count: int) -> float:
    """Events recorded by the writers in acts of ``act`` until the last one stands under a signed checkpoint."""
    work = iter([[event() for _ in range(act)] for _ in range(count // act)])
    last: list[EventId] = []

    async def writer() -> None:
        for events in work:
            async with database.act() as tx:
                ids = [await record(tx, events[0], now=NOW)] if act == 1 else await record_many(tx, events, now=NOW)
            last.append(ids[-1])

    began = time.perf_counter()
    working = asyncio.create_task(sequencer.run())
    await asyncio.gather(*(writer() for _ in range(WRITERS)))
    async with database.read() as tx:
        while (await unsealed(tx)).waiting:  # noqa: ASYNC110 - the end of the work is a state of the database
            await asyncio.sleep(0.005)
    await wait_sealed(database, last[-1], timeout_s=60)
    took = time.perf_counter() - began
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)
    return count / took


async def drained(database: Database, sequencer: Sequencer, count: int) -> float:
    """The sequencer alone on a backlog."""
    async with database.act() as tx:
        await record_many(tx, [event() for _ in range(count)], now=NOW)
    began = time.perf_counter()
    while await sequencer.run_once():
        pass
    took = time.perf_counter() - began
    await sequencer.close()
    return count / took


async def viewing_waits(database: Database, sequencer: Sequencer) -> list[float]:
    """Milliseconds from the commit of an event to its seal, one at a time, as a viewing waits."""
    working = asyncio.create_task(sequencer.run())
    found = []
    for _ in range(VIEWS):
        async with database.act() as tx:
            event_id = await record(tx, event(), now=NOW)
        began = time.perf_counter()
        await wait_sealed(database, event_id, timeout_s=60)
        found.append((time.perf_counter() - began) * 1000)
        await asyncio.sleep(0.06)
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)
    return sorted(found)


async def in_database(dsn: str, folder: Path) -> list[Row]:
    signer = open_or_create_signer(folder, ORIGIN)
    async with Database(dsn) as database:

        def sequencer() -> Sequencer:
            return Sequencer(database, signer, ORIGIN, Remembered(folder, ORIGIN))

        await bare_inserts(database, act=ACT, count=2_000)
        bare = await bare_inserts(database, act=ACT, count=ENTRIES)
        batched = await sealed(database, sequencer(), act=ACT, count=ENTRIES)
        bare_single = await bare_inserts(database, act=1, count=SINGLE_ACTS)
        single = await sealed(database, sequencer(), act=1, count=SINGLE_ACTS)
        alone = await drained(database, sequencer(), ENTRIES)
        waits = await viewing_waits(database, sequencer())
    bare_name = f"bare inserts of the same bytes, executemany, {WRITERS} writers"
    return [
        result(f"ledger: recorded and sealed, {ACT} an act", batched, "entries/s", bare_name, bare),
        result("ledger: recorded and sealed, 1 an act", single, "entries/s", bare_name, bare_single),
        result("ledger: sequencer alone on a backlog", alone, "entries/s"),
        result("ledger: commit to seal, p50", waits[len(waits) // 2], "ms"),
        result("ledger: commit to seal, p95", waits[len(waits) * 95 // 100], "ms"),
    ]


def timed(name: str, work: Callable[[], Checkpoint | Audited]) -> Row:
    began = time.perf_counter()
    done = work()
    took = time.perf_counter() - began
    size = done.size if isinstance(done, Checkpoint) else done.checkpoint.size
    return result(f"ledger: {name}, {size:,} entries", took, "s")


def proofs() -> list[Row]:
    tree = Tree(leaf_hash(b"%d" % i) for i in range(LEAVES))
    wanted = [random.randrange(LEAVES) for _ in range(PROOFS)]
    began = time.perf_counter()
    for index in wanted:
        tree.inclusion_proof(index)
    rate = PROOFS / (time.perf_counter() - began)
    began = time.perf_counter()
    for index in wanted:
        inclusion_proof(index, LEAVES, tree.node)
    plain = PROOFS / (time.perf_counter() - began)
    return [
        result(f"ledger: inclusion proofs in memory, {LEAVES:,} leaves", rate, "proofs/s"),
        result("ledger: the same by the general function", plain, "proofs/s"),
    ]


def run() -> list[Row]:
    rows = proofs()
    with server_dsn() as server, fresh_database(server) as dsn, tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "keys"
        rows += asyncio.run(in_database(dsn, folder))
        vkey = open_or_create_signer(folder, ORIGIN).verifier.vkey()
        exported = Path(scratch) / "export"
        rows += [
            timed("export", lambda: export(dsn, exported, vkey=vkey, now=NOW)),
            timed("verify an export", lambda: verify(exported, vkey)),
            timed("audit the database", lambda: audit_database(dsn, vkey)),
        ]
    return rows
