from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from changming.guidance.answers import Query, answer
from changming.kernel.messages import Lang
from changming.web import House, asking
from changming.web.asking import MOST_TURNS, Known, ask


async def test_an_answer_looks_back_on_the_newest_questions_only(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Query] = []
    real: Callable[..., Any] = answer

    def watched(edition: Any, query: Query) -> Any:
        seen.append(query)
        return real(edition, query)

    monkeypatch.setattr(asking, "answer", watched)
    said = tuple(f"第 {number} 问：护照怎么换？" for number in range(100))
    ask(house, "那要多少钱？", Known(said), lang=Lang.ZH, now=datetime(2026, 11, 21, tzinfo=UTC))
    assert (seen[0].text, seen[0].turns) == ("那要多少钱？", said[-MOST_TURNS + 1 :])
