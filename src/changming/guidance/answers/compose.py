"""Words for what was decided: an entry's consultation, a choice, a refusal, a hand-over."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from changming.guidance.answers.given import known_inputs
from changming.guidance.answers.model import Answer, Basis, Candidate
from changming.guidance.answers.verdicts import decide_verdict
from changming.guidance.knowledge import Edition, Pack, Statement, consult, tagged
from changming.guidance.triage import Signals, Triage
from changming.kernel.catalogue import SERVICES, AnswerStatus, RefusalKind
from changming.kernel.messages import Lang, catalogue, text

_OFTEN: Final = ("passport/urgent", "resident-id/replace-lost", "passport/renew")
"""What people most often come for; tapped by those who only said hello."""
# What a question is after, and the statements that say it: those come first.
_ASPECTS: Final = tuple(
    (re.compile(asks), re.compile(says))
    for asks, says in (
        ("多少钱|费|收钱|要钱|几块|免费|交钱|cost|fee|price|free|how much", "^(?!.*罚款).*(?:元|免费|费)|CNY|fee|free"),
        (
            "多久|几天|多少天|多长时间|什么时候能|几个工作日|最快|来得及|how long|how many days|how fast|when will",
            "工作日|[0-9] ?天|日内|working day|days",
        ),
        ("网上|线上|手机|在线|网办|online|phone|app", "网上|平台|App|app|手机|online|platform"),
        (
            "哪里|去哪|哪儿|什么地方|异地|外地|就近|where|which office",
            "窗口|派出所|大厅|任何|全国|异地|counter|station|office|any",
        ),
        ("有效期|管几年|能用多久|长期|valid", "有效期|长期|valid"),
    )
)


_MEANWHILE: Final = {"resident-id": "resident-id/temporary"}
_HELPS_AT_ONCE: Final = re.compile(
    "急着用|临时(?!身份证明|乘机证明)|应急|meanwhile|temporary (?!proof|boarding)|need a card"
)
# Who is about to travel is helped by the proofs on the phone before anything else.
_TRAVELS: Final = re.compile("火车|高铁|动车|飞机|航班|机票|登机|乘机|要飞|train|flight|plane|(?<![a-z])fly")
_TRAVEL_PROOF: Final = re.compile("临时身份证明|乘机证明|temporary (?:proof|boarding)")


_PARTS: Final = {
    "life-event/lost-wallet": (
        "resident-id/replace-lost",
        "driver-licence/replace-lost",
        "social-security-card/replace-lost",
    ),
    "resident-id/correct": ("resident-id/renew",),
}
"""Services without an entry of their own, and the entries that answer a part of them."""


def name_of(service: str, lang: Lang) -> str:
    """A service's name as people read it."""
    found = SERVICES[service]
    return found.zh if lang is Lang.ZH else found.en


def from_pack(
    edition: Edition,
    pack: Pack,
    triage: Triage,
    signals: Signals,
    given: Mapping[str, str],
    *,
    on: date,
    asked: str,
    confidence: float,
    lang: Lang,
) -> Answer:
    """The entry's answer for what is known, the verdict on the date first where there is one.

    Raises:
        ChangmingError: ``answer_not_valid`` (422) when an answer does not fit its input.
    """
    known = known_inputs(pack, triage, signals, given, on=on)
    said = consult(pack, on=on, given=known, lang=lang)
    verdict = decide_verdict(pack, said, signals.need_by_earliest, on=on, lang=lang) if said.statements else None
    too_late = verdict is not None and verdict.too_late
    statements = _to_the_point(said.statements, asked, in_need=too_late)
    lines = [f"{tagged(one, lang)}{_marks(one.citation_numbers)}" for one in statements]
    if verdict is not None:
        lines.insert(0, verdict.words)
    if said.status is AnswerStatus.HANDOVER:
        lines.append(text("answer.handover.pack", lang, place=said.entry.contact))
    if said.next_step:
        lines.append(said.next_step)
    return Answer(
        status=said.status,
        text="\n".join(lines),
        statements=statements,
        citations=said.citations,
        checklist=said.checklist,
        question=said.question,
        candidates=_meanwhile(pack, edition, lang) if too_late else (),
        next_step=said.next_step or None,
        entry=said.entry,
        confidence=confidence,
        routes=said.routes,
        basis=Basis(pack.service, pack.digest, on, known),
    )


def _meanwhile(pack: Pack, edition: Edition, lang: Lang) -> tuple[Candidate, ...]:
    """What helps until then when the service itself comes too late."""
    service = _MEANWHILE.get(pack.service.partition("/")[0])
    if service is None or service == pack.service or service not in edition.packs:
        return ()
    return (Candidate(service, edition.packs[service].title.say(lang)),)


def _to_the_point(statements: Sequence[Statement], asked: str, *, in_need: bool) -> tuple[Statement, ...]:
    """The statements, those first that say what was asked (how much, how long, where); the rest in the pack's order.

    ``in_need``: what helps at once comes before all.
    """
    travels = bool(_TRAVELS.search(asked))
    wanted = [_HELPS_AT_ONCE] if in_need else [says for asks, says in _ASPECTS if asks.search(asked)]

    def place(one: Statement) -> int:
        if travels and _TRAVEL_PROOF.search(one.text):
            return 0
        return 1 if any(says.search(one.text) for says in wanted) else 2

    return tuple(sorted(statements, key=place))


def _marks(numbers: tuple[int, ...]) -> str:
    return "".join(f"[{number}]" for number in numbers)


def refused(kind: RefusalKind, lang: Lang) -> Answer:
    """Kindly: what the desk does not do, why it harms, the lawful way, what to tap next."""
    candidates = tuple(Candidate(one, name_of(one, lang)) for one in _AFTER_REFUSAL.get(kind, ()))
    confidence = 0.8 if kind is RefusalKind.OUT_OF_SCOPE else 1.0
    words = text(f"answer.refused.{kind.value}", lang)
    return Answer(AnswerStatus.REFUSED, words, kind, candidates=candidates, confidence=confidence)


_AFTER_REFUSAL: Final = {
    RefusalKind.FORGERY: ("resident-id/replace-lost", "service-rule/urgent-evidence", "safety"),
    RefusalKind.PERSONAL_DATA: ("service-rule/privacy",),
}


def care(fact: str, lang: Lang) -> Answer:
    """The person first; everything else can wait. ``fact`` is ``despair`` or ``danger``."""
    return Answer(AnswerStatus.HANDOVER, text(f"answer.care.{fact}", lang), confidence=1.0)


def handed_over(service: str | None, edition: Edition, lang: Lang) -> Answer:
    """The desk does not know, says so, and offers a person with all that was said.

    What cannot wait is said first (who to call about a stolen wallet); parts of it that have an entry can be tapped.
    """
    if service is None:
        return Answer(AnswerStatus.HANDOVER, text("answer.handover.unknown", lang))
    words = text("answer.handover.no_entry", lang, service=name_of(service, lang))
    first = f"answer.handover.first.{service.partition('/')[2]}"
    if first in catalogue():
        words = f"{text(first, lang)}\n{words}"
    parts = tuple(part for part in _PARTS.get(service, ()) if part in edition.packs)
    candidates = tuple(Candidate(part, edition.packs[part].title.say(lang)) for part in parts)
    return Answer(AnswerStatus.HANDOVER, words, candidates=candidates)


def unknown_document(lang: Lang) -> Answer:
    """A paper that this desk has no verified knowledge about."""
    return Answer(AnswerStatus.HANDOVER, text("answer.handover.unknown_document", lang))


def greeting(edition: Edition, lang: Lang, *, again: bool = False) -> Answer:
    """A welcome and the way to begin; ``again`` answers thanks."""
    often = tuple(one for one in _OFTEN if one in edition.packs)
    words = text("answer.anything_else" if again else "answer.greeting", lang)
    return replace(choice(often, edition, lang, 0.0), text=words)


def choice(services: tuple[str, ...], edition: Edition, lang: Lang, confidence: float) -> Answer:
    """Up to three entries to tap."""
    candidates = tuple(Candidate(one, edition.packs[one].title.say(lang)) for one in services)
    return Answer(AnswerStatus.CHOOSE, text("answer.choose", lang), candidates=candidates, confidence=confidence)
