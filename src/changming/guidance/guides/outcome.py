"""What a guide ends with: the ways that fit, what they cost and how long they take, where, and how certain it is."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from changming.guidance.guides.walking import Walk
from changming.guidance.knowledge import (
    Bound,
    Case,
    Consultation,
    EntryKind,
    Known,
    Pack,
    Standing,
    Statement,
    StepKind,
    Unit,
    consult,
    show_amount,
    waits_for,
    weakest,
)
from changming.kernel.catalogue import Route as Channel
from changming.kernel.catalogue import SourceStatus
from changming.kernel.messages import Lang, text

_DAYS: Final = frozenset({Unit.WORKING_DAY, Unit.CALENDAR_DAY, Unit.MONTH, Unit.MINUTE})


@dataclass(frozen=True, slots=True)
class Place:
    """An official place. ``certain`` False: confirm with the office that it is the one."""

    name: str
    kind: EntryKind
    url: str
    phone: str
    certain: bool


@dataclass(frozen=True, slots=True)
class StepLine:
    """One step of a way. ``amount`` is how long it takes ("" where nobody says); ``certain`` speaks of the amount."""

    kind: StepKind
    title: str
    amount: str
    certain: bool


@dataclass(frozen=True, slots=True)
class RouteDetail:
    """A way to do it.

    ``fits`` False: it may still fit; ``depends`` are the questions that decide. ``steps`` follow one another, each with
    its alternatives. ``joint`` names the services that it settles together.
    """

    id: str
    title: str
    channel: Channel
    fits: bool
    depends: tuple[str, ...]
    steps: tuple[tuple[StepLine, ...], ...]
    place: Place | None
    joint: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The end of a guide.

    ``fees`` and ``times`` are statements of ``said`` that say what it costs and how long it takes, ``others`` the rest.
    ``places``: where it is done, official entries alone. ``weakest`` is the worst status of all that is cited and of
    the ways that fit, None where nothing is.
    """

    said: Consultation
    routes: tuple[RouteDetail, ...]
    fees: tuple[Statement, ...]
    times: tuple[Statement, ...]
    others: tuple[Statement, ...]
    places: tuple[Place, ...]
    weakest: SourceStatus | None


def outcome_of(pack: Pack, walked: Walk, *, on: date, lang: Lang) -> Outcome:
    """The end of a guide for the answers that count."""
    said = consult(pack, on=on, given=walked.given, lang=lang)
    routes = tuple(_routes(pack, walked, lang))
    kinds = _kinds(pack, walked)
    fees = tuple(one for one in said.statements if kinds.get(one.id) == "fee")
    times = tuple(one for one in said.statements if kinds.get(one.id) == "time")
    return Outcome(
        said=said,
        routes=routes,
        fees=fees,
        times=times,
        others=tuple(one for one in said.statements if one.id not in kinds),
        places=_places(pack, routes, lang),
        weakest=weakest(statuses) if (statuses := _statuses(pack, said, routes)) else None,
    )


def _statuses(pack: Pack, said: Consultation, routes: Sequence[RouteDetail]) -> list[SourceStatus]:
    """Of everything that is cited, and of the ways that fit."""
    fitting = [pack.routes[route.id] for route in routes if route.fits]
    return [one.status for one in said.citations] + [
        pack.sources[name].status for way in fitting for name in way.applies.sources
    ]


def _kinds(pack: Pack, walked: Walk) -> dict[str, str]:
    """Statements that speak of money or of days, by the units of their figures; of both: of money."""
    found = {}
    for said in walked.judged.statements if walked.judged is not None else ():
        units = {pack.values[name].unit for name in said.words.names}
        if Unit.YUAN in units:
            found[said.id] = "fee"
        elif units & _DAYS:
            found[said.id] = "time"
    return found


def _routes(pack: Pack, walked: Walk, lang: Lang) -> Iterator[RouteDetail]:
    if walked.judged is None:
        return
    for name, standing in walked.judged.routes.items():
        if standing is Standing.OUT:
            continue
        way = pack.routes[name]
        yield RouteDetail(
            id=name,
            title=way.title.say(lang),
            channel=way.channel,
            fits=standing is Standing.FITS,
            depends=() if standing is Standing.FITS else _depends(pack, walked, name, lang),
            steps=tuple(tuple(_step(pack, walked, name, at, lang)) for at in range(len(way.steps))),
            place=_place(pack, way.entry, lang) if way.entry else None,
            joint=way.joint,
        )


def _depends(pack: Pack, walked: Walk, route: str, lang: Lang) -> tuple[str, ...]:
    rule = pack.routes[route].applies.when
    if rule is None or walked.case is None:
        return ()
    names = rule.waits(walked.case.facts)
    behind = waits_for(pack, Case(walked.case.on, {}, frozenset()), names)
    # "Don't know" is no longer asked about, and is what it depends on all the same.
    undecided = {name for name in behind if walked.case.facts.get(name) is None}
    undecided |= waits_for(pack, walked.case, names)
    return tuple(asked.ask.say(lang) for name, asked in pack.inputs.items() if name in undecided)


def _step(pack: Pack, walked: Walk, route: str, at: int, lang: Lang) -> Iterator[StepLine]:
    for step in pack.routes[route].steps[at]:
        amount, certain = "", True
        if step.amount is not None and not step.amount.value and step.amount.unit is not None:
            amount = _lasting(step.amount.figure, step.amount.unit, step.amount.bound, lang)
            certain = pack.sources[step.amount.source].status.certain
        elif step.amount is not None and step.amount.value and walked.judged is not None:
            settled, value = walked.judged.values[step.amount.value], pack.values[step.amount.value]
            if isinstance(settled, Known) and value.unit is not None and isinstance(settled.row.figure, int):
                amount = _lasting(settled.row.figure, value.unit, value.bound, lang)
                certain = pack.sources[settled.row.source].status.certain
        yield StepLine(step.kind, step.title.say(lang), amount, certain)


def _lasting(figure: int, unit: Unit, bound: Bound | None, lang: Lang) -> str:
    """How long a step lasts: a limit is the latest, not the usual time, and is not to be read as one."""
    amount = show_amount(figure, unit, lang)
    return amount if bound is None else text(f"guide.lasting.{bound.value}", lang, amount=amount)


def _places(pack: Pack, routes: Sequence[RouteDetail], lang: Lang) -> tuple[Place, ...]:
    """Where it is done: the entries of the ways that fit (or may), else the pack's own."""
    fitting = [route for route in routes if route.fits] or list(routes)
    found = dict.fromkeys(route.place for route in fitting if route.place is not None)
    if not found and pack.entry_do:
        found = {_place(pack, pack.entry_do, lang): None}
    return tuple(found)


def _place(pack: Pack, name: str, lang: Lang) -> Place:
    entry = pack.entries[name]
    certain = pack.sources[entry.source].status.certain
    return Place(entry.name.say(lang), entry.kind, entry.url, entry.phone, certain)


def place_to_ask(pack: Pack, lang: Lang) -> Place:
    """Where one asks about the service."""
    return _place(pack, pack.entry_ask, lang)
