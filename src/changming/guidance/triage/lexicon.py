"""The word lists that fill the slots, compiled once."""

import re
import tomllib
from functools import cache
from importlib import resources
from typing import Final, NamedTuple


class Hit(NamedTuple):
    """A value that words at ``[start, end)`` speak for. ``negated``: the words before it say the contrary."""

    value: str
    start: int
    end: int
    negated: bool
    rule: str


_WINDOW: Final = 4
# Inside these the "no" denies nothing.
_NEUTRAL: Final = re.compile(
    r"是不是|能不能|可不可以|要不要|会不会|有没有|行不行|急不急|好不好|用不用|需不需要|不小心|不知道?|不慎|不得不|"
    r"不晓得|差不多|没想到|没注意|了没|没事|不光|不但|不仅|"
    r"不赶(?:时间)?|不着?急|不忙|(?:没有?|无|没带)(?:身份证|护照|证件?|户口本?|户口|照片|材料|驾照)|别人|别的|分别|"
    r"性别|级别|类别|区别|特别|"
    r"不会|没办法|不见|找不|不是要|没多久"
)
_PEEK: Final = 2
"""Characters of the hit itself that may end a neutral phrase: 能不|能换."""
_CLAUSE: Final = re.compile(r"[,，。;；!！?？]")
_NO: Final = re.compile(r"[不没未别非无勿]|not |n't |no |never ")


@cache
def _groups() -> dict[str, tuple[tuple[str, re.Pattern[str]], ...]]:
    raw = resources.files(__package__).joinpath("data/lexicon.toml").read_text(encoding="utf-8")
    return {
        group: tuple((value, re.compile("|".join(words))) for value, words in values.items())
        for group, values in tomllib.loads(raw).items()
    }


def is_negated(text: str, start: int) -> bool:
    """A "no" stands within four characters before ``start``, and it is not part of a question or of 不小心."""
    begin = max(0, start - _WINDOW)
    seen = _NEUTRAL.sub(lambda hit: " " * len(hit[0]), text[begin : start + _PEEK])
    return bool(_NO.search(_CLAUSE.split(seen[: start - begin])[-1]))


def find(group: str, text: str) -> list[Hit]:
    """All hits of a group, by value in the group's order and then by place."""
    return [
        Hit(value, hit.start(), hit.end(), is_negated(text, hit.start()), f"{group}.{value}")
        for value, pattern in _groups()[group]
        for hit in pattern.finditer(text)
    ]


def has(group: str, value: str, text: str) -> bool:
    """Whether any words for the value stand in the text, negated or not."""
    return any(pattern.search(text) for name, pattern in _groups()[group] if name == value)
