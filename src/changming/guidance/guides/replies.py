"""What somebody typed or tapped as the answer to one question, read kindly: what is wrong, and what to choose."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final

from changming.guidance.knowledge import DONT_KNOW, Input, InputKind, in_range, read_answer
from changming.guidance.triage import NUMBER, NamedPlace, as_number, find_dates, look_up_places, read
from changming.kernel.instants import parse_date

_LONGEST: Final = 60
_NUMBER: Final = re.compile(rf"(?<![0-9.])-?(?:{NUMBER})(?![0-9.])")


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer in the form that the pack reads."""

    value: str


@dataclass(frozen=True, slots=True)
class Misread:
    """Why the text is no answer: ``code`` is the last part of a text ``guide.wrong.<code>``; it names no answer.

    ``low`` and ``high`` are the bounds of a number or date; ``places`` what an ambiguous name may mean.
    """

    code: str
    low: int | date | None = None
    high: int | date | None = None
    places: tuple[NamedPlace, ...] = ()


def read_typed(asked: Input, typed: str, *, today: date) -> Reply | Misread:
    """The answer that the text gives to this question. ``unknown`` is always an answer."""
    plain = typed.strip()
    if plain == DONT_KNOW:
        return Reply(DONT_KNOW)
    if not plain:
        return Misread("empty")
    if len(plain) > _LONGEST:
        return Misread("too_long")
    readers: dict[InputKind, Callable[[], Reply | Misread]] = {
        InputKind.INT: lambda: _number(asked, plain),
        InputKind.DATE: lambda: _date(asked, plain, today),
        InputKind.REGION: lambda: _place(asked, plain),
        InputKind.BOOL: lambda: _option(asked, plain),
        InputKind.ENUM: lambda: _option(asked, plain),
    }
    return readers[asked.kind]()


def _number(asked: Input, plain: str) -> Reply | Misread:
    found = [hit[0] for hit in _NUMBER.finditer(read(plain).text)]
    if len(found) != 1:
        return Misread("number", asked.low, asked.high)
    number = as_number(found[0].lstrip("-"))
    if number is None:
        return Misread("number", asked.low, asked.high)
    signed = -number if found[0].startswith("-") else number
    return Reply(str(signed)) if in_range(signed, asked) else Misread("number_range", asked.low, asked.high)


def _date(asked: Input, plain: str, today: date) -> Reply | Misread:
    try:
        found = parse_date(plain)
    except ValueError:
        hits = find_dates(read(plain).text, today)
        if not hits:
            return Misread("date")
        found = hits[0].value
    return Reply(found.isoformat()) if in_range(found, asked) else Misread("date_range", asked.low, asked.high)


def _place(asked: Input, plain: str) -> Reply | Misread:
    if _understood(asked, plain):
        return Reply(plain)  # a code: one of the places that were offered
    places = look_up_places(plain)
    if not places:
        return Misread("place")
    return Reply(places[0].code) if len(places) == 1 else Misread("place_which", places=places)


def _option(asked: Input, plain: str) -> Reply | Misread:
    return Reply(plain) if _understood(asked, plain) else Misread("option")


def _understood(asked: Input, plain: str) -> bool:
    try:
        read_answer(asked, plain)
    except ValueError:
        return False
    return True
