"""A calendar file (RFC 5545): whole days with reminders, readable by every calendar program."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

_FOLD: Final = 75
"""Octets of a line without its end (section 3.1)."""
_PRODUCT: Final = "-//Changming//Guide//ZH"
_CONTROLS: Final = frozenset(map(chr, (*range(0x20), 0x7F)))
MEDIA_TYPE: Final = "text/calendar"


@dataclass(frozen=True, slots=True)
class Entry:
    """One whole day in a calendar.

    ``uid`` names it for good: a file taken again replaces the day instead of adding it twice. ``remind`` are hours
    relative to the day's midnight at which the program reminds: 9 is nine in the morning, -15 is nine the day before.
    """

    uid: str
    day: date
    title: str
    text: str
    remind: tuple[int, ...] = (9,)
    url: str = ""


def write_calendar(entries: Iterable[Entry], *, now: datetime) -> bytes:
    """The file. An entry for no day at all gives none: an empty calendar is refused by most programs."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{_PRODUCT}", "CALSCALE:GREGORIAN", "METHOD:PUBLISH"]
    stamp = f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    for entry in entries:
        lines += _event(entry, stamp)
    lines.append("END:VCALENDAR")
    return b"".join(part + b"\r\n" for line in lines for part in fold(line))


def _event(entry: Entry, stamp: str) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{escape(entry.uid)}"
    yield f"DTSTAMP:{stamp}"
    yield f"DTSTART;VALUE=DATE:{entry.day:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{entry.day + timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY:{escape(entry.title)}"
    if entry.text:
        yield f"DESCRIPTION:{escape(entry.text)}"
    if entry.url:
        yield f"URL:{entry.url}"
    yield "TRANSP:TRANSPARENT"
    for hours in entry.remind:
        yield from ("BEGIN:VALARM", "ACTION:DISPLAY", f"DESCRIPTION:{escape(entry.title)}")
        yield f"TRIGGER:{'-' if hours < 0 else ''}PT{abs(hours)}H"
        yield "END:VALARM"
    yield "END:VEVENT"


def escape(words: str) -> str:
    """A text value (section 3.3.11): controls other than line ends are left out."""
    plain = words.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    plain = "".join(c for c in plain if c == "\n" or c not in _CONTROLS)
    return plain.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def fold(line: str) -> list[bytes]:
    """A content line as lines of at most 75 octets, never cut within a character; further ones begin with a space."""
    parts, part, room = [], b"", _FOLD
    for character in line:
        octets = character.encode("utf-8", "replace")
        if len(part) + len(octets) > room:
            parts.append(part)
            part, room = b" ", _FOLD
        part += octets
    return [*parts, part]
