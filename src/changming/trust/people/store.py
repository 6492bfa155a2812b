"""The rows of ``subject``, ``subject_link`` and ``erasure``."""

from collections.abc import Iterable
from datetime import datetime

from changming.infra.postgres import Queries, Tx
from changming.kernel.errors import ChangmingError
from changming.kernel.ids import EventId, SubjectId
from changming.trust.people.model import Receipt, ReceiptId, Subject

_Q = Queries(__package__)


async def add_subject(tx: Tx, subject: Subject, *, now: datetime) -> None:
    """Keep a new subject."""
    names = {"id": subject.id, "kind": subject.kind.value, "pseudonym": subject.pseudonym, "now": now}
    await tx.execute(_Q("add_subject"), names)


async def get_subject(tx: Tx, subject_id: SubjectId) -> Subject:
    """The subject, erased or not; ``subject_unknown`` (404) if there is none."""
    row = await (await tx.execute(_Q("find_subject"), {"id": subject_id})).fetchone()
    if row is None:
        raise ChangmingError("subject_unknown", status=404)
    return Subject.from_row(row)


async def lock_subjects(tx: Tx, ids: Iterable[SubjectId]) -> dict[SubjectId, Subject]:
    """The subjects of these ids, held until the transaction ends; those that do not exist are left out."""
    rows = await (await tx.execute(_Q("lock_subjects"), {"ids": list(ids)})).fetchall()
    return {SubjectId(row["id"]): Subject.from_row(row) for row in rows}


async def hold_subject(tx: Tx, subject_id: SubjectId) -> Subject:
    """The subject, erased or not, under its row lock: an erasure at the same moment is over, or waits for this one.

    Raises:
        ChangmingError: ``subject_unknown`` (404).
    """
    found = await lock_subjects(tx, (subject_id,))
    if subject_id not in found:
        raise ChangmingError("subject_unknown", status=404)
    return found[subject_id]


async def find_linked_person(tx: Tx, visitor_id: SubjectId) -> Subject | None:
    """The person a visitor's conversation belongs to, if it was linked."""
    row = await (await tx.execute(_Q("find_linked_person"), {"visitor_id": visitor_id})).fetchone()
    return None if row is None else Subject.from_row(row)


async def linked_visitors(tx: Tx, person_id: SubjectId) -> tuple[SubjectId, ...]:
    """The conversations that belong to a person."""
    rows = await (await tx.execute(_Q("linked_visitors"), {"person_id": person_id})).fetchall()
    return tuple(SubjectId(row["visitor_id"]) for row in rows)


async def add_link(tx: Tx, visitor_id: SubjectId, person_id: SubjectId, *, now: datetime) -> bool:
    """Keep a link; False if the visitor has one already."""
    names = {"visitor_id": visitor_id, "person_id": person_id, "now": now}
    return await (await tx.execute(_Q("add_link"), names)).fetchone() is not None


async def mark_erased(tx: Tx, subject_id: SubjectId, *, now: datetime) -> None:
    """The rows that are the people's own: the subject says erased, its contacts and links are gone."""
    names = {"subject_id": subject_id, "now": now}
    for statement in ("drop_contacts", "drop_links", "mark_erased"):
        await tx.execute(_Q(statement), names)


async def add_erasure(tx: Tx, receipt: Receipt, subject_id: SubjectId, event_id: EventId) -> None:
    """One subject's line on a receipt."""
    await tx.execute(
        _Q("add_erasure"),
        {
            "subject_id": subject_id,
            "receipt_id": receipt.id,
            "now": receipt.erased_at,
            "everywhere_by": receipt.everywhere_by,
            "event_id": event_id,
        },
    )


async def find_receipt(tx: Tx, subject_id: SubjectId) -> Receipt | None:
    """The receipt on which a subject stands, if it was erased."""
    rows = await (await tx.execute(_Q("receipt_of"), {"subject_id": subject_id})).fetchall()
    if not rows:
        return None
    subjects = tuple(SubjectId(row["subject_id"]) for row in rows)
    return Receipt(ReceiptId(rows[0]["receipt_id"]), subjects, rows[0]["erased_at"], rows[0]["everywhere_by"])
