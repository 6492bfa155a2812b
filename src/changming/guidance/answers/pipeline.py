"""The whole way from a question to an answer. Pure: an edition and a query in, a value out."""

import re
from dataclasses import replace
from typing import Final

from changming.guidance.answers import compose
from changming.guidance.answers.gates import Chosen, Found, Greeting, NoEntry, Several, decide_entry
from changming.guidance.answers.index import index_of
from changming.guidance.answers.model import SERVICE, Answer, Query, Result
from changming.guidance.answers.refusals import AboutForgery, find_care, find_refusal
from changming.guidance.answers.tokens import unify
from changming.guidance.knowledge import Edition
from changming.guidance.triage import Triage, triage
from changming.guidance.triage.reading import read
from changming.kernel.catalogue import SERVICES, AnswerStatus, Materials
from changming.kernel.instants import local_date
from changming.kernel.masking import mask
from changming.kernel.messages import Lang

_HAN: Final = re.compile(r"[㐀-鿿]")
_LATIN: Final = re.compile(r"[A-Za-z]{2,}")
_ENGLISH_WORDS: Final = 2
_REMEMBERED_TURNS: Final = 6
_ABOUT_FORGERY: Final = 0.8


def answer(edition: Edition, query: Query) -> Result:
    """What the desk understood and what it says.

    Order: mask, read, the person's safety, refusals, slots, entry, words. Personal data is masked before anything
    looks at the text, and nothing is said that no entry in force says.

    Raises:
        ChangmingError: ``answer_not_valid`` (422) for an answer that its input does not know.
    """
    masked = mask(query.text).text
    lang = language_of(masked, query.lang)
    understood = _understand(edition, masked, query, lang)
    said, service = _decide(edition, masked, understood, query, lang)
    return Result(masked, replace(understood, service=service or understood.service), said)


def language_of(text: str, wanted: Lang) -> Lang:
    """English for a question in English, else what the page speaks."""
    if not _HAN.search(text) and len(_LATIN.findall(text)) >= _ENGLISH_WORDS:
        return Lang.EN
    return wanted


def _understand(edition: Edition, masked: str, query: Query, lang: Lang) -> Triage:
    """The slots of this question; what it leaves open is taken from the questions before it."""
    now = _slots(edition, masked, query, lang)
    for turn in reversed(query.turns[-_REMEMBERED_TURNS:]):
        before = _slots(edition, mask(turn).text, query, lang)
        now = _filled(now, before)
    return now


def _slots(edition: Edition, masked: str, query: Query, lang: Lang) -> Triage:
    given = query.answers
    return triage(edition, masked, at=query.at, city=query.city, need_by=query.need_by, answers=given, lang=lang)


def _filled(now: Triage, before: Triage) -> Triage:
    same = not now.documents or set(now.documents) & set(before.documents)
    urgent = now.urgent if now.urgent.claimed or now.urgent.reason else before.urgent
    return replace(
        now,
        service=now.service or (before.service if same else None),
        documents=now.documents or before.documents,
        action=now.action or (before.action if same else None),
        urgent=urgent,
        need_by=now.need_by or before.need_by,
        need_by_text=now.need_by_text or before.need_by_text,
        place=now.place or before.place,
        materials=before.materials if now.materials is Materials.UNKNOWN else now.materials,
        applicant=now.applicant or before.applicant,
        route=now.route or before.route,
        level=min(now.level, before.level, key=list(type(now.level)).index),
        because=tuple(dict.fromkeys((*now.because, *before.because))),
    )


def _decide(edition: Edition, masked: str, understood: Triage, query: Query, lang: Lang) -> tuple[Answer, str | None]:
    text = unify(read(masked).text)
    if (found := find_care(text)) is not None:
        return compose.care(found, lang), None
    about = find_refusal(text)
    if about is not None and not isinstance(about, AboutForgery):
        return compose.refused(about, lang), None
    entry = _chosen(edition, text, understood, query, about)
    if isinstance(entry, Found):
        pack, on = edition.packs[entry.service], local_date(query.at)
        said = compose.from_pack(pack, understood, query.answers, on=on, confidence=entry.confidence, lang=lang)
        return said, entry.service
    if isinstance(entry, NoEntry):
        return compose.handed_over(entry.service, lang), entry.service
    if isinstance(entry, Several):
        return compose.choice(entry.services, edition, lang, entry.confidence), None
    return compose.greeting(edition, lang) if isinstance(entry, Greeting) else compose.out_of_scope(lang), None


def _chosen(edition: Edition, text: str, understood: Triage, query: Query, about: AboutForgery | None) -> Chosen:
    """The entry that was tapped, else the one for questions about forgery, else the one that the words lead to."""
    tapped = query.answers.get(SERVICE)
    if tapped is not None and tapped in SERVICES:
        return Found(tapped, 1.0) if tapped in edition.packs else NoEntry(tapped)
    if about is not None and about.service in edition.packs:
        return Found(about.service, _ABOUT_FORGERY)
    on = local_date(query.at)
    hits = index_of(edition).search(text, on=on)
    return decide_entry(
        text,
        hits,
        packs=edition.packs.keys(),
        documents=understood.documents,
        service=understood.service,
        context=_context(edition, query),
    )


def _context(edition: Edition, query: Query) -> str | None:
    """The service that the conversation was about before this question."""
    if not query.turns:
        return None
    earlier = answer(edition, replace(query, text=query.turns[-1], turns=query.turns[:-1][-_REMEMBERED_TURNS:]))
    if earlier.answer.status in (AnswerStatus.ANSWERED, AnswerStatus.ASK):
        return earlier.triage.service
    return None
