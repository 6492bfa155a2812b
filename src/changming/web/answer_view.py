"""An answer of the desk (CONTRACT, ``ask --json``) as a page shows it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from changming.guidance.knowledge import DONT_KNOW
from changming.kernel.catalogue import SERVICES, AnswerStatus, Materials
from changming.kernel.instants import show_date
from changming.kernel.messages import Lang, catalogue, text
from changming.web.articles import english_articles
from changming.web.views import Chip

Json = Mapping[str, Any]
_MARK: Final = re.compile(r"\[(\d{1,2})\]")
_LONGEST_HEADLINE: Final = 42
_SHOWN: Final = 5
"""Statements of an answer that are shown at once; the others are folded away."""
_SENTENCE: Final = re.compile(r"(?<=[。！？])|(?<=[.!?]) +")


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a paragraph: words, or the number of a citation."""

    text: str
    cite: int | None = None


Statement = Sequence[Part]


@dataclass(frozen=True, slots=True)
class CitationView:
    """A source as a reader opens it."""

    title: str
    status: str
    source: str
    url: str
    entry: str
    in_force: str


@dataclass(frozen=True, slots=True)
class ItemView:
    """Something to bring."""

    material: str
    text: str
    detail: str


@dataclass(frozen=True, slots=True)
class OptionView:
    """A tap: what it says and what it sends."""

    value: str
    text: str


@dataclass(frozen=True, slots=True)
class QuestionView:
    """The one open question; ``free`` when it is answered in own words (a number, a date, a place: ``kind``)."""

    input: str
    text: str
    why: str
    options: Sequence[OptionView]
    kind: str
    free: bool


@dataclass(frozen=True, slots=True)
class EntryView:
    """The official place to go or to ask; ``certain`` False: confirm it with the office."""

    name: str
    url: str
    phone: str
    certain: bool


@dataclass(frozen=True, slots=True)
class AnswerView:
    """The most important words first, then the rest, its sources, what to bring, what is still open.

    Where there is no ``headline``, the ``first`` statement stands in its place; then come those that are ``shown`` and
    those that are ``folded`` away.
    """

    status: AnswerStatus
    headline: str
    first: Sequence[Statement]
    shown: Sequence[Statement]
    folded: Sequence[Statement]
    citations: Sequence[CitationView]
    checklist: Sequence[ItemView]
    question: QuestionView | None
    candidates: Sequence[Mapping[str, str]]
    next_step: str
    entry: EntryView | None
    original: Sequence[Statement] = ()
    """The stored words, where a language model chose others for them."""


def service_title(service: str | None, lang: Lang) -> str:
    """The name of a service of the catalogue; a plain word for none."""
    found = SERVICES.get(service or "")
    if found is None:
        return text("case.general_title", lang)
    return found.zh if lang is Lang.ZH else found.en


def chips(triage: Json, lang: Lang) -> list[Chip]:
    """What was understood, the things that change the answer first."""
    found = []
    if triage.get("service"):
        found.append(Chip(service_title(triage["service"], lang), hot=True))
    urgent = triage.get("urgent") or {}
    if urgent.get("reason"):
        reason = text(f"reason.{urgent['reason']}", lang)
        found.append(Chip(text("chip.urgent", lang, reason=reason), hot=True))
    elif urgent.get("claimed"):
        found.append(Chip(text("chip.urgent_claimed", lang), hot=True))
    if triage.get("need_by"):
        day = show_date(date.fromisoformat(triage["need_by"]), lang)
        found.append(Chip(text("chip.need_by", lang, day=day), hot=True))
    if place := (triage.get("place") or {}).get("name"):
        found.append(Chip(text("chip.place", lang, place=place)))
    if triage.get("service") and (had := triage.get("materials") or Materials.UNKNOWN) != Materials.UNKNOWN:
        found.append(Chip(text("chip.materials", lang, materials=text(f"materials.{had}", lang))))
    if triage.get("route"):
        found.append(Chip(text(f"route.{triage['route']}", lang)))
    return found


def answer_view(answer: Json, lang: Lang) -> AnswerView:
    """The page's view of the answer's JSON."""
    lines = _lines(answer["text"])
    next_step = answer.get("next_step") or ""
    # The next step has a place of its own on the page; it is not said twice.
    lines = [line for line in lines if _MARK.sub("", line).strip() != next_step]
    headline, lines = _split_headline(lines)
    statements = [_parts(line, len(answer["citations"])) for line in lines]
    first = 0 if headline else 1
    return AnswerView(
        status=AnswerStatus(answer["status"]),
        headline=headline,
        first=statements[:first],
        shown=statements[first:_SHOWN],
        folded=statements[_SHOWN:],
        citations=[citation_view(one, lang) for one in answer["citations"]],
        checklist=[_item(one, lang) for one in answer["checklist"]],
        question=_question(answer["question"], lang) if answer.get("question") else None,
        candidates=[
            {"service": one["service"], "title": one.get("title") or service_title(one["service"], lang)}
            for one in answer.get("candidates") or ()
        ],
        next_step=next_step,
        entry=_entry(answer["entry"]) if answer.get("entry") else None,
        original=[_parts(line, len(answer["citations"])) for line in _lines(answer.get("stored_text") or "")],
    )


def _lines(words: str) -> list[str]:
    return [line.strip() for line in words.split("\n") if line.strip()]


def _split_headline(lines: list[str]) -> tuple[str, list[str]]:
    """The first sentence, where it is short, rests on no source and something follows; and the lines without it."""
    if not lines[1:] or _MARK.search(lines[0]):
        return "", lines
    if len(lines[0]) <= _LONGEST_HEADLINE:
        return lines[0], lines[1:]
    first, *rest = _SENTENCE.split(lines[0], maxsplit=1)
    if len(first) > _LONGEST_HEADLINE or not any(rest):
        return "", lines
    return first, [*rest, *lines[1:]]


def _entry(one: Json) -> EntryView:
    return EntryView(one["name"], web_address(one.get("url")), one.get("phone") or "", one["certain"])


def web_address(url: str | None) -> str:
    """The address if it is one that a page may link to."""
    return url if url and url.startswith("https://") else ""


def without_marks(words: str) -> str:
    """The text without its citation marks, for somebody who writes on."""
    return _MARK.sub("", words)


def _parts(line: str, known: int) -> list[Part]:
    found, end = [], 0
    for mark in _MARK.finditer(line):
        if not 1 <= int(mark[1]) <= known:
            continue
        found += [Part(line[end : mark.start()]), Part("", int(mark[1]))]
        end = mark.end()
    return [*found, Part(line[end:])]


def citation_view(one: Json, lang: Lang) -> CitationView:
    """A citation (CONTRACT, ``answer.citations``) as a reader opens it."""
    start, end = one.get("from"), one.get("to")
    if start and end:
        in_force = text("answer.between", lang, start=start, end=end)
    elif start:
        in_force = text("answer.since", lang, start=start)
    else:
        in_force = text("answer.until", lang, end=end) if end else text("answer.undated", lang)
    source = english_articles(one["source"]) if lang is Lang.EN else one["source"]
    return CitationView(one["title"], one["status"], source, web_address(one.get("url")), one["entry"], in_force)


def _item(one: Json, lang: Lang) -> ItemView:
    details = [text("answer.required" if one["required"] else "answer.optional", lang)]
    key = f"answer.form.{one['form']}"
    if key in catalogue():
        details.append(text(key, lang))
    return ItemView(one["material"], one["text"], " · ".join(details))


def _question(one: Json, lang: Lang) -> QuestionView:
    words: Sequence[str] = one.get("options") or ()
    values: Sequence[str] = one.get("values") or words
    options = [OptionView(value, word) for value, word in zip(values, words, strict=True)]
    if all(option.value != DONT_KNOW for option in options):
        options.append(OptionView(DONT_KNOW, text("conversation.dont_know", lang)))
    return QuestionView(
        one["input"], one["text"], one.get("why") or "", options, kind=one.get("kind") or "", free=not words
    )
