"""Words for what was decided: an entry's consultation, a choice, a refusal, a hand-over."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from changming.guidance.answers.model import Answer, Candidate
from changming.guidance.answers.refusals import Care, Refused
from changming.guidance.knowledge import Consultation, Edition, InputKind, Pack, Slot, consult, tagged
from changming.guidance.triage import Triage
from changming.guidance.triage.dates import is_working_day
from changming.guidance.triage.processing import limits_of
from changming.kernel.catalogue import SERVICES, AnswerStatus, RefusalKind
from changming.kernel.instants import show_date
from changming.kernel.messages import Lang, text


def name_of(service: str, lang: Lang) -> str:
    """A service's name as people read it."""
    found = SERVICES[service]
    return found.zh if lang is Lang.ZH else found.en


def from_pack(
    pack: Pack, triage: Triage, given: Mapping[str, str], *, on: date, confidence: float, lang: Lang
) -> Answer:
    """The entry's answer for what is known, the verdict on the date first where there is one."""
    said = consult(pack, on=on, given=_known(pack, triage, given, on=on), lang=lang)
    lines = [f"{tagged(one, lang)}{_marks(one.citation_numbers)}" for one in said.statements]
    if said.statements and (verdict := _too_late(pack, said, triage, on=on, lang=lang)):
        lines.insert(0, verdict)
    if said.status is AnswerStatus.HANDOVER:
        lines.append(text("answer.handover.pack", lang, place=said.entry.contact))
    if said.next_step:
        lines.append(said.next_step)
    return Answer(
        status=said.status,
        text="\n".join(lines),
        statements=said.statements,
        citations=said.citations,
        checklist=said.checklist,
        question=said.question,
        next_step=said.next_step or None,
        entry=said.entry,
        confidence=confidence,
    )


def _marks(numbers: tuple[int, ...]) -> str:
    return "".join(f"[{number}]" for number in numbers)


def _known(pack: Pack, triage: Triage, given: Mapping[str, str], *, on: date) -> dict[str, str]:
    """Answers by the pack's inputs: what was tapped, and where nothing was, what the words already said.

    A number that stands for the need-by date is the working days between today and that day, both left out.
    """
    said = {
        Slot.CITY: triage.place.code if triage.place else None,
        Slot.NEED_BY: triage.need_by.isoformat() if triage.need_by else None,
        Slot.URGENT_REASON: triage.urgent.reason.value if triage.urgent.reason else None,
        Slot.APPLICANT: triage.applicant.value if triage.applicant else None,
        Slot.MATERIALS: triage.materials.value if triage.materials.value != "unknown" else None,
        Slot.ROUTE: triage.route.value if triage.route else None,
    }
    known: dict[str, str] = {}
    for name, asked in pack.inputs.items():
        value = said.get(asked.slot) if asked.slot else None
        if name in given:
            known[name] = given[name]
        elif asked.kind is InputKind.INT and asked.slot is Slot.NEED_BY:
            if triage.need_by is not None:
                most = asked.high if isinstance(asked.high, int) else _MANY
                known[name] = str(min(_workdays_between(on, triage.need_by), most))
        elif value is not None and (not asked.options or value in asked.options):
            known[name] = value
    return known


def _workdays_between(today: date, day: date) -> int:
    days = range(1, min((day - today).days, _MANY))
    return sum(is_working_day(today + timedelta(days=n)) for n in days)


def _too_late(pack: Pack, said: Consultation, triage: Triage, *, on: date, lang: Lang) -> str | None:
    """The verdict when even the fastest route's limit ends after the day it is needed: the most important words first.

    Computed from the limits that the answer itself cites, from an application made today.
    """
    if triage.need_by is None:
        return None
    alive = [route.id for route in said.routes]
    finishes = [limit.finish(on) for limit in limits_of(pack, on, alive)]
    if not finishes or min(finishes) <= triage.need_by:
        return None
    day, finish = show_date(triage.need_by, lang), show_date(min(finishes), lang)
    if any(asked.slot is Slot.NEED_BY for asked in pack.inputs.values()):  # the entry itself goes on to say why
        return text("answer.too_late.short", lang, day=day)
    return text("answer.too_late", lang, day=day, finish=finish)


_REFUSALS: Final = {kind: f"answer.refused.{kind.value}" for kind in RefusalKind}


def refused(found: Refused, lang: Lang) -> Answer:
    """Kindly: what the desk does not do, why it harms, the lawful way."""
    return Answer(AnswerStatus.REFUSED, text(_REFUSALS[found.kind], lang), found.kind, confidence=1.0)


def out_of_scope(lang: Lang) -> Answer:
    """What the desk can do, and who can help with the rest."""
    kind = RefusalKind.OUT_OF_SCOPE
    return Answer(AnswerStatus.REFUSED, text(_REFUSALS[kind], lang), kind, confidence=0.8)


def care(found: Care, lang: Lang) -> Answer:
    """The person first; everything else can wait."""
    return Answer(AnswerStatus.HANDOVER, text(found.text, lang), confidence=1.0)


def handed_over(service: str | None, lang: Lang) -> Answer:
    """The desk does not know, says so, and offers a person with all that was said."""
    if service is None:
        return Answer(AnswerStatus.HANDOVER, text("answer.handover.unknown", lang))
    return Answer(AnswerStatus.HANDOVER, text("answer.handover.no_entry", lang, service=name_of(service, lang)))


_MANY: Final = 400
"""Days that are looked at: nobody plans an urgent document for longer."""
_OFTEN: Final = ("passport/urgent", "resident-id/replace-lost", "passport/renew")
"""What people most often come for; tapped by those who only said hello."""


def greeting(edition: Edition, lang: Lang) -> Answer:
    """A welcome and the way to begin."""
    often = tuple(one for one in _OFTEN if one in edition.packs)
    return replace(choice(often, edition, lang, 0.0), text=text("answer.greeting", lang))


def choice(services: tuple[str, ...], edition: Edition, lang: Lang, confidence: float) -> Answer:
    """Up to three entries to tap."""
    candidates = tuple(Candidate(one, edition.packs[one].title.say(lang)) for one in services)
    return Answer(AnswerStatus.CHOOSE, text("answer.choose", lang), candidates=candidates, confidence=confidence)
