"""The stream rings at once, at every change, only for whom may hear it, and ends when the service stops."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from litestar import Request

from changming.infra.live import publish
from changming.trust.identity import disable_staff, find_staff_session, list_staff
from changming.web import House
from changming.web.cookies import STAFF
from changming.web.doorbell import doorbell, live_answer
from changming.web.who import StaffMember, remember


async def known() -> bool:
    return True


async def ring(house: House, topic: str) -> None:
    async with house.database.act() as tx:
        await publish(tx, topic, "test", now=house.clock())


async def next_event(stream: AsyncIterator[Any]) -> str | None:
    event: str | None = (await asyncio.wait_for(anext(stream), 5)).event
    return event


async def closed(stream: Any) -> None:
    await stream.aclose()


async def test_who_is_disabled_hears_nothing_any_more(house: House, agent: Any) -> None:
    cookie = agent.client.cookies[STAFF]
    async with house.database.read() as tx:
        session = await find_staff_session(tx, house.keyring, cookie, now=house.clock())
    assert session is not None
    scope: Any = {"type": "http", "headers": [(b"cookie", f"{STAFF}={cookie}".encode())], "state": {}}
    remember(scope, StaffMember(session))
    answer = live_answer(house, Request[Any, Any, Any](scope), ["queue"])
    stream: Any = answer.iterator
    assert b"changed" in await asyncio.wait_for(anext(stream), 5)
    await ring(house, "queue")
    assert b"changed" in await asyncio.wait_for(anext(stream), 5)
    async with house.database.act() as tx:
        gone = next(one for one in await list_staff(tx) if one.name == agent.name)
        await disable_staff(tx, gone.id, now=house.clock())
    await ring(house, "queue")
    rest = b"".join([part async for part in stream])
    assert b"changed" not in rest
    assert b"bye" in rest


async def test_of_nine_streams_of_one_session_the_oldest_ends(house: House) -> None:
    streams = []
    for _ in range(9):
        streams.append(doorbell(house.live, ["case/2"], holder="one", known=known))
        assert await next_event(streams[-1]) == "changed"
    other = doorbell(house.live, ["case/2"], holder="another", known=known)
    assert await next_event(other) == "changed"
    assert [message.event async for message in streams[0]] == ["enough"]
    await ring(house, "case/2")
    for stream in (*streams[1:], other):
        assert await next_event(stream) == "changed"
        await closed(stream)
    assert house.live.open_streams == 0


async def test_the_doorbell_rings_at_first_and_at_every_change(house: House) -> None:
    stream = doorbell(house.live, ["case/1"], holder="one", known=known)
    assert await next_event(stream) == "changed"
    await ring(house, "case/1")
    assert await next_event(stream) == "changed"
    house.live.close()
    rest = [message.event async for message in stream]
    assert rest[-1] == "bye"
    assert house.live.open_streams == 0
