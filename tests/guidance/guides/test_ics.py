from datetime import UTC, date, datetime

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.counts import examples

from changming.guidance.guides import Entry, write_calendar
from changming.guidance.guides.ics import escape, fold

NOW = datetime(2026, 11, 21, 18, 10, 5, tzinfo=UTC)


def unfolded(data: bytes) -> list[str]:
    """The content lines, as RFC 5545 section 3.1 reads them."""
    return data.replace(b"\r\n ", b"").decode().split("\r\n")


def test_a_day_with_two_reminders() -> None:
    entry = Entry(
        "ready.abc",
        date(2026, 12, 31),
        "备齐材料：护照",
        "· 身份证\n· 照片, 33×48",
        (-15, 9),
        "https://desk.example/guide",
    )
    lines = unfolded(write_calendar([entry], now=NOW))
    assert lines == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Changming//Guide//ZH",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        "UID:ready.abc",
        "DTSTAMP:20261121T181005Z",
        "DTSTART;VALUE=DATE:20261231",
        "DTEND;VALUE=DATE:20270101",
        "SUMMARY:备齐材料：护照",
        "DESCRIPTION:· 身份证\\n· 照片\\, 33×48",
        "URL:https://desk.example/guide",
        "TRANSP:TRANSPARENT",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        "DESCRIPTION:备齐材料：护照",
        "TRIGGER:-PT15H",
        "END:VALARM",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        "DESCRIPTION:备齐材料：护照",
        "TRIGGER:PT9H",
        "END:VALARM",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]


def test_nobody_writes_a_line_of_their_own_into_the_file() -> None:
    hostile = "x\r\nBEGIN:VEVENT\rA\u2028B\x00;,\\"
    assert escape(hostile) == "x\\nBEGIN:VEVENT\\nA\\nB\\;\\,\\\\"
    data = write_calendar([Entry("u", date(2026, 1, 1), hostile, hostile)], now=NOW)
    assert data.count(b"BEGIN:VEVENT\r\n") == 1


@settings(max_examples=examples(300))
@given(st.text(max_size=400))
def test_lines_are_short_whole_and_read_back(words: str) -> None:
    line = "SUMMARY:" + escape(words)
    parts = fold(line)
    assert all(len(part) <= 75 for part in parts)
    for part in parts:
        part.decode()  # no character is cut
    assert all(part.startswith(b" ") for part in parts[1:])
    back = b"\r\n".join(parts).replace(b"\r\n ", b"")
    assert back == line.encode("utf-8", "replace")
