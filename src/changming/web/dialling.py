"""Telephone numbers in running words as links: somebody who needs help taps the number and need not copy it."""

import re
from typing import Final

from markupsafe import Markup, escape

_NUMBER: Final = r"(?:1[0-2]\d{3}|9[56]\d{3}|1[12]\d)(?!\d)"
_CALLED: Final = re.compile(
    rf"(?:(?<=[打拨])|(?<=\b[Cc]all)|(?<=\b[Dd]ial))\s?{_NUMBER}(?:(?: ?[或、] ?|,? or ){_NUMBER})*(?! ?[元%])"
)
"""Short numbers after a word for calling; ``120 元`` and ``铁路12306 App`` are no numbers to call."""


def dialled(words: str) -> Markup:
    """The words, escaped, with the numbers that they say to call as ``tel:`` links."""
    found, end = [], 0
    for called in _CALLED.finditer(words):
        for number in re.finditer(_NUMBER, called[0]):
            start = called.start() + number.start()
            found += [escape(words[end:start]), Markup('<a href="tel:{0}">{0}</a>').format(number[0])]
            end = start + len(number[0])
    return Markup("").join([*found, escape(words[end:])])
