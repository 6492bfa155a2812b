"""A guide's question and its result as the pages show them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from changming.desk.visits import Progress
from changming.guidance.guides import (
    Asker,
    Merged,
    Misread,
    Outcome,
    RouteDetail,
    Stop,
    Walk,
    has_limit,
    latest_start,
    materials_of,
    merge,
    outcome_of,
    place_to_ask,
    stops_of,
    walk,
)
from changming.guidance.knowledge import DONT_KNOW, Edition, Input, InputKind, Pack, Standing
from changming.kernel.catalogue import AnswerStatus
from changming.kernel.messages import Lang, catalogue, text
from changming.web.answer_view import CitationView, Part
from changming.web.portal.guide_words import (
    AnswerLine,
    PlaceLine,
    answer_lines,
    answer_words,
    citations,
    full_date,
    path_of,
    place_line,
    statement_parts,
)

STANDINGS: Final = {Standing.FITS: "needed", Standing.OPEN: "perhaps", Standing.OUT: "out"}


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to tap; ``chosen``: it is the present answer."""

    value: str
    text: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class QuestionPage:
    """One question of a guide.

    ``number`` counts the questions so far, ``left`` those that can still come, this one included; ``at`` names the
    question when an earlier answer is being changed. ``typed`` and ``wrong`` are what was refused, and why.
    """

    title: str
    base: str
    input: str
    question: str
    why: str
    kind: str
    choices: Sequence[Choice]
    number: int
    left: int
    at: str
    back: str
    answered: Sequence[AnswerLine]
    now: str
    hint: str
    typed: str
    wrong: str
    low: str
    high: str
    changed: str


def question_page(
    pack: Pack,
    walked: Walk,
    progress: Progress,
    *,
    asked: Input,
    changing: bool,
    lang: Lang,
    typed: str = "",
    misread: Misread | None = None,
) -> QuestionPage:
    """The page of one question; with ``misread`` it keeps what was typed and says kindly what is wrong with it."""
    value = walked.given.get(asked.name, progress.answers.get(asked.name, ""))
    names = [one.asked.name for one in walked.answered]
    at = names.index(asked.name) if asked.name in names else len(names)
    coarse = any(one.coarse and one.asked.name == asked.name for one in walked.answered)
    base = path_of(pack.service)
    return QuestionPage(
        title=pack.title.say(lang),
        base=base,
        input=asked.name,
        question=asked.ask.say(lang),
        why=asked.why.say(lang),
        kind=asked.kind.value,
        choices=_choices(asked, value, misread, lang),
        number=at + 1,
        left=max(walked.left, 1),
        at=asked.name if changing else "",
        back=f"{base}?ask={names[at - 1]}" if at > 0 else "",
        answered=[one for one in answer_lines(walked.answered, lang) if one.input != asked.name],
        now=answer_words(asked, value, lang) if value and changing else "",
        hint=text("guide.coarse", lang, place=answer_words(asked, value, lang)) if coarse else "",
        typed=typed or _typed(asked, value),
        wrong="" if misread is None else _wrong(misread, lang),
        low=_bound(asked.low),
        high=_bound(asked.high),
        changed=changed_words(pack, walked, lang),
    )


def _typed(asked: Input, value: str) -> str:
    return value if asked.kind in (InputKind.INT, InputKind.DATE) and value != DONT_KNOW else ""


def _bound(bound: int | date | None) -> str:
    return "" if bound is None else str(bound)


def _choices(asked: Input, value: str, misread: Misread | None, lang: Lang) -> list[Choice]:
    if misread is not None and misread.places:
        return [Choice(place.code, place.name, chosen=False) for place in misread.places]
    options = {name: words.say(lang) for name, words in asked.options.items()}
    if asked.kind is InputKind.BOOL:
        options = {name: text(f"knowledge.bool.{name}", lang) for name in ("true", "false")}
    return [Choice(name, words, chosen=name == value) for name, words in options.items()]


def _wrong(misread: Misread, lang: Lang) -> str:
    bounds: dict[str, Any] = {}
    for name, bound in (("low", misread.low), ("high", misread.high)):
        bounds[name] = full_date(bound, lang) if isinstance(bound, date) else bound
    key = f"guide.wrong.{misread.code}"
    if misread.code == "date_range" and None in bounds.values():
        key = "guide.wrong.date_open"
    return text(key, lang, **bounds)


def changed_words(pack: Pack, walked: Walk, lang: Lang) -> str:
    """What became of the answers when the entry was renewed; empty where nothing was lost."""
    return text("guide.changed", lang, n=walked.dropped, entry=pack.version) if walked.dropped else ""


@dataclass(frozen=True, slots=True)
class ItemLine:
    """Something to bring. ``services`` says what it is for, where there are several; ``more`` other wordings of it."""

    key: str
    text: str
    detail: str
    required: bool
    ticked: bool
    services: str
    more: Sequence[str]


@dataclass(frozen=True, slots=True)
class StopLine:
    """One service of a life event: ``standing`` is ``needed``, ``perhaps`` or ``out``."""

    service: str
    title: str
    standing: str
    after: str
    note: str
    together: str
    link: str
    progress: str
    done: bool


@dataclass(frozen=True, slots=True)
class ResultPage:
    """Where a guide leads. Sequences of parts are statements with their citations."""

    service: str
    title: str
    base: str
    lead: str
    verdict: str
    late: bool
    left: int
    answered: Sequence[AnswerLine]
    changed: str
    next_step: str
    fitting: Sequence[RouteDetail]
    open: Sequence[RouteDetail]
    items: Sequence[ItemLine]
    ready: int
    fees: Sequence[Sequence[Part]]
    times: Sequence[Sequence[Part]]
    others: Sequence[Sequence[Part]]
    places: Sequence[PlaceLine]
    ask: PlaceLine
    confidence: str
    certain: bool
    citations: Sequence[CitationView]
    need_by: date | None
    need_words: str
    stops: Sequence[StopLine]
    joint: Sequence[RouteDetail]
    handover: bool


@dataclass(frozen=True, slots=True)
class Known:
    """All that a result is made of."""

    edition: Edition
    pack: Pack
    guides: Mapping[str, Progress]
    on: date
    lang: Lang

    @property
    def progress(self) -> Progress:
        """Of the guide itself."""
        return self.guides.get(self.pack.service) or Progress()

    def walked(self) -> Walk:
        """The way through its questions."""
        return walk(self.pack, self.progress.answers, on=self.on)

    def stops(self, walked: Walk) -> tuple[Stop, ...]:
        """The services of a life event."""
        answers = {service: progress.answers for service, progress in self.guides.items()}
        return stops_of(self.edition, self.pack, walked, answers, on=self.on, lang=self.lang)

    def materials(self, walked: Walk, stops: Sequence[Stop], outcome: Outcome) -> tuple[Merged, ...]:
        """What to bring, each once."""
        if stops:
            return materials_of(self.edition, self.pack, walked, stops, on=self.on, lang=self.lang)
        return merge([(Asker(self.pack.service, self.pack.title.say(self.lang)), outcome.said.checklist)])


def result_page(known: Known) -> ResultPage:
    """The page of a result; for a life event with its services and one list for all of them."""
    pack, lang, on, progress = known.pack, known.lang, known.on, known.progress
    walked = known.walked()
    outcome, stops = outcome_of(pack, walked, on=on, lang=lang), known.stops(walked)
    items = list(_items(known.materials(walked, stops, outcome), progress, lang, several=bool(stops)))
    handover = outcome.said.status is AnswerStatus.HANDOVER
    verdict, late = need_verdict(pack, walked, progress.need_by, on=on, lang=lang)
    return ResultPage(
        service=pack.service,
        title=pack.title.say(lang),
        base=path_of(pack.service),
        lead=outcome.said.text if handover and not outcome.said.statements else "",
        verdict=verdict,
        late=late,
        left=walked.left,
        answered=answer_lines(walked.answered, lang),
        changed=changed_words(pack, walked, lang),
        next_step=outcome.said.next_step,
        fitting=[route for route in outcome.routes if route.fits and not route.joint],
        open=[route for route in outcome.routes if not route.fits and not route.joint],
        items=items,
        ready=sum(item.ticked for item in items),
        fees=[statement_parts(one, lang) for one in outcome.fees],
        times=[statement_parts(one, lang) for one in outcome.times],
        others=[statement_parts(one, lang) for one in outcome.others],
        places=[place_line(place) for place in outcome.places],
        ask=place_line(place_to_ask(pack, lang)),
        confidence=text(f"guide.confidence.{outcome.weakest or 'none'}", lang),
        certain=outcome.weakest is not None and outcome.weakest.certain,
        citations=citations(outcome.said.citations, lang),
        need_by=progress.need_by,
        need_words="" if progress.need_by is None else full_date(progress.need_by, lang),
        stops=list(_stop_lines(known, stops)),
        joint=[route for route in outcome.routes if route.joint],
        handover=handover,
    )


def need_verdict(pack: Pack, walked: Walk, need_by: date | None, *, on: date, lang: Lang) -> tuple[str, bool]:
    """Whether there is time until the day it is needed, in words, and whether it is too late; "" without a day."""
    if need_by is None:
        return "", False
    day = full_date(need_by, lang)
    if need_by < on:
        return text("guide.need.past", lang, day=day), False
    start = latest_start(pack, walked, need_by, on=on)
    if start is not None:
        return text("guide.need.start", lang, day=day, start=full_date(start, lang)), False
    if has_limit(pack, walked, on=on):
        return text("guide.need.late", lang, day=day), True
    return text("guide.need.unknown", lang, day=day), False


def _items(merged: Sequence[Merged], progress: Progress, lang: Lang, *, several: bool) -> Iterator[ItemLine]:
    joined = text("guide.and", lang)
    for one in merged:
        first, *others = one.wordings
        details = [text("answer.required" if one.required else "guide.perhaps", lang)]
        if (key := f"answer.form.{one.form.value}") in catalogue():
            details.append(text(key, lang))
        if not first.certain:
            details.append(text("guide.to_confirm", lang))
        yield ItemLine(
            key=one.key,
            text=first.text,
            detail=" · ".join(details),
            required=one.required,
            ticked=one.key in progress.ticks,
            services=text("guide.for", lang, services=joined.join(one.services)) if several and one.services else "",
            more=[
                text("guide.wording", lang, services=joined.join(wording.services), text=wording.text)
                + ("" if wording.certain else text("knowledge.to_confirm", lang))
                for wording in others
            ],
        )


def _stop_lines(known: Known, stops: Sequence[Stop]) -> Iterator[StopLine]:
    joined = text("guide.and", known.lang)
    for stop in stops:
        left = 0 if stop.walked is None else stop.walked.left
        words = ""
        if stop.standing is not Standing.OUT and stop.walked is not None:
            words = text("guide.stop.left", known.lang, n=left) if left else text("guide.stop.known", known.lang)
        yield StopLine(
            service=stop.service,
            title=stop.title,
            standing=STANDINGS[stop.standing],
            after=text("guide.stop.after", known.lang, services=joined.join(stop.after)) if stop.after else "",
            note=stop.note,
            together=text("guide.stop.together", known.lang, ways=joined.join(stop.together)) if stop.together else "",
            link=path_of(stop.service) if stop.walked is not None else "",
            progress=words,
            done=stop.service in known.progress.done,
        )


def keys_shown(known: Known) -> dict[str, Any]:
    """What a result's form may tick: the keys of its items, the services of its path."""
    walked = known.walked()
    outcome, stops = outcome_of(known.pack, walked, on=known.on, lang=known.lang), known.stops(walked)
    items = known.materials(walked, stops, outcome)
    return {"ticks": [one.key for one in items], "done": [stop.service for stop in stops]}
