"""Visits: begun, changed, shared, taken into a case, erased; sealed, recorded, each in its act's transaction."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from changming.desk.visits import store
from changming.desk.visits.model import (
    SHARE,
    VISIT,
    Body,
    Share,
    Shared,
    ShareId,
    Visit,
    VisitId,
    read_body,
    write_body,
)
from changming.desk.visits.rules import Change, to_share
from changming.infra.postgres import Database, Tx
from changming.kernel.actors import DESK, Actor
from changming.kernel.errors import ChangmingError
from changming.kernel.ids import SubjectId, new_id
from changming.kernel.personal import Personal
from changming.trust.ledger import Action, Event, record
from changming.trust.people import Receipt, Subject, erase, get_subject
from changming.trust.vault import FieldId, Keyring, Sealer, Viewing, opener, sealer, view

VISIT_FIELDS: Final = frozenset({FieldId.VISIT_BODY})
"""What a visitor's own proof for a visit names."""
_SHARED_FIELDS: Final = frozenset({FieldId.VISIT_SHARE})
_PURPOSE: Final = "visit-share"
_TOKEN_BYTES: Final = 32
_SWEEP: Final = 200


async def begin_visit(
    tx: Tx, change: Change, *, subject: Subject, seal: Sealer, actor: Actor, now: datetime
) -> tuple[Visit, Body]:
    """A new visit of ``subject`` with its first change."""
    body, visit_id = change(Body()), VisitId(new_id(now))
    sealed = seal.seal(FieldId.VISIT_BODY, visit_id, write_body(body))
    visit = Visit(visit_id, subject.id, sealed, now + VISIT)
    await store.add_visit(tx, visit, now=now)
    await record(tx, Event(Action.VISIT_BEGIN, actor, subject.pseudonym, f"visit/{visit.id}"), now=now)
    return visit, body


async def open_visit(tx: Tx, keyring: Keyring, visit: Visit, proof: Viewing, *, now: datetime) -> Body:
    """What a visit holds, with the visitor's own proof for ``VISIT_FIELDS``."""
    opened = await opener(tx, keyring, proof, now=now)
    return read_body(opened.open(FieldId.VISIT_BODY, visit.id, visit.body_sealed))


async def change_visit(
    tx: Tx, keyring: Keyring, visit_id: VisitId, change: Change, proof: Viewing, *, now: datetime
) -> tuple[Visit, Body] | None:
    """The newest state of a visit with a change; two at once follow each other. None once the visit is over.

    A link that the visit does not hold any more is dead: nobody could end it.
    """
    visit = await store.lock_visit(tx, visit_id, now=now)
    if visit is None:
        return None
    before = await open_visit(tx, keyring, visit, proof, now=now)
    body = change(before)
    for lost in sorted(_links(before) - _links(body)):
        await store.drop_share(tx, lost, visit.id)
    seal = await sealer(tx, keyring, visit.subject_id)
    sealed = seal.seal(FieldId.VISIT_BODY, visit.id, write_body(body))
    changed = replace(visit, body_sealed=sealed, expires_at=now + VISIT)
    await store.keep_visit(tx, changed)
    return changed, body


async def share_guide(
    tx: Tx,
    keyring: Keyring,
    visit_id: VisitId,
    services: Sequence[str],
    *,
    proof: Viewing,
    actor: Actor,
    now: datetime,
) -> Body | None:
    """A new link to what is known of a guide now; the guide's earlier link is dead. None once the visit is over.

    Args:
        tx: the act's transaction.
        keyring: seals.
        visit_id: the visitor's visit.
        services: the guide whose result is shared, and after it those that its result is made of.
        proof: the visitor's own.
        actor: the visitor.
        now: the present instant.
    """
    token, share_id, service = Personal(secrets.token_urlsafe(_TOKEN_BYTES)), ShareId(new_id(now)), services[0]

    def change(body: Body) -> Body:
        return body.having(service, replace(body.of(service), shared=Shared(share_id, token, now + SHARE)))

    changed = await change_visit(tx, keyring, visit_id, change, proof, now=now)
    if changed is None:
        return None
    visit, body = changed
    seal = await sealer(tx, keyring, visit.subject_id)
    sealed = seal.seal(FieldId.VISIT_SHARE, share_id, write_body(to_share(body, services)))
    await store.add_share(tx, Share(share_id, visit.id, visit.subject_id, sealed, now + SHARE), _digest(token), now=now)
    await _record(tx, Action.VISIT_SHARE, visit, actor, f"visit-share/{share_id}", now=now)
    return body


async def end_share(
    tx: Tx, keyring: Keyring, visit_id: VisitId, service: str, *, proof: Viewing, actor: Actor, now: datetime
) -> bool:
    """End the link of a guide; False if it has none (any more)."""
    ended: list[ShareId] = []

    def change(body: Body) -> Body:
        progress = body.of(service)
        ended.extend([] if progress.shared is None else [progress.shared.id])
        return body if progress.shared is None else body.having(service, replace(progress, shared=None))

    changed = await change_visit(tx, keyring, visit_id, change, proof, now=now)
    if changed is None or not ended:
        return False
    await _record(tx, Action.VISIT_UNSHARE, changed[0], actor, f"visit-share/{ended[0]}", now=now)
    return True


async def open_share(database: Database, keyring: Keyring, token: Personal, *, now: datetime) -> tuple[str, Body]:
    """What a link shows: the guide, and what was known of it and its parts when it was shared.

    The desk opens it for whoever has the link; that is recorded, once in a quarter of an hour. Call it outside a
    transaction.

    Raises:
        ChangmingError: ``share_unknown`` (404) for a link that is over, was ended, or never was one.
    """
    unknown = ChangmingError("share_unknown", status=404)
    async with database.read() as tx:
        share = await store.find_share(tx, _digest(token), now=now)
    if share is None:
        raise unknown
    try:
        proof = await view(
            database,
            actor=DESK,
            subject_id=share.subject_id,
            case_id=None,
            fields=_SHARED_FIELDS,
            purpose=_PURPOSE,
            now=now,
        )
        async with database.read() as tx:
            opened = await opener(tx, keyring, proof, now=now)
    except ChangmingError as error:
        raise unknown if error.code == "subject_erased" else error from None
    body = read_body(opened.open(FieldId.VISIT_SHARE, share.id, share.body_sealed))
    return next(iter(body.guides)), body


async def record_hand_over(tx: Tx, visit: Visit, *, actor: Actor, now: datetime) -> None:
    """Record that the person gave what is in a visit to a case, with their consent; not to which."""
    await _record(tx, Action.VISIT_HAND_OVER, visit, actor, f"visit/{visit.id}", now=now)


async def erase_visits(tx: Tx, subjects: Sequence[SubjectId], *, actor: Actor, now: datetime) -> Receipt | None:
    """Erase the visits of these subjects with all their links; the receipt of the last one, None if there is none."""
    receipt = None
    for subject_id in await store.subjects_with_visits(tx, subjects):
        receipt = await erase(tx, subject_id, actor=actor, now=now)
        await store.drop_visits(tx, subject_id)
    return receipt


async def forget_visits(tx: Tx, *, now: datetime) -> int:
    """Erase a batch of visits that nobody changed for thirty days, and delete links that ran out; for the sweep."""
    await store.forget_shares(tx, now=now)
    over = await store.lock_over(tx, limit=_SWEEP, now=now)
    await erase_visits(tx, [visit.subject_id for visit in over], actor=DESK, now=now)
    return len(over)


def _links(body: Body) -> frozenset[ShareId]:
    return frozenset(one.shared.id for one in body.guides.values() if one.shared is not None)


def _digest(token: Personal) -> bytes:
    """What is stored of a token; of 256 random bits a plain SHA-256 is not turned back."""
    return hashlib.sha256(token.reveal().encode("utf-8", "surrogatepass")).digest()


async def _record(tx: Tx, action: Action, visit: Visit, actor: Actor, place: str, *, now: datetime) -> None:
    subject = await get_subject(tx, visit.subject_id)
    await record(tx, Event(action, actor, subject.pseudonym, place), now=now)
