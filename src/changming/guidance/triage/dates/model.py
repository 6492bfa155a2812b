from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from re import Match, Pattern
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class FoundDate:
    """A date at ``[start, end)`` of the text that was read.

    ``earliest`` is the soonest reading of an ambiguous word (下周三 may mean the coming Wednesday); urgency uses it.
    ``past``: the words speak of the past. ``provisional``: it rests on working days whose holidays are not announced.
    """

    value: date
    start: int
    end: int
    rule: str
    earliest: date
    past: bool = False
    provisional: bool = False


class Reached(NamedTuple):
    """What a rule makes of a match."""

    value: date
    earliest: date | None = None
    past: bool = False
    provisional: bool = False


class DateRule(NamedTuple):
    """A rule: its id, its pattern, and what a match means on the day it is read. None: no date after all."""

    id: str
    pattern: Pattern[str]
    reach: Callable[[Match[str], date], Reached | None]
