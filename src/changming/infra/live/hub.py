"""Wakes the streams of this process whose topic changed."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable
from types import TracebackType
from typing import Self

import psycopg
import structlog

from changming.infra.postgres import Connection

RECONNECT_S = 1.0
MOST_STREAMS = 8
"""Streams that one holder may have open; a ninth ends the oldest."""
HEARTBEAT_S = 20.0
"""So often the server is asked for a sign of life: one that went without a word sends no notice either."""
_log = structlog.get_logger()


class Subscription:
    """One stream's interest in topics; use it as a context manager.

    ``holder`` is who it belongs to, empty where nobody counts; ``ended`` whether a newer stream took its place.
    """

    def __init__(self, hub: "Hub", topics: frozenset[str], holder: str) -> None:
        self._hub = hub
        self.topics = topics
        self.holder = holder
        self.ended = False
        self._changed = asyncio.Event()

    def __enter__(self) -> Self:
        self._hub.join(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._hub.leave(self)

    def wake(self) -> None:
        """A topic of this stream changed."""
        self._changed.set()

    def end(self) -> None:
        """A newer stream of the same holder takes its place."""
        self.ended = True
        self.wake()

    async def changed(self, ceiling_s: float) -> bool:
        """True when a topic changed; False after ``ceiling_s`` seconds, when the stream looks by itself."""
        try:
            async with asyncio.timeout(ceiling_s):
                await self._changed.wait()
        except TimeoutError:
            return False
        finally:
            self._changed.clear()
        return True


class Hub:
    """Listens once per process and wakes its streams.

    Args:
        dsn: a connection of its own to the database, outside the pool.
    """

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._streams: defaultdict[str, set[Subscription]] = defaultdict(set)
        self._held: defaultdict[str, list[Subscription]] = defaultdict(list)
        self.closing = asyncio.Event()

    def subscribe(self, topics: Iterable[str], holder: str = "") -> Subscription:
        """A stream over ``topics``; of one ``holder`` the newest ``MOST_STREAMS`` live on."""
        return Subscription(self, frozenset(topics), holder)

    def join(self, stream: Subscription) -> None:
        """Called by the subscription."""
        for topic in stream.topics:
            self._streams[topic].add(stream)
        if stream.holder:
            held = self._held[stream.holder]
            held.append(stream)
            for oldest in held[:-MOST_STREAMS]:
                held.remove(oldest)
                oldest.end()

    def leave(self, stream: Subscription) -> None:
        """Called by the subscription."""
        for topic in stream.topics:
            self._streams[topic].discard(stream)
            if not self._streams[topic]:
                del self._streams[topic]
        held = self._held.get(stream.holder, [])
        if stream in held:
            held.remove(stream)
        if not held:
            self._held.pop(stream.holder, None)

    @property
    def open_streams(self) -> int:
        """How many streams are joined, for the metrics."""
        return len({stream for streams in self._streams.values() for stream in streams})

    def wake(self, topics: Iterable[str]) -> None:
        """Wake the streams of these topics."""
        for topic in topics:
            for stream in self._streams.get(topic, ()):
                stream.wake()

    def close(self) -> None:
        """Tell all streams that the service stops."""
        self.closing.set()
        self.wake(list(self._streams))

    async def run(self) -> None:
        """Listen for ever; after a lost connection every stream looks once by itself."""
        while True:
            try:
                async with await Connection.open(self._dsn) as connection:
                    await connection.execute("listen changming_live")
                    self.wake(list(self._streams))
                    await self._listen(connection)
            except psycopg.OperationalError as broken:
                _log.warning("live_hub_reconnects", error=type(broken).__name__)
            await asyncio.sleep(RECONNECT_S)

    async def _listen(self, connection: Connection) -> None:
        while True:
            async for notice in connection.notifies(timeout=HEARTBEAT_S):
                self.wake(notice.payload.split("\n"))
            await connection.execute("select 1")
