from datetime import datetime, timedelta

import pytest

from changming.infra.http import Limit, forget_old_windows, spend
from changming.infra.postgres import Database
from changming.kernel.errors import ChangmingError

KEY = b"k" * 32
TWO = Limit("ask", 2, 60)


async def test_the_third_use_of_two_is_refused_with_the_seconds_left(database: Database, now: datetime) -> None:
    for _ in range(2):
        await spend(database, (TWO, "198.51.100.7"), key=KEY, now=now)
    with pytest.raises(ChangmingError) as refused:
        await spend(database, (TWO, "198.51.100.7"), key=KEY, now=now + timedelta(seconds=20))
    assert (refused.value.code, refused.value.status) == ("too_many", 429)
    assert refused.value.fields["retry_after"] == 40


async def test_another_caller_another_limit_and_the_next_minute_are_counted_apart(
    database: Database, now: datetime
) -> None:
    for _ in range(2):
        await spend(database, (TWO, "198.51.100.7"), key=KEY, now=now)
    await spend(database, (TWO, "198.51.100.8"), key=KEY, now=now)
    await spend(database, (Limit("post", 2, 60), "198.51.100.7"), key=KEY, now=now)
    await spend(database, (TWO, "198.51.100.7"), key=KEY, now=now + timedelta(seconds=60))


async def test_the_narrowest_of_two_limits_counts(database: Database, now: datetime) -> None:
    wide = Limit("ask.address", 20, 60)
    for _ in range(2):
        await spend(database, (wide, "198.51.100.7"), (TWO, "a session"), key=KEY, now=now)
    with pytest.raises(ChangmingError):
        await spend(database, (wide, "198.51.100.7"), (TWO, "a session"), key=KEY, now=now)
    await spend(database, (wide, "198.51.100.7"), (TWO, "another session"), key=KEY, now=now)


async def test_no_address_is_kept_and_old_windows_are_forgotten(database: Database, now: datetime) -> None:
    await spend(database, (TWO, "198.51.100.7"), key=KEY, now=now)
    async with database.read() as tx:
        (row,) = await (await tx.execute("select bucket from rate_limit")).fetchall()
        assert "198.51" not in row["bucket"]
    async with database.act() as tx:
        await forget_old_windows(tx, now=now + timedelta(hours=1))
    async with database.read() as tx:
        assert len(await (await tx.execute("select bucket from rate_limit")).fetchall()) == 1
    async with database.act() as tx:
        await forget_old_windows(tx, now=now + timedelta(hours=3))
    async with database.read() as tx:
        assert await (await tx.execute("select bucket from rate_limit")).fetchall() == []
