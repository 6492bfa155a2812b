"""What a question is after (how much, how long, what to bring, where, online, by somebody else, how long it holds).

The statement that says it comes first, so that the first sentence answers what was asked.
"""

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import Final, NamedTuple

from changming.guidance.knowledge import Statement


class _Aspect(NamedTuple):
    """``asks``: the question's words; ``ids``: how packs name such a statement; ``says``: what stands in it."""

    name: str
    asks: re.Pattern[str]
    ids: re.Pattern[str]
    says: re.Pattern[str]


MATERIALS: Final = "materials"


@cache
def _aspects() -> tuple[_Aspect, ...]:
    raw = tomllib.loads(resources.files(__package__).joinpath("data/aspects.toml").read_text(encoding="utf-8"))
    return tuple(
        _Aspect(name, re.compile("|".join(one["asks"])), re.compile(one["ids"]), re.compile(one["says"]))
        for name, one in raw.items()
    )


def aspects_of(asked: str) -> tuple[str, ...]:
    """The names of what a question (plain form) is after, in no order of weight."""
    return tuple(aspect.name for aspect in _aspects() if aspect.asks.search(asked))


def to_the_point(statements: Sequence[Statement], asked: str) -> tuple[Statement, ...]:
    """The statements, those first that say what was asked; the rest in the pack's order.

    Named so by the pack weighs most, then the words; what is decided comes before what speaks of both branches.
    """
    wanted = [aspect for aspect in _aspects() if aspect.asks.search(asked)]
    if not wanted:
        return tuple(statements)

    def place(one: Statement) -> tuple[int, int]:
        named = sum(bool(aspect.ids.search(one.id)) for aspect in wanted)
        said = sum(bool(aspect.says.search(one.text)) for aspect in wanted)
        if not (named and said) and not (said and not _named_elsewhere(one)):
            return (0, 0)
        return (-2 * named - said, 0 if one.decided else 1)

    return tuple(sorted(statements, key=place))


def _named_elsewhere(one: Statement) -> bool:
    """The pack names it for another aspect: a limit that mentions a fee is no answer about money."""
    return any(aspect.ids.search(one.id) for aspect in _aspects())
