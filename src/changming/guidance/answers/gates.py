"""Which entry answers, if any: retrieval proposes, the slots object, and a near miss is never an answer."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from changming.guidance.answers.index import Scored

SURE_COVER: Final = 0.5
"""The best phrasing shares at least half of what the question says."""
FAIR_COVER: Final = 0.28
SURE_MARGIN: Final = 0.12
"""How much the best entry leads the second one of another service, relative to itself."""
DESK_COVER: Final = 0.55
CANDIDATES: Final = 3
_RULES: Final = ("service-rule", "safety")
_OURS: Final = re.compile(
    r"证|照|户口|签注|签证|出入境|派出所|公安|窗口|办理|材料|驾驶|行驶|年报|社保卡|医保|居住|工商|注册公司|登记|"
    r"法律援助|加急|补领|换领|投诉|隐私|客服|审核|"
    r"passport|licen[cs]e|permit|id card|identity|visa|certificate|register|hukou|household"
)
_GREETING: Final = re.compile(
    r"^[\W_]*(?:(?:您好|你好|在吗|在不在|有人吗|hello|hi|hey|喂|请问一下|请问|咨询一下|咨询|帮忙|帮帮忙|救急|谢谢|"
    r"thanks|thank you|[啊呀哦嗯吗呢])[\W_]*)*$"
)
_ASKS_BY_NAME: Final = 0.9
"""Confidence when document and act were both named."""


@dataclass(frozen=True, slots=True)
class Found:
    """The entry that answers, and how sure that is (0 to 1)."""

    service: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Several:
    """Entries that may be meant, the likeliest first."""

    services: tuple[str, ...]
    confidence: float


@dataclass(frozen=True, slots=True)
class NoEntry:
    """What was asked is a matter of ours, but nothing in force answers it; ``service`` names it where that is known."""

    service: str | None


@dataclass(frozen=True, slots=True)
class Foreign:
    """Not a matter of this desk."""


@dataclass(frozen=True, slots=True)
class Greeting:
    """Nothing was asked yet."""


Chosen = Found | Several | NoEntry | Foreign | Greeting


def decide_entry(
    text: str,
    hits: Sequence[Scored],
    *,
    packs: Collection[str],
    documents: Sequence[str],
    service: str | None,
    context: str | None,
) -> Chosen:
    """The entry for a question.

    Args:
        text: the plain question.
        hits: what retrieval found, the nearest first.
        packs: services that have an entry.
        documents: documents named, by id.
        service: the service that the slots name, if they do.
        context: the service that the conversation is about so far.
    """
    if (rule := _desk_rule(hits, named=bool(documents))) is not None:
        return rule
    if service is None and context is None and _GREETING.match(text):
        return Greeting()
    if service is not None:
        return Found(service, _ASKS_BY_NAME) if service in packs else NoEntry(service)
    if documents:
        return _of_documents(hits, documents, packs, context)
    return _by_nearness(text, hits, context)


def _desk_rule(hits: Sequence[Scored], *, named: bool) -> Found | None:
    """The desk's own rules answer when they are clearly what was asked."""
    if not hits or not hits[0].service.startswith(_RULES):
        return None
    lead = _lead(hits)
    if hits[0].share >= DESK_COVER and (lead >= SURE_MARGIN or not named):
        return Found(hits[0].service, min(0.95, 0.5 + hits[0].share / 2))
    return None


def _of_documents(
    hits: Sequence[Scored], documents: Sequence[str], packs: Collection[str], context: str | None
) -> Chosen:
    of_them = [hit for hit in hits if hit.service.partition("/")[0] in documents]
    if (
        context is not None
        and context.partition("/")[0] in documents
        and not (of_them and of_them[0].share >= SURE_COVER)
    ):
        return Found(context, 0.6)
    if of_them and of_them[0].share >= SURE_COVER and _lead(of_them) >= SURE_MARGIN:
        return Found(of_them[0].service, min(0.95, 0.45 + of_them[0].share / 2))
    near = [hit.service for hit in of_them if hit.service in packs][:CANDIDATES]
    rest = [s for s in packs if s.partition("/")[0] in documents and s not in near]
    several = tuple([*near, *rest][:CANDIDATES])
    if len(several) == 1 and of_them and of_them[0].share >= FAIR_COVER:
        return Found(several[0], 0.5)
    return Several(several, 0.4) if several else NoEntry(None)


def _by_nearness(text: str, hits: Sequence[Scored], context: str | None) -> Chosen:
    if context is not None and not (hits and hits[0].share >= SURE_COVER):
        return Found(context, 0.55)
    if hits and hits[0].share >= SURE_COVER and _lead(hits) >= SURE_MARGIN:
        return Found(hits[0].service, min(0.9, 0.4 + hits[0].share / 2))
    if hits and hits[0].share >= FAIR_COVER and _OURS.search(text):
        return Several(tuple(hit.service for hit in hits[:CANDIDATES]), 0.35)
    return NoEntry(None) if _OURS.search(text) else Foreign()


def _lead(hits: Sequence[Scored]) -> float:
    if len(hits) == 1:
        return 1.0
    return (hits[0].score - hits[1].score) / hits[0].score
