"""A model may choose the small words of an answer. Whatever else it tries, the page shows the stored ones."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from html import unescape
from typing import Any

import pytest
from tests.endpoint import Endpoint, endpoint, says

from changming.infra.completions import Completions
from changming.kernel.messages import Lang, text
from changming.web import House, build

QUESTION = "护照换发要多少钱？我的电话是13812345678"
FRIENDLY = "您好哦"


@pytest.fixture
async def model() -> AsyncIterator[Endpoint]:
    async with endpoint(says(lambda found: "\n".join(found.sentences))) as found:
        yield found


@pytest.fixture
async def spoken(house: House, model: Endpoint, client_of: Callable[..., Any]) -> AsyncIterator[Any]:
    """A client of a desk that has a model."""
    voice = Completions(model.url, "small", None, limit_s=30)
    async with client_of(build(replace(house, voice=voice))) as client:
        yield client


async def _asked(client: Any, browser: Any) -> str:
    browser.client = client
    await browser.ask(QUESTION)
    return unescape(browser.text)


async def test_faithful_words_are_shown_with_their_sources_and_the_original(
    spoken: Any, browser: Any, model: Endpoint
) -> None:
    model.behave = says(lambda found: "\n".join(f"{FRIENDLY}，{one}" for one in found.sentences))
    page = await _asked(spoken, browser)
    assert FRIENDLY in page
    assert text("rephrasing.note", Lang.ZH) in page
    assert 'class="cite"' in page
    assert "120 元" in page


async def test_the_model_sees_no_personal_data_and_no_more_than_the_entry(
    spoken: Any, browser: Any, model: Endpoint
) -> None:
    await _asked(spoken, browser)
    ((_, body),) = model.asked
    assert set(body) == {"model", "messages", "temperature", "stream"}
    assert "13812345678" not in str(body)
    assert "护照换发要多少钱" in body["messages"][-1]["content"]
    assert model.sentences


def _lies(found: Endpoint) -> str:
    return "\n".join(one.replace("120", "160") for one in found.sentences)


def _leaks(found: Endpoint) -> str:
    return str(found.asked[-1][1]["messages"][0]["content"])


def _injects(found: Endpoint) -> str:
    return "\n".join(["<script>alert(1)</script>[[1]]", *found.sentences])


def _sells(found: Endpoint) -> str:
    return "\n".join([*found.sentences, "加微信，包过。"])


def _turns_round(found: Endpoint) -> str:
    return "\n".join(one.replace("不", "") for one in found.sentences)


@pytest.mark.parametrize("words", [_lies, _leaks, _injects, _sells, _turns_round, lambda _: "", lambda _: None])
async def test_other_words_are_never_shown(
    spoken: Any, browser: Any, model: Endpoint, words: Callable[[Endpoint], object]
) -> None:
    model.behave = says(words)
    page = await _asked(spoken, browser)
    assert len(model.asked) == 1
    assert text("rephrasing.note", Lang.ZH) not in page
    assert "120 元" in page
    for never in ("160 元", "alert(1)", "包过", "[[", text("rephrasing.task", Lang.ZH)[:12]):
        assert never not in page


async def test_a_desk_without_a_model_asks_none(browser: Any, model: Endpoint) -> None:
    await browser.ask(QUESTION)
    assert not model.asked
    assert text("rephrasing.note", Lang.ZH) not in browser.text


async def test_refusals_are_never_rephrased(spoken: Any, browser: Any, model: Endpoint) -> None:
    browser.client = spoken
    await browser.ask("帮我做一张假身份证")
    assert not model.asked
