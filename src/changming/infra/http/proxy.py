"""What the proxy in front of us says about a request: over what it came, and from where."""

import ipaddress
from typing import Final

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Receive, Scope, Send

_SCHEMES: Final = frozenset({"http", "https"})


class BehindProxy:
    """An application behind exactly one proxy.

    Of ``X-Forwarded-For`` and ``X-Forwarded-Proto`` the last entry counts: it is the one that our proxy added. All
    before it were sent along by the client, who can write there what they like.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The ASGI entry point."""
        if scope["type"] == ScopeType.HTTP:
            address, scheme = _last(scope, b"x-forwarded-for"), _last(scope, b"x-forwarded-proto")
            if _is_address(address):
                scope["client"] = (address, 0)
            if scheme in _SCHEMES:
                scope["scheme"] = scheme
        await self._app(scope, receive, send)


def _last(scope: Scope, name: bytes) -> str:
    values = [value for header, value in scope["headers"] if header == name]
    return values[-1].rpartition(b",")[2].strip().decode("latin-1") if values else ""


def _is_address(written: str) -> bool:
    try:
        ipaddress.ip_address(written)
    except ValueError:
        return False
    return True
