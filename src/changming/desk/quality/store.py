"""The rows of ``rating``."""

from datetime import datetime

from changming.desk.cases import Case
from changming.desk.quality.model import Averages, Marks, Rating
from changming.infra.postgres import Queries, Tx
from changming.kernel.ids import CaseId

_Q = Queries(__package__)


async def add(tx: Tx, case: Case, rating: Rating) -> bool:
    """Keep a rating; False if the case has one already."""
    row = {
        "case_id": case.id,
        "subject_id": case.subject_id,
        "staff_id": rating.staff_id,
        "accuracy": rating.marks.accuracy,
        "privacy": rating.marks.privacy,
        "speed": rating.marks.speed,
        "manner": rating.marks.manner,
        "comment_sealed": rating.comment_sealed,
        "now": rating.at,
    }
    return bool((await tx.execute(_Q("add"), row)).rowcount)


async def find_rating(tx: Tx, case_id: CaseId) -> Rating | None:
    """The rating of a case, or None."""
    row = await (await tx.execute(_Q("find"), {"case_id": case_id})).fetchone()
    if row is None:
        return None
    marks = Marks(row["accuracy"], row["privacy"], row["speed"], row["manner"])
    return Rating(CaseId(row["case_id"]), row["staff_id"], marks, row["comment_sealed"], row["at"])


async def staff_averages(tx: Tx, *, since: datetime) -> list[Averages]:
    """The means per member of staff since an instant."""
    rows = await (await tx.execute(_Q("averages"), {"since": since})).fetchall()
    return [Averages(**row) for row in rows]
