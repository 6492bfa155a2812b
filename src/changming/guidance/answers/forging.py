"""How requests for false papers are built, whatever the wording: kinds of words that stand near each other.

A list of whole phrases caught a third of requests that nobody had listed. A request has parts: a paper or a proof,
something done to it (made, altered, traded, lent), and what gives it away (as good as real, without the test,
somebody else's). The kinds and which of them make a request are data: ``data/forging.toml``. Whether a request is
the asker's own is decided in ``screens``.
"""

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from importlib import resources
from itertools import product
from typing import Final, NamedTuple
from unicodedata import combining, normalize

_ACCENTED: Final = re.compile("[\u00c0-\u024f]")
_LETTERS: Final = re.compile(r"(?<![a-z])[a-z](?:[^a-z0-9\u3400-\u9fff]+[a-z](?![a-z])){1,}")
_NOISE: Final = re.compile(
    r"(?<=[\u3400-\u9fff0-9])[^a-z0-9\u3400-\u9fff]+|[^a-z0-9\u3400-\u9fff']+(?=[\u3400-\u9fff0-9])"
)
_SPACES: Final = re.compile(r"[^a-z0-9\u3400-\u9fff']+")
_LATIN: Final = 2
"""English takes about so many times the letters that Chinese takes characters."""
_MOST_HITS: Final = 6
"""Hits of one kind that are looked at; a short request has no more."""


class _Rule(NamedTuple):
    within: int
    kinds: tuple[str, ...]


class _Grammar(NamedTuple):
    disguises: tuple[tuple[re.Pattern[str], str], ...]
    ordinary: re.Pattern[str]
    words: dict[str, re.Pattern[str]]
    rules: tuple[_Rule, ...]


@cache
def _grammar() -> _Grammar:
    raw = tomllib.loads(resources.files(__package__).joinpath("data/forging.toml").read_text(encoding="utf-8"))
    paper = f"(?:{'|'.join(raw['words']['paper'])})"
    return _Grammar(
        tuple((re.compile("|".join(spelt)), word) for word, spelt in raw["disguises"].items()),
        re.compile("|".join(raw["rules"]["ordinary"])),
        {kind: re.compile("|".join(words).replace("<paper>", paper)) for kind, words in raw["words"].items()},
        tuple(_Rule(within, tuple(kinds)) for within, *kinds in raw["rules"]["near"]),
    )


def canonical(text: str) -> str:
    """A text in plain form without signs between characters and with the usual disguises undone."""
    if _ACCENTED.search(text):
        text = "".join(char for char in normalize("NFD", text) if not combining(char))
    text = _LETTERS.sub(lambda spelt: "".join(char for char in spelt[0] if char.isalpha()), text)
    text = _SPACES.sub(" ", _NOISE.sub("", text)).strip()
    for spelt, word in _grammar().disguises:
        text = spelt.sub(word, text)
    return text


def is_built_like_forgery(text: str) -> bool:
    """Whether the words of a text in plain form (see ``triage.read``) make up a request for a false paper."""
    grammar = _grammar()
    said = grammar.ordinary.sub("。", canonical(text))
    found: dict[str, list[tuple[int, int]]] = {}

    def hits(kind: str) -> list[tuple[int, int]]:
        if kind not in found:
            every = (hit.span() for hit in grammar.words[kind].finditer(said))
            found[kind] = [span for span, _ in zip(every, range(_MOST_HITS), strict=False)]
        return found[kind]

    wider = _LATIN if said.isascii() else 1
    return any(
        all(map(hits, rule.kinds)) and _are_near([hits(kind) for kind in rule.kinds], wider * rule.within)
        for rule in grammar.rules
    )


def _are_near(kinds: Sequence[list[tuple[int, int]]], within: int) -> bool:
    """One hit of each kind, no two at the same place, within so many characters; a kind alone is enough."""
    if len(kinds) == 1:
        return True
    for chosen in product(*kinds):
        if max(end for _, end in chosen) - min(start for start, _ in chosen) <= within and len(set(chosen)) == len(
            chosen
        ):
            return True
    return False
