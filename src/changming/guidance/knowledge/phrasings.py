"""How people ask, compared: width, case, spaces and punctuation do not count."""

import unicodedata
from typing import Final

OPENING: Final = 4
"""Chinese phrasings of one service differ within their first four characters: variety, not one sentence stretched."""


def plain(phrase: str) -> str:
    """The letters, digits and ideographs of a phrasing, in one width and case."""
    folded = unicodedata.normalize("NFKC", phrase).casefold()
    return "".join(c for c in folded if unicodedata.category(c)[0] in "LN")


def opening(phrase: str) -> str:
    """The first four characters that count."""
    return plain(phrase)[:OPENING]
