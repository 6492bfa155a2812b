"""The door of every handler: who may come in, from where, how often, with which form. Closed by default."""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from types import MappingProxyType
from typing import Any, Final, cast

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.exceptions import HTTPException
from litestar.handlers import BaseRouteHandler
from litestar.types import HTTPScope

from changming.infra.http import Limit, comes_from_elsewhere, spend
from changming.kernel.errors import ChangmingError
from changming.trust.identity import Role
from changming.web.cookies import FORMS, STAFF, VISITOR, read_cookie
from changming.web.csrf import FIELD as TOKEN_FIELD
from changming.web.csrf import is_form_of_browser, is_form_of_session
from changming.web.forms import Form, check_json, keep_form, kept_form, read_form
from changming.web.house import House
from changming.web.who import NOT_YET_KNOWN, StaffMember, Visitor, find_staff_member, find_visitor, let_in, remember

MAY: Final = frozenset({"anyone", "guest", "visitor", "staff:agent", "staff:editor", "staff:any"})
"""``anyone`` is not looked at; a ``guest`` is anyone, recognised where the browser is known; the others must be.

All but a GET of ``anyone`` read the edition in force on the way in: what answers from entries is a ``guest``'s page.
"""
DEGREES: Final = frozenset({"none", "session", "secret"})
_STAFF: Final[Mapping[str, Callable[[Role], bool]]] = {
    "staff:agent": lambda role: role.handles_cases,
    "staff:editor": lambda role: role.edits_knowledge,
    "staff:any": lambda _: True,
}
_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_NEIGHBOURS: Final = 10
"""Many people share one address behind a carrier's translation: an address may do this many times as much."""

Connection = ASGIConnection[Any, Any, Any, Any]
Gate = Callable[[Connection, BaseRouteHandler], Awaitable[None]]


def limits(house: House) -> Mapping[str, Limit]:
    """Every limit that a handler may name in ``opt["limit"]``."""
    settings = house.settings
    found = (
        Limit("ask", settings.asks_per_minute, 60),
        Limit("post", settings.posts_per_minute, 60),
        Limit("secret", 10, 300),
        Limit("staff", 240, 60),
    )
    return MappingProxyType({limit.name: limit for limit in found})


def gate(house: House) -> Gate:
    """The guard of all routes.

    A handler declares in ``opt``: ``may`` (one of ``MAY``), ``degree`` (one of ``DEGREES``), and for what it accepts
    ``limit`` (a name of ``limits``) and ``body``: ``form`` (the default of a POST) or ``json``. A form with
    many ``fields`` says how many at most.
    """
    known = limits(house)
    address_key = house.keyring.derive("web.rate-limit")

    async def check(connection: Connection, handler: BaseRouteHandler) -> None:
        may, degree = handler.opt.get("may"), handler.opt.get("degree")
        if may not in MAY or degree not in DEGREES:
            raise ChangmingError("not_declared", status=403)
        sends = cast("HTTPScope", connection.scope)["method"] not in _SAFE
        if sends and comes_from_elsewhere(_headers(connection), connection.headers.get("host", "")):
            raise ChangmingError("from_elsewhere", status=403)
        with_form = sends and handler.opt.get("body", "form") == "form"
        try:
            if sends or "limit" in handler.opt:
                await _spend(house, connection, known[handler.opt.get("limit", "post")], address_key)
            remember(connection.scope, await _who(house, connection, may, sends=sends))
        except ChangmingError:
            if with_form:
                await _keep_what_was_written(connection)
            raise
        if with_form:
            await _require_our_form(house, connection, of_browser=may in NOT_YET_KNOWN)
        elif sends:
            await check_json(connection)  # type: ignore[arg-type]  # an HTTP handler's connection is its request

    return check


def form_of(request: Request[Any, Any, Any]) -> Form:
    """The form that the gate has read and found to be ours."""
    found = kept_form(request.scope)
    if found is None:
        raise ChangmingError("form_expected", status=415)
    return found


def visitor_of(request: Request[Any, Any, Any]) -> Visitor:
    """The visitor whom the gate let in, on a handler with ``may: visitor``."""
    found = let_in(request.scope)
    if not isinstance(found, Visitor):
        raise ChangmingError("visitor_unknown", status=401)
    return found


def known_visitor(request: Request[Any, Any, Any]) -> Visitor | None:
    """On a handler with ``may: guest``: the visitor if the browser is a known one."""
    found = let_in(request.scope)
    return found if isinstance(found, Visitor) else None


def staff_of(request: Request[Any, Any, Any]) -> StaffMember:
    """The member of staff whom the gate let in, on a handler with a ``may`` of staff."""
    found = let_in(request.scope)
    if not isinstance(found, StaffMember):
        raise ChangmingError("staff_unknown", status=401)
    return found


def _headers(connection: Connection) -> Mapping[str, str]:
    return {name: connection.headers[name] for name in ("origin", "sec-fetch-site") if name in connection.headers}


async def _spend(house: House, connection: Connection, limit: Limit, key: bytes) -> None:
    now = house.clock()
    address = connection.client.host if connection.client else "unknown"
    session = read_cookie(house, connection, VISITOR) or read_cookie(house, connection, STAFF)
    if session is None:
        # Nobody yet: the form cookie tells browsers behind one address apart, but anybody can throw it away.
        session = read_cookie(house, connection, FORMS)
    wide = Limit(f"{limit.name}.address", limit.uses * _NEIGHBOURS, limit.seconds)
    await spend(house.database, (wide, address), (limit, session or address), key=key, now=now)


async def _who(house: House, connection: Connection, may: str, *, sends: bool) -> Visitor | StaffMember | None:
    if may in _STAFF:
        staff = await find_staff_member(house, connection)
        if staff is None:
            raise ChangmingError("staff_unknown", status=401)
        if not _STAFF[may](staff.session.staff.role):
            raise ChangmingError("staff_role", status=403)
        return staff
    if may == "anyone":
        if sends:
            async with house.database.read() as tx:
                await house.edition.renew(tx)
        return None
    visitor = await find_visitor(house, connection)
    if may == "visitor" and visitor is None:
        raise ChangmingError("visitor_unknown", status=401)
    return visitor


async def _keep_what_was_written(connection: Connection) -> None:
    """Read the form of somebody who is not let in, so that the page that says why can give it back."""
    with suppress(ChangmingError, HTTPException):
        keep_form(connection.scope, await _form(connection))


async def _require_our_form(house: House, connection: Connection, *, of_browser: bool) -> None:
    """Only a form from a page of ours: shown to this session, or where none is needed, to this browser."""
    form = await _form(connection)
    keep_form(connection.scope, form)
    token, who = form.get(TOKEN_FIELD), let_in(connection.scope)
    ours = who is not None and is_form_of_session(house, who.session, token)
    if of_browser:
        ours = ours or is_form_of_browser(house, read_cookie(house, connection, FORMS), token)
    if not ours:
        raise ChangmingError("form_stale", status=403)


async def _form(connection: Connection) -> Form:
    most = _fields(connection)
    return await read_form(connection, **most)  # type: ignore[arg-type]  # an HTTP handler's connection is its request


def _fields(connection: Connection) -> Mapping[str, int]:
    """How many fields the handler's form may have, where it says so itself."""
    opt = connection.scope["route_handler"].opt
    return {"most": opt["fields"]} if "fields" in opt else {}
