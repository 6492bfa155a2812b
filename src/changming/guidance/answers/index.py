"""BM25 (Robertson and Zaragoza 2009) over phrasings and titles: one row each, the best row speaks for its entry.

A compact inverted index of our own: no array library has to be loaded, and rare tokens are scored first, so that only
the best candidates are looked up in the long lists of common ones. ADR 0005 has the figures.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from heapq import nlargest
from operator import itemgetter
from typing import Final, NamedTuple

from changming.guidance.answers.tokens import tokens_of
from changming.guidance.knowledge import Edition
from changming.guidance.triage import read
from changming.kernel.catalogue import SERVICES

K1: Final = 1.5
B: Final = 0.8
_BUDGET: Final = 1_200
"""Postings that are read in full for one question, rarest tokens first; longer lists are only looked up."""
_ALWAYS: Final = 8
"""Lists that are read in full even beyond the budget, up to ``_MOST`` postings: fewer tell candidates apart badly."""
_MOST: Final = 6_000
_CANDIDATES: Final = 28
_OTHERS: Final = 3
_CONSIDERED: Final = 96


class Row(NamedTuple):
    """A way to ask, and the service it belongs to."""

    service: str
    text: str


class Places(NamedTuple):
    """Where tokens stand: how many tokens each row has; by token its rows, a row once for every time it has it."""

    lengths: Sequence[int]
    rows: Mapping[str, Sequence[int]]


class Scored(NamedTuple):
    """An entry with the score of its best row and the sum of the next three.

    ``share`` is the part of the question's weight that the best row explains, from 0 to about 1.
    """

    service: str
    score: float
    others: float
    share: float


class _Posting(NamedTuple):
    """The rows that have a token: how rare it is (idf), and by row the part of BM25 that its count and length give."""

    idf: float
    parts: dict[int, float]


@dataclass(frozen=True, slots=True)
class Index:
    """An immutable index over an edition's rows.

    ``since`` is the first day on which an entry speaks, ``all_since`` the first on which all of them do. ``common`` is
    the weight of a token that stands in one row only, ``average`` the rows' average length in tokens. ``ways`` counts
    each service's rows; ``gains`` remembers what a token tells (see ``likeness``).
    """

    rows: tuple[Row, ...]
    postings: dict[str, _Posting]
    common: float
    average: float
    since: dict[str, date]
    all_since: date
    ways: Counter[str]
    gains: dict[str, Mapping[str, float]] = field(default_factory=dict, compare=False, repr=False)

    def search(self, text: str, *, on: date, limit: int = 16) -> tuple[Scored, ...]:
        """The best entries in force on a date for a text in plain form, best first."""
        return self.search_tokens(frozenset(tokens_of(text)), on=on, limit=limit)

    def search_tokens(
        self, query: frozenset[str], *, on: date, limit: int = 16, without: int | None = None
    ) -> tuple[Scored, ...]:
        """As ``search``, for a text's tokens; ``without`` leaves a row out."""
        scores: dict[str, list[float]] = {}
        for row, score in nlargest(_CONSIDERED, self._rows(query, on), key=itemgetter(1)):
            if row == without:
                continue
            scores.setdefault(self.rows[row].service, []).append(score)
        whole = self._whole(query)
        tops = ((service, found[: 1 + _OTHERS]) for service, found in scores.items())
        scored = (Scored(service, top[0], sum(top[1:]), top[0] / whole if whole else 0.0) for service, top in tops)
        return tuple(nlargest(limit, scored, key=lambda entry: (entry.score, entry.service)))

    def _rows(self, query: Iterable[str], on: date) -> Iterable[tuple[int, float]]:
        """Rows with their scores; exact for every row that is returned."""
        lists = sorted(
            (self.postings[token] for token in query if token in self.postings), key=lambda found: len(found.parts)
        )
        scores: dict[int, float] = {}
        get = scores.get
        used = 0
        for at, (idf, parts) in enumerate(lists):
            used += len(parts)
            if used > (_BUDGET if at >= _ALWAYS else _MOST) and at:
                return self._looked_up(lists[at:], self._in_force(scores, on))
            for row, part in parts.items():
                scores[row] = get(row, 0.0) + idf * part
        return self._in_force(scores, on)

    def _in_force(self, scores: dict[int, float], on: date) -> Iterable[tuple[int, float]]:
        if on >= self.all_since:
            return scores.items()
        silent = {service for service, since in self.since.items() if on < since}
        return [(row, score) for row, score in scores.items() if self.rows[row].service not in silent]

    @staticmethod
    def _looked_up(lists: Sequence[_Posting], scored: Iterable[tuple[int, float]]) -> Iterator[tuple[int, float]]:
        for row, score in nlargest(_CANDIDATES, scored, key=itemgetter(1)):
            yield row, score + sum([idf * parts[row] for idf, parts in lists if row in parts])

    def usage(self, token: str) -> Counter[str]:
        """The services that use a token, with the number of their rows that do."""
        posting = self.postings.get(token)
        return Counter(self.rows[number].service for number in posting.parts) if posting else Counter()

    def _whole(self, query: frozenset[str]) -> float:
        """What a row that is the question itself would score; tokens that no row has count as rare ones."""
        length = K1 * (1 - B + B * len(query) / self.average)
        get = self.postings.get
        idf = sum([found.idf if (found := get(token)) is not None else self.common for token in query])
        return idf * (K1 + 1) / (1 + length)


def _idf(rows: int, frequency: int) -> float:
    return math.log(1 + (rows - frequency + 0.5) / (frequency + 0.5))


def index_rows(rows: Sequence[Row], since: dict[str, date]) -> Index:
    """An index over rows."""
    return index_places(rows, place_tokens(rows), since)


def place_tokens(rows: Sequence[Row]) -> Places:
    """Where the tokens of rows stand."""
    lengths: list[int] = []
    places: defaultdict[str, list[int]] = defaultdict(list)
    for number, row in enumerate(rows):
        tokens = tokens_of(read(row.text).text)
        lengths.append(len(tokens))
        for token in tokens:
            places[token].append(number)
    return Places(lengths, places)


def index_places(rows: Sequence[Row], placed: Places, since: dict[str, date]) -> Index:
    """An index over rows whose tokens were found before; ``since`` is the first day on which each service speaks."""
    lengths, places = placed
    average = (sum(lengths) / len(lengths) if lengths else 0.0) or 1.0
    norms = [K1 * (1 - B + B * length / average) for length in lengths]
    once = [(K1 + 1) / (1 + norm) for norm in norms]
    postings: dict[str, _Posting] = {}
    for token, numbers in places.items():
        parts = dict(zip(numbers, map(once.__getitem__, numbers), strict=True))
        if len(parts) < len(numbers):
            for number, count in Counter(numbers).items():
                parts[number] = count * (K1 + 1) / (count + norms[number])
        postings[token] = _Posting(_idf(len(rows), len(parts)), parts)
    return Index(
        tuple(rows),
        postings,
        _idf(len(rows), 1) if rows else 1.0,
        average,
        since,
        max(since.values(), default=date.min),
        Counter(row.service for row in rows),
    )


def rows_of(edition: Edition) -> Iterator[Row]:
    """Every way to ask that the edition knows, and the names of the services it lacks: known, though silent."""
    for service, name in SERVICES.items():
        pack = edition.packs.get(service)
        if pack is None:
            yield Row(service, name.zh)
            yield Row(service, name.en)
            continue
        for text in (pack.title.zh, pack.title.en, *pack.phrasings, *pack.phrasings_en):
            yield Row(service, text)


def since_of(edition: Edition) -> dict[str, date]:
    """The first day on which each entry speaks."""
    return {service: pack.since for service, pack in edition.packs.items()}


def compile_index(edition: Edition) -> Index:
    """The index of an edition, built anew (some 0.1 s for 2,000 rows)."""
    return index_rows(tuple(rows_of(edition)), since_of(edition))


_KEPT: Final = 4
_indexes: Final[dict[str, Index]] = {}


def index_of(edition: Edition) -> Index:
    """The index of an edition, built once for its digest; the last few editions are kept."""
    found = _indexes.get(edition.digest)
    if found is None:
        found = compile_index(edition)
        keep_index(edition, found)
    return found


def keep_index(edition: Edition, index: Index) -> None:
    """Let ``index_of`` answer with an index that was made elsewhere."""
    _indexes[edition.digest] = index
    for old in list(_indexes)[:-_KEPT]:
        _indexes.pop(old, None)
