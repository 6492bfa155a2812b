"""From what was said to what it means: service, level, urgency, with the rules that decided."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Final

from changming.guidance.knowledge import Edition
from changming.guidance.triage.levels import LevelFacts, decide_level
from changming.guidance.triage.model import Place, Triage, Urgent
from changming.guidance.triage.places import MentionRole, find_division
from changming.guidance.triage.places.gazetteer import Division, gazetteer
from changming.guidance.triage.processing import normal_finish
from changming.guidance.triage.reading import read
from changming.guidance.triage.services import action_of, guess_service
from changming.guidance.triage.signals import Signals, read_signals
from changming.kernel.catalogue import Applicant, Materials, Route, ServiceAction, UrgentReason
from changming.kernel.instants import local_date
from changming.kernel.messages import Lang, catalogue, text

_ORDINARY_PASSPORT: Final = frozenset({"passport/first", "passport/renew", "passport/replace-lost"})
_NAMES_NOW: Final = frozenset({UrgentReason.BEREAVEMENT, UrgentReason.VISITING_ILL, UrgentReason.VISA_EXPIRING})
_PROOFS: Final = ("1", "2")


def triage(
    edition: Edition,
    said: str,
    *,
    at: datetime,
    city: str | None = None,
    need_by: date | None = None,
    answers: Mapping[str, str] | None = None,
    lang: Lang = Lang.ZH,
) -> Triage:
    """What a person's words mean for the desk.

    Args:
        edition: the knowledge in force; it says how long services take.
        said: the words, already masked.
        at: the instant of the question, aware; dates are read in the display zone.
        city: a place given beside the words; it wins over places in them. An unknown name is left aside.
        need_by: a date given beside the words; it wins too.
        answers: inputs answered so far; ``apply_city`` and ``need_by`` stand for the two above.
        lang: the language of the proof that is asked for.
    """
    reading = read(said)
    today = local_date(at)
    signals = with_given(read_signals(reading, today), city=city, need_by=need_by, answers=answers or {})
    return decide_triage(edition, signals, reading.text, today=today, lang=lang)


def with_given(signals: Signals, *, city: str | None, need_by: date | None, answers: Mapping[str, str]) -> Signals:
    """The signals with what was given beside the words."""
    code = answers.get("apply_city", "")
    place = find_division(city) if city else gazetteer().divisions.get(code)
    if place is not None:
        because = (*signals.because, "place.given")
        signals = replace(signals, place=place, place_role=MentionRole.APPLYING, because=because)
    elif city:
        signals = replace(signals, because=(*signals.because, "place.unknown-name"))
    need_by = need_by or _iso_date(answers.get("need_by", ""))
    if need_by is None:
        return signals
    return replace(
        signals,
        need_by=need_by,
        need_by_earliest=need_by,
        need_by_latest=need_by,
        need_by_text=signals.need_by_text if need_by == signals.need_by else None,
        because=(*signals.because, "need-by.given"),
    )


def _iso_date(value: str) -> date | None:
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def decide_triage(
    edition: Edition, signals: Signals, said: str, *, today: date, lang: Lang, service: str | None = None
) -> Triage:
    """The decisions of triage. ``service`` is one that is already known; otherwise the words decide."""
    because = list(signals.because)
    if service is None:
        guess = guess_service(signals, said)
        if guess is not None:
            service = guess.service
            because.append(guess.rule)
    finish = normal_finish(edition, service, today)
    soonest = signals.need_by_earliest
    inside = soonest is not None and today <= soonest < finish
    latest = signals.need_by_latest or soonest
    surely_inside = inside and latest is not None and latest < finish
    reason = _reason(signals)
    if service in _ORDINARY_PASSPORT and not signals.abroad and (surely_inside or reason in _NAMES_NOW):
        service = "passport/urgent"
        because.append("service.passport-urgent.in-need")
    claimed = _claims_urgency(signals, inside=inside)
    level = decide_level(_level_facts(signals, today=today, finish=finish, claimed=claimed, reason=reason))
    return Triage(
        service=service,
        documents=signals.documents,
        action=action_of(service, signals),
        level=level.level,
        urgent=Urgent(claimed, reason, _proofs(reason, lang)),
        need_by=signals.need_by,
        need_by_text=signals.need_by_text,
        place=_city(signals.place),
        materials=Materials(signals.materials or Materials.UNKNOWN),
        applicant=Applicant(signals.applicant) if signals.applicant else None,
        route=Route(signals.route) if signals.route else None,
        because=tuple(dict.fromkeys((*because, *level.because))),
        slots=signals.slots,
    )


def _level_facts(
    signals: Signals, *, today: date, finish: date, claimed: bool, reason: UrgentReason | None
) -> LevelFacts:
    facts = signals.facts
    return LevelFacts(
        today=today,
        normal_finish=finish,
        need_by=signals.need_by_earliest,
        claimed=claimed,
        reason=reason,
        leak="leak" in facts and "hypothetical" not in facts,
        outage="outage" in facts,
        dispute="dispute" in facts and "legal-aid" not in signals.documents and "hypothetical" not in facts,
        cross_border="cross-border" in facts or _lives_beyond(signals),
        several_offices="several-offices" in facts,
        contested_decision={"decision", "protest"} <= facts,
        blocked="blocked" in facts,
        alone="alone" in facts,
        in_danger=bool({"danger", "despair", "medical"} & facts),
    )


def _reason(signals: Signals) -> UrgentReason | None:
    """The first genuine reason said. A death that has to be registered is none."""
    if signals.reasons and signals.reasons[0] == UrgentReason.BEREAVEMENT and "cancel" in signals.actions:
        return None
    return UrgentReason(signals.reasons[0]) if signals.reasons else None


def _claims_urgency(signals: Signals, *, inside: bool) -> bool:
    if signals.claimed is not None:
        return signals.claimed
    return ServiceAction.URGENT in signals.actions or (bool(signals.reasons) and inside)


def _lives_beyond(signals: Signals) -> bool:
    role = signals.place_role
    return signals.place is not None and signals.place.code[:2] in ("71", "81", "82") and role is MentionRole.LIVING


def _proofs(reason: UrgentReason | None, lang: Lang) -> tuple[str, ...]:
    if reason is None:
        return ()
    keys = (f"triage.evidence.{reason.value}.{number}" for number in _PROOFS)
    return tuple(text(key, lang) for key in keys if key in catalogue())


def _city(division: Division | None) -> Place | None:
    if division is None:
        return None
    if division.code.endswith("0000"):
        return Place(division.code, division.name)
    city = gazetteer().divisions[division.city_code]
    return Place(city.code, city.name)
