"""Phrasings as questions the index has not seen: five folds, every phrasing asked once against the other four fifths.

The phrasings of a pack are written to differ, so this is harder than what people ask: it guards against overfitting.
Many belong to two entries as well (加急要什么证明 to the urgent passport and to the rule about proof): the bound on
wrong answers counts those.
"""

from collections import Counter
from datetime import date

from changming.guidance.answers.gating import Asked, Gate, decide_gate
from changming.guidance.answers.index import index_rows, rows_of
from changming.guidance.answers.ranking import rank
from changming.guidance.answers.screens import is_about
from changming.guidance.knowledge import Edition
from changming.guidance.triage import ServiceGuess, decide_triage, guess_service, read, read_signals
from changming.kernel.messages import Lang

FOLDS = 5


def _serves(edition: Edition, answered: str, asked: str) -> bool:
    """The entry that was meant, or one that leads there, or the part of an event of life that the question names."""
    packs = edition.packs
    return answered == asked or asked in packs[answered].services or answered in packs[asked].services


def test_most_unseen_phrasings_lead_to_their_entry_and_few_to_another(shipped: Edition, today: date) -> None:
    rows = [row for row in rows_of(shipped) if row.service in shipped.packs]
    counted: Counter[str] = Counter()
    for fold in range(FOLDS):
        index = index_rows(tuple(row for at, row in enumerate(rows) if at % FOLDS != fold), {})
        for service, text in rows[fold::FOLDS]:
            plain = read(text)
            signals = read_signals(plain, today)
            words = guess_service(signals, plain.text)
            named = decide_triage(shipped, signals, plain.text, today=today, lang=Lang.ZH).service
            guess = None if words is None or named is None else ServiceGuess(named, words.rule, words.sure)
            ranking = rank(index, plain.text, signals, guess, on=today)
            ours = guess is not None or bool(signals.documents) or is_about("ours", plain.text)
            asked = Asked(guess, ours, is_about("other_documents", plain.text), signals, offered=False)
            verdict = decide_gate(ranking, asked, shipped.packs.keys())
            counted["first"] += ranking[0].service == service
            counted["third"] += service in {entry.service for entry in ranking[:3]}
            counted["answered"] += verdict.gate is Gate.ANSWER
            counted["wrong"] += verdict.gate is Gate.ANSWER and not _serves(shipped, verdict.services[0], service)
            counted["turned away"] += verdict.gate is Gate.FOREIGN
    shares = {name: round(count / len(rows), 3) for name, count in counted.items()}
    assert shares["first"] >= 0.70, shares
    assert shares["third"] >= 0.84, shares
    assert counted["wrong"] <= 0.12 * counted["answered"], shares
    assert shares["turned away"] <= 0.08, shares
