"""The stream rings at once, at every change, and ends when the service stops."""

import asyncio

from changming.infra.live import publish
from changming.web import House
from changming.web.doorbell import doorbell


async def test_the_doorbell_rings_at_first_and_at_every_change(house: House) -> None:
    stream = doorbell(house.live, ["case/1"])
    first = await anext(stream)
    assert first.event == "changed"
    async with house.database.act() as tx:
        await publish(tx, "case/1", "test", now=house.clock())
    second = await asyncio.wait_for(anext(stream), 5)
    assert second.event == "changed"
    house.live.close()
    rest = [message.event async for message in stream]
    assert rest[-1] == "bye"
    assert house.live.open_streams == 0
