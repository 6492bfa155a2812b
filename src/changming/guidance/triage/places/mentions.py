"""Where places are mentioned in a text, and which of them is the one where something is to be done."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Final

from changming.guidance.triage.places.gazetteer import Division, Gazetteer, gazetteer

_PLACE_BEFORE: Final = re.compile(
    r"(?:在|去|到|从|回|来|来自|住|飞|人|户口|户籍|老家|籍贯|搬到|迁到|位于|地址|是|就|我们?|想|"
    r"往|离|给|转|[:,，。、;；(（ ]|^|市|省|区|州)$"
)
_PLACE_AFTER: Final = re.compile(
    r"(?:市|这边|这里|本地|当地|人|户口|户籍|办|能|可以|派出所|出入境|打工|上学|工作|读书|的|有|"
    r"怎|哪|居住|暂住|落户|生活|机场|那边|[,，。、;；)） ]|$)"
)
_NO_PLACE_AFTER: Final = re.compile(
    r"(?:[东西南北中一二三四五六]{0,2}(?:路|街(?!道)|大道|巷)|大学|学院|师范|理工|交大|日报|晚报|银行|拉面|烤鸭|啤酒|火锅|牌|菜|话(?!题)|味|小吃|航空|证券|机床|铁路局|"
    r"版|通行证|居民来往|签注|证|同胞|身份证)"
)
_HUKOU_BEFORE: Final = re.compile(
    r"(?:户口(?:本|簿)?|户籍|老家|籍贯|原籍|祖籍|娘家|出生)(?:所?在地?|地)?(?:是|在|为|还在|都在)?(?:个)?$"
)
_HUKOU_AFTER: Final = re.compile(r"^(?:的)?(?:户口|户籍|籍|人(?![在口]))")
_GOING_BEFORE: Final = re.compile(r"(?:去|飞|到|前往|赴|往|回|来)$")
_LIVING_AFTER: Final = re.compile(
    r"^[^,，。;；]{0,3}(?:打工|上学|读书|上班|工作|生活|定居|居住|常住|租房|务工|念书|实习)"
)
_APPLYING_AFTER: Final = re.compile(
    r"^(?:这边|本地|当地|这里)?[^,，。;；到去]{0,8}?(?:办|补|换证|换领|换护照|领|申请|挂失|派出所|出入境|窗口)"
)
_LIVING_BEFORE: Final = re.compile(
    r"(?:在|住|居住在|人在|身在|待在|位于|就在|现居|常住|搬到|搬来|迁到|落户|转到|转回)$"
)
_BEYOND: Final = ("71", "81", "82")


class MentionRole(IntEnum):
    """What a place is in the sentence; the larger, the more likely it is where the person acts."""

    HUKOU = 1
    DESTINATION = 2
    PLAIN = 3
    LIVING = 4
    APPLYING = 5


@dataclass(frozen=True, slots=True)
class Mention:
    """A place at ``[start, end)``. ``divisions`` has several entries when the name alone is ambiguous."""

    divisions: tuple[Division, ...]
    start: int
    end: int
    role: MentionRole

    @property
    def division(self) -> Division | None:
        """The place, when the name is unambiguous."""
        return self.divisions[0] if len(self.divisions) == 1 else None


def find_mentions(text: str) -> tuple[Mention, ...]:
    """Every place in ``text`` (plain form), neighbours like 浙江杭州西湖区 merged into the narrowest one."""
    merged: list[Mention] = []
    for mention in _raw_mentions(text):
        last = merged[-1] if merged else None
        if last is not None and mention.start - last.end <= 1 and (narrowed := _narrow(mention, last)):
            merged[-1] = replace(narrowed, start=last.start)
        else:
            merged.append(mention)
    certain = {mention.divisions[0].code: mention for mention in merged if mention.division is not None}
    settled = [_settle(mention, certain.values()) for mention in merged]
    return tuple(replace(mention, role=_role(text, mention)) for mention in settled)


def pick_place(mentions: tuple[Mention, ...]) -> Mention | None:
    """The place where the person acts or lives; a goal of travel beyond the mainland is never that."""
    usable = [
        mention
        for mention in mentions
        if mention.division is not None
        and not (mention.role is MentionRole.DESTINATION and mention.division.code[:2] in _BEYOND)
    ]
    return max(usable, key=lambda mention: (mention.role, -mention.start), default=None)


def _raw_mentions(text: str) -> Iterator[Mention]:
    known = gazetteer()
    trapped = bytearray(len(text))
    for trap in known.traps.finditer(text):
        trapped[trap.start() : trap.end()] = b"\x01" * len(trap[0])
    at = 0
    previous_end = -1
    while at < len(text):
        name = known.longest_at(text, at)
        if name is None:
            at += 1
            continue
        end = at + len(name)
        if any(trapped[at:end]) or not _is_place(known, text, name, at, previous_end):
            at += 1
            continue
        divisions = tuple(known.divisions[code] for code in known.spellings[name].codes)
        yield Mention(divisions, at, end, MentionRole.PLAIN)
        at = previous_end = end


def _is_place(known: Gazetteer, text: str, name: str, start: int, previous_end: int) -> bool:
    end = start + len(name)
    if _NO_PLACE_AFTER.match(text, end):
        return False
    if name.isascii():
        return not (text[start - 1 : start].isalpha() or text[end : end + 1].isalpha())
    if start == previous_end:
        return True
    if known.spellings[name].full and name not in known.risky:
        return True
    return bool(_PLACE_BEFORE.search(text, max(0, start - 4), start) and _PLACE_AFTER.match(text, end))


def _narrow(inner: Mention, outer: Mention) -> Mention | None:
    """``inner`` restricted to what lies in ``outer``; None when nothing does."""
    inside = tuple(d for d in inner.divisions if any(d.lies_in(o) and d.code != o.code for o in outer.divisions))
    return replace(inner, divisions=inside) if inside else None


def _settle(mention: Mention, certain: Iterable[Mention]) -> Mention:
    """An ambiguous name takes the reading that lies in another place of the same text."""
    if mention.division is not None:
        return mention
    narrowed = (_narrow(mention, other) for other in certain)
    return next((found for found in narrowed if found is not None), mention)


def _role(text: str, mention: Mention) -> MentionRole:
    before, after = text[max(0, mention.start - 10) : mention.start], text[mention.end : mention.end + 14]
    if _HUKOU_BEFORE.search(before) or _HUKOU_AFTER.match(after):
        return MentionRole.HUKOU
    if _LIVING_AFTER.match(after):
        return MentionRole.LIVING
    if _GOING_BEFORE.search(before):
        return MentionRole.APPLYING if _APPLYING_AFTER.match(after) else MentionRole.DESTINATION
    if _LIVING_BEFORE.search(before):
        return MentionRole.LIVING
    return MentionRole.APPLYING if _APPLYING_AFTER.match(after) else MentionRole.PLAIN
