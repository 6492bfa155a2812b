import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime

import psycopg
from hypothesis import given
from hypothesis import strategies as st

from changming.infra import live
from changming.infra.live.dispatcher import NOTIFY_BYTES, Dispatcher, payloads
from changming.infra.live.hub import MOST_STREAMS
from changming.infra.postgres import Database


@asynccontextmanager
async def _running(database: Database) -> AsyncIterator[live.Hub]:
    hub = live.Hub(database.dsn)
    tasks = [asyncio.create_task(hub.run()), asyncio.create_task(Dispatcher(database).run())]
    await asyncio.sleep(0.1)
    try:
        yield hub
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def test_a_committed_change_wakes_its_topic_only(database: Database, now: datetime) -> None:
    async with _running(database) as hub:
        with hub.subscribe(["case/1"]) as mine, hub.subscribe(["case/2"]) as other:
            async with database.act() as tx:
                await live.publish(tx, "case/1", "message", now=now)
            assert await mine.changed(3)
            assert not await other.changed(0.2)
        assert hub.open_streams == 0


async def test_a_rolled_back_change_wakes_nobody(database: Database, now: datetime) -> None:
    async with _running(database) as hub:
        with hub.subscribe(["queue"]) as stream:
            async with database.act() as tx:
                await live.publish(tx, "queue", "message", now=now)
                raise psycopg.Rollback
            assert not await stream.changed(0.5)


async def test_a_holder_keeps_the_newest_streams(database: Database) -> None:
    async with _running(database) as hub, AsyncExitStack() as streams:
        opened = [streams.enter_context(hub.subscribe(["queue"], "one")) for _ in range(MOST_STREAMS + 2)]
        nobodys = [streams.enter_context(hub.subscribe(["queue"])) for _ in range(MOST_STREAMS + 2)]
        assert [stream.ended for stream in opened] == [True, True, *[False] * MOST_STREAMS]
        assert await opened[0].changed(1)
        assert not any(stream.ended for stream in nobodys)
    assert hub.open_streams == 0
    with hub.subscribe(["queue"], "one") as again:
        assert not again.ended


async def test_two_dispatchers_announce_once(database: Database, now: datetime) -> None:
    async with _running(database) as hub, Database(database.dsn) as second:
        standby = asyncio.create_task(Dispatcher(second).run())
        with hub.subscribe(["queue"]) as stream:
            async with second.act() as tx:
                await live.publish(tx, "queue", "message", now=now)
            assert await stream.changed(3)
        standby.cancel()
        await asyncio.gather(standby, return_exceptions=True)


_TOPICS = st.text(st.characters(exclude_characters="\n", exclude_categories=["Cs"]), min_size=1, max_size=60)


@given(st.lists(_TOPICS, max_size=400))
def test_payloads_are_small_and_lose_nothing(topics: list[str]) -> None:
    parts = list(payloads(topics))
    assert all(len(part.encode()) <= NOTIFY_BYTES for part in parts)
    assert [topic for part in parts for topic in part.split("\n")] == list(dict.fromkeys(topics))
