"""Live updates: a stream that says only that something changed; the page then reads anew what it may see."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from typing import Final

from litestar.response import ServerSentEvent
from litestar.response.sse import ServerSentEventMessage

from changming.infra.live import Hub

LIFE_S: Final = 15 * 60
"""After this long the stream ends; the browser comes back and is asked anew who it is."""
HEARTBEAT_S: Final = 25.0
"""Silence after which proxies are told that the stream lives."""
RETRY_MS: Final = 3000


async def doorbell(hub: Hub, topics: Iterable[str]) -> AsyncIterator[ServerSentEventMessage]:
    """Events ``changed`` for the topics, beginning with one: whatever came before the stream was open is not missed."""
    ends = asyncio.get_running_loop().time() + LIFE_S
    with hub.subscribe(topics) as stream:
        yield ServerSentEventMessage(event="changed", data="1", retry=RETRY_MS)
        while not hub.closing.is_set() and (left := ends - asyncio.get_running_loop().time()) > 0:
            if await stream.changed(min(HEARTBEAT_S, left)) and not hub.closing.is_set():
                yield ServerSentEventMessage(event="changed", data="1")
            else:
                yield ServerSentEventMessage(comment="·", data=None)
    yield ServerSentEventMessage(event="bye", data="1")


def live_answer(hub: Hub, topics: Iterable[str]) -> ServerSentEvent:
    """The stream as an answer (HTML Standard, server-sent events)."""
    return ServerSentEvent(doorbell(hub, frozenset(topics)))
