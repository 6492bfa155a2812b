"""Sealing: everything once, in one tree, and signed only when it extends what was signed."""

import asyncio
import contextlib
import hashlib
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from unittest.mock import AsyncMock

import psycopg
import pytest

from changming.infra.postgres import Database
from changming.kernel.actors import DESK
from changming.kernel.errors import ChangmingError
from changming.kernel.ids import EventId, Pseudonym, random_id
from changming.trust.ledger import (
    Action,
    Checkpoint,
    Event,
    LeafError,
    find_detail,
    find_trace,
    forget_details,
    record,
    record_many,
    unsealed,
    wait_sealed,
)
from changming.trust.ledger.keys import Signed
from changming.trust.ledger.leaf import decode_leaf
from changming.trust.ledger.sequencer import MAX_BATCH
from changming.trust.ledger.service import seals
from changming.trust.ledger.tree import EMPTY_ROOT, Frontier, leaf_hash

if TYPE_CHECKING:
    from tests.trust.ledger.conftest import Log


PROTECTED = ("ledger_entry", "ledger_tile", "ledger_head", "ledger_checkpoint")


async def test_the_empty_log_is_signed_too(log: "Log") -> None:
    assert await log.sequencer.run_once() == 0
    assert await log.checkpoint() == Checkpoint("desk.example/ledger", 0, EMPTY_ROOT)


async def test_batches_of_any_size_give_one_tree(log: "Log") -> None:
    recorded: list[EventId] = []
    for count in (1, 2, 253, 1, 300, 3):
        recorded += await log.record(count)
        assert await log.sequencer.run_once() == count
        leaves = await log.leaves()
        signed = await log.checkpoint()
        assert (signed.size, signed.root) == (len(leaves), Frontier(map(leaf_hash, leaves)).root())
        assert log.remembered.read() == Signed(signed.size, signed.root)
    assert sorted(decode_leaf(leaf).id for leaf in leaves) == sorted(recorded)


async def test_an_act_that_rolls_back_leaves_no_event(log: "Log", now: datetime) -> None:
    with pytest.raises(RuntimeError):  # noqa: PT012 - the act is what fails
        async with log.database.act() as tx:
            await record(tx, Event(Action.CASE_OPEN, DESK), now=now)
            raise RuntimeError("the act failed")
    assert (await log.seal()).size == 0


async def test_a_refused_event_spoils_nothing(log: "Log", now: datetime) -> None:
    async with log.database.act() as tx:
        await record(tx, Event(Action.CASE_OPEN, DESK), now=now)
        with pytest.raises(LeafError):
            await record(tx, Event(Action.CASE_OPEN, DESK, object="case/13812345678"), now=now)
    assert (await log.seal()).size == 1


async def test_a_detail_stays_beside_the_tree(log: "Log", now: datetime) -> None:
    subject = Pseudonym(random_id())
    async with log.database.act() as tx:
        event_id = await record(tx, Event(Action.PERSONAL_DATA_VIEW, DESK, subject, detail=b"sealed bytes"), now=now)
        with pytest.raises(ValueError, match="detail"):
            await record_many(tx, [Event(Action.PERSONAL_DATA_VIEW, DESK, detail=b"sealed bytes")], now=now)
    await log.seal()
    (leaf,) = await log.leaves()
    assert b"sealed bytes" not in leaf
    assert decode_leaf(leaf).detail_sha256 == hashlib.sha256(b"sealed bytes").hexdigest()
    async with log.database.act() as tx:
        assert await find_detail(tx, event_id) == b"sealed bytes"
        assert [leaf.id for leaf in await find_trace(tx, subject)] == [event_id]
        assert await forget_details(tx, Pseudonym(random_id())) == 0
        assert await forget_details(tx, subject) == 1
        assert await find_detail(tx, event_id) is None
    assert await log.leaves() == [leaf]


async def test_events_that_commit_late_are_not_overlooked(log: "Log", now: datetime) -> None:
    """An earlier id that commits after a later one: what ``id > cursor`` loses."""
    async with log.database.act() as slow:
        early = await record(slow, Event(Action.CASE_OPEN, DESK), now=now)
        async with log.database.act() as quick:
            late = await record(quick, Event(Action.CASE_OPEN, DESK), now=now + timedelta(seconds=5))
        assert await log.sequencer.run_once() == 1
    assert await log.sequencer.run_once() == 1
    assert [decode_leaf(leaf).id for leaf in await log.leaves()] == [late, early]


async def test_a_backlog_is_taken_in_batches(log: "Log") -> None:
    await log.record(MAX_BATCH + 5)
    async with log.database.read() as tx:
        state = await unsealed(tx)
    assert state.waiting == MAX_BATCH + 5
    assert state.oldest_at is not None
    assert await log.sequencer.run_once() == MAX_BATCH
    assert await log.sequencer.run_once() == 5
    async with log.database.read() as tx:
        assert (await unsealed(tx)).waiting == 0


async def test_one_sequencer_works_at_a_time_and_the_next_takes_over(log: "Log") -> None:
    other = log.another_sequencer()
    await log.record(3)
    assert await log.sequencer.run_once() == 3
    assert await other.run_once() is None
    await log.sequencer.close()
    await log.record(2)
    assert await other.run_once() == 2
    assert (await log.checkpoint()).size == 5
    await other.close()


async def test_a_killed_connection_is_replaced(log: "Log") -> None:
    await log.record(1)
    assert await log.sequencer.run_once() == 1
    async with log.database.read() as tx:
        await tx.execute(
            "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and database ="
            " (select oid from pg_database where datname = current_database())"
        )
    await log.record(1)
    with pytest.raises(ChangmingError) as gone:
        await log.sequencer.run_once()
    assert gone.value.code == "database_unavailable"
    assert await log.sequencer.run_once() == 1
    assert (await log.checkpoint()).size == 2


async def test_waiting_returns_when_the_event_is_sealed(log: "Log", now: datetime) -> None:
    working = asyncio.create_task(log.sequencer.run())
    try:
        for _ in range(5):
            async with log.database.act() as tx:
                event_id = await record(tx, Event(Action.PERSONAL_DATA_VIEW, DESK), now=now)
            await wait_sealed(log.database, event_id, timeout_s=5)
            ids = {decode_leaf(leaf).id for leaf in (await log.leaves())[: (await log.checkpoint()).size]}
            assert event_id in ids
        await wait_sealed(log.database, event_id, timeout_s=5)
    finally:
        working.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await working


async def test_waiting_finds_the_work_of_another_process(log: "Log", now: datetime) -> None:
    async with log.database.act() as tx:
        event_id = await record(tx, Event(Action.PERSONAL_DATA_VIEW, DESK), now=now)
    async with Database(log.database.dsn, size=2) as elsewhere:
        waiting = asyncio.create_task(wait_sealed(elsewhere, event_id, timeout_s=5))
        await asyncio.sleep(0.1)
        assert not waiting.done()
        await log.sequencer.run_once()
        await waiting


async def test_waiting_gives_up_loudly(log: "Log", now: datetime) -> None:
    async with log.database.act() as tx:
        event_id = await record(tx, Event(Action.PERSONAL_DATA_VIEW, DESK), now=now)
    with pytest.raises(ChangmingError) as late:
        await wait_sealed(log.database, event_id, timeout_s=0.1)
    assert (late.value.code, late.value.status) == ("ledger_not_sealed", 503)
    assert not seals(log.database).waiting


ATTACKS = [
    "update ledger_entry set index = index + 1",
    "update ledger_tile set level = 5",
    "update ledger_head set size = size - 1",
    "update ledger_checkpoint set size = size - 1",
    *(f"{verb} {table}" for verb in ("delete from", "truncate") for table in PROTECTED),
]


async def test_the_service_cannot_rewrite_history(log: "Log") -> None:
    await log.fill(300)
    for attack in ATTACKS:
        for role in ("origin", "replica"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                await _try(log.database, f"set local session_replication_role = {role}", attack)
    assert len(await log.leaves()) == 300


async def _try(database: Database, *statements: str) -> None:
    async with database.act() as tx:
        for statement in statements:
            await tx.execute(statement)


@pytest.mark.parametrize("detail", [None, b"sealed"])
async def test_recording_is_one_statement(
    log: "Log", now: datetime, detail: bytes | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with log.database.act() as tx:
        executed = AsyncMock(wraps=tx.execute)
        monkeypatch.setattr(tx, "execute", executed)
        await record(tx, Event(Action.CASE_OPEN, DESK, detail=detail), now=now)
    assert executed.await_count == 1
