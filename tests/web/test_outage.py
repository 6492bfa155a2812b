"""The database is gone: pages say so, nothing is half accepted, readiness turns and heals."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx

from changming.infra.postgres import Database
from changming.web import House, build


async def test_without_a_database_the_desk_says_so_and_heals(
    house: House, clock: Any, client_of: Callable[..., httpx.AsyncClient]
) -> None:
    async with Database("host=/nowhere dbname=nothing", size=1) as gone:
        gone.pool.timeout = 0.2
        async with client_of(build(replace(house, database=gone))) as client:
            assert (await client.get("/healthz")).status_code == 200
            assert (await client.get("/")).status_code == 200
            ready = await client.get("/readyz")
            assert (ready.status_code, ready.text) == (503, "database_unavailable\n")
            refused = await client.post("/api/v1/ask", json={"text": "护照怎么办？"})
            assert (refused.status_code, refused.json()["code"]) == (503, "database_unavailable")
            assert refused.json()["next_step"]
    clock.move(timedelta(seconds=2))
    async with client_of(build(house)) as client:
        assert (await client.get("/readyz")).status_code == 200
