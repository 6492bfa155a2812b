"""Drafts: one person writes, another one puts into force."""

from datetime import datetime

from changming.editorial import store
from changming.editorial.model import TOPIC, Cause, Draft, DraftId, DraftState, Head
from changming.editorial.rules import (
    LONGEST_REASON,
    Findings,
    decide_approve,
    decide_return,
    decide_save,
    decide_submit,
    decide_withdraw,
)
from changming.editorial.service import actor_of, edition_name, entry_name, find_in_force, put_into_force
from changming.guidance.knowledge import Pack
from changming.infra import live
from changming.infra.postgres import Tx
from changming.kernel.decisions import Refusal
from changming.kernel.errors import ChangmingError
from changming.kernel.ids import StaffId, new_id
from changming.kernel.masking import mask
from changming.trust.ledger import Action, Event, record


async def begin_draft(tx: Tx, service: str, authored: str, *, staff: StaffId, now: datetime) -> DraftId:
    """Begin to write on an entry, from the version in force; ``authored`` are the first words."""
    base = (await find_in_force(tx, service)).digest
    draft_id = DraftId(new_id(now))
    await store.add_draft(tx, draft_id, service, base, authored, staff=staff, now=now)
    await _tell(tx, Action.DRAFT_BEGIN, draft_id, staff=staff, now=now)
    return draft_id


async def save_draft(
    tx: Tx, draft_id: DraftId, authored: str, *, revision: int, onto_newest: bool = False, staff: StaffId, now: datetime
) -> Refusal | None:
    """Keep new words. ``onto_newest``: they have been compared with the version in force and begin from it now.

    Raises:
        ChangmingError: ``draft_missing`` (404).
    """
    draft = await _locked(tx, draft_id)
    if refusal := decide_save(draft, revision=revision):
        return refusal
    base = (await find_in_force(tx, draft.service)).digest if onto_newest else draft.base_digest
    await store.save_draft(tx, draft.id, authored, base_digest=base, staff=staff, now=now)
    await _tell(tx, Action.DRAFT_SAVE, draft.id, staff=staff, now=now)
    return None


async def submit_draft(
    tx: Tx, draft_id: DraftId, found: Findings, *, revision: int, staff: StaffId, now: datetime
) -> Refusal | None:
    """Ask for a second person.

    Raises:
        ChangmingError: ``draft_missing`` (404).
    """
    draft = await _locked(tx, draft_id)
    in_force = await find_in_force(tx, draft.service)
    if refusal := decide_submit(draft, found, in_force, revision=revision):
        return refusal
    await store.move_draft(tx, draft.id, DraftState.SUBMITTED, staff=staff, now=now)
    await _tell(tx, Action.DRAFT_SUBMIT, draft.id, staff=staff, now=now)
    return None


async def approve_draft(
    tx: Tx, draft_id: DraftId, pack: Pack | None, found: Findings, *, revision: int, staff: StaffId, now: datetime
) -> Head | Refusal:
    """Put a submitted draft into force. ``pack`` and ``found`` belong to the words of ``revision``.

    Raises:
        ChangmingError: ``draft_missing`` (404).
    """
    await store.lock(tx)
    draft = await _locked(tx, draft_id)
    in_force = await find_in_force(tx, draft.service)
    refusal = decide_approve(draft, found, in_force, staff=staff, revision=revision)
    if refusal is not None or pack is None:
        return refusal or Refusal("draft_faulty", 422, {"count": found.faults})
    head = await put_into_force(tx, pack, draft.authored, Cause.PUBLISH, staff=staff, now=now)
    await store.move_draft(tx, draft.id, DraftState.PUBLISHED, staff=staff, now=now, number=head.number)
    await store.replace_retractions(tx, draft.service, staff=staff, now=now)
    await store.settle_bundled(tx, draft.service)
    event = Event(
        Action.EDITION_PUBLISH,
        actor_of(staff),
        object=entry_name(draft.service, pack.version),
        approvals=(f"draft/{draft.id}", *(f"staff/{author}" for author in draft.authors), edition_name(head)),
    )
    await record(tx, event, now=now)
    return head


async def return_draft(
    tx: Tx, draft_id: DraftId, remark: str, *, revision: int, staff: StaffId, now: datetime
) -> Refusal | None:
    """Send a submitted draft back, with what is still missing.

    Raises:
        ChangmingError: ``draft_missing`` (404).
    """
    draft = await _locked(tx, draft_id)
    refusal = decide_return(draft, revision=revision)
    if refusal is None and len(remark) > LONGEST_REASON:
        refusal = Refusal("reason_too_long", 422, {"longest": LONGEST_REASON})
    if refusal is not None:
        return refusal
    masked = mask(remark.strip()).text
    await store.move_draft(tx, draft.id, DraftState.OPEN, staff=staff, now=now, remark=masked)
    await _tell(tx, Action.DRAFT_RETURN, draft.id, staff=staff, now=now)
    return None


async def withdraw_draft(tx: Tx, draft_id: DraftId, *, staff: StaffId, now: datetime) -> Refusal | None:
    """Give a draft up.

    Raises:
        ChangmingError: ``draft_missing`` (404).
    """
    draft = await _locked(tx, draft_id)
    if refusal := decide_withdraw(draft, staff=staff):
        return refusal
    await store.move_draft(tx, draft.id, DraftState.WITHDRAWN, staff=staff, now=now)
    await _tell(tx, Action.DRAFT_WITHDRAW, draft.id, staff=staff, now=now)
    return None


async def get_draft(tx: Tx, draft_id: DraftId) -> Draft:
    """One draft.

    Raises:
        ChangmingError: ``draft_missing`` (404).
    """
    draft = await store.find_draft(tx, draft_id)
    if draft is None:
        raise ChangmingError("draft_missing", status=404)
    return draft


async def _locked(tx: Tx, draft_id: DraftId) -> Draft:
    draft = await store.lock_draft(tx, draft_id)
    if draft is None:
        raise ChangmingError("draft_missing", status=404)
    return draft


async def _tell(tx: Tx, action: Action, draft_id: DraftId, *, staff: StaffId, now: datetime) -> None:
    await record(tx, Event(action, actor_of(staff), object=f"draft/{draft_id}"), now=now)
    await live.publish(tx, TOPIC, "draft", now=now)
