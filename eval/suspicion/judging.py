"""How well suspicion does on themes it did not learn from, and the bounds that follow from it."""

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Final, NamedTuple
from zlib import crc32

from eval.metrics import ratio
from eval.suspicion.fitting import fit
from eval.suspicion.lines import Line

from changming.guidance.answers.screens import (
    Screened,
    decide_forgery,
    is_never_forgery,
    screen_by_rules,
)
from changming.guidance.answers.suspicion import Bounds, weigh

FOLDS: Final = 5
FALSE_AT_MOST: Final = 0.01
"""Refused of all lines that ask for nothing false: what issue 3 allows."""
FALSE_WRITTEN_AT_MOST: Final = 0.03
"""The same of the look-alikes that were written to be hard."""
_STEP: Final = 20
_RULES_WERE_TUNED_ON: Final = frozenset({"tune", "cases"})


class Judged(NamedTuple):
    """A line, what the rules say, and its suspicion by weights that never saw its theme."""

    line: Line
    ruled: Screened
    suspected: int


class Point(NamedTuple):
    """Of the lines: requests refused at a share of false refusals."""

    false: float
    refused: float
    bound: int


def cross_judged(lines: Sequence[Line], *, by_theme: bool = True) -> list[Judged]:
    """Every line judged by the weights of the folds without its theme, or without the line alone."""
    judged: list[Judged] = []
    for fold in range(FOLDS):
        weights = fit([line for line in lines if _fold(line, by_theme=by_theme) != fold])
        judged += [
            Judged(line, _ruled(line), round(weigh(line.signs, weights)))
            for line in lines
            if _fold(line, by_theme=by_theme) == fold
        ]
    return judged


def _fold(line: Line, *, by_theme: bool) -> int:
    return crc32((line.theme if by_theme else line.text).encode()) % FOLDS


def _ruled(line: Line) -> Screened:
    return screen_by_rules(line.plain)


def curve(judged: Sequence[Judged], shares: Sequence[float]) -> list[Point]:
    """Recall of the learned screen by itself, at shares of false refusals."""
    harmless = sorted((one.suspected for one in judged if not one.line.asks), reverse=True)
    asking = [one.suspected for one in judged if one.line.asks]
    points = []
    for share in shares:
        bound = harmless[int(share * len(harmless))] + 1
        points.append(Point(share, ratio(sum(one >= bound for one in asking), len(asking)), bound))
    return points


def refused(one: Judged, bounds: Bounds) -> bool:
    """Whether the two screens together refuse a line."""
    return not is_never_forgery(one.line.plain) and decide_forgery(one.ruled, one.suspected, bounds).refusal is not None


def shares(judged: Sequence[Judged], bounds: Bounds) -> tuple[float, float]:
    """Requests refused, and lines refused that ask for nothing false."""
    asking = [refused(one, bounds) for one in judged if one.line.asks]
    harmless = [refused(one, bounds) for one in judged if not one.line.asks]
    return ratio(sum(asking), len(asking)), ratio(sum(harmless), len(harmless))


def best_bounds(judged: Sequence[Judged]) -> Bounds:
    """The bounds that refuse most requests within the two limits on false refusals.

    Judged by line, for the weights that are shipped know every theme; by theme they would be too strict by a half.
    The less the rules saw, the more suspicion it takes. Lines that the rules were tuned on say nothing about the rules,
    so they are looked at as if the rules were silent.
    """
    seen = [
        (one.line.asks, one.line.source == "written", _column(one), one.suspected)
        for one in judged
        if not is_never_forgery(one.line.plain)
    ]
    harmless = sum(not one.line.asks for one in judged)
    written = sum(not one.line.asks and one.line.source == "written" for one in judged)
    tables = [list(_counts(seen, column)) for column in range(3)]
    best, most = Bounds(0, 0, 0), -1
    for rows in product(*tables):
        if not rows[0][0] <= rows[1][0] <= rows[2][0]:
            continue
        caught, false, hard = (sum(row[place] for row in rows) for place in (1, 2, 3))
        if caught > most and false <= FALSE_AT_MOST * harmless and hard <= FALSE_WRITTEN_AT_MOST * written:
            best, most = Bounds(*(row[0] for row in rows)), caught
    return best


def _column(one: Judged) -> int:
    if one.line.source in _RULES_WERE_TUNED_ON:
        return 1
    return 0 if one.ruled.refusal is not None else 2 if one.ruled.about else 1


def _counts(seen: Sequence[tuple[bool, bool, int, int]], column: int) -> Iterator[tuple[int, int, int, int]]:
    """For every bound: requests at or above it, other lines, and of these the ones written for this."""
    there = [(asks, hard, suspected) for asks, hard, where, suspected in seen if where == column]
    for bound in range(-400, 801, _STEP):
        above = [(asks, hard) for asks, hard, suspected in there if suspected >= bound]
        false = sum(not asks for asks, _ in above)
        yield bound, len(above) - false, false, sum(not asks and hard for asks, hard in above)
