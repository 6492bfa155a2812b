"""Staff accounts, their one-time sign-in links and their sessions of twelve hours."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from changming.infra.postgres import Queries, Tx
from changming.kernel.actors import OPERATOR, Actor
from changming.kernel.decisions import Refusal
from changming.kernel.errors import ChangmingError
from changming.kernel.ids import SessionId, StaffId, new_id, random_id
from changming.kernel.personal import Personal
from changming.trust.identity.cookies import new_token, read_cookie_value, token_digest
from changming.trust.identity.model import (
    SIGN_IN_LINK,
    STAFF_SESSION,
    Role,
    SessionKind,
    SignInLink,
    Staff,
    StaffSession,
)
from changming.trust.identity.rules import decide_sign_in, decide_staff_name
from changming.trust.identity.sessions import end_session
from changming.trust.ledger import Action, Event, record
from changming.trust.vault import Keyring, end_viewings

_Q = Queries(__package__)


async def add_staff(
    tx: Tx, name: str, role: Role, *, now: datetime, actor: Actor = OPERATOR
) -> tuple[StaffId, Personal]:
    """A new account and the token of its first sign-in link, good for fifteen minutes and once.

    Args:
        tx: the act's transaction.
        name: a work name (值班员 7 号); colleagues and people see it, so never a real one.
        role: what they are there for.
        now: the present instant.
        actor: who adds them.

    Raises:
        ChangmingError: ``staff_name_bad`` (422), ``staff_name_taken`` (409).
    """
    plain = decide_staff_name(name)
    if isinstance(plain, Refusal):
        raise plain.as_error()
    staff_id = StaffId(new_id(now))
    names = {"id": staff_id, "name": plain, "role": role.value, "now": now}
    if await (await tx.execute(_Q("add_staff"), names)).fetchone() is None:
        raise ChangmingError("staff_name_taken", status=409)
    await record(tx, Event(Action.STAFF_ADD, actor, object=f"staff/{staff_id}/{role.value}"), now=now)
    return staff_id, await _issue(tx, staff_id, actor=actor, now=now)


async def new_sign_in_link(tx: Tx, staff_id: StaffId, *, now: datetime, actor: Actor = OPERATOR) -> Personal:
    """The token of a new sign-in link; earlier unused ones are dead.

    Raises:
        ChangmingError: ``staff_missing`` (404), ``staff_disabled`` (403).
    """
    staff = await _lock(tx, staff_id)
    if staff.disabled_at is not None:
        raise ChangmingError("staff_disabled", status=403)
    return await _issue(tx, staff_id, actor=actor, now=now)


async def list_staff(tx: Tx) -> tuple[Staff, ...]:
    """All accounts, active ones first, by name."""
    return tuple(Staff.from_row(row) for row in await (await tx.execute(_Q("list_staff"))).fetchall())


async def disable_staff(tx: Tx, staff_id: StaffId, *, now: datetime, actor: Actor = OPERATOR) -> None:
    """End an account, its sessions, its links and its proofs of viewing, at once; again does nothing.

    Raises:
        ChangmingError: ``staff_missing`` (404).
    """
    staff = await _lock(tx, staff_id)
    if staff.disabled_at is not None:
        return
    names = {"staff_id": staff_id, "now": now}
    for statement in ("disable_staff", "kill_sign_in_links", "end_sessions_of_staff"):
        await tx.execute(_Q(statement), names)
    await end_viewings(tx, staff.actor, now=now)
    await record(tx, Event(Action.STAFF_DISABLE, actor, object=f"staff/{staff_id}"), now=now)


async def sign_in(tx: Tx, token: Personal, *, now: datetime) -> StaffSession | Refusal:
    """Exchange a sign-in link for a session of twelve hours. By POST only, once; of two at once one wins.

    Returns:
        The session, or ``sign_in_unknown`` (404), ``sign_in_used``, ``sign_in_expired`` (410), ``staff_disabled``
        (403). A refused try of a known link is recorded: commit, then answer with the refusal.
    """
    row = await (await tx.execute(_Q("lock_sign_in_link"), {"token_sha256": token_digest(token)})).fetchone()
    link = None if row is None else _sign_in_link(row)
    refusal = decide_sign_in(link, now=now)
    if link is None or refusal is not None:
        if link is not None and refusal is not None:
            place = f"staff/{link.staff.id}/{link.id}"
            event = Event(Action.STAFF_SIGN_IN, link.staff.actor, object=place, result=refusal.code)
            await record(tx, event, now=now)
        return refusal or Refusal("sign_in_unknown", 404)
    session = StaffSession(SessionId(random_id()), link.staff, now, now + STAFF_SESSION)
    names = {"id": session.id, "kind": session.kind.value, "staff_id": link.staff.id, "now": now}
    await tx.execute(_Q("use_sign_in_link"), {"id": link.id, "now": now})
    await tx.execute(_Q("add_session"), {**names, "expires_at": session.expires_at})
    event = Event(Action.STAFF_SIGN_IN, session.actor, object=f"session/{session.id}/{link.id}")
    await record(tx, event, now=now)
    return session


async def find_staff_session(tx: Tx, keyring: Keyring, cookie: str, *, now: datetime) -> StaffSession | None:
    """The staff session of a cookie, by one SELECT; None if forged, over, a visitor's, or the account is disabled."""
    session_id = read_cookie_value(keyring, SessionKind.STAFF, cookie)
    if session_id is None:
        return None
    row = await (await tx.execute(_Q("find_staff_session"), {"id": session_id, "now": now})).fetchone()
    if row is None:
        return None
    return StaffSession(session_id, Staff.from_row(row), row["created_at"], row["expires_at"])


async def sign_out(tx: Tx, session: StaffSession, *, now: datetime) -> None:
    """End a staff session and its proofs of viewing; again does nothing."""
    if await end_session(tx, session, now=now):
        event = Event(Action.STAFF_SIGN_OUT, session.actor, object=f"session/{session.id}")
        await record(tx, event, now=now)


async def _lock(tx: Tx, staff_id: StaffId) -> Staff:
    row = await (await tx.execute(_Q("lock_staff"), {"staff_id": staff_id})).fetchone()
    if row is None:
        raise ChangmingError("staff_missing", status=404)
    return Staff.from_row(row)


async def _issue(tx: Tx, staff_id: StaffId, *, actor: Actor, now: datetime) -> Personal:
    link_id, token = new_id(now), new_token()
    await tx.execute(_Q("kill_sign_in_links"), {"staff_id": staff_id, "now": now})
    names = {"id": link_id, "staff_id": staff_id, "token_sha256": token_digest(token)}
    await tx.execute(_Q("add_sign_in_link"), {**names, "now": now, "expires_at": now + SIGN_IN_LINK})
    event = Event(Action.STAFF_LINK_MAKE, actor, object=f"staff/{staff_id}/{link_id}")
    await record(tx, event, now=now)
    return token


def _sign_in_link(row: Mapping[str, Any]) -> SignInLink:
    return SignInLink(row["id"], Staff.from_row(row), row["expires_at"], row["used_at"], row["dead_at"])
