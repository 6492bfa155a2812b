"""Whether a rephrasing says what was decided, and nothing else. Pure; every doubt ends with the stored words."""

import re
from collections.abc import Sequence
from enum import StrEnum
from typing import Final

from changming.guidance.rephrasing.meaning import meaning_of

LONGEST_REPLY: Final = 20_000
"""Characters of a reply that are looked at; our longest answers have a tenth of that."""
_KEPT: Final = 0.8
"""Share of a statement's content words that its rephrasing keeps at least."""
_LONGER: Final = 1.6
_SPARE: Final = 24
"""A rephrasing may be this many times as long as the statement, and this many characters longer."""
_MARKED: Final = re.compile(r"(.*?)\[\[([0-9]{1,3})\]\]", re.DOTALL)
_ENDS: Final = re.compile(r"[。！？!?]|(?<![0-9])\.(?=\s|$)|(?<=[0-9])\.(?=\s|$)|\n")
_FORBIDDEN: Final = re.compile(
    r"[<>\[\]{}|`*#]|https?:|www\.|[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]", re.IGNORECASE
)


class Fault(StrEnum):
    """Why a rephrasing is not used."""

    EMPTY = "empty"
    TOO_LONG = "too-long"
    UNMARKED = "unmarked"
    """A sentence without its marker, or words after the last one."""
    MARKER = "marker"
    """A marker that was not given, one left out, or another order."""
    MARKUP = "markup"
    FIGURE = "figure"
    """A figure, or a word like "not", "must", "only", "or", is added, lost, changed or moved."""
    ADDED = "added"
    """A content word that the statement does not have, or another order of them."""
    LOST = "lost"


def decide_rephrasing(statements: Sequence[str], reply: str) -> tuple[str, ...] | Fault:
    """The rephrased statements, one for each, or why the stored ones stay.

    Every sentence of ``reply`` ends with the marker ``[[n]]`` of the statement (from 1) that it rephrases. It may
    exchange small words ("please", "then", "的", "就"), shorten and split; figures and the words that turn a rule
    round are compared literally and in order, and its content words must be the statement's own, in its order.
    """
    if not reply.strip():
        return Fault.EMPTY
    if len(reply) > LONGEST_REPLY:
        return Fault.TOO_LONG
    read = _read(reply, len(statements))
    if isinstance(read, Fault):
        return read
    pieces = tuple(map(_joined, read))
    for statement, sentences, piece in zip(statements, read, pieces, strict=True):
        if sum(map(_inner_ends, sentences)) > _inner_ends(statement):
            return Fault.UNMARKED
        if fault := _fault(statement, piece):
            return fault
    return pieces


def _inner_ends(words: str) -> int:
    """Sentences that end before the last one does."""
    return len(_ENDS.findall(words[:-1]))


def _read(reply: str, count: int) -> tuple[Sequence[str], ...] | Fault:
    """The words of each marker."""
    said: dict[int, list[str]] = {}
    end = 0
    for hit in _MARKED.finditer(reply):
        words, number, end = hit[1].strip(), int(hit[2]), hit.end()
        if not words:
            return Fault.UNMARKED
        if not 1 <= number <= count or (said and number < max(said)):
            return Fault.MARKER
        said.setdefault(number, []).append(words)
    if reply[end:].strip(" \t\n。.!！"):
        return Fault.UNMARKED
    if len(said) != count:
        return Fault.MARKER
    return tuple(said[number] for number in sorted(said))


def _joined(sentences: Sequence[str]) -> str:
    return "".join(f"{one} " if one.isascii() else one for one in sentences).strip()


def _fault(statement: str, piece: str) -> Fault | None:
    if len(piece) > len(statement) * _LONGER + _SPARE:
        return Fault.TOO_LONG
    if set(_FORBIDDEN.findall(piece)) - set(_FORBIDDEN.findall(statement)):
        return Fault.MARKUP
    meant, said = meaning_of(statement), meaning_of(piece)
    if meant.anchors != said.anchors:
        return Fault.FIGURE
    if not _within(said.tokens, meant.tokens):
        return Fault.ADDED
    if len(said.words) < _KEPT * len(meant.words):
        return Fault.LOST
    return None


def _within(said: Sequence[str], meant: Sequence[str]) -> bool:
    """Whether ``said`` can be had from ``meant`` by leaving out alone."""
    rest = iter(meant)
    return all(token in rest for token in said)
