"""How much a text sounds like a request for false papers: a sum of signed weights, learned and written down.

The rules of ``screens`` know what somebody listed; this counts what requests and look-alikes have in common. Weights
are whole hundredths of log odds in ``data/suspicion_weights.txt``, one line a weight, so that anybody can read why a
text was suspected. They are fitted by ``python -m eval.suspicion`` (docs/reference/screening.md).
"""

from functools import cache, lru_cache
from importlib import resources
from math import sqrt
from typing import Final, NamedTuple

from changming.guidance.answers.forging import canonical
from changming.guidance.answers.signs import signs_of

_WEIGHTS: Final = "data/suspicion_weights.txt"
_LOOKED_AT: Final = 600
"""Characters of a text that are counted; a request stands at its beginning, and a long text costs no more."""


class Bounds(NamedTuple):
    """From which suspicion a text is refused, in hundredths of log odds.

    Attributes:
        backed: where the rules see a request.
        alone: where the rules see nothing.
        against: where the rules see a question about false papers.
    """

    backed: int
    alone: int
    against: int


class Weights(NamedTuple):
    """What was learned. ``bias`` is the suspicion of a text without any known sign."""

    bias: int
    bounds: Bounds
    of: dict[str, int]


def read_weights(text: str) -> Weights:
    """The weights from their file: named numbers, then a weight and its signs on each line.

    ``bias`` and ``alone`` have to be there; the other bounds are ``alone`` where nothing else is said.

    Raises:
        ValueError: a line that has no weight, or a name that is missing.
    """
    named: dict[str, int] = {}
    weights: dict[str, int] = {}
    for line in text.splitlines():
        if not line or line.startswith("#"):
            continue
        head, _, tail = line.partition("\t")
        if head in ("bias", *Bounds._fields):
            named[head] = int(tail)
        else:
            weights.update(dict.fromkeys(tail.split(" "), int(head)))
    if missing := {"bias", "alone"} - named.keys():
        raise ValueError(f"the weights lack {', '.join(sorted(missing))}")
    return Weights(named["bias"], Bounds(*(named.get(name, named["alone"]) for name in Bounds._fields)), weights)


@cache
def _shipped() -> Weights:
    return read_weights(resources.files(__package__).joinpath(_WEIGHTS).read_text(encoding="utf-8"))


def bounds() -> Bounds:
    """The bounds that go with the shipped weights."""
    return _shipped().bounds


def weigh(signs: frozenset[str], weights: Weights) -> float:
    """Bias and weights of the known signs; many signs count as the root of their number, so that length is no sign."""
    known = [weights.of[sign] for sign in signs if sign in weights.of]
    return weights.bias + (sum(known) / sqrt(len(known)) if known else 0)


@lru_cache(maxsize=512)
def suspicion(text: str) -> int:
    """Hundredths of log odds that a text in plain form (see ``triage.read``) asks for false papers."""
    return round(weigh(signs_of(canonical(text[:_LOOKED_AT])), _shipped()))


def explain(text: str, most: int = 10) -> list[tuple[str, int]]:
    """The signs of a text that count most, heaviest first: for whoever audits a refusal."""
    of = _shipped().of
    known = {sign: of[sign] for sign in signs_of(canonical(text[:_LOOKED_AT])) if sign in of}
    return sorted(known.items(), key=lambda one: (-abs(one[1]), one[0]))[:most]
