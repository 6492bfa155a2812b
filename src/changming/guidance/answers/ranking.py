"""Which service a question means: how well it is worded like the service's phrasings, and what triage understood.

The weights are those of a softmax fitted on held-out phrasings (every pack's phrasings in five folds), rules of the
desk raised; ADR 0005 has the figures, ``tests/guidance/answers/test_held_out_phrasings.py`` keeps them.
"""

import math
from dataclasses import dataclass
from datetime import date
from functools import cache
from operator import mul
from typing import Final

from changming.guidance.answers.index import Index, Scored
from changming.guidance.answers.likeness import likeness
from changming.guidance.answers.tokens import tokens_of
from changming.guidance.triage import ServiceGuess, Signals
from changming.kernel.catalogue import SERVICES

_COPY_FROM: Final = 0.6
_ONLY_IF_SAID: Final = frozenset({"temporary", "urgent", "electronic", "endorsement", "annual-report"})
"""Special services of a document: who does not speak of it hardly means it."""
_ABOUT_THE_DESK: Final = frozenset({"service-rule", "safety", "life-event", "choose-document", "qualification"})

FEATURES: Final = (
    "best_row", "other_rows", "copy", "likeness", "sure_rule", "sure_desk_rule", "likely_rule", "same_action",
    "same_document", "other_document", "desk_without_document", "main_document", "unsaid_action",
)  # fmt: skip
WEIGHTS: Final = (0.02, 0.02, 8.0, 0.4, 2.5, 0.8, 1.5, 1.7, 0.5, -2.0, 0.7, 0.6, -0.15)
"""Rounded from a softmax fitted on phrasings with their own row left out and on questions as strangers put them, but
for the near copy of a phrasing (people repeat them, left-out phrasings never do) and a sure rule (fitted 1.9)."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """An entry with its probability among all, and the part of the question that its best phrasing explains.

    ``weight`` is what speaks for it, by itself.
    """

    service: str
    probability: float
    share: float
    weight: float = 0.0


def rank(index: Index, text: str, signals: Signals, guess: ServiceGuess | None, *, on: date) -> tuple[Ranked, ...]:
    """All services that come into question for a text in plain form, the most probable first."""
    tokens = frozenset(tokens_of(text))
    found = {scored.service: scored for scored in index.search_tokens(tokens, on=on)}
    like = likeness(index, tokens)
    weights = {
        service: _weigh(service, found.get(service), like.get(service, 0.0), signals, guess) for service in SERVICES
    }
    top = max(weights.values())
    parts = {service: math.exp(weight - top) for service, weight in weights.items()}
    total = sum(parts.values())
    ranked = (
        Ranked(service, part / total, found[service].share if service in found else 0.0, weights[service])
        for service, part in parts.items()
    )
    return tuple(sorted(ranked, key=lambda entry: (-entry.probability, entry.service)))


def features(
    service: str, found: Scored | None, like: float, signals: Signals, guess: ServiceGuess | None
) -> tuple[float, ...]:
    """What speaks for a service, in the order of ``FEATURES``."""
    document, action, desk = _parts(service)
    named = guess is not None and guess.service == service
    sure = guess is not None and guess.sure
    documents = signals.documents
    return (
        found.score if found else 0.0,
        found.others if found else 0.0,
        max(0.0, found.share - _COPY_FROM) if found else 0.0,
        like,
        float(named and sure),
        float(named and sure and desk),
        float(named and not sure),
        float(action in signals.actions),
        float(document in documents),
        float(bool(documents) and not desk and document not in documents),
        float(not documents and desk),
        float(bool(documents) and document == documents[0]),
        float(action in _ONLY_IF_SAID and action not in signals.actions and not named),
    )


@cache
def _parts(service: str) -> tuple[str, str, bool]:
    """A service's document and action, and whether it is a matter of the desk."""
    document, _, action = service.partition("/")
    return document, action, document in _ABOUT_THE_DESK


def _weigh(service: str, found: Scored | None, like: float, signals: Signals, guess: ServiceGuess | None) -> float:
    weight: float = sum(map(mul, WEIGHTS, features(service, found, like, signals, guess)))
    return weight
