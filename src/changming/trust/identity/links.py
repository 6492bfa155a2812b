"""Secret links: the way back to a case from another browser. A GET never touches one; only ``exchange_link`` does."""

import hmac
from datetime import datetime

from changming.infra.postgres import Queries, Tx
from changming.kernel.actors import Actor, ActorKind
from changming.kernel.decisions import Refusal
from changming.kernel.ids import CaseId, new_id
from changming.kernel.personal import Personal
from changming.trust.identity.cookies import new_token, reference_digest, token_digest
from changming.trust.identity.model import (
    MAX_ATTEMPTS,
    SECRET_LINK,
    Exchanged,
    SecretLink,
    SecretLinkId,
    Session,
)
from changming.trust.identity.rules import canonical_reference, decide_exchange
from changming.trust.identity.sessions import grant, renew_session
from changming.trust.ledger import Action, Event, record
from changming.trust.people import Subject, get_subject
from changming.trust.vault import FieldId, Keyring, Opener, Sealer

_Q = Queries(__package__)


async def issue_link(
    tx: Tx,
    keyring: Keyring,
    sealer: Sealer,
    *,
    subject: Subject,
    case_id: CaseId,
    reference: str,
    actor: Actor,
    now: datetime,
) -> tuple[SecretLink, Personal]:
    """A new secret link to a case and its token; the case's earlier links are dead from now on.

    Args:
        tx: the act's transaction.
        keyring: holds the key under which the reference is compared.
        sealer: of the subject; it keeps the token readable for the owner's own page until it is used.
        subject: whose case it is.
        case_id: the case.
        reference: the case's reference, which must be given beside the token.
        actor: who asks for the link.
        now: the present instant.
    """
    link_id, token = SecretLinkId(new_id(now)), new_token()
    sealed = sealer.seal(FieldId.SECRET_LINK_TOKEN, link_id, token)
    names = {
        "id": link_id,
        "subject_id": subject.id,
        "case_id": case_id,
        "token_sha256": token_digest(token),
        "token_sealed": sealed,
        "reference_hmac": reference_digest(keyring, canonical_reference(reference)),
        "expires_at": now + SECRET_LINK,
        "now": now,
    }
    await tx.execute(_Q("add_link"), names)
    event = Event(Action.SECRET_LINK_MAKE, actor, subject=subject.pseudonym, object=f"case/{case_id}/{link_id}")
    await record(tx, event, now=now)
    return SecretLink(link_id, subject.id, case_id, sealed, 0, now + SECRET_LINK, None, None), token


async def find_open_link(tx: Tx, case_id: CaseId, *, now: datetime) -> SecretLink | None:
    """The case's link that nobody has used yet, to be shown to its owner; None if there is none."""
    row = await (await tx.execute(_Q("find_open_link"), {"case_id": case_id, "now": now})).fetchone()
    return None if row is None else SecretLink.from_row(row)


def link_token(opener: Opener, link: SecretLink) -> Personal | None:
    """The token of an open link, with the owner's own proof for ``FieldId.SECRET_LINK_TOKEN``."""
    return None if link.token_sealed is None else opener.open(FieldId.SECRET_LINK_TOKEN, link.id, link.token_sealed)


async def exchange_link(
    tx: Tx, keyring: Keyring, token: Personal, reference: str, *, session: Session | None, now: datetime
) -> Exchanged | Refusal:
    """Exchange a link for a fresh session that may see its case. By POST only, once; of two at once one wins.

    A refusal is a value, so that the counted attempt is committed: answer with it after the commit.

    Args:
        tx: the act's transaction.
        keyring: holds the key under which the reference is compared.
        token: from the link.
        reference: the case's reference as the person typed it.
        session: the browser's present session, if it has one; its grants are carried over and it ends.
        now: the present instant.

    Returns:
        The new session, or ``link_unknown`` (404), ``link_used``, ``link_expired``, ``link_dead`` (410),
        ``link_wrong_reference`` (403, ``left`` tries), ``subject_erased`` (410).
    """
    row = await (await tx.execute(_Q("lock_link"), {"token_sha256": token_digest(token)})).fetchone()
    link = None if row is None else SecretLink.from_row(row)
    given = reference_digest(keyring, canonical_reference(reference))
    matches = row is not None and hmac.compare_digest(bytes(row["reference_hmac"]), given)
    refusal = decide_exchange(link, reference_matches=matches, now=now)
    if link is None:
        return refusal or Refusal("link_unknown", 404)
    subject = await get_subject(tx, link.subject_id)
    if refusal is None and subject.erased_at is not None:
        refusal = Refusal("subject_erased", 410)
    if refusal is not None:
        return await _refuse(tx, link, subject, refusal, session=session, now=now)
    await tx.execute(_Q("use_link"), {"id": link.id, "now": now})
    fresh = await renew_session(tx, session, now=now)
    await grant(tx, fresh, link.subject_id, link.case_id, now=now)
    await _record(tx, link, subject, fresh.actor, result="ok", now=now)
    return Exchanged(fresh, link.subject_id, link.case_id)


async def _refuse(
    tx: Tx, link: SecretLink, subject: Subject, refusal: Refusal, *, session: Session | None, now: datetime
) -> Refusal:
    live = link.used_at is None and link.dead_at is None and now < link.expires_at
    if live and refusal.code != "subject_erased":
        await tx.execute(_Q("count_attempt"), {"id": link.id, "most": MAX_ATTEMPTS, "now": now})
    actor = Actor(ActorKind.VISITOR) if session is None else session.actor
    await _record(tx, link, subject, actor, result=refusal.code, now=now)
    return refusal


async def _record(tx: Tx, link: SecretLink, subject: Subject, actor: Actor, *, result: str, now: datetime) -> None:
    place = f"case/{link.case_id}/{link.id}"
    event = Event(Action.SECRET_LINK_EXCHANGE, actor, subject=subject.pseudonym, object=place, result=result)
    await record(tx, event, now=now)
