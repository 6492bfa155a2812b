"""Dates as people say them, always answered as a calendar date that lies ahead unless the words say otherwise."""

from changming.guidance.triage.dates.finder import find_dates
from changming.guidance.triage.dates.model import FoundDate
from changming.guidance.triage.dates.workdays import add_working_days, is_working_day

__all__ = ["FoundDate", "add_working_days", "find_dates", "is_working_day"]
