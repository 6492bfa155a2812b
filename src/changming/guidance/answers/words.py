"""What retrieval sees of a text: words, character pairs and single characters, in one bag."""

import re
from functools import cache
from importlib import resources
from itertools import pairwise
from typing import Final

import rjieba

_HAN: Final = re.compile(r"[㐀-鿿]+")
_LATIN: Final = re.compile(r"[a-z0-9]+")
_LONGEST: Final = 2_000
"""Characters of a question that retrieval looks at; the rest of a very long text adds nothing but time."""


@cache
def _synonyms() -> tuple[re.Pattern[str], dict[str, str]]:
    table: dict[str, str] = {}
    body = resources.files(__package__).joinpath("data/synonyms.txt").read_text(encoding="utf-8")
    for line in body.splitlines():
        if line and not line.startswith("#"):
            kept, _, said = line.partition("=")
            table |= dict.fromkeys([kept.strip(), *said.split()], kept.strip())
    longest_first = sorted(table, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first))), table


def plain(text: str) -> str:
    """The text with everyday names replaced by those of the packs: 驾照 → 驾驶证. Folded and lower case already."""
    pattern, table = _synonyms()
    return pattern.sub(lambda match: table[match[0]], text[:_LONGEST])


def tokens(text: str) -> list[str]:
    """Words, pairs and single characters of a plain text, with repeats."""
    found: list[str] = _LATIN.findall(text)
    for run in _HAN.findall(text):
        found += (word for word in rjieba.cut(run) if len(word) > 1)
        found += (f"{first}{second}_" for first, second in pairwise(run))
        found += run
    return found
