from datetime import datetime, timedelta
from uuid import UUID

import psycopg
import pytest

from changming.infra import live, schedule
from changming.infra.postgres import Batch, Tx
from changming.infra.schedule import Work
from changming.kernel.ids import random_id

_MAKE = "create temporary table thing (id uuid, owner uuid, at timestamptz, note text, number integer) on commit drop"
_ADD = "insert into thing (id, owner, at, note) values (%(id)s, %(owner)s, %(at)s, %(note)s)"
_COUNT = "insert into thing (id, number) select %(id)s, 7 %% 4 returning number"


@pytest.fixture
async def things(tx: Tx) -> Tx:
    await tx.execute(_MAKE)
    return tx


async def test_statements_travel_as_one_and_the_last_one_answers(things: Tx, now: datetime) -> None:
    first, second = random_id(), random_id()
    batch = Batch(things)
    await batch.execute(_ADD, {"id": first, "owner": second, "at": now, "note": "甲"})
    await batch.execute(_ADD, {"id": second, "owner": second, "at": now, "note": None})
    await batch.execute(_COUNT, {"id": first})
    assert await (await things.execute("select 1 from thing")).fetchone() is None
    assert await (await batch.send()).fetchone() == {"number": 3}
    rows = await (await things.execute("select id, owner, at, note from thing where owner is not null")).fetchall()
    assert sorted(rows, key=lambda row: row["note"] or "") == [
        {"id": second, "owner": second, "at": now, "note": None},
        {"id": first, "owner": second, "at": now, "note": "甲"},
    ]


async def test_equal_values_are_not_the_same_value(things: Tx, now: datetime) -> None:
    one = random_id()
    for note in ("x", "y"):
        batch = Batch(things)
        await batch.execute(_ADD, {"id": one, "owner": UUID(str(one)), "at": now, "note": note})
        await batch.execute(_ADD, {"id": one, "owner": one, "at": now + timedelta(days=1), "note": note})
        await batch.send()
    row = await (
        await things.execute("select count(*) as n from thing where id = owner and owner = %s", (one,))
    ).fetchone()
    assert row == {"n": 4}


async def test_a_failing_statement_undoes_all_of_them(things: Tx, now: datetime) -> None:
    batch = Batch(things)
    await batch.execute(_ADD, {"id": random_id(), "owner": random_id(), "at": now, "note": "x"})
    await batch.execute("insert into thing (number) values (1 / %(zero)s)", {"zero": 0})
    with pytest.raises(psycopg.errors.DivisionByZero):
        async with things.transaction():
            await batch.send()
    assert await (await things.execute("select 1 from thing")).fetchone() is None


async def test_writers_of_other_features_take_a_batch_for_a_transaction(tx: Tx, now: datetime) -> None:
    batch = Batch(tx)
    await schedule.add(batch.tx, Work("test", "a", now), now=now)
    await live.publish(batch.tx, "queue", "test", now=now)
    await batch.send()
    rows = await (await tx.execute("select key from schedule where kind = 'test'")).fetchall()
    topics = await (await tx.execute("select topic from live_event where kind = 'test'")).fetchall()
    assert (rows, topics) == ([{"key": "a"}], [{"topic": "queue"}])


async def test_a_batch_gives_no_answer_to_who_reads_one(tx: Tx) -> None:
    batch = Batch(tx)
    with pytest.raises(AttributeError):
        (await batch.tx.execute("select 1", {})).fetchone  # noqa: B018 - what a reader would do


async def test_many_wake_ups_and_topics_in_one_statement(tx: Tx, now: datetime) -> None:
    await schedule.add(tx, Work("test", "b", now), now=now)
    later = now + timedelta(hours=1)
    await schedule.add_all(tx, [Work("test", "a", now), Work("test", "b", later, {"x": "y"})], now=now)
    await schedule.add_all(tx, [], now=now)
    rows = await (await tx.execute("select key, due_at, ref from schedule where kind = 'test' order by key")).fetchall()
    assert rows == [{"key": "a", "due_at": now, "ref": {}}, {"key": "b", "due_at": later, "ref": {"x": "y"}}]
    await live.publish_all(tx, ["case/1", "queue"], "test", now=now)
    topics = await (await tx.execute("select topic from live_event where kind = 'test' order by topic")).fetchall()
    assert topics == [{"topic": "case/1"}, {"topic": "queue"}]
