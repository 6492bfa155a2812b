"""Words for what was decided: an entry's consultation, a choice, a refusal, a hand-over."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from changming.guidance.answers.aspects import MATERIALS, aspects_of, to_the_point
from changming.guidance.answers.given import known_inputs
from changming.guidance.answers.model import Answer, Basis, Candidate
from changming.guidance.answers.verdicts import Verdict, decide_verdict
from changming.guidance.knowledge import Consultation, Edition, Pack, Statement, consult, tagged
from changming.guidance.triage import Signals, Triage
from changming.kernel.catalogue import SERVICES, AnswerStatus, RefusalKind
from changming.kernel.messages import Lang, catalogue, text

_OFTEN: Final = ("passport/urgent", "resident-id/replace-lost", "passport/renew")
"""What people most often come for; tapped by those who only said hello."""
_MEANWHILE: Final = {"resident-id": "resident-id/temporary"}
_HELPS_AT_ONCE: Final = re.compile(
    "急着用|临时(?!身份证明|乘机证明)|应急|meanwhile|temporary (?!proof|boarding)|need a card"
)
# Who is about to travel is helped by the proofs on the phone before anything else.
_TRAVELS: Final = re.compile("火车|高铁|动车|飞机|航班|机票|登机|乘机|要飞|train|flight|plane|(?<![a-z])fly")
_TRAVEL_PROOF: Final = re.compile("临时身份证明|乘机证明|temporary (?:proof|boarding)")


_MISSION: Final = re.compile(
    "人在国外|求助打 12308|先向当地警方|abroad|if it was lost on a short trip abroad|report to the local|call 12308",
    re.IGNORECASE,
)
_BRINGS: Final = re.compile("^(?:bring|papers|materials)")
_MOST_PARTS: Final = 3
_PARTS: Final = {
    "life-event/lost-wallet": (
        "resident-id/replace-lost",
        "driver-licence/replace-lost",
        "social-security-card/replace-lost",
    ),
}
"""Events whose parts can still be answered while their own entry is taken back."""


_TO_CHOOSE: Final = frozenset({"robot", "which-document", "gibberish"})


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
    verdict = _verdict(pack, said, signals, on=on, lang=lang)
    too_late = verdict is not None and verdict.too_late
    statements = _in_order(said.statements, asked, in_need=too_late, leads_on=bool(pack.path), abroad=signals.abroad)
    meanwhile = _meanwhile(pack, edition, lang) if too_late else ()
    lines = [f"{tagged(one, lang)}{_marks(one.citation_numbers)}" for one in statements]
    bring = _materials_first(said, statements[0] if statements else None, asked, lang)
    if bring is not None:
        lines.insert(0, bring)
    if verdict is not None:
        lines.insert(0, verdict.words)
    if said.status is AnswerStatus.HANDOVER:
        lines.append(text("answer.handover.pack", lang, place=said.entry.contact))
    next_step = _at_once(meanwhile, edition, on=on, lang=lang) or said.next_step
    if next_step:
        lines.append(next_step)
    return Answer(
        status=said.status,
        text="\n".join(lines),
        statements=statements,
        citations=said.citations,
        checklist=said.checklist,
        question=said.question,
        candidates=meanwhile or _parts_of(said, edition, lang),
        next_step=next_step or None,
        entry=said.entry,
        confidence=confidence,
        routes=said.routes,
        basis=Basis(pack.service, pack.digest, on, known, min(one.review_by for one in said.citations)),
    )


def _verdict(pack: Pack, said: Consultation, signals: Signals, *, on: date, lang: Lang) -> Verdict | None:
    """Whether it will be there in time; the limits of offices here say nothing to somebody abroad."""
    if not said.statements or signals.abroad:
        return None
    soonest, latest = signals.need_by_earliest, signals.need_by_latest
    return decide_verdict(pack, said, soonest, latest=latest, on=on, lang=lang)


def _meanwhile(pack: Pack, edition: Edition, lang: Lang) -> tuple[Candidate, ...]:
    """What helps until then when the service itself comes too late."""
    service = _MEANWHILE.get(pack.service.partition("/")[0])
    if service is None or service == pack.service or service not in edition.packs:
        return ()
    return (Candidate(service, edition.packs[service].title.say(lang)),)


def _at_once(meanwhile: tuple[Candidate, ...], edition: Edition, *, on: date, lang: Lang) -> str | None:
    """The next step of what helps until then: who comes too late for the card itself begins there."""
    if not meanwhile:
        return None
    pack = edition.packs[meanwhile[0].service]
    step = consult(pack, on=on, given={}, lang=lang).next_step
    return text("answer.meanwhile", lang, service=meanwhile[0].title, step=step) if step else None


def _parts_of(said: Consultation, edition: Edition, lang: Lang) -> tuple[Candidate, ...]:
    """The first entries that an event of life, or a choice of documents, leads to in this case: to tap."""
    parts = [step.service for step in said.path if step.service in edition.packs]
    return tuple(Candidate(part, edition.packs[part].title.say(lang)) for part in parts[:_MOST_PARTS])


def _in_order(
    statements: Sequence[Statement], asked: str, *, in_need: bool, leads_on: bool, abroad: bool
) -> tuple[Statement, ...]:
    """The statements as they are said: proofs for a journey, what helps at once, what was asked, the rest.

    ``in_need``: the service itself comes too late. ``leads_on``: an event of life, told in its own order.
    ``abroad``: the embassy or consulate before all else.
    """
    travels = bool(_TRAVELS.search(asked))

    def place(one: Statement) -> int:
        if abroad and _MISSION.match(one.text):
            return -1
        if travels and _TRAVEL_PROOF.search(one.text):
            return 0
        return 1 if in_need and _HELPS_AT_ONCE.search(one.text) else 2

    pointed = tuple(statements) if in_need or leads_on else to_the_point(statements, asked)
    return tuple(sorted(pointed, key=place))


def _materials_first(said: Consultation, first: Statement | None, asked: str, lang: Lang) -> str | None:
    """The list of what to bring in one line, where that was asked and no statement begins with it."""
    if MATERIALS not in aspects_of(asked) or (first is not None and _BRINGS.search(first.id)):
        return None
    items = [f"{one.text}{_marks(one.citation_numbers)}" for one in said.checklist if one.required]
    if not items:
        return None
    return text("answer.materials", lang, items=("；" if lang is Lang.ZH else "; ").join(items))


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
    """The person first; everything else can wait. ``fact``: ``medical``, ``despair``, ``danger``, or ``need`` (any)."""
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


def plain(topic: str, edition: Edition, lang: Lang) -> Answer:
    """What is said about a matter that no entry answers, though it is known what was asked (``data/plain.toml``)."""
    words = text(f"answer.plain.{topic}", lang)
    if topic in _TO_CHOOSE:
        return replace(greeting(edition, lang), text=words)
    return Answer(AnswerStatus.HANDOVER, words)


def greeting(edition: Edition, lang: Lang, *, again: bool = False) -> Answer:
    """A welcome and the way to begin; ``again`` answers thanks."""
    often = tuple(one for one in _OFTEN if one in edition.packs)
    words = text("answer.anything_else" if again else "answer.greeting", lang)
    return replace(choice(often, edition, lang, 0.0), text=words)


def choice(services: tuple[str, ...], edition: Edition, lang: Lang, confidence: float) -> Answer:
    """Up to three entries to tap."""
    candidates = tuple(Candidate(one, edition.packs[one].title.say(lang)) for one in services)
    words = text("answer.choose.one" if len(services) == 1 else "answer.choose", lang)
    return Answer(AnswerStatus.CHOOSE, words, candidates=candidates, confidence=confidence)
