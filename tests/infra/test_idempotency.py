import asyncio
from datetime import datetime, timedelta

import pytest

from changming.infra import idempotency
from changming.infra.idempotency import Replay
from changming.infra.postgres import Database, Tx
from changming.kernel.errors import ChangmingError

SECRET = b"s" * 32
WHO = {"principal": "visitor/1", "route": "POST /ask", "key": "k1"}


async def _once(tx: Tx, body: bytes, now: datetime) -> Replay | None:
    return await idempotency.once(tx, **WHO, body=body, secret=SECRET, now=now)


async def test_a_repeat_gets_the_first_result(tx: Tx, now: datetime) -> None:
    assert await _once(tx, b"a", now) is None
    await idempotency.finish(tx, **WHO, status=303, object_id="42", subject_id=None)
    assert await _once(tx, b"a", now) == Replay(303, "42")


async def test_another_body_is_refused(tx: Tx, now: datetime) -> None:
    await _once(tx, b"a", now)
    await idempotency.finish(tx, **WHO, status=303, object_id="42", subject_id=None)
    with pytest.raises(ChangmingError) as refused:
        await _once(tx, b"b", now)
    assert (refused.value.code, refused.value.status) == ("idempotency_key_reused", 422)


async def test_a_concurrent_twin_waits_for_the_first(database: Database, now: datetime) -> None:
    made: list[Replay | None] = []

    async def act() -> None:
        async with database.act() as tx:
            replay = await _once(tx, b"a", now)
            if replay is None:
                await asyncio.sleep(0.1)
                await idempotency.finish(tx, **WHO, status=303, object_id="42", subject_id=None)
            made.append(replay)

    await asyncio.gather(act(), act(), act())
    assert sorted(made, key=str) == sorted([None, Replay(303, "42"), Replay(303, "42")], key=str)


async def test_a_rolled_back_act_leaves_the_key_free(database: Database, now: datetime) -> None:
    async def fail() -> None:
        async with database.act() as tx:
            await _once(tx, b"a", now)
            raise LookupError

    with pytest.raises(LookupError):
        await fail()
    async with database.act() as tx:
        assert await _once(tx, b"a", now) is None


@pytest.mark.parametrize("key", ["", "x" * 201, "a\x00b", "a\nb"])
async def test_a_bad_key_is_refused(tx: Tx, now: datetime, key: str) -> None:
    with pytest.raises(ChangmingError) as refused:
        await idempotency.once(tx, principal="p", route="r", key=key, body=b"", secret=SECRET, now=now)
    assert refused.value.code == "idempotency_key_invalid"


async def test_old_keys_are_forgotten(tx: Tx, now: datetime) -> None:
    await _once(tx, b"a", now)
    assert await idempotency.forget(tx, now=now + timedelta(hours=47)) == 0
    assert await idempotency.forget(tx, now=now + timedelta(hours=49)) == 1
