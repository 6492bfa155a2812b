"""Live updates: a stream that says only that something changed; the page then reads anew what it may see."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from typing import Any, Final

from litestar import Request
from litestar.response import ServerSentEvent
from litestar.response.sse import ServerSentEventMessage

from changming.infra.live import Hub
from changming.kernel.errors import ChangmingError
from changming.web.house import House
from changming.web.who import StaffMember, find_staff_member, find_visitor, let_in

LIFE_S: Final = 15 * 60
"""After this long the stream ends; the browser comes back and is asked anew who it is."""
HEARTBEAT_S: Final = 25.0
"""Silence after which proxies are told that the stream lives."""
RETRY_MS: Final = 3000
Known = Callable[[], Awaitable[bool]]


async def doorbell(
    hub: Hub, topics: Iterable[str], *, holder: str, known: Known
) -> AsyncIterator[ServerSentEventMessage]:
    """Events ``changed`` for the topics, beginning with one: whatever came before the stream was open is not missed.

    Args:
        hub: wakes it.
        topics: what it listens to.
        holder: whose it is; of one holder only the newest streams live on. The oldest ends with ``enough``, after which
            the page waits until somebody looks at it again; any other end is ``bye``, after which it comes back.
        known: whether the holder may still hear anything; asked before every ring.
    """
    ends = asyncio.get_running_loop().time() + LIFE_S
    with hub.subscribe(topics, holder) as stream:
        yield ServerSentEventMessage(event="changed", data="1", retry=RETRY_MS)
        while not hub.closing.is_set() and (left := ends - asyncio.get_running_loop().time()) > 0:
            woken = await stream.changed(min(HEARTBEAT_S, left))
            if stream.ended or hub.closing.is_set():
                break
            if not woken:
                yield ServerSentEventMessage(comment="·", data=None)
            elif await known():
                yield ServerSentEventMessage(event="changed", data="1")
            else:
                break
    yield ServerSentEventMessage(event="enough" if stream.ended else "bye", data="1")


def live_answer(house: House, request: Request[Any, Any, Any], topics: Iterable[str]) -> ServerSentEvent:
    """The stream as an answer (HTML Standard, server-sent events), for whom the gate let in."""
    who = let_in(request.scope)
    if who is None:
        raise ChangmingError("visitor_unknown", status=401)

    async def known() -> bool:
        find = find_staff_member if isinstance(who, StaffMember) else find_visitor
        try:
            return await find(house, request) is not None
        except ChangmingError:
            return False  # The database is away; the browser comes back and is asked then.

    return ServerSentEvent(doorbell(house.live, frozenset(topics), holder=str(who.session.id), known=known))
