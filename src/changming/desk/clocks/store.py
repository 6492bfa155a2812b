"""The rows of ``clock``, ``clock_policy`` and ``calendar_version``."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from psycopg.types.json import Jsonb

from changming.desk.clocks.model import CalendarId, Clock, ClockEvent, ClockId, ClockKind, PolicyId, clock_id
from changming.desk.clocks.policy import Policy
from changming.desk.clocks.rules import fold
from changming.infra.postgres import Queries, Tx
from changming.kernel.calendars import Calendar, calendar_from_json, calendar_to_json
from changming.kernel.ids import CaseId, SubjectId
from changming.kernel.instants import iso

_Q = Queries(__package__)
_history = msgspec.json.Decoder(tuple[ClockEvent, ...])
_event = msgspec.json.Encoder()


async def seed_policy(tx: Tx, policy: Policy, *, now: datetime) -> None:
    """Store a policy version, unless it is there."""
    row = {"id": policy.id, "name": policy.name, "version": policy.version, "body": Jsonb(policy.body), "now": now}
    await tx.execute(_Q("seed_policy"), row)


async def seed_calendar(tx: Tx, calendar_id: CalendarId, calendar: Calendar, *, now: datetime) -> None:
    """Store a calendar version, unless it is there."""
    body = Jsonb(calendar_to_json(calendar))
    row = {"id": calendar_id, "name": calendar.name, "version": calendar.version, "body": body, "now": now}
    await tx.execute(_Q("seed_calendar"), row)


async def find_policies(tx: Tx, ids: Sequence[PolicyId]) -> dict[PolicyId, Policy]:
    """Stored policies by id."""
    rows = await (await tx.execute(_Q("find_policies"), {"ids": list(ids)})).fetchall()
    return {PolicyId(row["id"]): Policy.from_body(row["body"]) for row in rows}


async def find_calendars(tx: Tx, ids: Sequence[CalendarId]) -> dict[CalendarId, Calendar]:
    """Stored calendars by id."""
    rows = await (await tx.execute(_Q("find_calendars"), {"ids": list(ids)})).fetchall()
    return {CalendarId(row["id"]): calendar_from_json(row["body"]) for row in rows}


async def add(tx: Tx, clock: Clock, subject_id: SubjectId) -> None:
    """Keep a new clock."""
    await tx.execute(_Q("add"), {**_row(clock), "subject_id": subject_id})


async def update(tx: Tx, clock: Clock) -> None:
    """Keep what happened to a clock."""
    await tx.execute(_Q("update"), _row(clock))


def columns_of(clock: Clock) -> dict[str, Any]:
    """The columns that repeat what the history adds up to, for conditions and for whoever looks at the table."""
    return {
        "level": clock.level.value,
        "policy_id": clock.policy_id,
        "calendar_id": clock.calendar_id,
        "started_at": clock.started_at,
        "due_at": clock.due_at,
        "paused_until": clock.pause.until if clock.pause else None,
        "stopped_at": clock.stopped_at,
        "breached_at": clock.breached_at,
    }


async def find_of_case(tx: Tx, case_id: CaseId) -> list[Clock]:
    """All clocks of a case."""
    rows = await (await tx.execute(_Q("find_of_case"), {"case_id": case_id})).fetchall()
    return [_clock(row) for row in rows]


async def mark_breached(
    tx: Tx, case_ids: Sequence[CaseId], *, now: datetime
) -> list[tuple[ClockId, CaseId, ClockKind, datetime]]:
    """Mark the overdue clocks of these cases; which they were, with their cases and deadlines."""
    row = {"case_ids": list(case_ids), "now": now, "at": iso(now)}
    rows = await (await tx.execute(_Q("mark_breached"), row)).fetchall()
    return [
        (clock_id(CaseId(r["case_id"]), kind, r["round"]), CaseId(r["case_id"]), kind, r["due_at"])
        for r in rows
        for kind in [ClockKind(r["kind"])]
    ]


async def find_next_due(tx: Tx, case_ids: Sequence[CaseId]) -> dict[CaseId, datetime]:
    """The nearest deadline of each of these cases that may still be missed; cases without one are left out."""
    rows = await (await tx.execute(_Q("next_due"), {"case_ids": list(case_ids)})).fetchall()
    return {CaseId(row["case_id"]): row["due_at"] for row in rows}


async def find_stale_cases(tx: Tx, policy_id: PolicyId, *, after: UUID, limit: int) -> list[CaseId]:
    """Cases with a running clock under another policy."""
    row = {"policy_id": policy_id, "after": after, "limit": limit}
    return [CaseId(found["case_id"]) for found in await (await tx.execute(_Q("find_stale"), row)).fetchall()]


async def find_batch(tx: Tx, *, after: UUID, limit: int) -> list[tuple[Clock, dict[str, Any]]]:
    """The clocks of the next ``limit`` cases in id order, with their columns as stored."""
    rows = await (await tx.execute(_Q("find_batch"), {"after": after, "limit": limit})).fetchall()
    return [(_clock(row), row) for row in rows]


def _row(clock: Clock) -> dict[str, Any]:
    return {
        **columns_of(clock),
        "case_id": clock.case_id,
        "kind": clock.kind.value,
        "round": clock.round,
        "history": _event.encode(clock.history).decode(),
    }


def _clock(row: dict[str, Any]) -> Clock:
    history = _history.decode(row["history"])
    return fold(CaseId(row["case_id"]), ClockKind(row["kind"]), row["round"], history)
