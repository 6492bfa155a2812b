"""A typed reply to the desk's own question, as the answer to that input: 深圳, 28, 是的, 不知道."""

import re
from collections.abc import Callable
from datetime import date
from typing import Final

from changming.guidance.knowledge import DONT_KNOW, InputKind, Question
from changming.guidance.triage import NUMBER, Reading, Signals, as_number, find_dates

_UNKNOWN: Final = re.compile(
    r"不知道|不清楚|不确定|不晓得|不记得|忘了|没想好|说不准|don't know|not sure|no idea|unknown"
)
_NO: Final = re.compile(r"^(?:不(?!错)|没|否|未|非|无|no\b|nope|not\b|never)|不是|没有|不用|不需要|没按|不在")
_YES: Final = re.compile(r"^(?:是|对|有|嗯|恩|要|好|行|可以|需要|在|按过|没错|当然|yes|yeah|yep|right|correct|true)")
_NUMBER: Final = re.compile(rf"(?<![0-9])(?:{NUMBER})")
_SHORT: Final = 16
_SHORTEST_OPTION: Final = 2


def read_reply(question: Question, reading: Reading, signals: Signals, today: date) -> str | None:
    """The value that the text gives for the question's input, or None when it answers something else."""
    said = reading.text.strip()
    if not said or len(said) > 3 * _SHORT:
        return None
    if _UNKNOWN.search(said) and len(said) <= _SHORT:
        return DONT_KNOW
    readers: dict[InputKind, Callable[[], str | None]] = {
        InputKind.REGION: lambda: signals.place.code if signals.place is not None else None,
        InputKind.DATE: lambda: _date(said, today),
        InputKind.INT: lambda: _number(said, signals),
        InputKind.BOOL: lambda: _yes_or_no(said),
        InputKind.ENUM: lambda: _option(question, said),
    }
    return readers[question.kind]()


def _date(said: str, today: date) -> str | None:
    return next((hit.value.isoformat() for hit in find_dates(said, today) if not hit.past), None)


def _number(said: str, signals: Signals) -> str | None:
    if signals.age is not None:
        return str(signals.age)
    numbers = [as_number(hit[0]) for hit in _NUMBER.finditer(said)]
    known = [number for number in numbers if number is not None]
    return str(known[0]) if len(known) == 1 and len(said) <= _SHORT else None


def _yes_or_no(said: str) -> str | None:
    if len(said) > _SHORT:
        return None
    if _NO.search(said):
        return "false"
    return "true" if _YES.search(said) else None


def _option(question: Question, said: str) -> str | None:
    """The option that the text names: by its number, by all of its words, or by the longest run of them."""
    for number, value in enumerate(question.values, start=1):
        if said in (value, str(number)):
            return value
    rated = [
        (_shared(said, words.lower()), value) for words, value in zip(question.options, question.values, strict=True)
    ]
    rated.sort(reverse=True)
    if not rated or rated[0][0] < _SHORTEST_OPTION:
        return None
    return rated[0][1] if len(rated) == 1 or rated[0][0] > rated[1][0] else None


def _shared(said: str, words: str) -> int:
    """The length of the longest run of characters that both have."""
    best = 0
    for start in range(len(said)):
        while start + best < len(said) and said[start : start + best + 1] in words:
            best += 1
    return best
