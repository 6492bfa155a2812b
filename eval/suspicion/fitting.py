"""Logistic regression over signs, in plain Python: the same lines and seed give the same weights."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from math import exp, log1p, sqrt
from random import Random
from typing import Final

from eval.suspicion.lines import Line

from changming.guidance.answers.suspicion import Bounds, Weights

SEED: Final = 20261123
KEPT: Final = 14_000
"""Signs with a weight; more of them made the file large and the figures no better."""
_SEEN: Final = 2
_PASSES: Final = 8
_STEP: Final = 1.0
_SHRINK: Final = 1e-4
_BEGIN: Final = 0.1
_COUNTS: Final = {"packs": 0.5, "cases": 2.0}
"""A phrasing of a pack counts half: there are many, and they are easy. A case of a test has to come out right."""
_FAR: Final = 35.0
_A_LINE: Final = 14
"""Signs on a line of the file."""
NO_BOUNDS: Final = Bounds(0, 0, 0)


def fit(lines: Sequence[Line], *, kept: int = KEPT) -> Weights:
    """The weights of the signs that tell requests from the rest: fitted to all, then again to the ``kept`` heaviest."""
    seen = Counter(sign for line in lines for sign in line.signs)
    often = sorted(sign for sign, times in seen.items() if times >= _SEEN)
    found, _ = _descend(lines, often)
    heaviest = sorted(often, key=lambda sign: (-abs(found[sign]) * log1p(seen[sign]), sign))[:kept]
    weights, bias = _descend(lines, sorted(heaviest))
    rounded = {sign: round(100 * weight) for sign, weight in weights.items()}
    return Weights(round(100 * bias), NO_BOUNDS, {sign: weight for sign, weight in rounded.items() if weight})


def _descend(lines: Sequence[Line], signs: Sequence[str]) -> tuple[dict[str, float], float]:
    """AdaGrad with a little shrinking, one line a step, in an order that the seed gives."""
    number = {sign: place for place, sign in enumerate(signs)}
    rows = [[number[sign] for sign in sorted(line.signs) if sign in number] for line in lines]
    shares = [1 / sqrt(max(len(row), 1)) for row in rows]
    weights, slopes = [0.0] * len(signs), [_BEGIN] * len(signs)
    bias, bias_slope = 0.0, 1.0
    order, random = list(range(len(lines))), Random(SEED)  # noqa: S311 - an order to learn in, nothing secret
    for _ in range(_PASSES):
        random.shuffle(order)
        for index in order:
            row, share = rows[index], shares[index]
            sums = bias + share * sum([weights[place] for place in row])
            miss = 1 / (1 + exp(-max(sums, -_FAR))) - lines[index].asks
            miss *= _COUNTS.get(lines[index].source, 1.0)
            bias_slope += miss * miss
            bias -= _STEP * miss / sqrt(bias_slope)
            miss *= share
            for place in row:
                slopes[place] += miss * miss
                weights[place] -= _STEP * (miss + _SHRINK * weights[place]) / sqrt(slopes[place])
    return dict(zip(signs, weights, strict=True)), bias


def written(weights: Weights) -> str:
    """The file that ``read_weights`` reads: heaviest signs first, each weight once or on lines of a readable length."""
    grouped: dict[int, list[str]] = defaultdict(list)
    for sign, weight in sorted(weights.of.items()):
        grouped[weight].append(sign)
    rows = [f"bias\t{weights.bias}", *(f"{name}\t{value}" for name, value in weights.bounds._asdict().items())]
    for weight, signs in sorted(grouped.items(), key=lambda one: (-abs(one[0]), one[0])):
        rows += [f"{weight}\t{' '.join(signs[at : at + _A_LINE])}" for at in range(0, len(signs), _A_LINE)]
    return "\n".join(rows) + "\n"
