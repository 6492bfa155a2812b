"""The way in: whoever sends a request without end, or never gets to its end, is hung up on."""

import asyncio
from typing import ClassVar, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MOST_BESIDE_BODY: Final = 32 * 1024
"""Bytes of a request that are not its body: request line, headers, chunk marks, trailers. The parser would keep any
number of them in memory; a body is bounded by its handler."""


class BoundedProtocol(HttpToolsProtocol):
    """HTTP/1.1 as uvicorn speaks it, for requests that arrive whole, within their time and size.

    Attributes:
        within_s: seconds from a request's first byte, or from connecting, to its last.
    """

    within_s: ClassVar[float] = 30.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn does
        """A browser connects: its first request is awaited."""
        super().connection_made(transport)
        self._beside = 0
        self._deadline: asyncio.TimerHandle | None = None
        self._await_the_rest()

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is over."""
        self._arrived()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Some bytes of a request."""
        self._await_the_rest()
        self._beside += len(data)
        super().data_received(data)
        if self._beside > MOST_BESIDE_BODY:
            self.transport.close()

    def on_body(self, body: bytes) -> None:
        """These bytes were body."""
        self._beside -= len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        """The request is whole."""
        self._arrived()
        super().on_message_complete()

    def _await_the_rest(self) -> None:
        if self._deadline is None:
            self._deadline = self.loop.call_later(self.within_s, self.transport.close)

    def _arrived(self) -> None:
        self._beside = 0
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
