"""Places by name: provinces, cities and districts of mainland China, and the three regions beyond."""

from changming.guidance.triage.places.gazetteer import Division, find_division
from changming.guidance.triage.places.lookup import NamedPlace, cities, look_up_places, place_name
from changming.guidance.triage.places.mentions import Mention, MentionRole, find_mentions, pick_place

__all__ = [
    "Division",
    "Mention",
    "MentionRole",
    "NamedPlace",
    "cities",
    "find_division",
    "find_mentions",
    "look_up_places",
    "pick_place",
    "place_name",
]
