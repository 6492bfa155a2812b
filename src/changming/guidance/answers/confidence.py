"""How probable it is that the first entry is what was meant: a calibrated probability, not a share among candidates.

A logistic regression over ten properties, fitted on three kinds of questions whose right entry was known: phrasings
with their own row left out, phrasings whose whole entry was left out (which nothing should answer), and questions
as strangers put them. ADR 0005 has how and with what result, the reference how well it keeps its word.
"""

import math
from typing import Final

from changming.guidance.answers.ranking import Ranked
from changming.guidance.triage import ServiceGuess, Signals

PROPERTIES: Final = (
    "probability", "lead", "weight", "sure_rule", "likely_rule", "same_document", "no_document", "two_documents",
    "contradicted", "other_action",
)  # fmt: skip
"""``probability`` and its ``lead`` over the next entry's are relative to the catalogue, ``weight`` is not."""
WEIGHTS: Final = (1.3, 1.2, 0.17, 1.2, 0.95, 0.8, 1.0, -1.0, -0.1, -0.2)
BASE: Final = -2.8
_FARTHEST: Final = 30.0


def properties(
    ranking: tuple[Ranked, ...], signals: Signals, guess: ServiceGuess | None, *, contradicted: bool, of_desk: bool
) -> tuple[float, ...]:
    """The properties of the first entry, in the order of ``PROPERTIES``.

    Args:
        ranking: at least two entries, the most probable first.
        signals: what the words say.
        guess: the service by rule.
        contradicted: another paper was named than the entry's.
        of_desk: the entry is about no single paper.
    """
    best, following = ranking[0], ranking[1]
    document, _, action = best.service.partition("/")
    named = guess is not None and guess.service == best.service
    sure = guess is not None and guess.sure
    other_action = bool(signals.actions) and action not in signals.actions and not of_desk
    return (
        best.probability,
        best.probability - following.probability,
        best.weight,
        float(named and sure),
        float(named and not sure),
        float(document in signals.documents),
        float(not signals.documents),
        float(len(signals.documents) > 1),
        float(contradicted),
        float(other_action),
    )


def confidence(values: tuple[float, ...]) -> float:
    """From 0 to 1; ``values`` are those of ``properties``."""
    sum_ = BASE + sum(weight * value for weight, value in zip(WEIGHTS, values, strict=True))
    return 1 / (1 + math.exp(-max(-_FARTHEST, min(_FARTHEST, sum_))))
