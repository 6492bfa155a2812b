"""A pack as an editor reads it on one date: sources, figures in force, ways, conditions, conflicts."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from changming.guidance.knowledge.cel import derived_to_cel, to_cel
from changming.guidance.knowledge.conditions import Rule
from changming.guidance.knowledge.consulting import show_figure
from changming.guidance.knowledge.model import Bilingual, Pack, Period
from changming.kernel.catalogue import SourceStatus
from changming.kernel.messages import Lang


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A source. ``in_force``: its period holds the date; ``overdue``: it should have been looked at before the date."""

    id: str
    title: str
    ref: str
    url: str
    status: SourceStatus
    period: Period
    review_by: date
    in_force: bool
    overdue: bool


@dataclass(frozen=True, slots=True)
class FigureLine:
    """A row of a value in force on the date; ``when`` is its condition as CEL, "" for none."""

    value: str
    shown: str
    when: str
    source: str
    period: Period


@dataclass(frozen=True, slots=True)
class WayLine:
    """A route whose period holds the date."""

    id: str
    title: str
    channel: str
    when: str
    sources: tuple[str, ...]
    joint: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ConflictLine:
    """Where sources disagree; ``kept`` is "" when none could be."""

    about: str
    sources: tuple[str, ...]
    kept: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """All of it. ``conditions`` are (path, CEL) pairs, derived facts among them."""

    sources: tuple[SourceLine, ...]
    figures: tuple[FigureLine, ...]
    ways: tuple[WayLine, ...]
    conditions: tuple[tuple[str, str], ...]
    conflicts: tuple[ConflictLine, ...]


def sheet_of(pack: Pack, *, on: date, lang: Lang) -> Sheet:
    """The sheet of a pack on a date."""
    return Sheet(
        sources=tuple(
            SourceLine(
                id=source.id,
                title=source.title.say(lang),
                ref=source.ref,
                url=source.url,
                status=source.status,
                period=source.period,
                review_by=source.review_by,
                in_force=source.period.contains(on),
                overdue=source.review_by < on,
            )
            for source in pack.sources.values()
        ),
        figures=tuple(
            FigureLine(name, _shown(pack, name, row.figure, lang), _cel(row.when), row.source, row.period)
            for name, value in pack.values.items()
            for row in value.rows
            if row.period.contains(on)
        ),
        ways=tuple(
            WayLine(way.id, way.title.say(lang), way.channel.value, _cel(rests.when), rests.sources, way.joint)
            for way in pack.routes.values()
            if (rests := way.applies).period.contains(on)
        ),
        conditions=tuple(_conditions(pack)),
        conflicts=tuple(ConflictLine(one.about, one.sources, one.kept) for one in pack.conflicts),
    )


def _shown(pack: Pack, name: str, figure: int | Bilingual | tuple[str, ...], lang: Lang) -> str:
    return ", ".join(figure) if isinstance(figure, tuple) else show_figure(pack.values[name], figure, lang)


def _cel(rule: Rule | None) -> str:
    return "" if rule is None else to_cel(rule.tree)


def _conditions(pack: Pack) -> Iterator[tuple[str, str]]:
    """Every condition by its place in the pack, derived facts first."""
    yield from ((f"derived.{name}", derived_to_cel(derived)) for name, derived in pack.derived.items())
    rules = [
        *(
            (f"values.{name}.rows[{at}]", row.when)
            for name, value in pack.values.items()
            for at, row in enumerate(value.rows)
        ),
        *((f"services.{step.service}", step.when) for step in pack.path),
        *((f"routes.{way.id}", way.applies.when) for way in pack.routes.values()),
        *((f"materials.{material.id}", material.applies.when) for material in pack.materials.values()),
        *((f"answer.{row.id}", row.applies.when) for row in pack.answer),
        *((f"next_step[{at}]", step.when) for at, step in enumerate(pack.next_step)),
    ]
    yield from ((path, to_cel(rule.tree)) for path, rule in rules if rule is not None)
