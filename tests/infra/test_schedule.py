import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from changming.infra import schedule
from changming.infra.postgres import Database, Tx
from changming.infra.schedule import Inside, Job, Lane, Outside, Runner, Work
from changming.infra.schedule.model import LONGEST_RETRY, MAX_ATTEMPTS, decide_retry


@pytest.mark.parametrize(
    ("attempts", "wait"),
    [(1, timedelta(seconds=2)), (2, timedelta(seconds=4)), (7, timedelta(seconds=128))],
)
def test_retry_waits_longer_each_time(attempts: int, wait: timedelta, now: datetime) -> None:
    assert decide_retry(attempts, now=now) == now + wait


def test_retry_ends(now: datetime) -> None:
    assert decide_retry(MAX_ATTEMPTS, now=now) is None
    last = decide_retry(MAX_ATTEMPTS - 1, now=now)
    assert last is not None
    assert last <= now + LONGEST_RETRY


class Clock:
    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


async def _add(database: Database, *works: Work, now: datetime) -> None:
    async with database.act() as tx:
        for work in works:
            await schedule.add(tx, work, now=now)


async def test_only_due_work_of_the_lane_runs_once(database: Database, now: datetime) -> None:
    seen: list[str] = []

    async def handler(tx: Tx, jobs: Sequence[Job], *, now: datetime) -> None:
        seen.extend(job.key for job in jobs)

    await _add(
        database,
        Work("k", "due", now),
        Work("k", "later", now + timedelta(seconds=1)),
        Work("k", "other lane", now, lane=Lane.BULK),
        Work("unknown kind", "x", now),
        now=now,
    )
    runner = Runner(database, {"k": Inside(handler)}, Clock(now))
    assert await runner.run_once(Lane.NORMAL) == 1
    assert await runner.run_once(Lane.NORMAL) == 0
    assert seen == ["due"]


async def test_same_key_moves_the_wake_up(database: Database, now: datetime) -> None:
    await _add(database, Work("k", "a", now), now=now)
    await _add(database, Work("k", "a", now + timedelta(hours=1)), now=now)
    async with database.read() as tx:
        rows = await (await tx.execute("select due_at from schedule")).fetchall()
    assert [row["due_at"] for row in rows] == [now + timedelta(hours=1)]


async def test_one_bad_job_does_not_stop_the_others(database: Database, now: datetime) -> None:
    async def handler(tx: Tx, jobs: Sequence[Job], *, now: datetime) -> None:
        for job in jobs:
            await tx.execute("insert into rate_limit values (%s, %s, 1)", (job.key, now))
            if job.key == "bad":
                raise ValueError("no")

    await _add(database, Work("k", "a", now), Work("k", "bad", now), Work("k", "c", now), now=now)
    clock = Clock(now)
    runner = Runner(database, {"k": Inside(handler)}, clock)
    await runner.run_once(Lane.NORMAL)
    async with database.read() as tx:
        done = await (await tx.execute("select bucket from rate_limit order by bucket")).fetchall()
        left = await (await tx.execute("select key, attempts, last_error_code, due_at from schedule")).fetchall()
    assert [row["bucket"] for row in done] == ["a", "c"]
    assert left == [
        {"key": "bad", "attempts": 1, "last_error_code": "ValueError", "due_at": now + timedelta(seconds=2)}
    ]


async def test_a_job_that_always_fails_dies_visibly(database: Database, now: datetime) -> None:
    async def handler(job: Job) -> None:
        raise ValueError("no")

    await _add(database, Work("k", "a", now), now=now)
    clock = Clock(now)
    runner = Runner(database, {"k": Outside(handler)}, clock)
    for _ in range(MAX_ATTEMPTS):
        await runner.run_once(Lane.NORMAL)
        clock.now += LONGEST_RETRY
    assert await runner.run_once(Lane.NORMAL) == 0
    async with database.read() as tx:
        (lane,) = await schedule.backlog(tx, now=clock.now)
    assert (lane.lane, lane.due, lane.dead) == (Lane.NORMAL, 0, 1)


async def test_outside_work_added_anew_while_it_runs_stays(database: Database, now: datetime) -> None:
    async def handler(job: Job) -> None:
        await _add(database, Work("k", "a", now + timedelta(hours=1)), now=now)

    await _add(database, Work("k", "a", now), now=now)
    await Runner(database, {"k": Outside(handler)}, Clock(now)).run_once(Lane.NORMAL)
    async with database.read() as tx:
        rows = await (await tx.execute("select due_at from schedule")).fetchall()
    assert [row["due_at"] for row in rows] == [now + timedelta(hours=1)]


async def test_outside_work_added_anew_while_it_fails_keeps_its_new_time(database: Database, now: datetime) -> None:
    async def handler(job: Job) -> None:
        await _add(database, Work("k", "a", now + timedelta(hours=1)), now=now)
        raise ValueError("no")

    await _add(database, Work("k", "a", now), now=now)
    await Runner(database, {"k": Outside(handler)}, Clock(now)).run_once(Lane.NORMAL)
    async with database.read() as tx:
        rows = await (await tx.execute("select due_at, attempts from schedule")).fetchall()
    assert rows == [{"due_at": now + timedelta(hours=1), "attempts": 0}]


async def test_leased_work_is_not_taken_twice(database: Database, now: datetime) -> None:
    started, release, runs = asyncio.Event(), asyncio.Event(), 0

    async def handler(job: Job) -> None:
        nonlocal runs
        runs += 1
        started.set()
        await release.wait()

    await _add(database, Work("k", "a", now), now=now)
    first = asyncio.create_task(Runner(database, {"k": Outside(handler)}, Clock(now)).run_once(Lane.NORMAL))
    await started.wait()
    assert await Runner(database, {"k": Outside(handler)}, Clock(now)).run_once(Lane.NORMAL) == 0
    release.set()
    assert await first == 1
    assert runs == 1


async def test_two_runners_share_without_overlap(database: Database, now: datetime) -> None:
    seen: list[str] = []

    async def handler(tx: Tx, jobs: Sequence[Job], *, now: datetime) -> None:
        seen.extend(job.key for job in jobs)

    await _add(database, *(Work("k", str(n), now) for n in range(600)), now=now)
    runners = [Runner(database, {"k": Inside(handler)}, Clock(now)) for _ in range(2)]
    for _ in range(3):
        await asyncio.gather(*(runner.run_once(Lane.NORMAL) for runner in runners))
    assert sorted(seen, key=int) == [str(n) for n in range(600)]


async def test_cancel_takes_the_wake_up_away(tx: Tx, now: datetime) -> None:
    await schedule.add(tx, Work("k", "a", now), now=now)
    await schedule.cancel(tx, "k", "a")
    await schedule.cancel(tx, "k", "a")
    assert await schedule.backlog(tx, now=now) == []


async def test_work_that_takes_its_process_with_it_dies_too(database: Database, now: datetime) -> None:
    async def never_again(job: Job) -> None:
        raise AssertionError("it was started once more")

    await _add(database, Work("k", "a", now), now=now)
    async with database.act() as tx:
        await tx.execute("update schedule set attempts = %s", (MAX_ATTEMPTS,))
    await Runner(database, {"k": Outside(never_again)}, Clock(now)).run_once(Lane.NORMAL)
    async with database.read() as tx:
        rows = await (await tx.execute("select last_error_code, dead_at from schedule")).fetchall()
    assert rows == [{"last_error_code": "LeaseRanOutError", "dead_at": now}]
