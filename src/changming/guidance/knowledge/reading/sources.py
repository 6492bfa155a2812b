"""Reading ``sources`` and ``entries``: who says so, and where to go."""

import re
from typing import Final

from changming.guidance.knowledge.kinds import EntryKind
from changming.guidance.knowledge.model import Entry, Source
from changming.guidance.knowledge.reading.cursor import Record
from changming.guidance.knowledge.reading.scope import Scope
from changming.kernel.catalogue import SourceStatus

_URL: Final = re.compile(r"https?://[a-z0-9][a-z0-9.-]*\.[a-z]{2,}(:\d+)?(/[^\s<>\"']*)?", re.ASCII)
_PHONE: Final = re.compile(r"\+?\d[\d-]{1,18}\d", re.ASCII)


def read_sources(scope: Scope, pack: Record) -> None:
    """Every source of the pack into the scope."""
    for name, path, line, node in scope.reading.entries(pack.node("sources"), "sources"):
        record = scope.reading.record(
            node, path, ("title", "ref", "status", "checked", "review_by"), ("url", "from", "to", "facts")
        )
        checked, review_by = record.needed_day("checked"), record.needed_day("review_by")
        if checked > review_by:
            scope.reading.fault(record.line_of("review_by"), path, "review_before_check")
        scope.sources[name] = Source(
            id=name,
            title=record.words("title"),
            ref=record.word("ref"),
            url=_url(scope, record),
            status=record.choice("status", SourceStatus),
            period=record.period(),
            checked=checked,
            review_by=review_by,
            facts=tuple(word for _, _, word in scope.reading.scalars(record.node("facts"), record.at("facts"))),
            line=line,
        )


def _url(scope: Scope, record: Record) -> str:
    url = record.word("url")
    if url and not _URL.fullmatch(url):
        scope.reading.fault(record.line_of("url"), record.at("url"), "bad_url")
    return url


def read_entries(scope: Scope, pack: Record) -> None:
    """Every official place of the pack into the scope."""
    for name, path, line, node in scope.reading.entries(pack.node("entries"), "entries"):
        scope.lines[path] = line
        record = scope.reading.record(node, path, ("name", "kind", "source"), ("url", "phone"))
        kind = record.choice("kind", EntryKind)
        for wanted, key in ((EntryKind.SITE, "url"), (EntryKind.HOTLINE, "phone")):
            if kind is wanted and record.has("kind") and not record.has(key):
                scope.reading.fault(record.line, path, "missing_key", key=key)
        phone = record.word("phone")
        if phone and not _PHONE.fullmatch(phone):
            scope.reading.fault(record.line_of("phone"), record.at("phone"), "bad_phone")
        source = scope.source(record.line_of("source"), record.at("source"), record.word("source"))
        scope.entries[name] = Entry(name, record.words("name"), kind, _url(scope, record), phone, source)
