"""Ratings of resolved cases, and what they say about the service."""

from changming.desk.quality.model import BEST, WORST, Averages, Confirmed, Marks, Rating
from changming.desk.quality.rules import decide_rating
from changming.desk.quality.service import rate
from changming.desk.quality.store import find_rating, staff_averages

__all__ = [
    "BEST",
    "WORST",
    "Averages",
    "Confirmed",
    "Marks",
    "Rating",
    "decide_rating",
    "find_rating",
    "rate",
    "staff_averages",
]
