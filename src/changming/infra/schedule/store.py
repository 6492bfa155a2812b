"""The rows of ``schedule``."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from psycopg.types.json import Jsonb

from changming.infra.postgres import Queries, Tx
from changming.infra.schedule.model import Job, Lane, Work
from changming.kernel.ids import new_id

_Q = Queries(__package__)


async def add(tx: Tx, work: Work, *, now: datetime) -> None:
    """Write the wake-up in the act's transaction; the same kind and key again moves it."""
    await tx.execute(
        _Q("add"),
        {
            "id": new_id(now),
            "kind": work.kind,
            "key": work.key,
            "lane": work.lane,
            "subject_id": work.subject_id,
            "ref": Jsonb(dict(work.ref)),
            "due_at": work.due_at,
        },
    )


async def add_all(tx: Tx, works: Sequence[Work], *, now: datetime) -> None:
    """Write many wake-ups in one statement; no two of the same kind and key."""
    row = {
        "ids": [new_id(now) for _ in works],
        "kinds": [work.kind for work in works],
        "keys": [work.key for work in works],
        "lanes": [work.lane.value for work in works],
        "subject_ids": [work.subject_id for work in works],
        "refs": [Jsonb(dict(work.ref)) for work in works],
        "due_ats": [work.due_at for work in works],
    }
    if works:
        await tx.execute(_Q("add_all"), row)


async def cancel(tx: Tx, kind: str, key: str) -> None:
    """Take the wake-up away; calm when there is none."""
    await tx.execute(_Q("cancel"), {"kind": kind, "key": key})


async def claim(tx: Tx, lane: Lane, kinds: Sequence[str], *, limit: int, now: datetime) -> list[Job]:
    """Due jobs of the lane, locked until the transaction ends."""
    cursor = await tx.execute(_Q("claim"), {"lane": lane, "now": now, "kinds": list(kinds), "limit": limit})
    return [Job.from_row(row) for row in await cursor.fetchall()]


async def take(tx: Tx, jobs: Sequence[Job]) -> None:
    """Remove jobs that are done in this transaction."""
    await tx.execute(_Q("take"), {"ids": [job.id for job in jobs]})


async def lease(tx: Tx, jobs: Sequence[Job], length: timedelta) -> dict[UUID, datetime]:
    """Lease jobs for work outside; the end of each lease by job id."""
    cursor = await tx.execute(_Q("lease"), {"ids": [job.id for job in jobs], "lease": length})
    return {row["id"]: row["lease_until"] for row in await cursor.fetchall()}


async def finish(tx: Tx, job: Job, lease_until: datetime) -> None:
    """The leased work is done."""
    await tx.execute(_Q("finish"), {"id": job.id, "lease_until": lease_until})


async def fail(
    tx: Tx,
    job: Job,
    lease_until: datetime | None = None,
    *,
    attempts: int,
    retry_at: datetime | None,
    code: str,
    now: datetime,
) -> None:
    """Count the failure; without ``retry_at`` the row is dead. ``lease_until`` is that of work done outside."""
    row = {"id": job.id, "attempts": attempts, "retry_at": retry_at, "code": code, "now": now}
    await tx.execute(_Q("fail"), {**row, "lease_until": lease_until})


@dataclass(frozen=True, slots=True)
class Backlog:
    """How much of a lane is due, how old its oldest due row is, and how many rows are dead."""

    lane: Lane
    due: int
    dead: int
    lag: timedelta


async def backlog(tx: Tx, *, now: datetime) -> list[Backlog]:
    """The state of every lane that has due or dead rows."""
    rows = await (await tx.execute(_Q("backlog"), {"now": now})).fetchall()
    return [
        Backlog(Lane(row["lane"]), row["due"], row["dead"], now - row["oldest"] if row["oldest"] else timedelta())
        for row in rows
    ]
