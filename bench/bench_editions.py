"""The edition in force: what its head costs a request, what a publication costs, when open pages hear of it."""

import asyncio
import logging
import statistics
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import structlog
from psycopg import AsyncConnection

from bench_desk import fresh_database
from changming.app import bundled_edition, release_of
from changming.editorial import Cause, Editions, adopt_release, find_head, topic_of
from changming.editorial.service import put_into_force
from changming.guidance.knowledge import Edition, Pack, read_text
from changming.infra.live import Dispatcher, Hub
from changming.infra.postgres import Database
from changming.trust.identity import Role, add_staff

NOW = datetime(2026, 11, 21, 18, 10, tzinfo=UTC)
READS = 2_000
PUBLICATIONS = 12
SERVICE = "passport/renew"
WITHIN_S = 30.0


async def _median(once: Callable[[], Awaitable[float]], rounds: int) -> float:
    return statistics.median([await once() for _ in range(rounds)])


async def _head(database: Database) -> tuple[float, float]:
    """Microseconds of reading the head, and of the shortest statement there is, in turns on one connection."""
    async with database.read() as tx:

        async def head() -> float:
            began = time.perf_counter()
            await find_head(tx)
            return (time.perf_counter() - began) * 1e6

        async def shortest() -> float:
            began = time.perf_counter()
            await (await tx.execute("select 1 as n")).fetchone()
            return (time.perf_counter() - began) * 1e6

        pairs = [(await head(), await shortest()) for _ in range(READS)]
    return statistics.median(pair[0] for pair in pairs), statistics.median(pair[1] for pair in pairs)


def _versions(edition: Edition) -> list[tuple[Pack, str]]:
    """The same entry again and again, with another title each time."""
    authored = release_of(edition).authored[SERVICE]
    title = edition.packs[SERVICE].title.zh
    texts = [authored.replace(f"zh: {title}", f"zh: {title}{number}", 1) for number in range(PUBLICATIONS)]
    read = [(read_text(f"{SERVICE}.yaml", text.encode(), service=SERVICE).pack, text) for text in texts]
    return [(pack, text) for pack, text in read if pack is not None]


async def _publish(database: Database, edition: Edition) -> tuple[list[float], list[float]]:
    """Milliseconds from the publishing act to the woken stream, and of the next request's renewal."""
    rung: list[float] = []
    renewed: list[float] = []
    hub = Hub(database.dsn)
    editions = Editions(edition)
    work = [asyncio.create_task(hub.run()), asyncio.create_task(Dispatcher(database).run())]
    await asyncio.sleep(1)
    async with database.act() as tx:
        editor, _ = await add_staff(tx, "编辑 1 号", Role.EDITOR, now=NOW)
    async with database.read() as tx:
        await editions.renew(tx)
    for pack, authored in _versions(edition):
        with hub.subscribe([topic_of(SERVICE)]) as stream:
            began = time.perf_counter()
            async with database.act() as tx:
                await put_into_force(tx, pack, authored, Cause.PUBLISH, staff=editor, now=NOW)
            if not await stream.changed(WITHIN_S):
                raise TimeoutError("no ring came")
            rung.append((time.perf_counter() - began) * 1e3)
        async with database.read() as tx:
            began = time.perf_counter()
            await editions.renew(tx)
            renewed.append((time.perf_counter() - began) * 1e3)
    for task in work:
        task.cancel()
    await asyncio.gather(*work, return_exceptions=True)
    return rung, renewed


async def _notified(dsn: str) -> float:
    """Milliseconds from a bare NOTIFY to a connection that listens, the median."""
    async with (
        await AsyncConnection.connect(dsn, autocommit=True) as teller,
        await AsyncConnection.connect(dsn, autocommit=True) as listener,
    ):
        await listener.execute("listen bare")

        async def once() -> float:
            began = time.perf_counter()
            await teller.execute("notify bare")
            async for _ in listener.notifies(timeout=WITHIN_S, stop_after=1):
                return (time.perf_counter() - began) * 1e3
            raise TimeoutError("no notice came")

        return await _median(once, 50)


async def _measure(dsn: str) -> list[dict[str, Any]]:
    began = time.perf_counter()
    edition = bundled_edition()
    loaded = (time.perf_counter() - began) * 1e3
    async with Database(dsn, size=4) as database:
        async with database.act() as tx:
            await adopt_release(tx, release_of(edition), now=NOW)
        head, shortest = await _head(database)
        rung, renewed = await _publish(database, edition)
    notice = await _notified(dsn)
    told, swapped = statistics.median(rung), statistics.median(renewed)
    return [
        _row("edition: reading the head, each request", head, "µs", "select 1", shortest),
        _row("edition: publish to the ring at an open page's stream", told, "ms", "bare NOTIFY to LISTEN", notice),
        _row("edition: same, slowest of twelve", max(rung), "ms", "bare NOTIFY to LISTEN", notice),
        _row("edition: taking over a publication, once a process", swapped, "ms", "reading all packs", loaded),
    ]


def _row(name: str, value: float, unit: str, peer: str, peer_value: float) -> dict[str, Any]:
    return {
        "name": name,
        "value": value,
        "unit": unit,
        "peer": peer,
        "peer_value": peer_value,
        "ratio": value / peer_value,
    }


def run() -> list[dict[str, Any]]:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    with fresh_database() as dsn:
        return asyncio.run(_measure(dsn))
