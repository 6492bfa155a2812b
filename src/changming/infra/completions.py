"""A language model behind an OpenAI-compatible endpoint: a guest that gets three seconds and is never waited for."""

import asyncio
from collections.abc import Sequence
from typing import Any, Final

import httpx
import msgspec
import structlog
from prometheus_client import Counter

LIMIT_S: Final = 3.0
"""From the first byte sent to the last one read."""
_LARGEST: Final = 256 * 1024
_MISSES: Final = 3
_REST_S: Final = 30.0
"""After so many misses in a row nobody asks it for so long, so that a dead model slows down no page."""
_BROKEN: Final = (
    TimeoutError,
    httpx.HTTPError,
    httpx.InvalidURL,
    msgspec.MsgspecError,
    LookupError,
    TypeError,
    ValueError,
    RecursionError,  # JSON nested without end
)
_log: Final = structlog.get_logger()
_ASKED: Final = Counter("changming_model_requests", "Requests to the language model.", ("outcome",))


class Completions:
    """``POST …/chat/completions`` of one model.

    Args:
        url: the endpoint's base, such as ``https://model.example/v1``.
        model: the model's name there.
        key: bearer token, or None.
        limit_s: seconds for one request, whatever the other side does.
    """

    def __init__(self, url: str, model: str, key: str | None, *, limit_s: float = LIMIT_S) -> None:
        self._url = url.rstrip("/") + "/chat/completions"
        self._model = model
        # Packed words could unfold to any size before they are counted.
        self._headers = {"Accept-Encoding": "identity"}
        if key is not None:
            self._headers["Authorization"] = f"Bearer {key}"
        self._limit_s = limit_s
        self._missed = 0
        self._rests_until = 0.0

    async def find_completion(self, messages: Sequence[dict[str, str]]) -> str | None:
        """The model's words, or None: too slow, unreachable, an error, too long, or no words at all."""
        loop = asyncio.get_running_loop()
        if loop.time() < self._rests_until:
            _ASKED.labels("resting").inc()
            return None
        try:
            async with asyncio.timeout(self._limit_s):
                said = await self._ask(messages)
        except _BROKEN as broken:
            said = None
            _log.warning("model_missed", kind=type(broken).__name__)  # the kind alone: its text may quote the request
        self._missed = 0 if said else self._missed + 1
        if self._missed >= _MISSES:
            self._missed, self._rests_until = 0, loop.time() + _REST_S
        _ASKED.labels("said" if said else "missed").inc()
        return said or None

    async def _ask(self, messages: Sequence[dict[str, str]]) -> str | None:
        asked = {"model": self._model, "messages": list(messages), "temperature": 0, "stream": False}
        # No proxy and no credentials from the environment, no redirects: the words go where the operator said.
        async with httpx.AsyncClient(trust_env=False, follow_redirects=False, timeout=self._limit_s) as client:
            request = client.build_request("POST", self._url, json=asked, headers=self._headers)
            answer = await client.send(request, stream=True)
            try:
                answer.raise_for_status()
                body = bytearray()
                async for piece in answer.aiter_raw():
                    body += piece
                    if len(body) > _LARGEST:
                        return None
            finally:
                await answer.aclose()
        read: Any = msgspec.json.decode(bytes(body))
        said = read["choices"][0]["message"]["content"]
        return said if isinstance(said, str) else None
