"""Words, pairs of characters and single characters of a text: what questions and phrasings are compared by."""

import re
import tomllib
from functools import cache, lru_cache
from importlib import resources
from typing import Final

import rjieba

_RUN: Final = re.compile(r"[\u3400-\u9fff]+|[a-z0-9]+(?:'[a-z]+)?")
_WORD: Final = "w:"
"""Marks a word, so that a two-character word counts beside its pair of characters."""
_STOP: Final = frozenset(
    """
    a an the i my me we you your is are am was be been to of in on at for and or do does did can could would should
    it its this that with what how when where have has had get please s t m
    """.split()  # noqa: SIM905 - a list of fifty quoted words is harder to read
)


@cache
def _synonyms() -> tuple[re.Pattern[str], dict[str, str]]:
    raw = resources.files(__package__).joinpath("data/synonyms.toml").read_text(encoding="utf-8")
    mapped = {word: group[0] for group in tomllib.loads(raw)["groups"] for word in group}
    words = sorted(mapped, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, words))), mapped


def unify(text: str) -> str:
    """The text (plain form) with one word for all that mean the same."""
    pattern, mapped = _synonyms()
    return pattern.sub(lambda word: mapped[word[0]], text)


def _stem(word: str) -> str:
    """An English word without its commonest endings; enough to meet ``passports`` and ``renewing``."""
    for ending in ("'s", "ing", "ed", "es", "s", "al"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:  # noqa: PLR2004 - what is left is still a word
            word = word.removesuffix(ending)
            break
    return word.removesuffix("e") if len(word) > 3 else word  # noqa: PLR2004 - as above


@lru_cache(maxsize=8192)
def _run_tokens(run: str) -> tuple[str, ...]:
    if run[0] < "\u3400":
        return (run,) if run.isdigit() else ((_WORD + _stem(run),) if run not in _STOP else ())
    words = [_WORD + word for word in rjieba.cut(run) if len(word) > 1]
    pairs = [run[i : i + 2] for i in range(len(run) - 1)]
    return (*run, *pairs, *words)


def tokens_of(text: str) -> list[str]:
    """The tokens of a text in plain form (see ``triage.read``), synonyms unified."""
    return [token for run in _RUN.finditer(unify(text)) for token in _run_tokens(run[0])]
