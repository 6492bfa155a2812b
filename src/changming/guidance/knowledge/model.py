"""What a pack is: frozen, typed, dated, sourced."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias

from changming.guidance.knowledge.conditions import Rule
from changming.guidance.knowledge.kinds import (
    Bound,
    CheckSpec,
    EntryKind,
    Form,
    InputKind,
    Slot,
    StepKind,
    Transition,
    Unit,
    ValueKind,
)
from changming.guidance.knowledge.regions import RegionLevel
from changming.kernel.catalogue import Route as Channel
from changming.kernel.catalogue import SourceStatus
from changming.kernel.messages import Lang

DONT_KNOW = "unknown"
"""The answer "I don't know": legal for every input, and never asked again."""


@dataclass(frozen=True, slots=True)
class Bilingual:
    """A text in both languages. ``names`` are the values it mentions in braces."""

    zh: str
    en: str
    names: frozenset[str] = frozenset()

    def say(self, lang: Lang, shown: Mapping[str, str] | None = None) -> str:
        """The text in ``lang`` with ``shown`` in the place of its values."""
        words = self.zh if lang is Lang.ZH else self.en
        return words.format_map(shown) if self.names and shown is not None else words


@dataclass(frozen=True, slots=True)
class Period:
    """``[start, end)``; None is open."""

    start: date | None = None
    end: date | None = None

    def contains(self, on: date) -> bool:
        """Whether the day belongs to the period."""
        return (self.start is None or self.start <= on) and (self.end is None or on < self.end)


ALWAYS = Period()


@dataclass(frozen=True, slots=True)
class Source:
    """Who says so. ``ref`` is what a reader looks up; ``facts`` are ids of the collected facts behind it."""

    id: str
    title: Bilingual
    ref: str
    url: str
    status: SourceStatus
    period: Period
    checked: date
    review_by: date
    facts: tuple[str, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Input:
    """What may be asked. ``options`` belong to enums; ``low`` and ``high`` (inclusive) to ints and dates."""

    name: str
    kind: InputKind
    ask: Bilingual
    why: Bilingual
    slot: Slot | None
    options: Mapping[str, Bilingual]
    low: int | date | None
    high: int | date | None
    line: int


@dataclass(frozen=True, slots=True)
class Same:
    """Two inputs are the same; regions compare at a level."""

    first: str
    second: str
    level: RegionLevel | None


@dataclass(frozen=True, slots=True)
class Member:
    """A region input lies in a list of regions of the date."""

    input: str
    value: str


@dataclass(frozen=True, slots=True)
class Less:
    """The first number or date is before the second."""

    first: str
    second: str


@dataclass(frozen=True, slots=True)
class Named:
    """A condition with a name."""

    rule: Rule


Derived: TypeAlias = Same | Member | Less | Named
Figure: TypeAlias = int | Bilingual | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One figure with its period, condition and source. ``complete`` False: a list known to lack entries."""

    period: Period
    when: Rule | None
    figure: Figure
    source: str
    complete: bool
    line: int


@dataclass(frozen=True, slots=True)
class Value:
    """A dated figure: on every date exactly one row applies (at most one when ``partial``)."""

    name: str
    kind: ValueKind
    unit: Unit | None
    bound: Bound | None
    partial: bool
    rows: tuple[Row, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Entry:
    """An official place: a site, an app, a hotline, a counter."""

    id: str
    name: Bilingual
    kind: EntryKind
    url: str
    phone: str
    source: str


@dataclass(frozen=True, slots=True)
class Amount:
    """How long or how many: a figure of its own, or the name of a value that carries figure, unit, bound, source."""

    value: str
    figure: int
    unit: Unit | None
    bound: Bound | None
    source: str


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a route."""

    id: str
    kind: StepKind
    title: Bilingual
    amount: Amount | None


@dataclass(frozen=True, slots=True)
class Applies:
    """When something holds: its period, its condition, the sources it rests on."""

    period: Period
    when: Rule | None
    sources: tuple[str, ...]
    line: int


@dataclass(frozen=True, slots=True)
class ServiceStep:
    """A service that a life event leads to.

    ``after`` names those that come before it, ``when`` whom it concerns; ``maybe`` is the wording while that is not
    known, ``note`` a remark that always stands. ``line`` is where ``after`` (or the step) stands.
    """

    service: str
    after: tuple[str, ...]
    when: Rule | None
    maybe: Bilingual | None
    note: Bilingual | None
    line: int


@dataclass(frozen=True, slots=True)
class RouteWay:
    """A way to do it: steps one after another, each with its alternatives (usually one).

    ``joint`` names the services that this one way settles together ("one thing" handling).
    """

    id: str
    title: Bilingual
    channel: Channel
    applies: Applies
    entry: str
    steps: tuple[tuple[Step, ...], ...]
    joint: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Material:
    """What to bring. ``maybe`` is the wording while it is not known whether it is needed."""

    id: str
    text: Bilingual
    maybe: Bilingual | None
    form: Form
    required: bool
    routes: tuple[str, ...]
    spec: CheckSpec | None
    applies: Applies


@dataclass(frozen=True, slots=True)
class StatementRow:
    """One statement of the answer. ``maybe`` is the wording while it is not known whether ``text`` holds."""

    id: str
    text: Bilingual
    maybe: Bilingual | None
    applies: Applies


@dataclass(frozen=True, slots=True)
class NextStep:
    """What to do now; the first one that holds is said."""

    text: Bilingual
    when: Rule | None
    line: int


@dataclass(frozen=True, slots=True)
class Conflict:
    """Where sources disagree, and which one was kept ("" when none could be)."""

    about: str
    sources: tuple[str, ...]
    kept: str


@dataclass(frozen=True, slots=True)
class Example:
    """A worked example. Expectations that are None are not checked."""

    name: str
    at: date
    given: Mapping[str, str]
    status: str | None
    routes: frozenset[str] | None
    maybe: frozenset[str] | None
    materials: frozenset[str] | None
    says: frozenset[str]
    silent: frozenset[str]
    values: Mapping[str, str]
    question: str | None
    services: frozenset[str] | None
    services_maybe: frozenset[str] | None
    line: int


@dataclass(frozen=True, slots=True)
class Pack:
    """What the desk knows about one service.

    ``derived`` and ``path`` stand in the order in which they can be computed and done. ``document`` is the canonical
    JSON the pack was compiled from; ``digest`` is its SHA-256.
    """

    file: str
    service: str
    version: str
    transition: Transition
    since: date
    title: Bilingual
    documents: tuple[str, ...]
    path: tuple[ServiceStep, ...]
    phrasings: tuple[str, ...]
    phrasings_en: tuple[str, ...]
    sources: Mapping[str, Source]
    inputs: Mapping[str, Input]
    derived: Mapping[str, Derived]
    values: Mapping[str, Value]
    entries: Mapping[str, Entry]
    entry_do: str
    entry_ask: str
    routes: Mapping[str, RouteWay]
    materials: Mapping[str, Material]
    answer: tuple[StatementRow, ...]
    next_step: tuple[NextStep, ...]
    conflicts: tuple[Conflict, ...]
    notes: tuple[str, ...]
    tests: tuple[Example, ...]
    document: str
    digest: str
    lines: Mapping[str, int] = field(default_factory=dict, compare=False, repr=False)
    """Where phrasings, derived facts and entries stand in the file, by path; empty for a pack read from a document."""

    @property
    def services(self) -> tuple[str, ...]:
        """The services it leads to, in the order of doing."""
        return tuple(step.service for step in self.path)

    @property
    def entry_id(self) -> str:
        """The name by which citations and ledgers call this edition of the pack: ``passport/renew@2026.11.22``."""
        return f"{self.service}@{self.version}"
