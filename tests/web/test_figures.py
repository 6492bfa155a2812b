from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx

from changming.infra import schedule
from changming.infra.postgres import Database
from changming.infra.schedule import Lane, Work
from changming.web import House, build


def figure(metrics: str, name: str) -> float:
    return next(float(line.removeprefix(f"{name} ")) for line in metrics.splitlines() if line.startswith(f"{name} "))


async def test_late_and_dead_work_shows(house: House, clock: Any, client_of: Callable[..., httpx.AsyncClient]) -> None:
    async with client_of(build(house)) as client:
        before = (await client.get("/metrics")).text
        assert figure(before, 'changming_schedule_due{lane="urgent"}') == 0
        async with house.database.act() as tx:
            for key in ("a", "b"):
                await schedule.add(
                    tx, Work("no.handler", key, clock() - timedelta(minutes=5), lane=Lane.URGENT), now=clock()
                )
            await tx.execute("update schedule set dead_at = due_at where kind = 'no.handler' and key = 'b'")
        assert figure((await client.get("/metrics")).text, 'changming_schedule_due{lane="urgent"}') == 0, "asked again"
        clock.move(timedelta(seconds=2))
        after = (await client.get("/metrics")).text
    assert figure(after, "changming_database_read") == 1
    assert figure(after, 'changming_schedule_due{lane="urgent"}') == 1
    assert figure(after, 'changming_schedule_dead{lane="urgent"}') == 1
    assert figure(after, 'changming_schedule_lag_seconds{lane="urgent"}') == 302
    assert figure(after, "changming_ledger_unsealed_seconds") >= 0
    assert figure(after, "changming_live_streams") == 0


async def test_without_a_database_the_figures_say_so(house: House, client_of: Callable[..., httpx.AsyncClient]) -> None:
    async with Database("host=/nowhere dbname=nothing", size=1) as gone:
        gone.pool.timeout = 0.2
        async with client_of(build(replace(house, database=gone))) as client:
            told = await client.get("/metrics")
    assert told.status_code == 200
    assert figure(told.text, "changming_database_read") == 0
