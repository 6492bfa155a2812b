"""A visitor's session: a signed cookie outside, a row inside, and grants that say what it may see."""

from datetime import datetime

from changming.infra.postgres import Database, Queries, Tx
from changming.kernel.errors import ChangmingError
from changming.kernel.ids import CaseId, SessionId, SubjectId, random_id
from changming.trust.identity.cookies import read_cookie_value
from changming.trust.identity.model import (
    KEEP_ENDED,
    VISITOR_SESSION,
    AnySession,
    Grant,
    Session,
    SessionKind,
)
from changming.trust.identity.rules import covers
from changming.trust.vault import OWN_DATA, FieldId, Keyring, Viewing, end_viewings, view

_Q = Queries(__package__)


async def start_session(tx: Tx, *, now: datetime) -> Session:
    """A new visitor's session with an id of our own making, never one that a browser brought.

    It may see nothing yet, so nothing is recorded: the act that gives it something to see is.
    """
    session = Session(SessionId(random_id()), now, now + VISITOR_SESSION)
    names = {"id": session.id, "kind": session.kind.value, "staff_id": None, "expires_at": session.expires_at}
    await tx.execute(_Q("add_session"), {**names, "now": now})
    return session


async def find_session(tx: Tx, keyring: Keyring, cookie: str, *, now: datetime) -> Session | None:
    """The visitor's session of a cookie; None if it is forged, ended, expired or a staff cookie.

    A forged cookie never reaches the database.
    """
    session_id = read_cookie_value(keyring, SessionKind.VISITOR, cookie)
    if session_id is None:
        return None
    row = await (await tx.execute(_Q("find_session"), {"id": session_id, "now": now})).fetchone()
    return None if row is None else Session.from_row(row)


async def renew_session(tx: Tx, old: Session | None, *, now: datetime) -> Session:
    """A fresh session with the old one's grants; the old cookie is dead.

    Whatever raises what a browser may see goes through here: a cookie planted in somebody's browser beforehand gains
    nothing (session fixation, OWASP ASVS 3.2.1).
    """
    session = await start_session(tx, now=now)
    if old is not None:
        await tx.execute(_Q("carry_grants"), {"new_id": session.id, "old_id": old.id})
        await end_session(tx, old, now=now)
    return session


async def end_session(tx: Tx, session: AnySession, *, now: datetime) -> bool:
    """End a session and the proofs of viewing of its actor; False if it was over already."""
    ended = await (await tx.execute(_Q("end_session"), {"id": session.id, "now": now})).fetchone()
    await end_viewings(tx, session.actor, now=now)
    return ended is not None


async def grant(
    tx: Tx, session: Session, subject_id: SubjectId, case_id: CaseId | None = None, *, now: datetime
) -> None:
    """Let a session see a subject's data: of one case, or all of it.

    For the act that makes the subject or the case in this session; it is that act that the ledger records. Whoever
    comes back from outside comes through ``exchange_link``.
    """
    names = {"session_id": session.id, "subject_id": subject_id, "case_id": case_id, "now": now}
    await tx.execute(_Q("add_grant"), names)


async def granted_subjects(tx: Tx, session: Session) -> tuple[Grant, ...]:
    """What the session may see, in the order it was given."""
    rows = await (await tx.execute(_Q("grants_of"), {"session_id": session.id})).fetchall()
    return tuple(Grant(SubjectId(row["subject_id"]), row["case_id"]) for row in rows)


async def view_own(
    database: Database,
    session: Session,
    *,
    subject_id: SubjectId,
    case_id: CaseId | None,
    fields: frozenset[FieldId],
    now: datetime,
) -> Viewing:
    """The proof with which a person sees their own data: one event a session, after the session's grants are checked.

    Raises:
        ChangmingError: ``not_granted`` (403); else as ``vault.view``.
    """
    async with database.read() as tx:
        granted = covers(await granted_subjects(tx, session), subject_id, case_id)
    if not granted:
        raise ChangmingError("not_granted", status=403)
    return await view(
        database,
        actor=session.actor,
        subject_id=subject_id,
        case_id=case_id,
        fields=fields,
        purpose=OWN_DATA,
        now=now,
        lifetime=session.expires_at - now,
    )


async def forget_old(tx: Tx, *, now: datetime) -> None:
    """Delete sessions and links that ended or expired more than ``KEEP_ENDED`` ago. For the hourly sweep."""
    for statement in ("forget_sessions", "forget_links", "forget_sign_in_links"):
        await tx.execute(_Q(statement), {"before": now - KEEP_ENDED})
