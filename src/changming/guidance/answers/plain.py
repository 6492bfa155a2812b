"""Matters that no entry answers, though it is known what was asked: a death, the desk itself, one's application.

The words for each are ``answer.plain.<topic>`` of the catalogue, the patterns data: ``data/plain.toml``.
"""

import re
import tomllib
from functools import cache
from importlib import resources
from typing import Final

from changming.guidance.triage import Signals

_LOOKED_AT: Final = 400
_ONLY_AN_ASPECT: Final = re.compile(
    r"^(?:请问|那|大概|一共|总共|都|还|要|需要|得|花|收|办|办证|这个|你们)*(?:多少钱|多久|几天|多长时间|什么材料|带什么(?:材料)?|哪些材料|费用|去哪里?办?|"
    r"网上能办|几块)(?:吗|呢|啊|呀)?[?？。!！]*$|^how (?:much(?: is it| does it cost)?|long(?: does it take)?)\??$"
)
_MASHED: Final = re.compile(
    r"^(?=.*[bcdfghjklmnpqrstvwxz]{4})[a-z0-9 哈呵嘿啊嗯哦.。,，!！?？~]+$|^[哈呵嘿嘻啊.。,，!！~ ]{2,}$"
)


@cache
def _topics() -> dict[str, tuple[re.Pattern[str], re.Pattern[str] | None]]:
    raw = resources.files(__package__).joinpath("data/plain.toml").read_text(encoding="utf-8")
    return {
        topic: (re.compile("|".join(one["asks"])), re.compile("|".join(one["unless"])) if "unless" in one else None)
        for topic, one in tomllib.loads(raw).items()
    }


def find_plain(text: str, signals: Signals) -> str | None:
    """The topic that a text in plain form is about, or None. ``signals``: what its words and the earlier ones say."""
    text = text[:_LOOKED_AT]
    for topic, (asks, unless) in _topics().items():
        if asks.search(text) and not (unless is not None and unless.search(text)):
            return topic
    named = signals.documents or signals.actions or signals.rules or signals.states
    if not named and _ONLY_AN_ASPECT.match(text.strip()):
        return "which-document"
    return "gibberish" if not named and _MASHED.match(text) else None
