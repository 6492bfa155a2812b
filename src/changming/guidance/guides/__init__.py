"""Guides: the questions of a service one by one, what they lead to, and the life events that join several. Pure."""

from changming.guidance.guides.ics import MEDIA_TYPE, Entry, write_calendar
from changming.guidance.guides.life import (
    Asker,
    Merged,
    Stop,
    Wording,
    key_of,
    materials_of,
    merge,
    shared,
    stops_of,
    title_of,
)
from changming.guidance.guides.outcome import Outcome, Place, RouteDetail, StepLine, outcome_of, place_to_ask
from changming.guidance.guides.reminding import Matter, has_limit, latest_start, reminders
from changming.guidance.guides.replies import Misread, Reply, read_typed
from changming.guidance.guides.walking import Answered, Walk, usable, walk

__all__ = [
    "MEDIA_TYPE",
    "Answered",
    "Asker",
    "Entry",
    "Matter",
    "Merged",
    "Misread",
    "Outcome",
    "Place",
    "Reply",
    "RouteDetail",
    "StepLine",
    "Stop",
    "Walk",
    "Wording",
    "has_limit",
    "key_of",
    "latest_start",
    "materials_of",
    "merge",
    "outcome_of",
    "place_to_ask",
    "read_typed",
    "reminders",
    "shared",
    "stops_of",
    "title_of",
    "usable",
    "walk",
    "write_calendar",
]
