"""When a rating counts."""

from changming.desk.cases import Case
from changming.desk.conversations import decide_body
from changming.desk.quality.model import BEST, WORST, Confirmed
from changming.kernel.decisions import Refusal


def decide_rating(case: Case, confirmed: Confirmed, *, rated: bool) -> Refusal | None:
    """Why a rating is not taken: an open case, a second one, a mark out of range, a bad comment; None when it is."""
    if not case.resolved:
        return Refusal("case_not_resolved")
    if rated:
        return Refusal("already_rated")
    if any(type(mark) is not int or not WORST <= mark <= BEST for mark in confirmed.marks.all):
        return Refusal("rating_invalid", 422)
    return decide_body(confirmed.comment) if confirmed.comment is not None else None
