"""Whether a question is answered, narrowed down, handed over, or is not for this desk."""

from collections.abc import Collection
from enum import StrEnum
from typing import Final, NamedTuple

from changming.guidance.answers.ranking import Ranked
from changming.guidance.triage import ServiceGuess

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
_MAYBE_OURS: Final = 0.35
"""What nothing marks as ours is offered a choice from this share and ``_MAYBE_SURE`` instead of being sent away."""
_MAYBE_SURE: Final = 0.25
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
    """The gate, the services it lets through (best first) and how probable the first one is."""

    gate: Gate
    services: tuple[str, ...]
    probability: float


class Asked(NamedTuple):
    """What the gate looks at beside the ranking.

    ``ours``: the words belong to this desk at all. ``other_document``: a paper the desk has no knowledge about.
    ``documents``: papers the desk knows were named. ``offered``: candidates were offered before and did not help.
    ``beyond``: documents about which something is asked that none of their entries answers.
    ``bare``: a document was named and nothing else said.
    """

    guess: ServiceGuess | None
    ours: bool
    other_document: bool
    documents: tuple[str, ...]
    offered: bool
    beyond: frozenset[str] = frozenset()
    bare: bool = False


def decide_gate(ranking: tuple[Ranked, ...], asked: Asked, known: Collection[str]) -> Verdict:
    """The verdict. A near miss must not be answered: probability alone never opens the gate, since it is relative.

    Args:
        ranking: all services, the most probable first.
        asked: the question's other properties.
        known: services that have an entry.
    """
    best, guess = ranking[0], asked.guess
    named = guess is not None and guess.sure and guess.service == best.service
    if asked.other_document and not (guess is not None and guess.sure):
        return Verdict(Gate.UNKNOWN_DOCUMENT, (), best.probability)
    if guess is not None and guess.service not in known and best.share < _COPIED:
        return Verdict(Gate.NO_ENTRY, (guess.service,), best.probability)
    if best.service not in known:
        near = tuple(entry.service for entry in ranking[:_MOST] if entry.service in known)
        if best.share >= _WELL_EXPLAINED and best.probability >= _SURE:
            return Verdict(Gate.NO_ENTRY, (best.service,), best.probability)
        return _narrowed(ranking, asked, near)
    if _is_answered(best, asked, named=named):
        return Verdict(Gate.ANSWER, (best.service,), best.probability)
    return _narrowed(ranking, asked, tuple(e.service for e in ranking[:_MOST] if _in_sight(e, asked, known)))


def _in_sight(entry: Ranked, asked: Asked, known: Collection[str]) -> bool:
    """Worth offering: likely enough, or of the one document that was named."""
    if entry.service not in known:
        return False
    return entry.probability >= _IN_SIGHT or entry.service.partition("/")[0] in asked.documents


def _narrowed(ranking: tuple[Ranked, ...], asked: Asked, near: tuple[str, ...]) -> Verdict:
    best = ranking[0]
    if not asked.ours and not (best.share >= _MAYBE_OURS and best.probability >= _MAYBE_SURE):
        return Verdict(Gate.FOREIGN, (), best.probability)
    if asked.offered or not near:
        return Verdict(Gate.UNCLEAR, (), best.probability)
    if asked.documents or asked.guess is not None or best.share >= _LITTLE:
        return Verdict(Gate.CHOOSE, near, best.probability)
    return Verdict(Gate.UNCLEAR, (), best.probability)


def _is_answered(best: Ranked, asked: Asked, *, named: bool) -> bool:
    if asked.beyond and not best.service.startswith(_OF_THE_DESK):
        return best.share >= _COPIED
    if named:
        return best.probability >= _NAMED
    if asked.bare or _contradicts(best, asked):
        return best.share >= _COPIED and not asked.bare
    of_paper = asked.documents[:1] == (best.service.partition("/")[0],)
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
    return bool(asked.documents) and document not in asked.documents and not best.service.startswith(_OF_ANY_PAPER)
