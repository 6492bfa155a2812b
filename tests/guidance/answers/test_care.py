"""Somebody in despair or danger is answered first, with whom to call; who only talks that way is served."""

import re
import tomllib
from datetime import datetime
from pathlib import Path

import pytest

from changming.guidance.answers import Query, answer
from changming.guidance.knowledge import Edition

CASES = tomllib.loads((Path(__file__).parent / "care_cases.toml").read_text(encoding="utf-8"))
CALLS = re.compile(r"(?<!\d)(?:110|120|12356)(?!\d)")


def _cared_for(shipped: Edition, text: str, asked_at: datetime) -> bool:
    rule = answer(shipped, Query(text, asked_at)).triage.because[-1]
    return rule.startswith("care.")


@pytest.mark.parametrize("text", CASES["in_need"])
def test_a_person_in_need_is_told_whom_to_call(shipped: Edition, asked_at: datetime, text: str) -> None:
    assert _cared_for(shipped, text, asked_at)
    assert CALLS.search(answer(shipped, Query(text, asked_at)).answer.text)


@pytest.mark.parametrize("text", CASES["not_in_need"])
def test_who_only_talks_that_way_is_served(shipped: Edition, asked_at: datetime, text: str) -> None:
    assert not _cared_for(shipped, text, asked_at)
