"""What a pack says about a case, before any words are chosen: what stands, what is still open, what to ask."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from changming.guidance.knowledge.case import Case, Known, Nothing, Settled, Undecided, settle, waits_for
from changming.guidance.knowledge.conditions import Rule, Truth
from changming.guidance.knowledge.kinds import Standing
from changming.guidance.knowledge.model import Applies, Bilingual, Material, NextStep, Pack, RouteWay, StatementRow


@dataclass(frozen=True, slots=True)
class Said:
    """A wording that stands, and the sources in force behind it and behind the values in it.

    ``standing`` is FITS for what is known to hold, OPEN for a wording that speaks of both branches.
    """

    id: str
    words: Bilingual
    standing: Standing
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Judgement:
    """Everything the pack decides about one case. Independent of language; equal judgements are equal answers.

    ``missing`` names values that were needed and have no row on the date: a person takes over. ``waits`` are the inputs
    that can still change something and were not answered, in the pack's order; ``question`` is the first of them. An
    answer only ever makes them fewer. ``open_on`` are the names behind them as conditions have them, derived ones too.
    """

    statements: tuple[Said, ...]
    materials: tuple[Said, ...]
    routes: Mapping[str, Standing]
    services: Mapping[str, Standing]
    values: Mapping[str, Settled]
    next_step: NextStep
    waits: tuple[str, ...]
    open_on: frozenset[str]
    missing: tuple[str, ...]

    @property
    def question(self) -> str | None:
        """The input that is asked next."""
        return self.waits[0] if self.waits else None


class _Judge:
    """Walks one pack for one case and remembers what is still waited for."""

    def __init__(self, pack: Pack, case: Case) -> None:
        self.pack = pack
        self.case = case
        self.values = {name: settle(value, case.on, case.facts) for name, value in pack.values.items()}
        self.waits: set[str] = set()
        self.missing: dict[str, None] = {}
        self.standings = {name: self.route(way) for name, way in pack.routes.items()}
        self.services = {step.service: standing_of(self.truth(step.when)) for step in pack.path}

    def truth(self, rule: Rule | None) -> Truth:
        """The truth of a condition; what an open one waits for is noted."""
        if rule is None:
            return True
        self.waits |= rule.waits(self.case.facts)
        return rule.test(self.case.facts)

    def in_force(self, applies: Applies) -> bool:
        sources = not applies.sources or in_force(self.pack, applies.sources, self.case.on)
        return bool(sources) and applies.period.contains(self.case.on)

    def route(self, way: RouteWay) -> Standing:
        if not self.in_force(way.applies):
            return Standing.OUT
        truth = self.truth(way.applies.when)
        if truth is False:
            return Standing.OUT
        # The figures of a route that may fit are worth a question.
        amounts = (step.amount for group in way.steps for step in group)
        self.await_values(amount.value for amount in amounts if amount is not None and amount.value)
        return standing_of(truth)

    def on_routes(self, row: StatementRow | Material) -> Truth:
        """Whether one of a material's routes fits; None while one still may. A statement has no routes of its own."""
        if isinstance(row, StatementRow) or not row.routes:
            return True
        standings = {self.standings[name] for name in row.routes}
        if Standing.FITS in standings:
            return True
        return None if Standing.OPEN in standings else False

    def settle_row(self, row: StatementRow | Material) -> Said | None:
        """What is said of one statement or material; None when it is out or has no wording for its open state."""
        if not self.in_force(row.applies):
            return None
        on_routes = self.on_routes(row)
        truth = False if on_routes is False else self.truth(row.applies.when)
        if truth is False:
            return None
        certain = truth is True and on_routes is True
        ready = self.ready(row.text, needed=certain)
        if ready is False:
            return None
        self.await_values(row.text.names)
        if certain and ready:
            return self.said(row, row.text, Standing.FITS)
        if row.maybe is not None and self.ready(row.maybe, needed=False):
            return self.said(row, row.maybe, Standing.OPEN)
        return None

    def ready(self, words: Bilingual, *, needed: bool) -> Truth:
        """Whether every value in a wording is known: False when one can never be, None while one is open."""
        ready: Truth = True
        for name in sorted(words.names):
            settled = self.values[name]
            if isinstance(settled, Nothing):
                if needed and settled.dated and not self.pack.values[name].partial:
                    self.missing[name] = None
                ready = False
            elif isinstance(settled, Undecided) and ready:
                ready = None
        return ready

    def await_values(self, names: Iterable[str]) -> None:
        for name in names:
            settled = self.values[name]
            if isinstance(settled, Undecided):
                for row in settled.rows:
                    self.truth(row.when)

    def said(self, row: StatementRow | Material, words: Bilingual, standing: Standing) -> Said:
        own = in_force(self.pack, row.applies.sources, self.case.on)
        rows = (self.values[name] for name in sorted(words.names))
        behind = (settled.row.source for settled in rows if isinstance(settled, Known))
        return Said(row.id, words, standing, tuple(dict.fromkeys((*own, *behind))))

    def judge(self) -> Judgement:
        statements = tuple(filter(None, map(self.settle_row, self.pack.answer)))
        materials = tuple(filter(None, map(self.settle_row, self.pack.materials.values())))
        step = next(step for step in self.pack.next_step if self.truth(step.when) is True)
        waits = waits_for(self.pack, self.case, frozenset(self.waits)) - self.case.declined
        asked = tuple(name for name in self.pack.inputs if name in waits)
        return Judgement(
            statements=statements,
            materials=materials,
            routes=self.standings,
            services=self.services,
            values=self.values,
            next_step=step,
            waits=asked,
            open_on=frozenset(self.waits),
            missing=tuple(self.missing),
        )


def standing_of(truth: Truth) -> Standing:
    """Where something stands whose condition has this truth."""
    if truth is None:
        return Standing.OPEN
    return Standing.FITS if truth else Standing.OUT


def judge(pack: Pack, case: Case) -> Judgement:
    """What the pack says about the case."""
    return _Judge(pack, case).judge()


def in_force(pack: Pack, sources: Iterable[str], on: date) -> tuple[str, ...]:
    """Those of the sources that are in force on the date and may be shown."""
    return tuple(name for name in sources if (s := pack.sources[name]).status.showable and s.period.contains(on))
