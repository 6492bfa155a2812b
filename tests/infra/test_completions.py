"""A model that lies is judged elsewhere; one that stalls, breaks or floods never reaches anybody."""

import asyncio
import gzip
from typing import Any

import pytest
from tests.endpoint import Endpoint, answer, completion, endpoint, says

from changming.infra.completions import Completions

ASKED = [{"role": "user", "content": "工本费每本 120 元。[[1]]"}]


async def test_the_words_of_the_model_come_back() -> None:
    async with endpoint(says(lambda _: "好的。[[1]]")) as model:
        assert await Completions(model.url + "/", "small", "a-key").find_completion(ASKED) == "好的。[[1]]"
        head, body = model.asked[0]
        assert head.startswith("POST /v1/chat/completions ")
        assert "authorization: bearer a-key" in head.lower()
        assert (body["model"], body["messages"], body["stream"]) == ("small", ASKED, False)


async def _stalls(_: Endpoint, __: asyncio.StreamWriter, ___: dict[str, Any]) -> None:
    await asyncio.sleep(30)


async def _drips(_: Endpoint, writer: asyncio.StreamWriter, __: dict[str, Any]) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")
    while True:
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.02)


async def _floods(_: Endpoint, writer: asyncio.StreamWriter, __: dict[str, Any]) -> None:
    await answer(writer, completion("长" * 400_000))


async def _fails(_: Endpoint, writer: asyncio.StreamWriter, __: dict[str, Any]) -> None:
    await answer(writer, completion("好的。[[1]]"), status="500 Broken")


async def _sends_on(found: Endpoint, writer: asyncio.StreamWriter, __: dict[str, Any]) -> None:
    await answer(writer, b"", status="307 Over There", more=f"Location: {found.url}/chat/completions\r\n")


async def _hangs_up(_: Endpoint, writer: asyncio.StreamWriter, __: dict[str, Any]) -> None:
    writer.close()


async def _is_no_json(_: Endpoint, writer: asyncio.StreamWriter, __: dict[str, Any]) -> None:
    await answer(writer, b"<html>welcome</html>")


async def _has_another_shape(_: Endpoint, writer: asyncio.StreamWriter, __: dict[str, Any]) -> None:
    await answer(writer, b'{"choices": {"0": 1}}')


async def _nests_without_end(_: Endpoint, writer: asyncio.StreamWriter, __: dict[str, Any]) -> None:
    await answer(writer, b"[" * 200_000)


async def _packs(_: Endpoint, writer: asyncio.StreamWriter, __: dict[str, Any]) -> None:
    """Packed words are not asked for and never unfolded: a few bytes could be a gigabyte."""
    await answer(writer, gzip.compress(completion("好的。[[1]]")), more="Content-Encoding: gzip\r\n")


@pytest.mark.parametrize(
    "behave",
    [_floods, _fails, _sends_on, _hangs_up, _is_no_json, _has_another_shape,
     _nests_without_end, _packs, says(lambda _: None), says(lambda _: ""), says(lambda _: ["好的。[[1]]"])],
)  # fmt: skip
async def test_whatever_breaks_there_are_no_words(behave: Any) -> None:
    async with endpoint(behave) as model:
        assert await Completions(model.url, "small", None, limit_s=30).find_completion(ASKED) is None
        assert len(model.asked) == 1
        assert "authorization" not in model.asked[0][0].lower()


@pytest.mark.parametrize("behave", [_stalls, _drips])
async def test_nobody_waits_for_words_that_do_not_come(behave: Any) -> None:
    async with endpoint(behave) as model:
        assert await Completions(model.url, "small", None, limit_s=0.5).find_completion(ASKED) is None


async def test_nobody_there() -> None:
    async with endpoint(says(lambda _: "x")) as model:
        url = model.url
    assert await Completions(url, "small", None, limit_s=0.5).find_completion(ASKED) is None


async def test_after_three_misses_it_is_left_alone_for_a_while() -> None:
    async with endpoint(_fails) as model:
        completions = Completions(model.url, "small", None, limit_s=30)
        for _ in range(5):
            assert await completions.find_completion(ASKED) is None
        assert len(model.asked) == 3
