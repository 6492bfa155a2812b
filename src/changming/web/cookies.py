"""Cookies of the desk: never readable by scripts, never sent along from other sites' forms."""

from datetime import timedelta
from typing import Any

from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie

from changming.web.house import House

VISITOR = "changming_visitor"
STAFF = "changming_staff"
FORMS = "changming_forms"
LANGUAGE = "changming_language"


def cookie_name(house: House, name: str) -> str:
    """Over TLS the name carries ``__Host-`` (RFC 6265bis section 4.1.3.2), so that no neighbour can plant it."""
    return f"__Host-{name}" if house.secure else name


def cookie(house: House, name: str, value: str, *, lifetime: timedelta | None = None) -> Cookie:
    """A cookie for the whole desk; without ``lifetime`` it ends with the browser."""
    return Cookie(
        key=cookie_name(house, name),
        value=value,
        path="/",
        httponly=True,
        samesite="lax",
        secure=house.secure,
        max_age=None if lifetime is None else int(lifetime.total_seconds()),
    )


def read_cookie(house: House, connection: ASGIConnection[Any, Any, Any, Any], name: str) -> str | None:
    """The cookie's value as the browser sent it, or None."""
    return connection.cookies.get(cookie_name(house, name))
