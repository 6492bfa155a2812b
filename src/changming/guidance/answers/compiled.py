"""An edition with its index as one text, so that a command need not read every pack to answer from one of them.

The text is JSON; whoever keeps it sees to it that nobody else wrote it. Packs stand in it as their canonical
documents and are read when they are asked for.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from changming.guidance.answers.index import Places, Row, index_places, keep_index, place_tokens, rows_of, since_of
from changming.guidance.knowledge import Edition, Pack, digest_of, read_stored


class StoredPacks(Mapping[str, Pack]):
    """Packs by service, each read from its canonical document on first use."""

    def __init__(self, documents: Mapping[str, str]) -> None:
        self._documents = documents
        self._read: dict[str, Pack] = {}

    def __getitem__(self, service: str) -> Pack:
        found = self._read.get(service)
        if found is None:
            reading = read_stored(service, self._documents[service])
            if reading.pack is None:
                raise ValueError(f"the compiled pack {service} does not read: {reading.faults[0]}")
            found = self._read[service] = reading.pack
        return found

    def __contains__(self, service: object) -> bool:
        return service in self._documents

    def __iter__(self) -> Iterator[str]:
        return iter(self._documents)

    def __len__(self) -> int:
        return len(self._documents)


def write_compiled(edition: Edition) -> str:
    """The text that ``read_compiled`` reads back."""
    rows = list(rows_of(edition))
    lengths, places = place_tokens(rows)
    held = {
        "packs": {service: [pack.digest, pack.document] for service, pack in edition.packs.items()},
        "since": {service: since.isoformat() for service, since in since_of(edition).items()},
        "rows": rows,
        "lengths": lengths,
        "places": places,
    }
    return json.dumps(held, ensure_ascii=False, separators=(",", ":"))


def read_compiled(text: str) -> Edition:
    """The edition; its index is kept for ``index_of``.

    Raises:
        ValueError, KeyError, TypeError: not a text that ``write_compiled`` made.
    """
    held: dict[str, Any] = json.loads(text)
    packs = held["packs"]
    edition = Edition(
        StoredPacks({service: document for service, (_, document) in packs.items()}),
        digest_of({service: digest for service, (digest, _) in packs.items()}),
    )
    since = {service: date.fromisoformat(day) for service, day in held["since"].items()}
    rows = [Row(service, way) for service, way in held["rows"]]
    keep_index(edition, index_places(rows, Places(held["lengths"], held["places"]), since))
    return edition
