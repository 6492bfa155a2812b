"""A consultation: what a pack says about a case in a person's language, every sentence with its sources."""

from collections.abc import Mapping
from datetime import date

from changming.guidance.knowledge.case import Known, Settled, read_case
from changming.guidance.knowledge.consultation import (
    ChecklistItem,
    Citation,
    Consultation,
    EntryPoint,
    Question,
    RouteView,
    Statement,
)
from changming.guidance.knowledge.judge import Judgement, Said, judge
from changming.guidance.knowledge.kinds import InputKind, Standing, Unit
from changming.guidance.knowledge.model import Bilingual, Input, Pack, Value
from changming.guidance.knowledge.pathway import path_judged, view_path
from changming.kernel.catalogue import AnswerStatus
from changming.kernel.messages import Lang, text


class _Renderer:
    """Words and citation numbers for one consultation."""

    def __init__(self, pack: Pack, lang: Lang) -> None:
        self.pack = pack
        self.lang = lang
        self.citations: dict[str, Citation] = {}

    def cite(self, name: str) -> Citation:
        if name not in self.citations:
            source = self.pack.sources[name]
            self.citations[name] = Citation(
                number=len(self.citations) + 1,
                entry=self.pack.entry_id,
                title=source.title.say(self.lang),
                source=source.ref,
                url=source.url,
                status=source.status,
                valid_from=source.period.start,
                valid_to=source.period.end,
                review_by=source.review_by,
            )
        return self.citations[name]

    def cite_all(self, names: tuple[str, ...]) -> tuple[tuple[int, ...], bool]:
        """The numbers of sources, and whether all of them are certain."""
        cited = [self.cite(name) for name in names]
        return tuple(citation.number for citation in cited), all(citation.status.certain for citation in cited)

    def statement(self, said: Said, shown: Mapping[str, str]) -> Statement:
        numbers, certain = self.cite_all(said.sources)
        return Statement(said.id, said.words.say(self.lang, shown), numbers, certain, said.standing is Standing.FITS)

    def item(self, said: Said, shown: Mapping[str, str]) -> ChecklistItem:
        material = self.pack.materials[said.id]
        numbers, certain = self.cite_all(said.sources)
        required = material.required and said.standing is Standing.FITS
        spec = material.spec.value if material.spec else None
        return ChecklistItem(said.id, said.words.say(self.lang, shown), material.form, required, spec, numbers, certain)

    def question(self, asked: Input | None) -> Question | None:
        if asked is None:
            return None
        options = {name: words.say(self.lang) for name, words in asked.options.items()}
        if asked.kind is InputKind.BOOL:
            options = {name: text(f"knowledge.bool.{name}", self.lang) for name in ("true", "false")}
        ask, why = asked.ask.say(self.lang), asked.why.say(self.lang)
        return Question(asked.name, ask, why, asked.kind, tuple(options.values()), tuple(options))

    def routes(self, standings: Mapping[str, Standing]) -> tuple[RouteView, ...]:
        live = [(self.pack.routes[name], standing) for name, standing in standings.items() if standing != Standing.OUT]
        return tuple(RouteView(way.id, way.title.say(self.lang), way.channel, s is Standing.FITS) for way, s in live)

    def entry(self, name: str) -> EntryPoint:
        place = self.pack.entries[name]
        citation = self.cite(place.source)
        words = place.name.say(self.lang)
        return EntryPoint(words, place.kind, place.url, place.phone, citation.number, citation.status.certain)


def show_figure(value: Value, figure: object, lang: Lang) -> str:
    """A figure as people say it, with its unit: ``7 个工作日``, ``CNY 120``."""
    if isinstance(figure, Bilingual):
        return figure.say(lang)
    return str(figure) if value.unit is None else show_amount(int(str(figure)), value.unit, lang)


def show_amount(n: int, unit: Unit, lang: Lang) -> str:
    """A number with its unit."""
    return text(f"unit.{unit.value}.{'one' if n == 1 else 'many'}", lang, n=n)


def tagged(statement: Statement, lang: Lang) -> str:
    """A statement as plain text; one that needs confirming says so."""
    return statement.text if statement.certain else statement.text + text("knowledge.to_confirm", lang)


def consult(pack: Pack, *, on: date, given: Mapping[str, str], lang: Lang) -> Consultation:
    """What the pack says on a date to a person who gave these answers.

    Args:
        pack: the service's pack.
        on: the date that picks the rules (see ``pack.transition``); never "the last known" when it has none.
        given: answers by input name, as the person gave them; ``unknown`` is "don't know".
        lang: the reader's language.

    Raises:
        ChangmingError: ``answer_not_valid`` (422) when an answer does not fit its input.
    """
    if on < pack.since or not pack.answer:
        return _hand_over(pack, lang)
    judged = judge(pack, read_case(pack, on=on, given=given))
    renderer = _Renderer(pack, lang)
    shown = figures_of(pack, judged.values, lang)
    statements = tuple(renderer.statement(said, shown) for said in judged.statements)
    checklist = tuple(renderer.item(said, shown) for said in judged.materials)
    question = renderer.question(None if judged.question is None else pack.inputs[judged.question])
    status = status_of(judged)
    entry = renderer.entry(place_of(pack, judged, status))
    lines = [tagged(statement, lang) for statement in statements]
    if status is AnswerStatus.ASK and question is not None:
        lines.append(question.text)
    if status is AnswerStatus.HANDOVER:
        lines.append(text("knowledge.no_figure", lang, place=entry.contact))
    return Consultation(
        status=status,
        text="\n".join(lines),
        statements=statements,
        citations=tuple(renderer.citations.values()),
        checklist=checklist,
        question=question,
        routes=renderer.routes(judged.routes),
        next_step=judged.next_step.text.say(lang),
        entry=entry,
        path=view_path(path_judged(pack, judged), lang),
    )


def figures_of(pack: Pack, values: Mapping[str, Settled], lang: Lang) -> dict[str, str]:
    """The known values as people say them."""
    known = ((pack.values[name], settled) for name, settled in values.items() if isinstance(settled, Known))
    return {value.name: show_figure(value, settled.row.figure, lang) for value, settled in known}


def status_of(judged: Judgement) -> AnswerStatus:
    """What the desk does with a case that was judged so."""
    if judged.missing:
        return AnswerStatus.HANDOVER
    if judged.statements:
        return AnswerStatus.ANSWERED
    return AnswerStatus.HANDOVER if judged.question is None else AnswerStatus.ASK


def place_of(pack: Pack, judged: Judgement, status: AnswerStatus) -> str:
    """Where to go: the entry of the first route that fits, else the pack's own, else where one asks."""
    if status is AnswerStatus.HANDOVER:
        return pack.entry_ask
    fitting = (pack.routes[name].entry for name, standing in judged.routes.items() if standing is Standing.FITS)
    return next((entry for entry in fitting if entry), pack.entry_do or pack.entry_ask)


def _hand_over(pack: Pack, lang: Lang) -> Consultation:
    """The pack has nothing showable for the date: the official place to ask, and a person."""
    renderer = _Renderer(pack, lang)
    entry = renderer.entry(pack.entry_ask)
    words = text("knowledge.hand_over", lang, title=pack.title.say(lang), place=entry.contact)
    step = pack.next_step[-1].text.say(lang)
    cited = tuple(renderer.citations.values())
    return Consultation(AnswerStatus.HANDOVER, words, (), cited, (), None, (), step, entry)
