"""Articles of a law as an English reader reads them: ``第三条、第二十条第二款`` is ``Arts. 3, 20(2)``."""

import re
from typing import Final

_DIGIT: Final = {word: number for number, word in enumerate("零一二三四五六七八九")}
_TIMES: Final = {"十": 10, "百": 100}
_NUMERAL: Final = r"[零一二三四五六七八九十百]+"
_ARTICLE: Final = re.compile(rf"第({_NUMERAL})条(?:之({_NUMERAL}))?(?:第({_NUMERAL})款)?(?:第({_NUMERAL})项)?")
_ONLY: Final = re.compile(rf"{_ARTICLE.pattern}(?:[、，和]{_ARTICLE.pattern})*(?:（([0-9-]{{4,10}}) ?文本）)?")


def number_of(numeral: str) -> int:
    """The number, up to 999, that a Chinese numeral writes: ``一百一十`` is 110."""
    total, digit = 0, 0
    for word in numeral:
        if word in _TIMES:
            total, digit = total + (digit or 1) * _TIMES[word], 0
        else:
            digit = _DIGIT[word]
    return total + digit


def english_articles(words: str) -> str:
    """The articles in English, where the words name articles and nothing else; else the words."""
    whole = _ONLY.fullmatch(words)
    if whole is None:
        return words
    named = [_english(found) for found in _ARTICLE.finditer(words)]
    dated = f" (text of {whole.groups()[-1]})" if whole.groups()[-1] else ""
    return f"{'Art.' if len(named) == 1 else 'Arts.'} {', '.join(named)}{dated}"


def _english(found: re.Match[str]) -> str:
    article, after, paragraph, item = ("" if part is None else str(number_of(part)) for part in found.groups())
    return article + (f"-{after}" if after else "") + "".join(f"({part})" for part in (paragraph, item) if part)
