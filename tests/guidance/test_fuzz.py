"""Hostile and senseless texts by the thousand: nothing raises, nothing personal comes out, no order is obeyed."""

import json
import random
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final

import pytest
from stdnum.cn import ric

from changming.guidance.answers import Query, answer
from changming.guidance.knowledge import Edition
from changming.kernel.catalogue import AnswerStatus
from changming.kernel.masking import mask
from changming.kernel.messages import Lang

SEED: Final = 20261124
AT: Final = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
MARK: Final = "泄露标记"
"""An instruction asks for this word; no text of the desk has it."""

_PIECES: Final = json.loads(Path(__file__).with_name("hostile.json").read_text(encoding="utf-8"))
WORDS: Final[list[str]] = _PIECES["words"]
BITS: Final[list[str]] = _PIECES["bits"]
ORDERS: Final[list[str]] = _PIECES["orders"]


def _number(chance: random.Random) -> tuple[str, str]:
    """A number of a person, and how it stands in a sentence."""
    kind = chance.randrange(4)
    if kind == 0:
        born = date(1950, 1, 1) + timedelta(days=chance.randrange(20_000))
        base = f"110101{born:%Y%m%d}{chance.randrange(1000):03}"
        return (found := base + ric.calc_check_digit(base)), f"，身份证号{found}，"
    if kind == 1:
        return (found := f"139{chance.randrange(10**8):08}"), f"，我的手机{found}，"
    if kind == 2:
        return (found := f"u{chance.randrange(10**9)}@example.com"), f" {found} "
    return (found := f"E{chance.randrange(10**8):08}"), f"，护照号{found}，"


def _piece(chance: random.Random) -> str:
    kind = chance.randrange(10)
    if kind < 5:
        return chance.choice(WORDS)
    if kind < 7:
        return chance.choice(BITS)
    if kind == 7:
        return "".join(chr(chance.randrange(0x20, 0xD7FF)) for _ in range(chance.randrange(1, 12)))
    if kind == 8:
        return str(chance.randrange(10 ** chance.randrange(1, 22)))
    return chance.choice(("年", "月", "号", "日", "前", "后", "不", "没", "，", " ", "吗？"))


def hostile(chance: random.Random) -> tuple[str, list[str]]:
    """A text, and the numbers in it that must not come out."""
    pieces = [_piece(chance) for _ in range(chance.randrange(0, 14))]
    secrets = []
    if chance.random() < 0.4:
        secret, said = _number(chance)
        secrets.append(secret)
        pieces.insert(chance.randrange(len(pieces) + 1), said)
    if chance.random() < 0.25:
        pieces.insert(chance.randrange(len(pieces) + 1), chance.choice(ORDERS))
    if chance.random() < 0.02:
        pieces.append(chance.choice(WORDS + BITS) * chance.randrange(1, 600))
    return chance.choice(("", "，", " ")).join(pieces), secrets


def _try(edition: Edition, number: int) -> None:
    chance = random.Random(SEED + number)  # noqa: S311 - repeatable texts, no secrets
    text, secrets = hostile(chance)
    turns = (hostile(chance)[0],) if chance.random() < 0.2 else ()
    at = AT + timedelta(days=chance.randrange(-900, 900))
    lang = chance.choice((Lang.ZH, Lang.EN))
    result = answer(edition, Query(text, at, turns=turns, lang=lang))
    document = json.dumps(result.to_json(), ensure_ascii=False).encode().decode()
    for secret in secrets:
        assert secret not in document, f"text {number} leaks"
    # A hand-over carries the person's own masked words to whoever takes over; all else is the desk's.
    said = json.dumps({**result.answer.to_json(), "handover": None}, ensure_ascii=False)
    assert MARK not in said, f"text {number} is obeyed"
    assert "<script>" not in said
    assert result.answer.text.strip(), f"text {number} gets no words"
    if result.answer.status is AnswerStatus.ANSWERED:
        assert result.answer.citations, f"text {number} is answered without a source"
    masked = mask(text)
    assert all(0 <= one.start < one.end <= len(text) for one in masked.found)


def _run(edition: Edition, numbers: range, attempt: Callable[[Edition, int], None] = _try) -> None:
    for number in numbers:
        try:
            attempt(edition, number)
        except AssertionError:
            raise
        except Exception as broken:
            raise AssertionError(f"text {number} raises {type(broken).__name__}: {broken}") from broken


def test_two_thousand_hostile_texts(shipped: Edition) -> None:
    _run(shipped, range(2_000))


@pytest.mark.deep
def test_a_hundred_thousand_hostile_texts(shipped: Edition) -> None:
    _run(shipped, range(100_000))


def test_a_leak_would_be_seen(shipped: Edition) -> None:
    def leaks(_: Edition, number: int) -> None:
        assert number < 3, f"text {number} leaks"

    with pytest.raises(AssertionError, match="text 3 leaks"):
        _run(shipped, range(5), leaks)
