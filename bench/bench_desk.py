"""Intake beside a bare one-row INSERT, and the sweep of deadlines at 1 k, 100 k and 1 M open clocks.

An intake is a new person with a key of their own, a thread, a sealed message, a case, its clocks, its wake-up, a ledger
entry and the word to open pages: one statement, one commit. It is measured twice, each time beside an INSERT that goes
the same way: as a statement of its own, and inside the edge's transaction (BEGIN, statement, COMMIT).
"""

import asyncio
import itertools
import os
import secrets
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg

from changming.desk import cases
from changming.desk.cases import Circumstances, Matter
from changming.desk.clocks import CURRENT
from changming.desk.conversations import Content
from changming.infra.postgres import Batch, Database, Tx, migrate
from changming.infra.postgres.embedded import open_server
from changming.infra.schedule import Lane, Runner
from changming.kernel.actors import Actor, ActorKind
from changming.kernel.catalogue import Level, UrgentReason
from changming.kernel.ids import random_id
from changming.kernel.messages import Lang
from changming.kernel.personal import Personal
from changming.trust.people import Subject, SubjectKind, create_subject_sealing
from changming.trust.vault import Keyring, Sealer

SLICE_S = 0.5
SLICES = 10
"""Intake and INSERT take turns in short slices, so that whatever else the machine does falls on both."""
CONNECTIONS = (1, 8, 32)
OPEN_CLOCKS = (1_000, 100_000, 1_000_000)
DUE = 1_000
IDLE_SWEEPS = 200
NOW = datetime(2026, 11, 21, 18, 10, tzinfo=UTC)
VISITOR = Actor(ActorKind.VISITOR, random_id())
CONTENT = Content(
    Personal("我明天就要出差，护照还没办，现在能办吗？电话 13800005678"),
    Personal("我明天就要出差，护照还没办，现在能办吗？电话 138****5678"),
    understanding=Personal('{"service":"passport/urgent","level":"urgent","documents":["passport"]}'),
)
MATTER = Matter(Level.URGENT, "passport/urgent", Circumstances(UrgentReason.BUSINESS, NOW.date()))
BARE = "insert into bare (id, body, at) values (%s, %s, %s)"

Edge = Callable[[], AbstractAsyncContextManager[Tx]]


@contextmanager
def fresh_database() -> Iterator[str]:
    """On the server of CHANGMING_TEST_DSN, else on one of its own that keeps its promises to the disk."""
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        named = os.environ.get("CHANGMING_TEST_DSN")
        if named is None:
            Path(folder).chmod(0o711)
            with open_server(Path(folder)) as server:
                migrate(server.dsn)
                yield server.dsn
            return
        name = f"bench_{secrets.token_hex(6)}"
        with psycopg.connect(named, autocommit=True) as admin:
            admin.execute(f'create database "{name}"')
        try:
            dsn = psycopg.conninfo.make_conninfo(named, dbname=name)
            migrate(dsn)
            yield dsn
        finally:
            with psycopg.connect(named, autocommit=True) as admin:
                admin.execute(f'drop database "{name}" with (force)')


async def _rate(connections: int, once: Callable[[], Awaitable[None]]) -> float:
    """Calls of ``once`` per second by so many tasks at once."""
    done = 0
    started = time.perf_counter()

    async def loop() -> None:
        nonlocal done
        while time.perf_counter() < started + SLICE_S:
            await once()
            done += 1

    await asyncio.gather(*(loop() for _ in range(connections)))
    return done / (time.perf_counter() - started)


async def _beside(
    connections: int, edge: Edge, keyring: Keyring, known: Sequence[tuple[Subject, Sealer]]
) -> tuple[float, float]:
    """Intakes and bare INSERTs per second through the same edge; the pair with the median ratio.

    With ``known`` people the intake is message, case, clocks and ledger; without, each one makes a new person and
    their key as well.
    """
    body = secrets.token_bytes(200)
    people = itertools.cycle(known)

    async def bare() -> None:
        async with edge() as tx:
            await tx.execute(BARE, (random_id(), body, NOW))

    async def intake() -> None:
        async with edge() as tx:
            batch = Batch(tx)
            if known:
                subject, seal = next(people)
            else:
                subject, seal = await create_subject_sealing(batch.tx, SubjectKind.VISITOR, keyring, now=NOW)
            await cases.intake(
                batch, CONTENT, MATTER, subject=subject, sealer=seal, lang=Lang.ZH, actor=VISITOR, now=NOW
            )

    for once in (bare, intake):
        await _rate(connections, once)
    pairs = [(await _rate(connections, intake), await _rate(connections, bare)) for _ in range(SLICES)]
    return sorted(pairs, key=lambda pair: pair[0] / pair[1])[len(pairs) // 2]


async def _intakes(database: Database, keyring: Keyring) -> list[dict[str, Any]]:
    async with database.act() as tx:
        await cases.prepare(tx, now=NOW)
        await tx.execute("create table bare (id uuid primary key, body bytea not null, at timestamptz not null)")

    @asynccontextmanager
    async def alone() -> AsyncIterator[Tx]:
        async with database.read() as tx:
            yield tx

    async with database.act() as tx:
        visitor = SubjectKind.VISITOR
        known = [await create_subject_sealing(tx, visitor, keyring, now=NOW) for _ in range(10 * max(CONNECTIONS))]
    rows = []
    for connections in CONNECTIONS:
        for edge, how in ((alone, "a statement of its own"), (database.act, "in the edge's transaction")):
            for people, what in ((known, "intake"), ([], "intake with a new person and key")):
                taken, inserted = await _beside(connections, edge, keyring, people)
                name = f"{what}, {how}, {connections} connections"
                rows.append(_row(name, taken, "commits/s", f"one-row INSERT, {how}", inserted))
    return rows


async def _fill(database: Database, clocks: int) -> None:
    """So many open clocks (two a case) with their cases and wake-ups, all due in the coming days."""
    async with database.quiet_act() as tx:
        await tx.execute("truncate case_file, case_event, clock, schedule, live_event, ledger_outbox")
        await tx.execute(
            """
            insert into case_file (id, reference, subject_id, pseudonym, conversation_id, state, level, service,
                                   opened_level, opened_by, created_at, next_due_at, next_due_kind, events)
            select gen_random_uuid(), n::text, gen_random_uuid(), gen_random_uuid(), gen_random_uuid(),
                   'waiting_for_us', 'general', 'passport/renew', 'general', 'visitor', %(now)s,
                   %(now)s + interval '1 day' + n * interval '0.1 second', 'first_contact', 1
            from generate_series(1, %(cases)s) as n
            """,
            {"now": NOW, "cases": clocks // 2},
        )
        await tx.execute(
            """
            insert into clock (case_id, kind, round, subject_id, level, policy_id, calendar_id, started_at, due_at,
                               history)
            select id, kind, 1, subject_id, level, %(policy)s, %(calendar)s, created_at, next_due_at + later,
                   jsonb_build_array(jsonb_build_object('event', 'started', 'at', created_at, 'level', level,
                     'policy', %(policy)s::uuid, 'calendar', %(calendar)s::uuid, 'target_s', 86400,
                     'due_at', next_due_at + later))
            from case_file,
                 (values ('first_contact', interval '0'), ('resolution', interval '2 days')) as promised (kind, later)
            """,
            {"policy": CURRENT.id, "calendar": CURRENT.calendar},
        )
        await tx.execute(
            """
            insert into schedule (id, kind, key, subject_id, due_at)
            select gen_random_uuid(), 'clock.breach', id::text, subject_id, next_due_at + interval '1 second'
            from case_file
            """
        )
    async with database.read() as tx:
        for table in ("case_file", "clock", "schedule"):
            await tx.execute(f"vacuum analyze {table}")


async def _sweeps(dsn: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    idle_before = None
    async with Database(dsn, size=2) as database:
        for clocks in OPEN_CLOCKS:
            await _fill(database, clocks)
            runner = Runner(database, cases.HANDLERS, lambda: NOW)
            spent = [await _timed(runner) for _ in range(IDLE_SWEEPS)]
            idle = statistics.quantiles(spent, n=10)[0] * 1000
            peer = None if idle_before is None else f"nothing due of {OPEN_CLOCKS[0]:,}"
            name = f"sweep, nothing due of {clocks:,} open clocks, quickest tenth"
            rows.append(_row(name, idle, "ms", peer, idle_before))
            idle_before = idle_before or idle
        async with database.quiet_act() as tx:
            await tx.execute(
                """
                with chosen as (select id from case_file order by random() limit %(due)s),
                     woken as (update schedule set due_at = %(now)s - interval '1 minute'
                               where kind = 'clock.breach' and key in (select id::text from chosen))
                update clock set due_at = %(now)s - interval '1 minute'
                where kind = 'first_contact' and case_id in (select id from chosen)
                """,
                {"now": NOW, "due": DUE},
            )
        runner, started, done = Runner(database, cases.HANDLERS, lambda: NOW), time.perf_counter(), 0
        while batch := await runner.run_once(Lane.NORMAL):
            done += batch
        assert done == DUE
        whole = (time.perf_counter() - started) * 1000
        name = f"sweep, {DUE:,} due of {OPEN_CLOCKS[-1]:,} open clocks: marked, told, recorded"
        rows.append(_row(name, whole, "ms", None, None))
    return rows


async def _timed(runner: Runner) -> float:
    started = time.perf_counter()
    assert await runner.run_once(Lane.NORMAL) == 0
    return time.perf_counter() - started


def _row(name: str, value: float, unit: str, peer: str | None, peer_value: float | None) -> dict[str, Any]:
    ratio = value / peer_value if peer_value else None
    return {
        "name": f"desk: {name}",
        "value": value,
        "unit": unit,
        "peer": peer,
        "peer_value": peer_value,
        "ratio": ratio,
    }


async def _measure(dsn: str, keys: Path) -> list[dict[str, Any]]:
    keyring = Keyring.open_or_create(keys, now=NOW - timedelta(days=1))
    async with Database(dsn, size=max(CONNECTIONS)) as database:
        rows = await _intakes(database, keyring)
    return rows + await _sweeps(dsn)


def run() -> list[dict[str, Any]]:
    with fresh_database() as dsn, tempfile.TemporaryDirectory() as folder:
        return asyncio.run(_measure(dsn, Path(folder) / "keys"))
