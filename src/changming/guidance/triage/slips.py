"""Common slips in the names of papers put right (户照, 居主证, hu zhao), with the way back to what was written."""

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from importlib import resources

from changming.kernel.masking import Folded


@cache
def _slips() -> tuple[re.Pattern[str], tuple[str, ...]]:
    """One pattern with a numbered group a word, and the words."""
    raw = resources.files(__package__).joinpath("data/typos.toml").read_text(encoding="utf-8")
    listed = tomllib.loads(raw)
    pattern = "|".join(f"({'|'.join(one['slips'])})" for one in listed.values())
    return re.compile(pattern), tuple(listed)


def put_right(folded: Folded) -> Folded:
    """The text (plain form, lower case, simplified) with its slips put right.

    A word that takes the place of another is as long or not: its first and last character stand for the first and
    last that were written, so that every span still leads back to whole words.
    """
    pattern, words = _slips()
    text = folded.text
    if not pattern.search(text):
        return folded
    came = folded.origin if folded.origin is not None else range(len(text))
    parts: list[str] = []
    origin: list[int] = []
    at = 0
    for slip in pattern.finditer(text):
        word = words[(slip.lastindex or 1) - 1]
        parts += (text[at : slip.start()], word)
        origin += (*came[at : slip.start()], *_stretched(came[slip.start() : slip.end()], len(word)))
        at = slip.end()
    parts.append(text[at:])
    origin.extend(came[at:])
    return Folded("".join(parts), origin)


def _stretched(came: Sequence[int], length: int) -> list[int]:
    """As many origins as the new word has characters; its last one stands for the last one written."""
    last = len(came) - 1
    return [came[min(place, last)] for place in range(length - 1)] + [came[last]]
