"""Which service a question means: how well it is worded like the service's phrasings, and what triage understood.

The weights are those of a softmax fitted on held-out phrasings (every pack's phrasings in five folds), rules of the
desk raised; ADR 0005 has the figures, ``tests/guidance/answers/test_held_out_phrasings.py`` keeps them.
"""

import math
from dataclasses import dataclass
from datetime import date
from operator import mul
from typing import Final

from changming.guidance.answers.index import Index, Scored
from changming.guidance.triage import ServiceGuess, Signals
from changming.kernel.catalogue import SERVICES

_COPY_FROM: Final = 0.6
_ONLY_IF_SAID: Final = frozenset({"temporary", "urgent", "electronic", "endorsement", "annual-report"})
"""Special services of a document: who does not speak of it hardly means it."""
_ABOUT_THE_DESK: Final = frozenset({"service-rule", "safety", "life-event", "choose-document", "qualification"})

FEATURES: Final = (
    "best_row", "other_rows", "copy", "sure_rule", "sure_desk_rule", "likely_rule", "same_action", "same_document",
    "other_document", "desk_without_document", "main_document", "unsaid_action",
)  # fmt: skip
WEIGHTS: Final = (0.032, 0.085, 8.0, 5.0, 2.0, 1.5, 2.0, 1.3, -2.1, 1.45, 0.6, -0.5)
"""A matter of the desk gets more for its rule: papers are named beside it without being meant. A near copy of a
phrasing gets much: people repeat them, left-out phrasings never do."""


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


def features(service: str, found: Scored | None, signals: Signals, guess: ServiceGuess | None) -> tuple[float, ...]:
    """What speaks for a service, in the order of ``FEATURES``."""
    document, _, action = service.partition("/")
    desk = document in _ABOUT_THE_DESK
    named = guess is not None and guess.service == service
    sure = guess is not None and guess.sure
    no_document = not signals.documents
    return (
        found.score if found else 0.0,
        found.others if found else 0.0,
        max(0.0, found.share - _COPY_FROM) if found else 0.0,
        float(named and sure),
        float(named and sure and desk),
        float(named and not sure),
        float(action in signals.actions),
        float(document in signals.documents),
        float(not no_document and not desk and document not in signals.documents),
        float(no_document and desk),
        float(not no_document and document == signals.documents[0]),
        float(action in _ONLY_IF_SAID and action not in signals.actions and not named),
    )


def _weigh(service: str, found: Scored | None, signals: Signals, guess: ServiceGuess | None) -> float:
    weight: float = sum(map(mul, WEIGHTS, features(service, found, signals, guess)))
    return weight
