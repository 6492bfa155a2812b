"""Whether a question is answered, narrowed down, handed over, or is not for this desk."""

from collections.abc import Collection
from enum import StrEnum
from typing import Final, NamedTuple

from changming.guidance.answers.confidence import confidence, properties
from changming.guidance.answers.ranking import Ranked
from changming.guidance.triage import ServiceGuess, Signals

_SURE: Final = 0.60
"""Probability from which an entry answers when its phrasings explain enough of the question."""
_SURE_OF_PAPER: Final = 0.50
"""The same when the question names the entry's own paper: what is left to tell apart are services of one paper."""
_EXPLAINED_OF_PAPER: Final = 0.25
_NAMED: Final = 0.30
"""The same when a rule names the entry."""
_EXPLAINED: Final = 0.30
"""Share of the question's weight that a phrasing must explain when no rule names the entry."""
_WELL_EXPLAINED: Final = 0.50
_MAYBE_OURS: Final = 0.22
"""What nothing marks as ours is offered a choice from this confidence on instead of being sent away."""
_RATHER_OURS: Final = 0.35
"""The same where the best phrasing explains less than ``_HARDLY``."""
_HARDLY: Final = 0.15
_ANSWERED_FROM: Final = 0.55
"""Confidence below which an entry is offered, not answered."""
_ANSWERED_WHEN_NAMED: Final = 0.40
"""The same where a rule is sure of it, or of another service of the same paper."""
_COPIED: Final = 0.80
_LITTLE: Final = 0.18
_IN_SIGHT: Final = 0.06
_MOST: Final = 3
_OF_ANY_PAPER: Final = ("service-rule/", "safety", "life-event/", "choose-document", "qualification/", "legal-aid/")
_OF_THE_DESK: Final = ("service-rule/", "safety", "life-event/")


class Gate(StrEnum):
    """Where a question goes."""

    ANSWER = "answer"
    NO_ENTRY = "no-entry"
    CHOOSE = "choose"
    UNKNOWN_DOCUMENT = "unknown-document"
    UNCLEAR = "unclear"
    FOREIGN = "foreign"


class Verdict(NamedTuple):
    """The gate, the services it lets through (best first) and how probable it is that the first one is meant."""

    gate: Gate
    services: tuple[str, ...]
    confidence: float


class Asked(NamedTuple):
    """What the gate looks at beside the ranking.

    ``ours``: the words belong to this desk at all. ``other_document``: a paper the desk has no knowledge about.
    ``signals``: what the words say. ``offered``: candidates were offered before and did not help.
    ``beyond``: documents about which something is asked that none of their entries answers.
    ``bare``: a document was named and nothing else said. ``elsewhere``: a subject that is none of ours.
    """

    guess: ServiceGuess | None
    ours: bool
    other_document: bool
    signals: Signals
    offered: bool
    beyond: frozenset[str] = frozenset()
    bare: bool = False
    elsewhere: bool = False


def decide_gate(ranking: tuple[Ranked, ...], asked: Asked, known: Collection[str]) -> Verdict:
    """The verdict. A near miss must not be answered: probability alone never opens the gate, since it is relative.

    Args:
        ranking: all services, the most probable first.
        asked: the question's other properties.
        known: services that have an entry.
    """
    best, guess = ranking[0], asked.guess
    named = guess is not None and guess.sure and guess.service == best.service
    sure = _confidence(ranking, asked)
    if asked.other_document and not (guess is not None and guess.sure):
        return Verdict(Gate.UNKNOWN_DOCUMENT, (), sure)
    if guess is not None and guess.service not in known and best.share < _COPIED:
        return Verdict(Gate.NO_ENTRY, (guess.service,), sure)
    if best.service not in known:
        near = tuple(entry.service for entry in ranking[:_MOST] if entry.service in known)
        if best.share >= _WELL_EXPLAINED and best.probability >= _SURE:
            return Verdict(Gate.NO_ENTRY, (best.service,), sure)
        return _narrowed(best, asked, near, sure)
    if sure >= _least(best, guess) and _is_answered(best, asked, named=named):
        return Verdict(Gate.ANSWER, (best.service,), sure)
    near = tuple(e.service for e in ranking[:_MOST] if _in_sight(e, asked, known))
    return _narrowed(best, asked, near, sure)


def _least(best: Ranked, guess: ServiceGuess | None) -> float:
    """The confidence from which the first entry answers."""
    document = best.service.partition("/")[0]
    near = guess is not None and guess.sure and guess.service.partition("/")[0] == document
    return _ANSWERED_WHEN_NAMED if near else _ANSWERED_FROM


def _confidence(ranking: tuple[Ranked, ...], asked: Asked) -> float:
    best = ranking[0]
    of_desk = best.service.startswith(_OF_ANY_PAPER)
    contradicted = _contradicts(best, asked)
    return confidence(properties(ranking, asked.signals, asked.guess, contradicted=contradicted, of_desk=of_desk))


def _in_sight(entry: Ranked, asked: Asked, known: Collection[str]) -> bool:
    """Worth offering: likely enough, or of the one document that was named."""
    if entry.service not in known:
        return False
    return entry.probability >= _IN_SIGHT or entry.service.partition("/")[0] in asked.signals.documents


def _narrowed(best: Ranked, asked: Asked, near: tuple[str, ...], sure: float) -> Verdict:
    if not asked.ours and _is_foreign(best, asked, sure):
        return Verdict(Gate.FOREIGN, (), sure)
    if asked.offered or not near:
        return Verdict(Gate.UNCLEAR, (), sure)
    if asked.signals.documents or asked.guess is not None or best.share >= _LITTLE or sure >= _MAYBE_OURS:
        return Verdict(Gate.CHOOSE, near, sure)
    return Verdict(Gate.UNCLEAR, (), sure)


def _is_foreign(best: Ranked, asked: Asked, sure: float) -> bool:
    return asked.elsewhere or sure < (_MAYBE_OURS if best.share >= _HARDLY else _RATHER_OURS)


def _is_answered(best: Ranked, asked: Asked, *, named: bool) -> bool:
    if asked.beyond and not best.service.startswith(_OF_THE_DESK):
        return best.share >= _COPIED
    if named:
        return best.probability >= _NAMED
    if asked.bare or _contradicts(best, asked):
        return best.share >= _COPIED and not asked.bare
    of_paper = asked.signals.documents[:1] == (best.service.partition("/")[0],)
    sure = _SURE_OF_PAPER if of_paper else _SURE
    likely = asked.guess is not None and asked.guess.service == best.service
    if best.share >= _WELL_EXPLAINED or likely:
        return best.probability >= sure
    explained = best.share >= (_EXPLAINED_OF_PAPER if of_paper else _EXPLAINED)
    return explained and best.probability >= sure and asked.ours


def _contradicts(best: Ranked, asked: Asked) -> bool:
    """Another paper was named than the entry's, or a rule is sure of one: likeness of words does not outweigh it."""
    document = best.service.partition("/")[0]
    if asked.guess is not None and asked.guess.sure and asked.guess.service.partition("/")[0] != document:
        return True
    return (
        bool(asked.signals.documents)
        and document not in asked.signals.documents
        and not best.service.startswith(_OF_ANY_PAPER)
    )
