"""Folding: one plain form for the many ways to write a number, with the way back to the original text."""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

_SPOKEN = ("〇零○洞", "一幺壹", "二两贰貳", "三叁參", "四肆", "五伍", "六陆陸", "七柒拐", "八捌", "九玖勾")
CHINESE_DIGITS = {char: str(digit) for digit, chars in enumerate(_SPOKEN) for char in chars}
"""How digits are spoken and written, one character each, so that folding them keeps every offset."""

_LATIN_LOOKALIKES = {"×": "X", "✕": "X", "Х": "X", "х": "X", "χ": "X", "Ο": "O", "О": "O"}
_DASHES = "‐‑‒–—―−﹣"
_ONE_TO_ONE = {
    **{code: chr(code - 0xFEE0).upper() for code in range(0xFF01, 0xFF5F)},
    **{ord(lower): lower.upper() for lower in "abcdefghijklmnopqrstuvwxyz"},
    **{ord(dash): "-" for dash in _DASHES},
    **{ord(char): upper for char, upper in _LATIN_LOOKALIKES.items()},
    0x3000: " ",
    0x00A0: " ",
}
# What is already in plain form after the table above: ASCII, CJK punctuation, kana, CJK ideographs, a few typographic
# marks. Everything else is looked at one character at a time.
_ODD = re.compile(r"[^\x00-\x7f\u00b7\u2018-\u201f\u2026\u3001-\u30ff\u3400-\u9fff]")
_DIGIT_RUN = re.compile(rf"(?:[0-9{''.join(CHINESE_DIGITS)}][ \-,、]?){{6,}}[0-9{''.join(CHINESE_DIGITS)}]")
_DIGIT_TABLE = str.maketrans(CHINESE_DIGITS)
_FULL_PHONE = 11
_FULL_ID = 18
_INVISIBLE = frozenset({0x20E3, 0x180E, 0x115F, 0x1160, 0x3164, 0xFFA0, *range(0xFE00, 0xFE10)})


@dataclass(frozen=True, slots=True)
class Folded:
    """A text in plain form. ``origin[i]`` is where character ``i`` came from; None when nothing moved."""

    text: str
    origin: Sequence[int] | None = None

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """The span ``[start, end)`` of the folded text as a span of the original. ``start < end`` is required."""
        if self.origin is None:
            return start, end
        return self.origin[start], self.origin[end - 1] + 1

    def folded_span(self, start: int, end: int) -> tuple[int, int]:
        """The span ``[start, end)`` of the original text as a span of the folded; empty where nothing of it is left."""
        if self.origin is None:
            return start, end
        return bisect_left(self.origin, start), bisect_left(self.origin, end)


@lru_cache(maxsize=4096)
def _fold_char(char: str) -> str:
    code = ord(char)
    if code in _INVISIBLE or unicodedata.category(char) == "Cf":
        return ""
    return unicodedata.normalize("NFKC", char).translate(_ONE_TO_ONE)


def fold(text: str) -> Folded:
    """Removes zero-width characters, applies NFKC a character at a time, and writes Latin letters in upper case.

    Dashes become ``-``, look-alikes of the check character X become ``X``. Chinese digits keep their form here; see
    ``fold_digits``.
    """
    table_applied = text.translate(_ONE_TO_ONE)
    if not _ODD.search(table_applied):
        return Folded(table_applied)
    parts: list[str] = []
    origin: list[int] = []
    at = 0
    for odd in _ODD.finditer(table_applied):
        parts.append(table_applied[at : odd.start()])
        origin.extend(range(at, odd.start()))
        plain = _fold_char(odd[0])
        parts.append(plain)
        origin.extend([odd.start()] * len(plain))
        at = odd.end()
    parts.append(table_applied[at:])
    origin.extend(range(at, len(table_applied)))
    return Folded("".join(parts), origin)


def fold_digits(folded: str) -> str:
    """Runs of seven or more digits, some of them Chinese (幺三八…), in ASCII digits; every offset stays."""
    return _DIGIT_RUN.sub(_plain_run, folded)


def _plain_run(run: re.Match[str]) -> str:
    """A run in ASCII digits, unless its Chinese digits belong to the words around it: 13812345678一直打不通."""
    text = run[0]
    signs = [char for char in text if char not in " -,、"]
    if sum(char.isascii() for char in signs) >= _FULL_PHONE:
        return text
    after = run.string[run.end() : run.end() + 1]
    if len(signs) in (_FULL_PHONE + 1, _FULL_ID + 1) and after >= "\u3400":
        return text[:-1].translate(_DIGIT_TABLE) + text[-1]
    return text.translate(_DIGIT_TABLE)
