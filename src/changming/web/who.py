"""Who sent a request, as far as their cookie tells."""

from dataclasses import dataclass
from typing import Any, Final

from litestar.connection import ASGIConnection
from litestar.types import Scope

from changming.trust.identity import Session, StaffSession, find_session, find_staff_session
from changming.web.cookies import STAFF, VISITOR, read_cookie
from changming.web.house import House

NOT_YET_KNOWN: Final = frozenset({"anyone", "guest"})
"""Values of a handler's ``may`` that let in browsers which we do not know yet."""
_WHO: Final = "changming_who"
Connection = ASGIConnection[Any, Any, Any, Any]


@dataclass(frozen=True, slots=True)
class Visitor:
    """A browser that we know from an earlier act of its own."""

    session: Session


@dataclass(frozen=True, slots=True)
class StaffMember:
    """A member of staff who is signed in."""

    session: StaffSession


async def find_visitor(house: House, connection: Connection) -> Visitor | None:
    """The visitor of this browser, or None. On the way the edition in force is read."""
    value = read_cookie(house, connection, VISITOR)
    async with house.database.read() as tx:
        await house.edition.renew(tx)
        session = None if value is None else await find_session(tx, house.keyring, value, now=house.clock())
    return None if session is None else Visitor(session)


async def find_staff_member(house: House, connection: Connection) -> StaffMember | None:
    """The member of staff at this browser, or None. On the way the edition in force is read."""
    value = read_cookie(house, connection, STAFF)
    async with house.database.read() as tx:
        await house.edition.renew(tx)
        session = None if value is None else await find_staff_session(tx, house.keyring, value, now=house.clock())
    return None if session is None else StaffMember(session)


def remember(scope: Scope, who: Visitor | StaffMember | None) -> None:
    """Keep on the request whom the gate let in."""
    scope["state"][_WHO] = who


def let_in(scope: Scope) -> Visitor | StaffMember | None:
    """Whom the gate let in; None for anybody, and before the gate."""
    found: Visitor | StaffMember | None = scope["state"].get(_WHO)
    return found
