"""Finds the entries whose phrasings are nearest to a question: BM25, one row per phrasing, the best row counts."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import bm25s
import numpy as np
from numpy.typing import NDArray

from changming.guidance.answers.words import plain, tokens
from changming.guidance.knowledge import Edition, Pack
from changming.guidance.triage.reading import read
from changming.kernel.messages import Lang

_KEPT_EDITIONS: Final = 4


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry and how near it is.

    Attributes:
        service: the pack's service id.
        score: BM25 of its best row.
        cover: how much of the question's information the best row has, from 0 to 1.
    """

    service: str
    score: float
    cover: float


class Index:
    """The rows of one edition, compiled once."""

    def __init__(self, edition: Edition) -> None:
        self.digest = edition.digest
        self._services: list[str] = []
        rows: list[list[str]] = []
        for pack in edition.packs.values():
            for text in _row_texts(pack):
                rows.append(tokens(plain(read(text).text)))
                self._services.append(pack.service)
        self._bags = [frozenset(row) for row in rows]
        self._bm25: Any = bm25s.BM25(method="lucene")  # type: ignore[no-untyped-call] # the package has no types
        self._bm25.index(rows, show_progress=False)
        seen: dict[str, int] = {}
        for bag in self._bags:
            for token in bag:
                seen[token] = seen.get(token, 0) + 1
        count = len(rows)
        self._weight = {token: float(np.log1p((count - n + 0.5) / (n + 0.5))) for token, n in seen.items()}
        self._unseen = float(np.log1p(count + 0.5))

    def search(self, text: str) -> tuple[Hit, ...]:
        """Every entry with a score, the nearest first. ``text`` is folded (``triage.reading.read``)."""
        asked = tokens(plain(text))
        known = [token for token in asked if token in self._weight]
        if not known:
            return ()
        scores: NDArray[np.float32] = self._bm25.get_scores(known)
        best: dict[str, int] = {}
        for row in np.argsort(-scores, kind="stable"):
            if scores[row] <= 0:
                break
            best.setdefault(self._services[row], int(row))
        whole = sum(self._weight.get(token, self._unseen) for token in set(asked))
        return tuple(
            Hit(service, float(scores[row]), self._cover(set(asked), row) / whole) for service, row in best.items()
        )

    def _cover(self, asked: set[str], row: int) -> float:
        return sum(self._weight[token] for token in asked & self._bags[row])


def _row_texts(pack: Pack) -> list[str]:
    titles = [pack.title.say(Lang.ZH), pack.title.say(Lang.EN)]
    return [*pack.phrasings, *pack.phrasings_en, *titles]


class _Compiled:
    """Editions are compared by digest, so that a reload of the same packs compiles nothing."""

    def __init__(self, edition: Edition) -> None:
        self.edition = edition

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Compiled) and other.edition.digest == self.edition.digest

    def __hash__(self) -> int:
        return hash(self.edition.digest)


@lru_cache(maxsize=_KEPT_EDITIONS)
def _compile(key: _Compiled) -> Index:
    return Index(key.edition)


def index_of(edition: Edition) -> Index:
    """The index of an edition, compiled at its first use and kept while the edition is."""
    return _compile(_Compiled(edition))
