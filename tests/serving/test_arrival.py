"""Requests that never end, over a real socket."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import uvicorn
from uvicorn.server import ServerState

from changming.infra.http import BoundedProtocol

HEAD = b"POST / HTTP/1.1\r\nHost: desk.test\r\n"


class Hasty(BoundedProtocol):
    within_s = 0.3


async def echo_length(scope: Any, receive: Any, send: Any) -> None:
    """Answers with the length of the body."""
    assert scope["type"] == "http"
    length, more = 0, True
    while more:
        message = await receive()
        length, more = length + len(message.get("body", b"")), message.get("more_body", False)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": str(length).encode()})


@asynccontextmanager
async def door(protocol: type[BoundedProtocol]) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A connection to a server that speaks ``protocol``."""
    config = uvicorn.Config(echo_length, http=protocol, lifespan="off", log_config=None, access_log=False)
    config.load()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: protocol(config=config, server_state=ServerState(), app_state={}), "127.0.0.1", 0
    )
    async with server:
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        try:
            yield reader, writer
        finally:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()


async def until_hung_up(reader: asyncio.StreamReader) -> bytes:
    async with asyncio.timeout(5):
        try:
            return await reader.read()
        except ConnectionResetError:
            return b""


async def test_headers_without_end_are_hung_up_on() -> None:
    async with door(BoundedProtocol) as (reader, writer):
        writer.write(HEAD + b"X-Long: " + b"a" * 200_000)
        assert await until_hung_up(reader) == b""


async def test_trailers_without_end_are_hung_up_on() -> None:
    async with door(BoundedProtocol) as (reader, writer):
        writer.write(HEAD + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX-Long: " + b"a" * 200_000)
        assert await until_hung_up(reader) == b""


async def test_who_never_comes_to_the_end_is_hung_up_on() -> None:
    for beginning in (b"", HEAD, HEAD + b"Content-Length: 5\r\n\r\nab"):
        async with door(Hasty) as (reader, writer):
            writer.write(beginning)
            assert await until_hung_up(reader) == b""


async def test_blank_lines_keep_no_connection_open() -> None:
    async with door(Hasty) as (reader, writer):
        writer.write(HEAD + b"Content-Length: 0\r\n\r\n")
        await reader.readuntil(b"0\r\n\r\n")

        async def dribble() -> None:
            while not writer.is_closing():
                writer.write(b"\r\n")
                await asyncio.sleep(0.05)

        dribbling = asyncio.create_task(dribble())
        assert await until_hung_up(reader) == b""
        dribbling.cancel()


async def test_large_bodies_and_many_requests_pass() -> None:
    async with door(Hasty) as (reader, writer):
        for _ in range(3):
            await asyncio.sleep(0.2)
            writer.write(HEAD + b"Content-Length: 500000\r\n\r\n" + b"a" * 500_000)
            assert b"500000" in await reader.readuntil(b"0\r\n\r\n")
