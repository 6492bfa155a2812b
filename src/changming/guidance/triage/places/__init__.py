"""Places by name: provinces, cities and districts of mainland China, and the three regions beyond."""

from changming.guidance.triage.places.gazetteer import Division, find_division
from changming.guidance.triage.places.mentions import Mention, MentionRole, find_mentions, pick_place

__all__ = ["Division", "Mention", "MentionRole", "find_division", "find_mentions", "pick_place"]
