"""The headers that every answer carries, whatever became of the request."""

from collections.abc import Awaitable, Callable
from types import MappingProxyType
from typing import Final

from litestar.datastructures import MutableScopeHeaders
from litestar.types import Message, Scope

CONTENT_SECURITY_POLICY: Final = (
    "default-src 'none'; "
    "script-src 'self'; "
    "style-src 'self'; "
    "img-src 'self'; "
    "connect-src 'self'; "
    "form-action 'self'; "
    "frame-ancestors 'none'; "
    "base-uri 'none'"
)
"""No inline script or style and no nonces (CSP Level 3): what is not a file of ours does not run."""

ALWAYS: Final = MappingProxyType(
    {
        "Content-Security-Policy": CONTENT_SECURITY_POLICY,
        # A secret link's page must never tell its address to the next site (RFC 9110 section 10.1.3).
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()",
    }
)
STRICT_TRANSPORT: Final = "max-age=63072000; includeSubDomains"
NO_STORE: Final = "no-store"


def security_headers(*, tls: bool) -> Callable[[Message, Scope], Awaitable[None]]:
    """A hook that adds the headers; ``Strict-Transport-Security`` (RFC 6797) only where the desk itself speaks TLS.

    An answer that says nothing about caching is not stored: it may be about a person.
    """
    added = dict(ALWAYS)
    if tls:
        added["Strict-Transport-Security"] = STRICT_TRANSPORT

    async def add(message: Message, _: Scope) -> None:
        if message["type"] != "http.response.start":
            return
        message.setdefault("headers", [])
        headers = MutableScopeHeaders.from_message(message)
        for name, value in added.items():
            headers[name] = value
        headers.setdefault("Cache-Control", NO_STORE)

    return add
