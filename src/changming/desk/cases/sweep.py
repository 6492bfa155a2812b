"""What happens by itself: missed promises, waits that ran out, and open cases under a new policy.

Handlers of schedule rows, a whole batch in the claim's transaction. They never wait for somebody who is at work on a
case (that act may itself want the claimed row): such cases are looked at again a moment later.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final
from uuid import UUID

from changming.desk.cases import rules, store
from changming.desk.cases.acts import BREACH, WAIT_OVER, get_facts, keep
from changming.desk.clocks import CURRENT, ClockId, find_stale_cases, find_wakes, mark_breached, seed
from changming.infra import live, schedule
from changming.infra.postgres import Tx
from changming.infra.schedule import Inside, Job, Lane, Work
from changming.kernel.actors import DESK
from changming.kernel.ids import CaseId, Pseudonym
from changming.kernel.instants import iso
from changming.trust.ledger import Action, Event, record_many

RETIME: Final = "case.retime"
"""Kind of the schedule row that puts open cases under the present policy; its key is the policy's id."""
AGAIN: Final = timedelta(seconds=1)
RETIME_BATCH: Final = 200


async def prepare(tx: Tx, *, now: datetime) -> None:
    """At every start: store the policies and calendars of this release, and have open cases follow the present one."""
    await seed(tx, now=now)
    await schedule.add(tx, _retime_work(UUID(int=0), now), now=now)


async def mark_missed(tx: Tx, jobs: Sequence[Job], *, now: datetime) -> None:
    """Mark the clocks that ran past their deadline: the clock, the case's history, the ledger, the open pages."""
    free = await _free(tx, jobs, now=now)
    missed = await mark_breached(tx, list(free), now=now)
    wakes = await find_wakes(tx, list(free))
    async with tx.pipeline():
        again = [Work(BREACH, str(case_id), wake) for case_id, wake in wakes.items()]
        await schedule.add_all(tx, again, now=now)
        if missed:
            facts = [(m.case_id, {"clock": m.kind.value, "due": iso(m.due_at)}) for m in missed]
            await store.tell_missed(tx, facts, now=now)
            await record_many(tx, [_missed_event(m.clock_id, free[m.case_id]) for m in missed], now=now)
            topics = ("queue", *{f"case/{m.case_id}": None for m in missed})
            await live.publish_all(tx, topics, "case.promise_missed", now=now)


async def end_waits(tx: Tx, jobs: Sequence[Job], *, now: datetime) -> None:
    """Waits for a person that ran out: the cases are ours again."""
    for case_id in await _free(tx, jobs, now=now):
        facts = await get_facts(tx, case_id)
        change = rules.decide_wait_over(facts, now=now)
        if change is not None:
            await keep(tx, facts, change, actor=DESK, now=now)


async def retime_open(tx: Tx, jobs: Sequence[Job], *, now: datetime) -> None:
    """Put a batch of open cases under the present policy, both deadlines on record, and come back for more."""
    for job in jobs:
        after = UUID(job.ref["after"])
        stale = await find_stale_cases(tx, after=after, limit=RETIME_BATCH)
        free = await store.lock_free(tx, stale)
        for case_id in free:
            facts = await get_facts(tx, case_id)
            change = rules.decide_policy(facts, now=now)
            if change is not None:
                await keep(tx, facts, change, actor=DESK, now=now)
        if stale:
            missing = len(free) < len(stale)
            await schedule.add(tx, _retime_work(after if missing else stale[-1], now + AGAIN * missing), now=now)


HANDLERS: Final[Mapping[str, Inside]] = MappingProxyType(
    {BREACH: Inside(mark_missed), WAIT_OVER: Inside(end_waits), RETIME: Inside(retime_open)}
)
"""Kind of schedule row to handler, for the wiring."""


def _missed_event(clock_id: ClockId, pseudonym: Pseudonym) -> Event:
    return Event(Action.CLOCK_BREACH, DESK, pseudonym, f"clock/{clock_id}")


def _retime_work(after: UUID, due_at: datetime) -> Work:
    return Work(RETIME, str(CURRENT.id), due_at, {"after": str(after)}, Lane.BULK)


async def _free(tx: Tx, jobs: Sequence[Job], *, now: datetime) -> dict[CaseId, Pseudonym]:
    """The cases of these jobs, locked; somebody is at work on the others, which are looked at again in a moment."""
    free = await store.lock_free(tx, [CaseId(UUID(job.key)) for job in jobs])
    busy = [Work(job.kind, job.key, now + AGAIN) for job in jobs if UUID(job.key) not in free]
    await schedule.add_all(tx, busy, now=now)
    return free
