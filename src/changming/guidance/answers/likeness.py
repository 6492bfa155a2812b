"""How much a question speaks like an entry as a whole, beside how much it is like one of its phrasings.

A naive Bayes classifier over the tokens of all phrasings (Maron 1961), each token counted once a row and smoothed
with its share in all rows: words that an entry's people use weigh for it although no single phrasing has them all.
"""

import math
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
    total = len(index.rows) - (without is not None)
    gains: dict[str, float] = {}
    known = 0
    for token in tokens:
        users = index.usage(token)
        own = left_out is not None and without in index.postings[token].parts if users else False
        rows = users.total() - own
        if rows <= 0:
            continue
        known += 1
        scale = total / (_SMOOTHING * rows)
        for service, count in users.items():
            used = count - (own and service == left_out)
            gains[service] = gains.get(service, 0.0) + math.log1p(used * scale)
    root = math.sqrt(max(len(tokens), 1))
    return {
        service: (gains.get(service, 0.0) - known * math.log1p((ways - (service == left_out)) / _SMOOTHING)) / root
        for service, ways in index.ways.items()
    }
