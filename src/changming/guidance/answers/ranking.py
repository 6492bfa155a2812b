"""Which service a question means: how well it is worded like the service's phrasings, and what triage understood.

The weights are those of a softmax fitted on held-out phrasings (every pack's phrasings in five folds), rules of the
desk raised; ADR 0005 has the figures, ``tests/guidance/answers/test_held_out_phrasings.py`` keeps them.
"""

import math
from dataclasses import dataclass
from datetime import date
from typing import Final

from changming.guidance.answers.index import Index, Scored
from changming.guidance.triage import ServiceGuess, Signals
from changming.kernel.catalogue import SERVICES

_BEST_ROW: Final = 0.032
_OTHER_ROWS: Final = 0.085
_SURE_RULE: Final = 5.0
_DESK_RULE: Final = 2.0
"""More weight for a rule that names a matter of the desk: papers are named beside it without being meant."""
_LIKELY_RULE: Final = 1.5
_SAME_DOCUMENT: Final = 1.3
_OTHER_DOCUMENT: Final = -2.1
_NO_DOCUMENT: Final = 1.45
_SAME_ACTION: Final = 2.0
_NEAR_COPY: Final = 8.0
"""Weight of a question that repeats a phrasing: held-out phrasings never do, people do."""
_COPY_FROM: Final = 0.6
_ABOUT_THE_DESK: Final = frozenset({"service-rule", "safety", "life-event", "choose-document", "qualification"})


@dataclass(frozen=True, slots=True)
class Ranked:
    """An entry with its probability among all, and the part of the question that its best phrasing explains."""

    service: str
    probability: float
    share: float


def rank(index: Index, text: str, signals: Signals, guess: ServiceGuess | None, *, on: date) -> tuple[Ranked, ...]:
    """All services that come into question for a text in plain form, the most probable first."""
    found = {scored.service: scored for scored in index.search(text, on=on)}
    weights = {service: _weigh(service, found.get(service), signals, guess) for service in SERVICES}
    top = max(weights.values())
    parts = {service: math.exp(weight - top) for service, weight in weights.items()}
    total = sum(parts.values())
    ranked = (
        Ranked(service, part / total, found[service].share if service in found else 0.0)
        for service, part in parts.items()
    )
    return tuple(sorted(ranked, key=lambda entry: (-entry.probability, entry.service)))


def _weigh(service: str, found: Scored | None, signals: Signals, guess: ServiceGuess | None) -> float:
    document, _, action = service.partition("/")
    weight = 0.0
    if found is not None:
        weight += _BEST_ROW * found.score + _OTHER_ROWS * found.others
        weight += _NEAR_COPY * max(0.0, found.share - _COPY_FROM)
    if guess is not None and guess.service == service:
        weight += _SURE_RULE if guess.sure else _LIKELY_RULE
        weight += _DESK_RULE if document in _ABOUT_THE_DESK else 0.0
    if action in signals.actions:
        weight += _SAME_ACTION
    return weight + _by_document(document, signals)


def _by_document(document: str, signals: Signals) -> float:
    about_the_desk = document in _ABOUT_THE_DESK
    if not signals.documents:
        return _NO_DOCUMENT if about_the_desk else 0.0
    if document in signals.documents:
        return _SAME_DOCUMENT
    return 0.0 if about_the_desk else _OTHER_DOCUMENT
