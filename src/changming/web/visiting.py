"""The visit of a browser: read once for a page, changed by an act, begun by the first answer."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request

from changming.desk.visits import (
    VISIT_FIELDS,
    Body,
    Change,
    Visit,
    begin_visit,
    change_visit,
    erase_visits,
    find_visit,
    open_visit,
)
from changming.infra.postgres import Tx
from changming.kernel.errors import ChangmingError
from changming.kernel.ids import SessionId, SubjectId
from changming.trust.identity import VISITOR_SESSION, Session, grant, granted_subjects, start_session, view_own
from changming.trust.people import Receipt, SubjectKind, create_subject_sealing
from changming.trust.vault import Viewing
from changming.web.gate import form_of, known_visitor
from changming.web.house import House
from changming.web.once import Once


@dataclass(frozen=True, slots=True)
class Own:
    """The browser's own visit as far as there is one, with the proof that opens it."""

    session: Session | None = None
    visit: Visit | None = None
    proof: Viewing | None = None
    body: Body = field(default_factory=Body)


async def own_subjects(tx: Tx, session: Session) -> list[SubjectId]:
    """The subjects that are this session's as a whole: its conversations and its visit."""
    return [one.subject_id for one in await granted_subjects(tx, session) if one.case_id is None]


async def read_visit(house: House, request: Request[Any, Any, Any], *, now: datetime) -> Own:
    """The visit of the browser; an empty one for somebody new, after an erasure, and after thirty days."""
    visitor = known_visitor(request)
    if visitor is None:
        return Own()
    session = visitor.session
    async with house.database.read() as tx:
        visit = await find_visit(tx, await own_subjects(tx, session), now=now)
    if visit is None:
        return Own(session)
    try:
        proof = await view_own(
            house.database, session, subject_id=visit.subject_id, case_id=None, fields=VISIT_FIELDS, now=now
        )
        async with house.database.read() as tx:
            body = await open_visit(tx, house.keyring, visit, proof, now=now)
    except ChangmingError as error:
        if error.code == "subject_erased":
            return Own(session)
        raise
    return Own(session, visit, proof, body)


async def change_own(
    house: House, request: Request[Any, Any, Any], own: Own, change: Change, *, now: datetime
) -> Session:
    """Make a change of the browser's visit, beginning one where there is none; the session to be known by.

    A change is the same however often it is made, so only the beginning has to be remembered as one act.
    """
    if own.visit is not None and own.proof is not None and own.session is not None:
        async with house.database.act() as tx:
            if await change_visit(tx, house.keyring, own.visit.id, change, own.proof, now=now) is not None:
                return own.session
    once = Once.of_form(house, request, form_of(request))
    async with house.database.act() as tx:
        done = await once.before(tx, now=now)
        if done is not None:
            return Session(SessionId(UUID(done.object_id)), now, now + VISITOR_SESSION)
        session = own.session or await start_session(tx, now=now)
        subject, seal = await create_subject_sealing(tx, SubjectKind.VISITOR, house.keyring, now=now)
        await grant(tx, session, subject.id, now=now)
        await begin_visit(tx, change, subject=subject, seal=seal, actor=session.actor, now=now)
        await once.after(tx, str(session.id), subject_id=subject.id)
    return session


def held(own: Own) -> tuple[Visit, Viewing, Session]:
    """A visit that is there, with its proof and session.

    Raises:
        ChangmingError: ``visit_empty`` (404) where there is none.
    """
    if own.visit is None or own.proof is None or own.session is None:
        raise ChangmingError("visit_empty", status=404)
    return own.visit, own.proof, own.session


async def erase_own_visits(tx: Tx, session: Session, *, now: datetime) -> Receipt | None:
    """Erase every visit of a session; the receipt, None where there is none."""
    return await erase_visits(tx, await own_subjects(tx, session), actor=session.actor, now=now)
