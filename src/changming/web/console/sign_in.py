"""Staff come in by a one-time link: the page shows a button, only pressing it uses the link up."""

from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect

from changming.infra.postgres import Tx
from changming.kernel.decisions import Refusal
from changming.kernel.ids import SessionId
from changming.kernel.personal import Personal
from changming.trust.identity import (
    STAFF_SESSION,
    StaffSession,
    cookie_value,
    find_staff_session,
    list_staff,
    sign_in,
    sign_out,
)
from changming.web.cookies import STAFF, cookie
from changming.web.gate import form_of, staff_of
from changming.web.house import House
from changming.web.once import Once
from changming.web.pages import Pages

_SEE: Final = 303
_DOUBLE_TAP: Final = timedelta(minutes=1)
_OPEN: Final = {"may": "anyone", "degree": "none"}
_SECRET: Final = {"may": "anyone", "degree": "secret"}
_STAFF: Final = {"may": "staff:any", "degree": "session", "limit": "staff"}


async def _begun(house: House, tx: Tx, kept: str, *, now: datetime) -> str | None:
    """The cookie of the session that an earlier tap has begun, if it is new and still good."""
    session_id, _, staff_id = kept.partition(" ")
    for staff in await list_staff(tx):
        if str(staff.id) == staff_id:
            value = cookie_value(house.keyring, StaffSession(SessionId(UUID(session_id)), staff, now, now))
            session = await find_staff_session(tx, house.keyring, value, now=now)
            if session is not None and now - session.created_at <= _DOUBLE_TAP:
                return value
    return None


async def _come_in(house: House, request: Request[Any, Any, Any], token: Personal) -> str | Refusal:
    """The cookie of a new session; for a double tap, that of the session which the first tap has begun.

    A used link opens nothing else: a repeat needs the same form in the same browser, within ``_DOUBLE_TAP``, and a
    session that is still good.
    """
    now = house.clock()
    once = Once.of_form(house, request, form_of(request))
    async with house.database.act() as tx:
        done = await once.before(tx, now=now)
        begun = None if done is None else await _begun(house, tx, done.object_id, now=now)
        if begun is not None:
            return begun
        session = await sign_in(tx, token, now=now)
        if done is None:
            kept = "" if isinstance(session, Refusal) else f"{session.id} {session.staff.id}"
            await once.after(tx, kept, subject_id=None)
    return session if isinstance(session, Refusal) else cookie_value(house.keyring, session)


async def _first_page(house: House, value: str) -> str:
    """Where the work of whoever came in begins."""
    async with house.database.read() as tx:
        session = await find_staff_session(tx, house.keyring, value, now=house.clock())
    role = None if session is None else session.staff.role
    return "/desk/knowledge" if role is not None and role.edits_knowledge and not role.handles_cases else "/desk"


def handlers(house: House, pages: Pages) -> list[HTTPRouteHandler]:
    """``/desk/sign-in``, ``/desk/sign-in/{token}``, ``/desk/sign-out``."""

    @get("/desk/sign-in", opt=_OPEN)
    async def how(request: Request[Any, Any, Any]) -> Response[str]:
        return pages.show(request, "console/sign_in.html", token_given=False)

    @get("/desk/sign-in/{token:str}", opt=_SECRET)
    async def page(request: Request[Any, Any, Any], token: FromPath[str]) -> Response[str]:
        del token
        return pages.show(request, "console/sign_in.html", token_given=True)

    @post("/desk/sign-in/{token:str}", opt={**_SECRET, "limit": "secret"}, status_code=_SEE)
    async def come_in(request: Request[Any, Any, Any], token: FromPath[str]) -> Redirect:
        value = await _come_in(house, request, Personal(token))
        if isinstance(value, Refusal):
            raise value.as_error()
        kept = cookie(house, STAFF, value, lifetime=STAFF_SESSION)
        return Redirect(await _first_page(house, value), status_code=_SEE, cookies=[kept])

    @post("/desk/sign-out", opt=_STAFF, status_code=_SEE)
    async def go(request: Request[Any, Any, Any]) -> Redirect:
        async with house.database.act() as tx:
            await sign_out(tx, staff_of(request).session, now=house.clock())
        return Redirect("/desk/sign-in", status_code=_SEE)

    return [how, page, come_in, go]
