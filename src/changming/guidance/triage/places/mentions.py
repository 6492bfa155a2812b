"""Where places are mentioned in a text, and which of them is the one where something is to be done."""

import re
from collections.abc import Collection, Iterable, Iterator
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
    r"怎|哪|补|换|领|迁|注册|申请|居住|暂住|落户|生活|机场|那边|[,，。、;；)） ]|$)"
)
_NO_PLACE_AFTER: Final = re.compile(
    r"(?:[东西南北中一二三四五六]{0,2}(?:路|街(?!道)|大道|巷)|大学|学院|师范|理工|交大|日报|晚报|银行|拉面|烤鸭|"
    r"啤酒|火锅|牌|菜|话(?!题)|味|小吃|米?粉(?!色)|面馆|小面|牛肉|湾|大众|汽车|花|小区|通用|航空|证券|机床|铁路局|"
    r"版|通行证|居民来往|签注|证|同胞|身份证)"
)
_HUKOU_BEFORE: Final = re.compile(
    r"(?:户口(?:本|簿)?|户籍|老家|籍贯|原籍|祖籍|娘家|出生)(?:所?在地?|地)?(?:是|在|为|还在|都在)?(?:个)?$"
)
_HUKOU_AFTER: Final = re.compile(r"^(?:的)?(?:户口|户籍|籍|人(?![在口]))")
_ORIGIN_BEFORE: Final = re.compile(r"(?:从|打|由|离开|离)$|(?<![a-z])(?:from|leaving) $")
_ORIGIN_AFTER: Final = re.compile(r"^(?:生|出生|坐月子)的?|^(?:户口)?迁出")
_DENIED_BEFORE: Final = re.compile(
    r"(?:不在|没在|不去|没去|不是|并非|不要|除了|离开了?|不想回|不回)$|(?<![a-z])not (?:in|from) $"
)
_MOVED_BEFORE: Final = re.compile(r"(?:搬|迁|转|落户|报|入户|落|调|嫁|挪|移)(?:到|回|去|进|至|往|入|在)$")
_GOING_BEFORE: Final = re.compile(r"(?:去|飞|到|前往|赴|往|回|来)$|(?<![a-z])(?:to|for|visit|visiting) $")
_LEISURE_AFTER: Final = re.compile(
    r"^[^,，。;；]{0,3}(?:旅游|旅行|玩|度假|自由行|跟团|自驾|一日游|几日游|看海|滑雪|蜜月|避暑)"
)
_LIVING_AFTER: Final = re.compile(
    r"^[^,，。;；]{0,3}(?:打工|上学|读书|上班|工作|生活|定居|居住|常住|租房|务工|念书|实习)"
)
_APPLYING_AFTER: Final = re.compile(
    r"^(?:这边|本地|当地|这里)?[^,，。;；到去]{0,8}?(?:办|补|换证|换领|换护照|领|申请|挂失|派出所|出入境|窗口)"
)
_LIVING_BEFORE: Final = re.compile(
    r"(?:在|住|居住在|人在|身在|待在|位于|就在|现居|现住|常住|搬到|搬来|迁到|落户|转到|转回|[现目]前?在|这会儿在|"
    r"人已经在|人现在)$"
    r"|(?<![a-z])(?:now in|live in|living in|am in|i'm in|based in|currently in|i’m in|stay in|staying in|work in|"
    r"working in|studying in) $"
)
_BEYOND: Final = ("71", "81", "82")


class MentionRole(IntEnum):
    """What a place is in the sentence; the larger, the more likely it is where the person acts."""

    DENIED = -1
    ORIGIN = 0
    HUKOU = 1
    DESTINATION = 2
    PLAIN = 3
    LIVING = 4
    APPLYING = 5


@dataclass(frozen=True, slots=True)
class Mention:
    """A place at ``[start, end)``. ``divisions`` has several entries when the name alone is ambiguous.

    ``leisure``: it is named with what somebody does there for a few days, so that it is a goal and not a home.
    """

    divisions: tuple[Division, ...]
    start: int
    end: int
    role: MentionRole
    leisure: bool = False

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
    ends = {mention.end for mention in settled}
    marked = (
        replace(mention, leisure=bool(_LEISURE_AFTER.match(text[mention.end : mention.end + 8]))) for mention in settled
    )
    return tuple(replace(mention, role=_role(text, mention, ends)) for mention in marked)


def pick_place(mentions: tuple[Mention, ...]) -> Mention | None:
    """The place where the person acts or lives; a goal of travel beyond the mainland is never that."""
    usable = [
        mention
        for mention in mentions
        if mention.division is not None
        and mention.role is not MentionRole.DENIED
        and not (mention.role is MentionRole.DESTINATION and mention.leisure)
        and not (mention.role < MentionRole.LIVING and mention.division.code[:2] in _BEYOND)
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


def _role(text: str, mention: Mention, ends: Collection[int]) -> MentionRole:
    """What the place is, by the words beside it. ``ends``: where places end, for 哈尔滨户口在三亚."""
    before, after = text[max(0, mention.start - 16) : mention.start], text[mention.end : mention.end + 14]
    home = _HUKOU_BEFORE.search(before)
    if home is not None and mention.start - len(before) + home.start() in ends and before.endswith("在"):
        return MentionRole.LIVING
    for role, words_before, words_after in _ROLES:
        if words_before.search(before) or (words_after is not None and words_after.match(after)):
            return role
    acts = bool(_APPLYING_AFTER.match(after)) and not mention.leisure
    if _GOING_BEFORE.search(before):
        return MentionRole.APPLYING if acts else MentionRole.DESTINATION
    if _LIVING_BEFORE.search(before):
        return MentionRole.LIVING
    return MentionRole.APPLYING if acts else MentionRole.PLAIN


_ROLES: Final[tuple[tuple[MentionRole, re.Pattern[str], re.Pattern[str] | None], ...]] = (
    (MentionRole.DENIED, _DENIED_BEFORE, None),
    (MentionRole.HUKOU, _HUKOU_BEFORE, _HUKOU_AFTER),
    (MentionRole.ORIGIN, _ORIGIN_BEFORE, _ORIGIN_AFTER),
    (MentionRole.LIVING, _MOVED_BEFORE, _LIVING_AFTER),
)
