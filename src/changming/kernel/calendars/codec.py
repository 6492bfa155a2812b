"""A calendar as canonical JSON, so that a stored version can be compared and named by its digest."""

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from changming.kernel.calendars.model import Calendar, DayKind, SpecialDay, Window


def calendar_to_json(calendar: Calendar) -> dict[str, Any]:
    """The calendar as JSON values; windows are pairs of seconds after midnight, dates ISO 8601."""
    return {
        "name": calendar.name,
        "version": calendar.version,
        "zone": calendar.zone,
        "weekly": [_pairs(windows) for windows in calendar.weekly],
        "special": {day.isoformat(): _special(special) for day, special in sorted(calendar.special.items())},
        "known_until": calendar.known_until.isoformat() if calendar.known_until else None,
    }


def calendar_from_json(body: Mapping[str, Any]) -> Calendar:
    """The calendar that ``calendar_to_json`` wrote.

    Raises:
        ChangmingError: ``calendar_invalid`` for values that are no calendar.
        KeyError: a field is missing.
    """
    special = {
        date.fromisoformat(day): SpecialDay(
            DayKind(entry["kind"]), entry["zh"], entry["en"], _windows(entry["windows"]), entry["like"]
        )
        for day, entry in body["special"].items()
    }
    return Calendar(
        name=body["name"],
        version=body["version"],
        zone=body["zone"],
        weekly=tuple(_windows(pairs) for pairs in body["weekly"]),
        special=MappingProxyType(special),
        known_until=date.fromisoformat(body["known_until"]) if body["known_until"] else None,
    )


def digest(body: Mapping[str, Any]) -> bytes:
    """SHA-256 of the canonical JSON: sorted keys, no spaces, UTF-8."""
    return hashlib.sha256(json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()).digest()


def _pairs(windows: tuple[Window, ...]) -> list[list[int]]:
    return [[window.opens, window.closes] for window in windows]


def _windows(pairs: list[list[int]]) -> tuple[Window, ...]:
    return tuple(Window(opens, closes) for opens, closes in pairs)


def _special(special: SpecialDay) -> dict[str, Any]:
    return {
        "kind": special.kind.value,
        "zh": special.zh,
        "en": special.en,
        "windows": _pairs(special.windows),
        "like": special.like,
    }
