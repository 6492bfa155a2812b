"""Every request gets an id, one log line and its figures; none of the three holds anything about a person."""

import time
from typing import Final, cast

import structlog
from litestar import Litestar
from litestar.datastructures import MutableScopeHeaders
from litestar.types import HTTPScope, LifeSpanReceive, LifeSpanScope, LifeSpanSend, Message, Receive, Scope, Send
from prometheus_client import Counter, Histogram

from changming.kernel.ids import random_id

_log: Final = structlog.get_logger("changming.http")
_REQUESTS: Final = Counter("changming_http_requests", "Requests answered.", ("method", "route", "status"))
_SECONDS: Final = Histogram("changming_http_seconds", "Seconds until the answer began.", ("method", "route"))
_ID: Final = "changming_request_id"
_UNMATCHED: Final = "(unmatched)"
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
REQUEST_ID_HEADER: Final = "X-Request-Id"


def request_id(scope: Scope) -> str:
    """The id of this request, as its answer's ``X-Request-Id`` and its log line show it."""
    return str(scope["state"][_ID])


class WatchedLitestar(Litestar):
    """Litestar that watches its own door.

    A log line names the *pattern* of the path (``/r/{token}``), never the path: secret links stay secret. Callers'
    addresses, query strings, bodies and user agents are not logged.
    """

    async def __call__(
        self,
        scope: Scope | LifeSpanScope,
        receive: Receive | LifeSpanReceive,
        send: Send | LifeSpanSend,
    ) -> None:
        """The ASGI entry point."""
        if scope["type"] == "lifespan":
            await super().__call__(scope, receive, send)
            return
        # The portal has no websockets, so what is not the lifespan is HTTP.
        await self._answer(cast("HTTPScope", scope), cast("Receive", receive), cast("Send", send))

    async def _answer(self, scope: HTTPScope, receive: Receive, send: Send) -> None:
        started = time.perf_counter()
        if scope["method"] == "HEAD":
            # RFC 9110 section 9.3.2: as GET, without the content, which the server in front of us leaves away.
            scope = cast("HTTPScope", {**scope, "method": "GET"})
        # Made here, never taken from the request: an id that a caller chose could carry anything into the logs.
        scope.setdefault("state", {})[_ID] = random_id().hex

        async def watched(message: Message) -> None:
            if message["type"] == "http.response.start":
                message.setdefault("headers", [])
                MutableScopeHeaders.from_message(message)[REQUEST_ID_HEADER] = request_id(scope)
                _note(scope, message["status"], time.perf_counter() - started)
            await send(message)

        await super().__call__(scope, receive, watched)


def _note(scope: HTTPScope, status: int, seconds: float) -> None:
    method = scope["method"] if scope["method"] in _METHODS else "OTHER"
    route = scope.get("path_template") or _UNMATCHED
    _REQUESTS.labels(method, route, str(status)).inc()
    _SECONDS.labels(method, route).observe(seconds)
    _log.info(
        "request",
        request_id=request_id(scope),
        method=method,
        route=route,
        status=status,
        ms=round(seconds * 1000, 1),
    )
