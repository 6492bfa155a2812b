"""A language model of the tests' own: an OpenAI-compatible endpoint on loopback that behaves as it is told."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

Behaviour = Callable[["Endpoint", asyncio.StreamWriter, dict[str, Any]], Any]


@dataclass(slots=True)
class Endpoint:
    """``url`` to give to the desk, ``behave`` to change, ``asked`` for what arrived: headers and body."""

    behave: Behaviour
    url: str = ""
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    @property
    def sentences(self) -> list[str]:
        """The marked sentences of the last request, in order."""
        words = self.asked[-1][1]["messages"][-1]["content"]
        return [line for line in words.split("\n") if line.endswith("]]")]


def completion(words: object) -> bytes:
    return json.dumps({"choices": [{"message": {"role": "assistant", "content": words}}]}, ensure_ascii=False).encode()


async def answer(writer: asyncio.StreamWriter, body: bytes, *, status: str = "200 OK", more: str = "") -> None:
    lines = (
        f"HTTP/1.1 {status}",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        "Connection: close",
    )
    writer.write(("\r\n".join(lines) + f"\r\n{more}\r\n").encode() + body)
    await writer.drain()


def says(words: Callable[[Endpoint], object]) -> Behaviour:
    """Answers with what ``words`` makes of the request."""

    async def behave(endpoint: Endpoint, writer: asyncio.StreamWriter, _: dict[str, Any]) -> None:
        await answer(writer, completion(words(endpoint)))

    return behave


@asynccontextmanager
async def endpoint(behave: Behaviour) -> AsyncIterator[Endpoint]:
    """Serves until the context is left."""
    found = Endpoint(behave)

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            length = next(int(line.split(":")[1]) for line in head.lower().splitlines() if "content-length" in line)
            body = json.loads(await reader.readexactly(length))
            found.asked.append((head, body))
            await found.behave(found, writer, body)
        except (ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    found.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
    try:
        yield found
    finally:
        server.close()
