import asyncio

import pytest

from changming.infra import supervisor
from changming.infra.supervisor import Supervisor


async def test_broken_work_starts_again_and_the_rest_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "PAUSE_S", 0.0)
    starts: list[str] = []
    steady = asyncio.Event()

    async def breaks() -> None:
        starts.append("breaks")
        if len(starts) == 3:
            steady.set()
            await asyncio.Event().wait()
        raise LookupError

    async def lives() -> None:
        starts_before = len(starts)
        assert starts_before <= 1
        await asyncio.Event().wait()

    keeper = Supervisor({"breaks": breaks, "lives": lives})
    running = asyncio.create_task(keeper.run())
    await asyncio.wait_for(steady.wait(), 5)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert keeper.restarts == {"breaks": 2}
