"""Triage: what a person's words say about document, action, urgency, date, place and papers.

Pure and quick. Every slot carries its value, where it stands and the rule that found it; what is not said stays
unknown.
"""

from changming.guidance.triage.dates import FoundDate, add_working_days, find_dates, is_working_day
from changming.guidance.triage.dates.numerals import NUMBER, as_number
from changming.guidance.triage.deciding import decide_triage, triage, with_given
from changming.guidance.triage.levels import LevelFacts, decide_level
from changming.guidance.triage.lexicon import has as has_words
from changming.guidance.triage.model import Place, Slot, Triage, Urgent
from changming.guidance.triage.places import (
    Division,
    MentionRole,
    NamedPlace,
    cities,
    find_division,
    look_up_places,
    place_name,
)
from changming.guidance.triage.processing import Limit, limits_of, normal_finish
from changming.guidance.triage.reading import Reading, read, simplify
from changming.guidance.triage.services import ServiceGuess, guess_service
from changming.guidance.triage.signals import Signals, read_signals

__all__ = [
    "NUMBER",
    "Division",
    "FoundDate",
    "LevelFacts",
    "Limit",
    "MentionRole",
    "NamedPlace",
    "Place",
    "Reading",
    "ServiceGuess",
    "Signals",
    "Slot",
    "Triage",
    "Urgent",
    "add_working_days",
    "as_number",
    "cities",
    "decide_level",
    "decide_triage",
    "find_dates",
    "find_division",
    "guess_service",
    "has_words",
    "is_working_day",
    "limits_of",
    "look_up_places",
    "normal_finish",
    "place_name",
    "read",
    "read_signals",
    "simplify",
    "triage",
    "with_given",
]
