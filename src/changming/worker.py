"""The long-lived processes: ``serve`` and ``worker``."""

import asyncio
import os
import signal
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from types import FrameType
from typing import Final

import uvicorn

from changming.app import Desk, Place, open_desk
from changming.guidance.answers import Query, answer
from changming.guidance.knowledge import Edition
from changming.infra.clock import now as read_clock
from changming.infra.http import BehindProxy, BoundedProtocol
from changming.infra.settings import Settings
from changming.kernel.errors import ChangmingError
from changming.web import build

GRACE_S: Final = 8
"""How long a stopping service waits for requests in hand."""
_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
Ready = Callable[[Desk, str], Awaitable[None]]


class _Server(uvicorn.Server):
    """Ends open streams as soon as the process is asked to stop, and says when it listens."""

    def __init__(
        self, config: uvicorn.Config, *, stopping: Callable[[], None], ready: Callable[[], Awaitable[None]]
    ) -> None:
        super().__init__(config)
        self._stopping = stopping
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        await self._ready()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._stopping()
        super().handle_exit(sig, frame)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        before = {number: signal.signal(number, self.handle_exit) for number in _SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def listen(settings: Settings) -> socket.socket:
    """A listening socket at the settings' address.

    Raises:
        ChangmingError: ``address_taken`` with what the operating system said.
    """
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family, backlog=512)
    except OSError as taken:
        # The error of create_server repeats the address in its text; one of name look-up has numbers of its own.
        number = None if isinstance(taken, socket.gaierror) else taken.errno
        reason = (os.strerror(number) if number else taken.strerror) or type(taken).__name__
        raise ChangmingError("address_taken", host=settings.host, port=settings.port, reason=reason) from taken


def address_of(settings: Settings, door: socket.socket) -> str:
    """How a person reaches the portal: the public address if one is set, else where we listen."""
    if settings.public_url is not None:
        return settings.public_url.rstrip("/")
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    scheme = "http" if settings.tls_cert is None else "https"
    return f"{scheme}://{host}:{door.getsockname()[1]}"


def _config(settings: Settings, desk: Desk) -> uvicorn.Config:
    app = build(desk.house)
    config = uvicorn.Config(
        BehindProxy(app) if settings.behind_proxy else app,
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=True,
        proxy_headers=False,
        ssl_certfile=settings.tls_cert,
        ssl_keyfile=settings.tls_key,
        timeout_graceful_shutdown=GRACE_S,
        http=BoundedProtocol,
    )
    config.load()
    if config.ssl is not None:
        config.ssl.minimum_version = ssl.TLSVersion.TLSv1_3
    return config


def warm_up(edition: Edition, now: datetime) -> None:
    """Answer one question to nobody, so that the first person does not wait for word lists to be read."""
    answer(edition, Query("身份证丢了", now))


async def serve(settings: Settings, place: Place, door: socket.socket, *, ready: Ready) -> None:
    """Serve until SIGINT, SIGTERM or SIGHUP, then finish the requests in hand.

    Args:
        settings: what the operator chose.
        place: an open place.
        door: the listening socket.
        ready: called with the desk and its address once people can come in.
    """
    async with open_desk(settings, place, with_worker=settings.embedded_worker) as desk:

        async def tell_ready() -> None:
            await ready(desk, address_of(settings, door))
            warming.append(asyncio.create_task(asyncio.to_thread(warm_up, desk.house.edition(), read_clock())))

        warming: list[asyncio.Task[None]] = []

        server = _Server(_config(settings, desk), stopping=desk.house.live.close, ready=tell_ready)
        work = asyncio.create_task(desk.work.run(), name="background")
        try:
            await server.serve(sockets=[door])
        finally:
            await _end(work)


async def work(settings: Settings, place: Place, *, ready: Callable[[], None]) -> None:
    """Do background work until SIGINT, SIGTERM or SIGHUP; a batch in hand is finished or rolled back."""
    async with open_desk(settings, place, with_worker=True) as desk:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in _SIGNALS:
            loop.add_signal_handler(number, stop.set)
        running = asyncio.create_task(desk.work.run(), name="background")
        ready()
        await stop.wait()
        await _end(running)


async def _end(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
