"""Works through due rows, lane by lane, batch by batch."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

import structlog

from changming.infra.postgres import Database, Tx
from changming.infra.schedule import store
from changming.infra.schedule.model import MAX_ATTEMPTS, Inside, Job, Lane, Outside, decide_retry
from changming.kernel.errors import ChangmingError

BATCH = 500
POLL_S = 1.0
_log = structlog.get_logger()


def _code(error: Exception) -> str:
    return error.code if isinstance(error, ChangmingError) else type(error).__name__


class LeaseRanOutError(Exception):
    """The work never came to an end, neither well nor badly."""


class Runner:
    """Claims due rows and hands them to the handlers; several runners share the work through SKIP LOCKED.

    Args:
        database: where the rows are.
        handlers: kind to handler; kinds without one are left for a process that has it.
        clock: gives the present instant, once per batch.
    """

    def __init__(
        self, database: Database, handlers: Mapping[str, Inside | Outside], clock: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._clock = clock
        self._inside = {kind: h for kind, h in handlers.items() if isinstance(h, Inside)}
        self._outside = {kind: h for kind, h in handlers.items() if isinstance(h, Outside)}

    async def run(self) -> None:
        """Work for ever, each lane in a task of its own; cancel to stop. A batch in hand is finished or rolled back."""
        async with asyncio.TaskGroup() as group:
            for lane in Lane:
                group.create_task(self._run_lane(lane), name=f"schedule-{lane}")

    async def _run_lane(self, lane: Lane) -> None:
        while True:
            try:
                done = await self.run_once(lane)
            except ChangmingError as error:
                _log.warning("schedule_waits", lane=lane, code=error.code)
                done = 0
            if done == 0:
                await self._database.committed.wait(POLL_S)

    async def run_once(self, lane: Lane) -> int:
        """One batch of the lane; how many jobs were taken in hand."""
        now = self._clock()
        done = 0
        if self._inside:
            async with self._database.quiet_act() as tx:
                jobs = await store.claim(tx, lane, list(self._inside), limit=BATCH, now=now)
                for kind, batch in _by_kind(jobs).items():
                    await self._do_inside(tx, self._inside[kind], batch, now=now)
            if jobs:
                self._database.committed.ring()
            done += len(jobs)
        for kind, handler in self._outside.items():
            done += await self._do_outside(lane, kind, handler, now=now)
        return done

    async def _do_inside(self, tx: Tx, handler: Inside, jobs: Sequence[Job], *, now: datetime) -> None:
        try:
            async with tx.transaction():
                await store.take(tx, jobs)
                await handler.run(tx, jobs, now=now)
        except Exception as error:  # noqa: BLE001 - one bad job must not stop the others: they are tried one by one
            if len(jobs) > 1:
                for job in jobs:
                    await self._do_inside(tx, handler, [job], now=now)
                return
            await self._failed(tx, jobs[0], error, now=now)

    async def _do_outside(self, lane: Lane, kind: str, handler: Outside, *, now: datetime) -> int:
        async with self._database.quiet_act() as tx:
            jobs = await store.claim(tx, lane, [kind], limit=20, now=now)
            leases = await store.lease(tx, jobs, handler.lease) if jobs else {}
        for job in jobs:
            if job.attempts >= MAX_ATTEMPTS:  # its lease ran out each time: it takes its process with it
                async with self._database.act() as tx:
                    await self._failed(tx, job, LeaseRanOutError(), leases[job.id], now=now)
                continue
            try:
                await handler.run(job)
            except Exception as error:  # noqa: BLE001 - counted, shown and retried below
                async with self._database.act() as tx:
                    await self._failed(tx, job, error, leases[job.id], now=now)
            else:
                async with self._database.act() as tx:
                    await store.finish(tx, job, leases[job.id])
        return len(jobs)

    async def _failed(
        self, tx: Tx, job: Job, error: Exception, lease_until: datetime | None = None, *, now: datetime
    ) -> None:
        attempts = job.attempts + 1
        retry_at = decide_retry(attempts, now=now)
        _log.error("job_failed", kind=job.kind, attempts=attempts, code=_code(error), dead=retry_at is None)
        await store.fail(tx, job, lease_until, attempts=attempts, retry_at=retry_at, code=_code(error), now=now)


def _by_kind(jobs: Sequence[Job]) -> dict[str, list[Job]]:
    found: dict[str, list[Job]] = defaultdict(list)
    for job in jobs:
        found[job.kind].append(job)
    return found
