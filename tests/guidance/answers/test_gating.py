import pytest

from changming.guidance.answers.gating import Asked, Gate, decide_gate
from changming.guidance.answers.ranking import Ranked
from changming.guidance.triage import ServiceGuess, Signals

KNOWN = {"passport/renew", "passport/first", "safety"}
NOTHING = Asked(guess=None, ours=True, other_document=False, signals=Signals(), offered=False)
PASSPORT = NOTHING._replace(signals=Signals(documents=("passport",)))


WEIGHT = 6.0
ANSWERED = ("passport/renew",)


def guess(service: str, *, sure: bool = True) -> ServiceGuess:
    return ServiceGuess(service, "test", sure)


def ranking(*entries: tuple[str, float, float], weight: float = WEIGHT) -> tuple[Ranked, ...]:
    """Entries with enough behind them for what they are; the last one is nothing's."""
    return tuple(Ranked(*entry, weight=weight) for entry in (*entries, ("legal-aid/apply", 0.0, 0.0)))


@pytest.mark.parametrize(
    ("ranked", "asked", "gate", "services"),
    [
        (ranking(("passport/renew", 0.9, 0.6)), NOTHING, Gate.ANSWER, ("passport/renew",)),
        (ranking(("passport/renew", 0.9, 0.3)), NOTHING, Gate.ANSWER, ("passport/renew",)),
        (ranking(("passport/renew", 0.1, 0.2), weight=0.0), NOTHING._replace(ours=False), Gate.FOREIGN, ()),
        (ranking(("passport/renew", 0.3, 0.1), weight=0.0), NOTHING._replace(ours=False), Gate.FOREIGN, ()),
        (ranking(("passport/renew", 0.9, 0.6)), NOTHING._replace(ours=False, elsewhere=True), Gate.ANSWER, ANSWERED),
        (ranking(("passport/renew", 0.9, 0.3)), NOTHING._replace(ours=False, elsewhere=True), Gate.FOREIGN, ()),
        (ranking(("passport/renew", 0.9, 0.3)), NOTHING._replace(ours=False), Gate.CHOOSE, ANSWERED),
        (ranking(("passport/renew", 0.7, 0.6), weight=0.0), NOTHING, Gate.CHOOSE, ANSWERED),
        (ranking(("passport/renew", 0.9, 0.2)), NOTHING, Gate.CHOOSE, ("passport/renew",)),
        (ranking(("passport/renew", 0.1, 0.1), weight=0.0), NOTHING, Gate.UNCLEAR, ()),
        (
            ranking(("passport/renew", 0.5, 0.6), ("passport/first", 0.4, 0.5)),
            NOTHING,
            Gate.CHOOSE,
            ("passport/renew", "passport/first"),
        ),
        (
            ranking(("passport/renew", 0.4, 0.0)),
            PASSPORT._replace(guess=guess("passport/renew")),
            Gate.ANSWER,
            ("passport/renew",),
        ),
        (
            ranking(("passport/renew", 0.2, 0.0)),
            PASSPORT._replace(guess=guess("passport/renew")),
            Gate.CHOOSE,
            ("passport/renew",),
        ),
        (
            ranking(("passport/renew", 0.7, 0.1)),
            PASSPORT._replace(guess=guess("passport/renew", sure=False)),
            Gate.ANSWER,
            ("passport/renew",),
        ),
        (
            ranking(("passport/renew", 0.4, 0.1)),
            PASSPORT._replace(guess=guess("passport/renew", sure=False)),
            Gate.CHOOSE,
            ("passport/renew",),
        ),
        (
            ranking(("passport/renew", 0.9, 0.6)),
            PASSPORT._replace(guess=guess("passport/renew"), beyond=frozenset({"passport"})),
            Gate.CHOOSE,
            ("passport/renew",),
        ),
        (
            ranking(("passport/renew", 0.9, 0.9)),
            PASSPORT._replace(beyond=frozenset({"passport"})),
            Gate.ANSWER,
            ("passport/renew",),
        ),
        (
            ranking(("safety", 0.9, 0.6)),
            PASSPORT._replace(guess=guess("safety"), beyond=frozenset({"passport"})),
            Gate.ANSWER,
            ("safety",),
        ),
        (ranking(("passport/renew", 0.9, 0.9)), NOTHING._replace(other_document=True), Gate.UNKNOWN_DOCUMENT, ()),
        (
            ranking(("safety", 0.9, 0.2)),
            NOTHING._replace(other_document=True, guess=guess("safety")),
            Gate.ANSWER,
            ("safety",),
        ),
        (
            ranking(("passport/renew", 0.9, 0.3)),
            NOTHING._replace(guess=guess("taiwan-permit/first")),
            Gate.NO_ENTRY,
            ("taiwan-permit/first",),
        ),
        (ranking(("taiwan-permit/first", 0.9, 0.6)), NOTHING, Gate.NO_ENTRY, ("taiwan-permit/first",)),
        (
            ranking(("taiwan-permit/first", 0.5, 0.3), ("passport/first", 0.3, 0.2)),
            PASSPORT,
            Gate.CHOOSE,
            ("passport/first",),
        ),
        (ranking(("passport/renew", 0.4, 0.3)), PASSPORT._replace(offered=True), Gate.UNCLEAR, ()),
        (ranking(("passport/renew", 0.9, 0.6)), PASSPORT._replace(bare=True), Gate.CHOOSE, ("passport/renew",)),
        (
            ranking(("passport/renew", 0.9, 0.6)),
            NOTHING._replace(signals=Signals(documents=("taiwan-permit",))),
            Gate.CHOOSE,
            ("passport/renew",),
        ),
        (
            ranking(("passport/renew", 0.9, 0.6)),
            NOTHING._replace(guess=guess("safety")),
            Gate.CHOOSE,
            ("passport/renew",),
        ),
        (ranking(("passport/renew", 0.3, 0.4)), NOTHING._replace(ours=False), Gate.CHOOSE, ("passport/renew",)),
        (ranking(("passport/renew", 0.5, 0.26)), PASSPORT, Gate.ANSWER, ("passport/renew",)),
        (
            ranking(("passport/renew", 0.5, 0.2)),
            PASSPORT._replace(signals=Signals(documents=("resident-id", "passport"))),
            Gate.CHOOSE,
            ("passport/renew",),
        ),
    ],
)
def test_the_gate(ranked: tuple[Ranked, ...], asked: Asked, gate: Gate, services: tuple[str, ...]) -> None:
    verdict = decide_gate(ranked, asked, KNOWN)
    assert (verdict.gate, verdict.services) == (gate, services)


def test_confidence_grows_with_what_speaks_for_the_entry_and_is_a_probability() -> None:
    plain = decide_gate(ranking(("passport/renew", 0.6, 0.5)), NOTHING, KNOWN).confidence
    named = decide_gate(
        ranking(("passport/renew", 0.6, 0.5)), NOTHING._replace(guess=guess("passport/renew")), KNOWN
    ).confidence
    heavier = decide_gate(ranking(("passport/renew", 0.6, 0.5), weight=9.0), NOTHING, KNOWN).confidence
    two = decide_gate(
        ranking(("passport/renew", 0.6, 0.5)),
        NOTHING._replace(signals=Signals(documents=("passport", "resident-id"))),
        KNOWN,
    ).confidence
    endless = decide_gate(ranking(("passport/renew", 1.0, 1.0), weight=1e9), NOTHING, KNOWN).confidence
    assert 0 < two < plain < min(named, heavier) < endless < 1
