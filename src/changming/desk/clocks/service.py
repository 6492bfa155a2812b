"""Clocks in the database: the rules decide, the rows are kept in the act's transaction."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final
from uuid import UUID

from changming.desk.clocks import store
from changming.desk.clocks.model import Clock, ClockId, ClockKind
from changming.desk.clocks.policy import CURRENT, KNOWN, Versions
from changming.desk.clocks.rules import TICK, replay
from changming.infra.postgres import Tx
from changming.kernel.calendars import require_open, whole_second
from changming.kernel.ids import CaseId, SubjectId

FIRST: Final = UUID(int=0)
"""Before every id: where a pass over all rows begins."""


@dataclass(frozen=True, slots=True)
class Overdue:
    """A clock whose deadline passed while it was running."""

    clock_id: ClockId
    case_id: CaseId
    kind: ClockKind
    due_at: datetime


async def seed(tx: Tx, *, now: datetime) -> None:
    """Store every policy and calendar this release knows; the same again is nothing.

    Raises:
        ChangmingError: ``calendar_never_opens`` for a calendar without open time ahead.
    """
    for calendar_id, calendar in KNOWN.calendars.items():
        require_open(calendar, after=now)
        await store.seed_calendar(tx, calendar_id, calendar, now=now)
    for policy in KNOWN.policies.values():
        await store.seed_policy(tx, policy, now=now)


async def find_clocks(tx: Tx, case_id: CaseId) -> list[Clock]:
    """All clocks of a case, the first one first. Whoever means to change them holds the case's row lock."""
    return await store.find_of_case(tx, case_id)


async def get_versions(tx: Tx, clocks: Iterable[Clock] = ()) -> Versions:
    """Everything the rules may look up for these clocks; the database is asked only for versions of other releases."""
    policies = {clock.policy_id for clock in clocks} - KNOWN.policies.keys()
    calendars = {clock.calendar_id for clock in clocks} - KNOWN.calendars.keys()
    if not policies and not calendars:
        return KNOWN
    return Versions(
        MappingProxyType({**KNOWN.policies, **await store.find_policies(tx, list(policies))}),
        MappingProxyType({**KNOWN.calendars, **await store.find_calendars(tx, list(calendars))}),
    )


async def save_clocks(tx: Tx, before: Sequence[Clock], after: Sequence[Clock], *, subject_id: SubjectId) -> None:
    """Keep the clocks of a case that are new or changed since ``before``. It only writes, so ``tx`` may be a batch."""
    known = {(clock.kind, clock.round): clock for clock in before}
    for clock in after:
        old = known.get((clock.kind, clock.round))
        if old is None:
            await store.add(tx, clock, subject_id)
        elif old is not clock:
            await store.update(tx, clock)


async def mark_breached(tx: Tx, case_ids: Sequence[CaseId], *, now: datetime) -> list[Overdue]:
    """Mark the clocks of these cases that ran past their deadline, at once; the caller holds the cases' row locks."""
    return [Overdue(*found) for found in await store.mark_breached(tx, case_ids, now=whole_second(now))]


async def find_wakes(tx: Tx, case_ids: Sequence[CaseId]) -> dict[CaseId, datetime]:
    """When the sweep has to look at each of these cases again; cases without a promise to miss are left out."""
    return {case_id: due_at + TICK for case_id, due_at in (await store.find_next_due(tx, case_ids)).items()}


async def find_stale_cases(tx: Tx, *, after: UUID = FIRST, limit: int = 500) -> list[CaseId]:
    """Cases with a running clock under another policy than the present one, in id order."""
    return await store.find_stale_cases(tx, CURRENT.id, after=after, limit=limit)


async def find_drift(tx: Tx, *, after: UUID = FIRST, limit: int = 1_000) -> tuple[list[ClockId], UUID | None]:
    """Clocks whose row is not what their history adds up to when computed anew; and where to go on, None at the end.

    The check that a stored deadline can be reproduced from its recorded events, to the second. Nothing calls it by
    itself.

    Args:
        tx: a connection for reading.
        after: the case after which to begin.
        limit: how many cases to look at.
    """
    batch = await store.find_batch(tx, after=after, limit=limit)
    versions = await get_versions(tx, [clock for clock, _ in batch])
    drifted = []
    for clock, row in batch:
        again = replay(clock, versions)
        if again != clock or any(row[name] != value for name, value in store.columns_of(again).items()):
            drifted.append(clock.id)
    return drifted, batch[-1][0].case_id if batch else None
