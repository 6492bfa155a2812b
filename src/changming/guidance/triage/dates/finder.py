"""Finds every date in a text; where readings overlap, the longest wins."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Final

from changming.guidance.triage.dates.absolute import ABSOLUTE_RULES
from changming.guidance.triage.dates.model import DateRule, FoundDate
from changming.guidance.triage.dates.named import NAMED_RULES
from changming.guidance.triage.dates.relative import RELATIVE_RULES

_RULES: Final = (*ABSOLUTE_RULES, *NAMED_RULES, *RELATIVE_RULES)
_WRITTEN: Final = frozenset(
    {"date.full", "date.month-day", "date.compact", "date.month-shifted", "date.day-only", "date.relative-year"}
)
_BARE_WEEKDAY: Final = 3
_BESIDE: Final = 2
# Nothing in the text can be a date without one of these.
_SIGN: Final = re.compile(
    r"[天日号月年周晚早夜旦节]|星期|礼拜|除夕|端午|中秋|清明|国庆|五一|六一|七夕|腊八|元宵|圣诞|十一|小时|"
    r"[明今听后]儿|[初末底]|月|年|后早|明晨|听朝|[0-9][/\-.][0-9]|20[2-9][0-9]{5}"
    r"|fortnight|(?:on|by|before|until|till) the [0-9]|day|night|morning|tomorrow|week|month|hour|yesterday|"
    r"christmas|festival|new year|mid-autumn|dragon|"
    r"jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
)
# Titles and names that only contain a date word: 《明日之后》, 今日头条.
_TITLES: Final = re.compile(
    r"《[^》]{1,20}》|今日头条|明日之后|周一围|五一路|五一广场|八一路|三八红旗|日本|每[天日周月年]|天天|"
    r"(?<!后)(?<!后的)第[一二三四五六七八九十]+天|十天半个?月|三[天两]头|这两天|[过这]几天"
)


def find_dates(text: str, today: date) -> tuple[FoundDate, ...]:
    """Every date in ``text`` (plain form, see ``reading.read``), seen from ``today``, in order of appearance.

    A date ahead is preferred: 12月3日 said in December's second week is next year's. Impossible dates give nothing.
    """
    if not _SIGN.search(text):
        return ()
    taken = bytearray(len(text))
    for title in _TITLES.finditer(text):
        taken[title.start() : title.end()] = b"\x01" * len(title[0])
    kept: list[FoundDate] = []
    for hit in sorted(_candidates(text, today), key=lambda hit: (hit.start - hit.end, hit.start)):
        if not any(taken[hit.start : hit.end]):
            taken[hit.start : hit.end] = b"\x01" * (hit.end - hit.start)
            kept.append(hit)
    edges = {edge for hit in kept if hit.rule in _WRITTEN for edge in (hit.start, hit.end)}
    return tuple(hit for hit in sorted(kept, key=lambda hit: hit.start) if not _only_explains(hit, edges))


def _only_explains(hit: FoundDate, written_edges: set[int]) -> bool:
    """A bare weekday beside a written date only explains it: 12月3日（周四）."""
    if hit.rule != "date.weekday" or hit.end - hit.start > _BARE_WEEKDAY:
        return False
    near = (*range(hit.start - _BESIDE, hit.start + 1), *range(hit.end, hit.end + _BESIDE + 1))
    return any(edge in written_edges for edge in near)


def _candidates(text: str, today: date) -> Iterator[FoundDate]:
    for rule in _RULES:
        for match in rule.pattern.finditer(text):
            hit = _reach(rule, match, today)
            if hit is not None:
                yield hit


def _reach(rule: DateRule, match: re.Match[str], today: date) -> FoundDate | None:
    try:
        reached = rule.reach(match, today)
    except (ValueError, OverflowError):
        return None
    if reached is None:
        return None
    earliest = reached.earliest or reached.value
    start, end = match.span()
    lead = len(match[0]) - len(match[0].lstrip())
    return FoundDate(reached.value, start + lead, end, rule.id, earliest, reached.past, reached.provisional)
