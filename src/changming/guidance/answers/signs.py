"""Signs of a text that its suspicion is counted from: characters, kinds of words, and which kinds stand together.

All of them can be read: ``帮我p`` are characters, ``<paper>`` a kind of words (``data/suspicion_kinds.toml``),
``<alter>·<trait>`` neighbours, ``<helpme>→<alter>`` one before the other, ``<loss>&<make>`` both somewhere.
"""

import re
import tomllib
from collections.abc import Iterator, Sequence
from functools import cache
from importlib import resources
from itertools import combinations
from typing import Final, NamedTuple

_PART: Final = re.compile(r"[a-z]+(?:'[a-z]+)?|[\u3400-\u9fff]|[0-9]+")
_FIRST_HAN: Final = "\u3400"
_LETTERS_KEPT: Final = 3
_NUMERALS: Final = frozenset("一二两三四五六七八九十百千万几")
_NUMBER: Final = ("number",)
_LONGEST: Final = 3
"""Characters, English words or kinds in a row that make one sign."""
_APART: Final = 8
"""Words between which an order counts."""


class _Word(NamedTuple):
    text: str
    kinds: tuple[str, ...]


class _Kinds(NamedTuple):
    of: dict[str, tuple[str, ...]]
    longest: int


@cache
def _kinds() -> _Kinds:
    raw = resources.files(__package__).joinpath("data/suspicion_kinds.toml").read_text(encoding="utf-8")
    found: dict[str, list[str]] = {}
    for kind, words in tomllib.loads(raw).items():
        for word in words.split():
            found.setdefault(_stem(word), []).append(kind)
    return _Kinds({word: tuple(kinds) for word, kinds in found.items()}, max(map(len, found)))


def _stem(word: str) -> str:
    """An English word without its commonest endings; anything else as it is."""
    if not word.isascii():
        return word
    for ending in ("'s", "ing", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= _LETTERS_KEPT:
            word = word.removesuffix(ending)
            break
    return word.removesuffix("e") if len(word) > _LETTERS_KEPT else word


def signs_of(text: str) -> frozenset[str]:
    """The signs of a text in canonical form (see ``forging.canonical``)."""
    parts = [part if part >= _FIRST_HAN else _stem(part) for part in _PART.findall(text)]
    words = list(_words(parts))
    kinds = [(place, kind) for place, word in enumerate(words) for kind in word.kinds]
    return frozenset((*_rows(parts), *_neighbours(words), *_orders(kinds), *_company(kinds)))


def _words(parts: Sequence[str]) -> Iterator[_Word]:
    """The longest known words, everything between them character by character."""
    known, longest = _kinds()
    place = 0
    while place < len(parts):
        first = parts[place]
        for length in range(min(longest, len(parts) - place) if first >= _FIRST_HAN else _LONGEST, 0, -1):
            text = "".join(parts[place : place + length])
            if text in known:
                yield _Word(text, known[text])
                place += length
                break
        else:
            yield _Word(first, _NUMBER if first.isdigit() or first in _NUMERALS else ())
            place += 1


def _rows(parts: Sequence[str]) -> Iterator[str]:
    for length in range(1, _LONGEST + 1):
        for place in range(len(parts) - length + 1):
            row = parts[place : place + length]
            yield ("" if all(part >= _FIRST_HAN for part in row) else "_").join(row)


def _neighbours(words: Sequence[_Word]) -> Iterator[str]:
    """Words in a row, each known one as its first kind; ``^`` and ``$`` are the ends of the text."""
    shown = ["^", *(f"<{word.kinds[0]}>" if word.kinds else word.text for word in words), "$"]
    for length in range(2, _LONGEST + 1):
        for place in range(len(shown) - length + 1):
            yield "·".join(shown[place : place + length])


def _orders(kinds: Sequence[tuple[int, str]]) -> Iterator[str]:
    for index, (place, kind) in enumerate(kinds):
        for later, other in kinds[index + 1 :]:
            if later - place > _APART:
                break
            if later != place:
                yield f"<{kind}>→<{other}>"


def _company(kinds: Sequence[tuple[int, str]]) -> Iterator[str]:
    named = sorted({kind for _, kind in kinds})
    for kind in named:
        yield f"<{kind}>"
    for one, other in combinations(named, 2):
        yield f"<{one}>&<{other}>"
