"""Taking a rating."""

from datetime import datetime

from changming.desk.cases import get_case
from changming.desk.quality import store
from changming.desk.quality.model import Confirmed, Rating
from changming.desk.quality.rules import decide_rating
from changming.infra import live
from changming.infra.postgres import Tx
from changming.kernel.actors import Actor
from changming.kernel.decisions import Refusal
from changming.kernel.ids import CaseId
from changming.trust.ledger import Action, Event, record
from changming.trust.vault import FieldId, Keyring, sealer


async def rate(
    tx: Tx, keyring: Keyring, case_id: CaseId, confirmed: Confirmed, *, actor: Actor, now: datetime
) -> Rating | Refusal:
    """Keep what a person says about a resolved case; once, whoever sends it again.

    Returns:
        The rating, or the refusal ``case_not_resolved``, ``already_rated``, ``rating_invalid`` or that of a comment.

    Raises:
        ChangmingError: ``case_not_found`` (404), ``subject_erased`` (410) where a comment has to be sealed.
    """
    case = await get_case(tx, case_id)
    rated = await store.find_rating(tx, case_id) is not None
    if refusal := decide_rating(case, confirmed, rated=rated):
        return refusal
    sealed = None
    if confirmed.comment is not None:
        seal = (await sealer(tx, keyring, case.subject_id)).seal
        sealed = seal(FieldId.RATING_COMMENT, case.id, confirmed.comment)
    rating = Rating(case.id, case.owner_id, confirmed.marks, sealed, now)
    if not await store.add(tx, case, rating):
        return Refusal("already_rated")
    await record(tx, Event(Action.RATING_GIVE, actor, case.pseudonym, f"case/{case.id}"), now=now)
    await live.publish(tx, f"case/{case.id}", "rated", now=now)
    return rating
