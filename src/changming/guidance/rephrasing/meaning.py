"""What of a sentence carries its sense, in order: figures, the small signs that turn a rule round, content words."""

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final

_UNIT: Final = (
    r"个?工作日|个?自然日|个?月|小时|分钟|周岁|公里|毫米|像素|[天日年岁元周次张份本页寸]"
    r"|(?:working |calendar )?days?|years?|months?|weeks?|hours?|minutes?|mm|kb|px"
)
_TOKEN: Final = re.compile(
    rf"(?P<figure>[0-9]+(?:[.,:/×x*-][0-9]+)*%?(?:\s*(?:{_UNIT}))?)"
    r"|(?P<latin>[a-z]+(?:'[a-z]+)?)|(?P<han>[\u3400-\u9fff]+)|(?P<mark>[@#$€¥￥&_\\/]+)"
)
_HAN_FIGURE: Final = re.compile(r"[零〇一二两三四五六七八九十百千万亿半]")
FIGURE: Final = "#"
SIGN: Final = "!"


@dataclass(frozen=True, slots=True)
class Meaning:
    """A sentence reduced: every token that carries sense, in order.

    A figure is ``#``, its digits and its unit (7 working days are not 7 days), a sign ``!`` and its letter; all else is
    a content word: a Chinese character or an English word. ``anchors`` are the figures and signs alone.
    """

    tokens: tuple[str, ...]

    @property
    def anchors(self) -> tuple[str, ...]:
        """Figures and signs in order: what must come through untouched."""
        return tuple(token for token in self.tokens if token[0] in (FIGURE, SIGN))

    @property
    def words(self) -> tuple[str, ...]:
        """The content words in order."""
        return tuple(token for token in self.tokens if token[0] not in (FIGURE, SIGN))


@dataclass(frozen=True, slots=True)
class _Small:
    han: re.Pattern[str]
    han_signs: dict[str, str]
    latin_free: frozenset[str]
    latin_signs: dict[str, str]


@cache
def _small() -> _Small:
    raw: dict[str, Any] = tomllib.loads(
        resources.files(__package__).joinpath("data/small_words.toml").read_text(encoding="utf-8")
    )
    signs = {lang: {word: sign for sign, words in raw[lang]["signs"].items() for word in words} for lang in raw}
    every = sorted({*raw["zh"]["free"], *signs["zh"]}, key=len, reverse=True)
    return _Small(re.compile("|".join(every)), signs["zh"], frozenset(raw["en"]["free"]), signs["en"])


def plain(text: str) -> str:
    """The text in compatibility form (Unicode NFKC), lower case."""
    return unicodedata.normalize("NFKC", text).lower()


def meaning_of(text: str) -> Meaning:
    """The sentence's sense, whatever its small words."""
    small, found = _small(), list[str]()
    for token in _TOKEN.finditer(plain(text)):
        word = token[0]
        if token.lastgroup == "figure":
            found.append(FIGURE + "".join(word.split()))
        elif token.lastgroup == "han":
            found += _han(word, small)
        elif word in small.latin_signs:
            found.append(SIGN + small.latin_signs[word])
        elif word not in small.latin_free:
            found.append(word)
    return Meaning(tuple(found))


def _han(run: str, small: _Small) -> list[str]:
    found, end = list[str](), 0
    for hit in small.han.finditer(run):
        found += _characters(run[end : hit.start()])
        if hit[0] in small.han_signs:
            found.append(SIGN + small.han_signs[hit[0]])
        end = hit.end()
    return found + _characters(run[end:])


def _characters(piece: str) -> list[str]:
    """Chinese figures count as figures, so that 三 does not become 五."""
    return [FIGURE + one if _HAN_FIGURE.match(one) else one for one in piece]
