"""Open time: immutable calendars, and one arithmetic for deadlines, elapsed time and their explanation."""

from changming.kernel.calendars.arithmetic import (
    NEXT_DAYS,
    Pause,
    due,
    elapsed,
    explain,
    require_open,
    whole_second,
)
from changming.kernel.calendars.codec import calendar_from_json, calendar_to_json, digest
from changming.kernel.calendars.model import (
    ALWAYS_OPEN,
    Calendar,
    DayKind,
    DayPlan,
    SpecialDay,
    Window,
    always_open,
    hours,
)
from changming.kernel.calendars.reasons import DayLine, Explanation, Stretch

__all__ = [
    "ALWAYS_OPEN",
    "NEXT_DAYS",
    "Calendar",
    "DayKind",
    "DayLine",
    "DayPlan",
    "Explanation",
    "Pause",
    "SpecialDay",
    "Stretch",
    "Window",
    "always_open",
    "calendar_from_json",
    "calendar_to_json",
    "digest",
    "due",
    "elapsed",
    "explain",
    "hours",
    "require_open",
    "whole_second",
]
