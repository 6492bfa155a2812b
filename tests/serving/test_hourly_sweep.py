from datetime import datetime, timedelta

from changming.app import sweep
from changming.infra.http import Limit, spend
from changming.infra.postgres import Database


async def test_the_hourly_sweep_forgets_who_was_counted(database: Database, now: datetime) -> None:
    limit = Limit("ask", 2, 60)
    for hours in (0, 5):
        await spend(database, (limit, f"198.51.100.{hours}"), key=b"k" * 32, now=now + timedelta(hours=hours))
    async with database.act() as tx:
        await sweep(tx, (), now=now + timedelta(hours=5))
    async with database.read() as tx:
        rows = await (await tx.execute("select window_start from rate_limit")).fetchall()
    assert [row["window_start"] > now + timedelta(hours=4) for row in rows] == [True]
