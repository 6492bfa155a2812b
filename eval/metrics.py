"""Figures: shares with their uncertainty, coverage at a precision, precision and recall."""

from collections.abc import Iterable, Sequence
from math import sqrt
from typing import NamedTuple

Z95 = 1.959963984540054
"""The standard normal quantile for a two-sided interval of 95 %."""


class Interval(NamedTuple):
    """A confidence interval of a share."""

    low: float
    high: float


class Coverage(NamedTuple):
    """How much may be answered when only the surest answers are given.

    Attributes:
        share: answered, of all questions.
        right: right among the answered.
        answered: how many that is.
        threshold: the confidence from which answers are given.
    """

    share: float
    right: int
    answered: int
    threshold: float


def ratio(part: int, whole: int) -> float:
    """The share, 1 where there is nothing to be wrong about."""
    return part / whole if whole else 1.0


def wilson(right: int, total: int, *, z: float = Z95) -> Interval:
    """The score interval of a share (E. B. Wilson, 1927); the whole range where nothing was counted."""
    if not total:
        return Interval(0.0, 1.0)
    share = right / total
    scale = 1 + z * z / total
    middle = (share + z * z / (2 * total)) / scale
    half = z * sqrt(share * (1 - share) / total + z * z / (4 * total * total)) / scale
    return Interval(max(0.0, middle - half), min(1.0, middle + half))


def coverage_at(answers: Iterable[tuple[float, bool]], *, asked: int, precision: float) -> Coverage:
    """The largest share of ``asked`` that can be answered at the precision, taking the surest answers first.

    Args:
        answers: confidence and whether it was right, of every question that was answered.
        asked: all questions, also those without an answer.
        precision: the least share of right ones among the answered.
    """
    ordered = sorted(answers, reverse=True, key=lambda one: one[0])
    best = Coverage(0.0, 0, 0, 1.0)
    right = 0
    for count, (confidence, good) in enumerate(ordered, start=1):
        right += good
        level_ends = count == len(ordered) or ordered[count][0] < confidence
        if level_ends and right >= precision * count:
            best = Coverage(ratio(count, asked), right, count, confidence)
    return best


class Overlap(NamedTuple):
    """Where two stretches meet: the share of the first that is covered, and how far the second reaches beyond it."""

    covered: float
    beyond: int


def overlap(gold: Sequence[int], found: Sequence[int]) -> Overlap:
    """How far ``found`` (start, end) covers ``gold`` (start, end)."""
    common = max(0, min(gold[1], found[1]) - max(gold[0], found[0]))
    return Overlap(ratio(common, gold[1] - gold[0]), found[1] - found[0] - common)
