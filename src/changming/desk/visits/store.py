"""The rows of ``visit`` and ``visit_share``."""

from collections.abc import Sequence
from datetime import datetime

from changming.desk.visits.model import Share, ShareId, Visit, VisitId
from changming.infra.postgres import Queries, Tx
from changming.kernel.ids import SubjectId

_Q = Queries(__package__)


async def add_visit(tx: Tx, visit: Visit, *, now: datetime) -> None:
    """Keep a new visit."""
    row = {
        "id": visit.id,
        "subject_id": visit.subject_id,
        "body_sealed": visit.body_sealed,
        "expires_at": visit.expires_at,
    }
    await tx.execute(_Q("add"), {**row, "now": now})


async def find_visit(tx: Tx, subjects: Sequence[SubjectId], *, now: datetime) -> Visit | None:
    """The newest visit of these subjects that is not over, or None."""
    if not subjects:
        return None
    row = await (await tx.execute(_Q("find"), {"subjects": list(subjects), "now": now})).fetchone()
    return None if row is None else Visit.from_row(row)


async def lock_visit(tx: Tx, visit_id: VisitId, *, now: datetime) -> Visit | None:
    """One visit, held until the end of the transaction; None once it is over or erased."""
    row = await (await tx.execute(_Q("lock"), {"id": visit_id, "now": now})).fetchone()
    return None if row is None else Visit.from_row(row)


async def keep_visit(tx: Tx, visit: Visit) -> None:
    """Keep a changed visit."""
    row = {"id": visit.id, "body_sealed": visit.body_sealed, "expires_at": visit.expires_at}
    await tx.execute(_Q("keep"), row)


async def subjects_with_visits(tx: Tx, subjects: Sequence[SubjectId]) -> tuple[SubjectId, ...]:
    """Those of these subjects that have a visit; their visits are held until the end of the transaction."""
    rows = await (await tx.execute(_Q("of_subjects"), {"subjects": list(subjects)})).fetchall()
    return tuple(sorted({SubjectId(row["subject_id"]) for row in rows}))


async def drop_visits(tx: Tx, subject_id: SubjectId) -> None:
    """Delete a subject's visits with their links."""
    await tx.execute(_Q("drop_of_subject"), {"subject_id": subject_id})


async def add_share(tx: Tx, share: Share, token_sha256: bytes, *, now: datetime) -> None:
    """Keep a new link."""
    row = {
        "id": share.id,
        "visit_id": share.visit_id,
        "subject_id": share.subject_id,
        "token_sha256": token_sha256,
        "body_sealed": share.body_sealed,
        "expires_at": share.expires_at,
    }
    await tx.execute(_Q("add_share"), {**row, "now": now})


async def find_share(tx: Tx, token_sha256: bytes, *, now: datetime) -> Share | None:
    """What a link shows, or None."""
    row = await (await tx.execute(_Q("find_share"), {"token_sha256": token_sha256, "now": now})).fetchone()
    return None if row is None else Share.from_row(row)


async def drop_share(tx: Tx, share_id: ShareId, visit_id: VisitId) -> None:
    """End a link of a visit; nothing if it was over already."""
    await tx.execute(_Q("drop_share"), {"id": share_id, "visit_id": visit_id})


async def forget_shares(tx: Tx, *, now: datetime) -> None:
    """Delete the links that ran out."""
    await tx.execute(_Q("forget_shares"), {"now": now})


async def lock_over(tx: Tx, *, limit: int, now: datetime) -> list[Visit]:
    """A batch of visits that ran out, held until the end of the transaction."""
    rows = await (await tx.execute(_Q("over"), {"limit": limit, "now": now})).fetchall()
    return [Visit.from_row(row) for row in rows]
