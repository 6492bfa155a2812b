"""How much a question speaks like an entry as a whole, beside how much it is like one of its phrasings.

A naive Bayes classifier over the tokens of all phrasings (Maron 1961), each token counted once a row and smoothed
with its share in all rows: words that an entry's people use weigh for it although no single phrasing has them all.
"""

import math
from collections import Counter
from collections.abc import Collection, Mapping
from typing import Final

from changming.guidance.answers.index import Index

_SMOOTHING: Final = 4.0
"""So many rows of average words are added to every entry's own: few phrasings prove little."""


def likeness(index: Index, tokens: Collection[str], *, without: int | None = None) -> Mapping[str, float]:
    """By service the logarithm of how much likelier its rows use these tokens than all rows do.

    Divided by the root of the number of tokens, since neighbouring tokens repeat each other. ``without`` leaves a
    row out.
    """
    left_out = index.rows[without].service if without is not None else None
    gains: dict[str, float] = {}
    known = 0
    for token in tokens:
        found = _gains(index, token) if without is None else _gains_without(index, token, without)
        known += bool(found)
        for service, gain in found.items():
            gains[service] = gains.get(service, 0.0) + gain
    root = math.sqrt(max(len(tokens), 1))
    return {
        service: (gains.get(service, 0.0) - known * math.log1p((ways - (service == left_out)) / _SMOOTHING)) / root
        for service, ways in index.ways.items()
    }


def _gains(index: Index, token: str) -> Mapping[str, float]:
    """What a token adds to the services that use it; remembered with the index."""
    found = index.gains.get(token)
    if found is None:
        found = _weighed(index.usage(token), len(index.rows))
        if found:
            index.gains[token] = found
    return found


def _gains_without(index: Index, token: str, row: int) -> Mapping[str, float]:
    users = index.usage(token)
    if users and row in index.postings[token].parts:
        users.subtract([index.rows[row].service])
    return _weighed(+users, len(index.rows) - 1)


def _weighed(users: Counter[str], rows: int) -> dict[str, float]:
    scale = rows / (_SMOOTHING * max(users.total(), 1))
    return {service: math.log1p(count * scale) for service, count in users.items()}
