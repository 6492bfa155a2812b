"""What a person gets from one version of a pack, as a value that can be compared with another version's."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, TypeAlias

from changming.guidance.knowledge.case import Known, Settled, Undecided, read_case
from changming.guidance.knowledge.consulting import figures_of, place_of, show_amount, show_figure, status_of
from changming.guidance.knowledge.judge import Judgement, Said, judge
from changming.guidance.knowledge.kinds import Standing
from changming.guidance.knowledge.model import Amount, Pack, RouteWay, Step, Value
from changming.guidance.knowledge.pathway import path_judged
from changming.kernel.catalogue import AnswerStatus
from changming.kernel.errors import ChangmingError
from changming.kernel.messages import Lang, text

Line: TypeAlias = tuple[str, str]
"""The id of a route, value, material, statement or service, and what is said of it in Chinese."""

SECTIONS: Final = ("routes", "values", "materials", "statements", "services")
_ZH: Final = Lang.ZH


@dataclass(frozen=True, slots=True)
class Outcome:
    """One person's answer.

    ``routes``, ``materials`` and ``services`` are those that fit or may fit, ``values`` those that apply on the date.
    Statements and materials carry the "to be confirmed" tag where it stands. ``not_valid`` names an input whose answer
    this version does not understand; nothing else is said then.
    """

    status: AnswerStatus
    routes: tuple[Line, ...] = ()
    values: tuple[Line, ...] = ()
    materials: tuple[Line, ...] = ()
    statements: tuple[Line, ...] = ()
    services: tuple[Line, ...] = ()
    next_step: str = ""
    place: str = ""
    question: str | None = None
    not_valid: str = ""

    def lines(self) -> dict[Line, str]:
        """What is said by (section, id); ``next_step`` is a section of its own with one line."""
        found = {(section, name): words for section in SECTIONS for name, words in getattr(self, section)}
        return found | ({(NEXT_STEP, ""): self.next_step} if self.next_step else {})


NEXT_STEP: Final = "next_step"


def outcome(pack: Pack | None, *, on: date, given: Mapping[str, str]) -> Outcome:
    """What the pack gives a person on a date; without a pack, or where it is silent, a person takes over.

    An answer that does not fit its input is an outcome too (``not_valid``); nothing is raised.
    """
    if pack is None:
        return Outcome(AnswerStatus.HANDOVER)
    if is_silent(pack, on):
        step = pack.next_step[-1].text.say(_ZH)
        return Outcome(AnswerStatus.HANDOVER, next_step=step, place=contact(pack, pack.entry_ask))
    try:
        case = read_case(pack, on=on, given=given)
    except ChangmingError as error:
        return Outcome(AnswerStatus.ASK, not_valid=str(error.fields["input"]))
    return outcome_judged(pack, judge(pack, case))


def is_silent(pack: Pack, on: date) -> bool:
    """Whether the pack has nothing to say about a date: it hands over whatever the case."""
    return on < pack.since or not pack.answer


def outcome_judged(pack: Pack, judged: Judgement) -> Outcome:
    """The outcome of a case that was judged."""
    shown = figures_of(pack, judged.values, _ZH)
    status = status_of(judged)
    values = ((name, _value(pack.values[name], settled)) for name, settled in judged.values.items())
    services = ((s.service, s.standing, s.note.say(_ZH) if s.note else "") for s in path_judged(pack, judged))
    return Outcome(
        status=status,
        routes=tuple(
            (name, _standing(standing, _route(pack, pack.routes[name], shown)))
            for name, standing in judged.routes.items()
            if standing is not Standing.OUT
        ),
        values=tuple(line for line in values if line[1]),
        materials=tuple((said.id, _material(pack, said, shown)) for said in judged.materials),
        statements=tuple((said.id, _said(pack, said, shown)) for said in judged.statements),
        services=tuple((name, _standing(s, note or name)) for name, s, note in services if s is not Standing.OUT),
        next_step=judged.next_step.text.say(_ZH),
        place=contact(pack, place_of(pack, judged, status)),
        question=judged.question,
    )


def contact(pack: Pack, name: str) -> str:
    """An official place with its number or address."""
    entry = pack.entries[name]
    return " ".join(part for part in (entry.name.say(_ZH), entry.phone or entry.url) if part)


def _standing(standing: Standing, words: str) -> str:
    return words if standing is Standing.FITS else text("change.maybe", _ZH, words=words)


def _said(pack: Pack, said: Said, shown: Mapping[str, str]) -> str:
    certain = all(pack.sources[name].status.certain for name in said.sources)
    return said.words.say(_ZH, shown) + ("" if certain else text("knowledge.to_confirm", _ZH))


def _material(pack: Pack, said: Said, shown: Mapping[str, str]) -> str:
    material = pack.materials[said.id]
    needed = material.required and said.standing is Standing.FITS
    marks = [text(f"change.form.{material.form.value}", _ZH), text(f"change.required.{str(needed).lower()}", _ZH)]
    marks += [material.spec.value] if material.spec else []
    return _said(pack, said, shown) + text("change.marks", _ZH, marks="、".join(marks))


def _value(value: Value, settled: Settled) -> str:
    """The figure, or what may still apply; "" where nothing does. A list of places counts its members."""
    if isinstance(settled, Undecided):
        return " / ".join(dict.fromkeys(show_figure(value, row.figure, _ZH) for row in settled.rows))
    if not isinstance(settled, Known):
        return ""
    figure = settled.row.figure
    return ", ".join(figure) if isinstance(figure, tuple) else show_figure(value, figure, _ZH)


def _route(pack: Pack, way: RouteWay, shown: Mapping[str, str]) -> str:
    steps = " → ".join(" / ".join(_step(step, shown) for step in group) for group in way.steps)
    place = f" @ {contact(pack, way.entry)}" if way.entry else ""
    return f"{way.title.say(_ZH)} [{way.channel.value}] {steps}{place}"


def _step(step: Step, shown: Mapping[str, str]) -> str:
    return step.title.say(_ZH) + (f" {_amount(step.amount, shown)}" if step.amount else "")


def _amount(amount: Amount, shown: Mapping[str, str]) -> str:
    if amount.value:
        return shown.get(amount.value, "…")
    return show_amount(amount.figure, amount.unit, _ZH) if amount.unit else str(amount.figure)
