"""The rows of ``case_file`` and ``case_event``."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from changming.desk.cases.model import Case, CaseEvent, CaseEventKind, NewEvent, QueueCounts, QueueItem
from changming.infra.postgres import Queries, Tx
from changming.kernel.actors import Actor
from changming.kernel.ids import CaseId, ConversationId, Pseudonym, StaffId, SubjectId

_Q = Queries(__package__)


async def add(tx: Tx, case: Case, references: Sequence[str], opener: Actor) -> None:
    """Keep a new case under the first of three references that is free; the statement answers with that one.

    The row is the first entry of its history too.
    """
    row = {
        **_state(case),
        "reference_1": references[0],
        "reference_2": references[1],
        "reference_3": references[2],
        "subject_id": case.subject_id,
        "pseudonym": case.pseudonym,
        "conversation_id": case.conversation_id,
        "service": case.service,
        "circumstances_sealed": case.circumstances_sealed,
        "opened_by": opener.kind.value,
        "opened_by_id": opener.id,
        "now": case.created_at,
    }
    await tx.execute(_Q("add"), row)


async def save(tx: Tx, case: Case) -> None:
    """Keep what an act made of a case; the caller holds its row lock."""
    await tx.execute(_Q("save"), _state(case))


async def tell(
    tx: Tx, case: Case, event: NewEvent, actor: Actor, note: tuple[UUID, bytes] | None = None, *, now: datetime
) -> None:
    """Write the entry number ``case.events`` of its history."""
    row = {
        "case_id": case.id,
        "position": case.events,
        "subject_id": case.subject_id,
        "kind": event.kind.value,
        "actor_kind": actor.kind.value,
        "actor_id": actor.id,
        "facts": msgspec.json.encode(event.facts).decode(),
        "note_id": note[0] if note else None,
        "note_sealed": note[1] if note else None,
        "now": now,
    }
    await tx.execute(_Q("tell"), row)


async def tell_missed(tx: Tx, missed: Sequence[tuple[CaseId, Mapping[str, str]]], *, now: datetime) -> None:
    """Write missed promises into the histories of many cases."""
    row = {
        "case_ids": [case_id for case_id, _ in missed],
        "facts": [msgspec.json.encode(facts).decode() for _, facts in missed],
        "kind": CaseEventKind.PROMISE_MISSED.value,
        "now": now,
    }
    await tx.execute(_Q("tell_missed"), row)


async def lock(tx: Tx, case_id: CaseId) -> Case | None:
    """The case under its row lock."""
    row = await (await tx.execute(_Q("lock"), {"id": case_id})).fetchone()
    return None if row is None else Case.from_row(row)


async def lock_of_conversation(tx: Tx, conversation_id: ConversationId) -> list[Case]:
    """All cases of a thread under their row locks."""
    rows = await (await tx.execute(_Q("lock_of_conversation"), {"conversation_id": conversation_id})).fetchall()
    return [Case.from_row(row) for row in rows]


async def lock_of_subject(tx: Tx, subject_id: SubjectId) -> list[Case]:
    """All cases of a subject under their row locks."""
    rows = await (await tx.execute(_Q("lock_of_subject"), {"subject_id": subject_id})).fetchall()
    return [Case.from_row(row) for row in rows]


async def lock_free(tx: Tx, case_ids: Sequence[CaseId]) -> dict[CaseId, Pseudonym]:
    """Row locks on those of the cases that nobody holds, without waiting; their subjects' pseudonyms."""
    rows = await (await tx.execute(_Q("lock_free"), {"ids": list(case_ids)})).fetchall()
    return {CaseId(row["id"]): Pseudonym(row["pseudonym"]) for row in rows}


async def find_case(tx: Tx, case_id: CaseId) -> Case | None:
    """A case, or None."""
    row = await (await tx.execute(_Q("find"), {"id": case_id})).fetchone()
    return None if row is None else Case.from_row(row)


async def find_by_reference(tx: Tx, reference: str) -> Case | None:
    """A case by its reference in the one form that ``parse_reference`` gives, or None."""
    row = await (await tx.execute(_Q("find_by_reference"), {"reference": reference})).fetchone()
    return None if row is None else Case.from_row(row)


async def find_of_conversation(tx: Tx, conversation_id: ConversationId) -> list[Case]:
    """The cases of a thread, the newest first."""
    rows = await (await tx.execute(_Q("find_of_conversation"), {"conversation_id": conversation_id})).fetchall()
    return [Case.from_row(row) for row in rows]


async def find_of_subject(tx: Tx, subject_id: SubjectId) -> list[Case]:
    """A subject's cases, the newest first."""
    rows = await (await tx.execute(_Q("find_of_subject"), {"subject_id": subject_id})).fetchall()
    return [Case.from_row(row) for row in rows]


async def find_events(tx: Tx, case_id: CaseId) -> list[CaseEvent]:
    """The history of a case, the first entry first."""
    rows = await (await tx.execute(_Q("events"), {"case_id": case_id})).fetchall()
    return [CaseEvent.from_row(row) for row in rows]


async def find_page(
    tx: Tx, statement: str, *, owner_id: StaffId | None, after: tuple[datetime, UUID], limit: int
) -> list[QueueItem]:
    """One page of a view of the queue, owners without their names."""
    row = {"owner_id": owner_id, "after_due": after[0], "after_id": after[1], "limit": limit}
    return [QueueItem.from_row(found) for found in await (await tx.execute(_Q(statement), row)).fetchall()]


async def count_queue(tx: Tx, owner_id: StaffId, *, limit: int) -> QueueCounts:
    """How long each view is, counted up to ``limit``."""
    row = await (await tx.execute(_Q("counts"), {"owner_id": owner_id, "limit": limit})).fetchone()
    if row is None:
        raise LookupError("a count always gives a row")
    return QueueCounts(min(limit, row["unowned"] + row["owned"]), row["mine"], row["unowned"], row["wrote_again"])


def _state(case: Case) -> dict[str, Any]:
    return {
        "id": case.id,
        "state": case.state.value,
        "level": case.level.value,
        "owner_id": case.owner_id,
        "contacted": case.contacted,
        "round": case.round,
        "resolved_at": case.resolved_at,
        "waiting_until": case.waiting_until,
        "wrote_again_at": case.wrote_again_at,
        "next_due_at": case.next_due_at,
        "next_due_kind": None if case.next_due_kind is None else case.next_due_kind.value,
        "events": case.events,
    }
