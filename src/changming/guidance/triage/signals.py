"""Everything the words of one message say, before anything is decided."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from changming.guidance.triage import lexicon
from changming.guidance.triage.dates import FoundDate, find_dates
from changming.guidance.triage.dates.absolute import last_day
from changming.guidance.triage.dates.numerals import NUMBER, as_number
from changming.guidance.triage.model import Slot
from changming.guidance.triage.need_by import pick_need_by
from changming.guidance.triage.places import Division, Mention, MentionRole, find_mentions, pick_place
from changming.guidance.triage.reading import Reading
from changming.guidance.triage.states import read_states

_LONGEST: Final = 4_000
"""Triage reads this many characters; nobody says what they need after them."""
_AGE: Final = re.compile(
    rf"(?<![0-9])(?P<n>{NUMBER})(?:周?岁|多岁)|(?<![a-z])(?P<en>[0-9]{{1,3}})(?:[- ]years?[- ]old| y/?o\b)"
)
_AGE_OF_KIN: Final = re.compile(
    rf"(?:爸|妈|父亲|母亲|爷爷|奶奶|外公|外婆|姥爷|姥姥|公公|婆婆|岳父|岳母|老人|老头|老太太?)(?:今年|都|已经|快|也)*"
    rf"(?P<n>{NUMBER})了(?![分])"
)
"""我妈六十八了: an age without 岁, said of somebody old."""
_GROWN: Final = 40
_MONTH: Final = re.compile(
    r"^(?:下下?|这|本)个?月(?:份)?$|^(?:next|this) month$|^(?:明年|今年)?[0-9一二三四五六七八九十]{1,3}月份?$"
)
_INFANT: Final = re.compile(
    r"(?:刚|快|还没|没|未|不到|才)?满月(?!之?后)|(?:刚|才)(?:出生|生下来)|新生儿|"
    r"[一二两三四五六七八九十0-9]个多?月(?:大|的(?:宝宝|孩子|娃|婴儿))|newborn"
)
_OLDEST: Final = 120
_AS_MATERIAL: Final = re.compile(
    r"(?:带|拿|用|凭|提供|出示|复印|要|需要|带上|拿着|没有|没领|没办|没拿|没带|未领|有|和|跟|及|、|还要|以及|bring|"
    r"with|need)(?:本人|我的?|自己的?)?$"
)
_AS_SUBJECT: Final = re.compile(
    r"(?:办|补|换|申请|领|开|弄|查|上|迁|注销|变更|续|激活|登记)(?:理|领|发)?(?:个|一?张|一?本|新的?|成)?(?:我|本人|"
    r"孩子)?的?$"
)
_LOCATION: Final = re.compile(r"^(?:本|簿)?(?:所在地|地|在|是|都?不在|还在|跟|属)")


_PERMIT: Final = re.compile(r"通行证|签注(?!意)")
_OTHER_PERMITS: Final = frozenset({"hk-macao-permit", "taiwan-permit", "residence-permit"})
_OTHER_PASSES: Final = re.compile(
    r"台湾|台北|赴台|入台|台胞|回乡|居住证|暂住|边境|边防|车辆|货车|车牌|入城|小区|厂区|校园|电子通行|健康|大陆|内地"
)


@dataclass(frozen=True, slots=True)
class Signals:
    """What one message (or a conversation so far) says. Empty means: not said.

    ``need_by_latest``: the last day that the words for ``need_by`` may mean. ``abroad``: the person is there now.
    """

    documents: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    facts: frozenset[str] = frozenset()
    rules: tuple[str, ...] = ()
    claimed: bool | None = None
    applicant: str | None = None
    materials: str | None = None
    route: str | None = None
    need_by: date | None = None
    need_by_earliest: date | None = None
    need_by_latest: date | None = None
    need_by_text: str | None = None
    abroad: bool = False
    place: Division | None = None
    place_role: MentionRole | None = None
    hukou: Division | None = None
    age: int | None = None
    states: tuple[str, ...] = ()
    because: tuple[str, ...] = ()
    slots: tuple[Slot, ...] = field(default=())

    def after(self, earlier: "Signals") -> "Signals":
        """This message as one that follows ``earlier``: what it does not say stays as it was."""
        kept = {
            name: getattr(earlier, name)
            for name in (
                "documents", "reasons", "applicant", "materials", "route", "need_by", "need_by_earliest",
                "need_by_latest", "need_by_text",
                "place", "place_role", "hukou", "age", "claimed", "states",
            )
            if getattr(self, name) in (None, ())
        }  # fmt: skip
        kept["abroad"] = self.abroad or earlier.abroad
        kept["facts"] = self.facts | (earlier.facts & _LASTING)
        kept["because"] = tuple(dict.fromkeys((*self.because, *earlier.because)))
        return replace(self, **kept)


# What stays true in the next message of a conversation.
_LASTING: Final = frozenset({"leak", "outage", "dispute", "cross-border", "several-offices", "blocked", "alone"})


def read_signals(reading: Reading, today: date) -> Signals:
    """All signals of a text, seen from ``today`` (a date of the display zone)."""
    text = reading.text[:_LONGEST]
    found = _Found(reading)
    dates = find_dates(text, today)
    need = pick_need_by(text, dates)
    if need is not None:
        found.add("need_by", need.found.value.isoformat(), need.found.start, need.found.end, need.found.rule)
        found.because.append(need.rule)
    mentions = find_mentions(text)
    chosen = pick_place(mentions)
    if chosen is not None and chosen.division is not None:
        found.add("place", chosen.division.code, chosen.start, chosen.end, f"place.{chosen.role.name.lower()}")
    elif any(mention.division is None for mention in mentions):
        found.because.append("place.ambiguous")
    documents, actions = _documents(text, found), _values(text, "action", found)
    return Signals(
        documents=documents,
        actions=actions,
        reasons=_values(text, "reason", found),
        facts=frozenset(hit.value for hit in lexicon.find("fact", text) if not hit.negated),
        rules=_values(text, "rule", found),
        claimed=_claimed(text, found),
        applicant=_first(text, "applicant", found),
        materials=_materials(text, found),
        route=_route(text, found),
        need_by=need.found.value if need else None,
        need_by_earliest=need.found.earliest if need else None,
        need_by_latest=_latest(text, need.found) if need else None,
        need_by_text=reading.quote(need.found.start, need.found.end) if need else None,
        abroad=any(not hit.negated for hit in lexicon.find("whereabouts", text)),
        place=chosen.division if chosen else None,
        place_role=chosen.role if chosen else None,
        hukou=_hukou(mentions),
        age=_age(text),
        states=read_states(text, dates, actions, today),
        because=tuple(dict.fromkeys(found.because)),
        slots=tuple(found.slots),
    )


class _Found:
    """Slots and rule ids as they are found."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.slots: list[Slot] = []
        self.because: list[str] = []

    def add(self, name: str, value: str, start: int, end: int, rule: str) -> None:
        self.slots.append(Slot(name, value, *self.reading.original_span(start, end), rule))
        self.because.append(rule)

    def add_hit(self, name: str, hit: lexicon.Hit) -> None:
        self.add(name, hit.value, hit.start, hit.end, hit.rule)


def _values(text: str, group: str, found: _Found) -> tuple[str, ...]:
    """The values of a group that the text affirms, in the group's order, each once."""
    values: dict[str, None] = {}
    for hit in lexicon.find(group, text):
        if not hit.negated and hit.value not in values:
            values[hit.value] = None
            found.add_hit(group, hit)
    return tuple(values)


def _first(text: str, group: str, found: _Found) -> str | None:
    hit = next((hit for hit in lexicon.find(group, text) if not hit.negated), None)
    if hit is not None:
        found.add_hit(group, hit)
    return hit.value if hit is not None else None


def _documents(text: str, found: _Found) -> tuple[str, ...]:
    """Documents in the order of importance: what is asked about before what is only brought along."""
    rated: dict[str, tuple[int, int]] = {}
    first: dict[str, lexicon.Hit] = {}
    for hit in lexicon.find("document", text):
        if hit.value == "household" and _LOCATION.match(text[hit.end : hit.end + 4]):
            continue
        before = text[max(0, hit.start - 6) : hit.start]
        rate = (0 if _AS_SUBJECT.search(before) else 2 if _AS_MATERIAL.search(before) else 1, hit.start)
        if hit.value not in rated or rate < rated[hit.value]:
            rated[hit.value] = rate
            first[hit.value] = hit
    alone = _unnamed_permit(text, rated)
    if alone is not None:
        rated[alone.value], first[alone.value] = (1, alone.start), alone
    order = sorted(rated, key=lambda value: rated[value])
    for value in order:
        found.add_hit("document", first[value])
    return tuple(order)


def _unnamed_permit(text: str, named: Collection[str]) -> lexicon.Hit | None:
    """通行证 or 签注 without its region: the one for Hong Kong and Macao, unless words for another stand anywhere."""
    if _OTHER_PERMITS & set(named) or _OTHER_PASSES.search(text):
        return None
    hit = _PERMIT.search(text)
    if hit is None:
        return None
    return lexicon.Hit("hk-macao-permit", hit.start(), hit.end(), negated=False, rule="document.hk-macao-permit")


def _claimed(text: str, found: _Found) -> bool | None:
    hits = lexicon.find("claimed", text)
    denied = [hit for hit in hits if hit.value == "no"]
    if denied:
        found.because.append("claimed.no")
        return False
    said = next((hit for hit in hits if not hit.negated), None)
    if said is None:
        return None
    found.add("claimed", "true", said.start, said.end, said.rule)
    return True


def _materials(text: str, found: _Found) -> str | None:
    for hit in lexicon.find("materials", text):
        if hit.negated and hit.value == "ready":
            found.add("materials", "partial", hit.start, hit.end, "materials.not-ready")
            return "partial"
        if not hit.negated or hit.value != "ready":
            found.add_hit("materials", hit)
            return hit.value
    return None


def _route(text: str, found: _Found) -> str | None:
    said = _values(text, "route", found)
    if "online" in said and "counter" in said:
        return "online+counter"
    return said[0] if said else None


def _hukou(mentions: Iterable[Mention]) -> Division | None:
    return next((m.division for m in mentions if m.role is MentionRole.HUKOU and m.division is not None), None)


def _latest(text: str, found: FoundDate) -> date:
    """The last day that is meant: 下个月 is a month, not its first day."""
    return last_day(found.value) if _MONTH.match(text[found.start : found.end]) else found.value


def _age(text: str) -> int | None:
    if _INFANT.search(text):
        return 0
    ages = {as_number(match["n"] or match["en"]) for match in _AGE.finditer(text)}
    if not ages:
        ages = {age for match in _AGE_OF_KIN.finditer(text) if (age := as_number(match["n"])) and age >= _GROWN}
    if len(ages) != 1:
        return None
    age = ages.pop()
    return age if age is not None and age <= _OLDEST else None
