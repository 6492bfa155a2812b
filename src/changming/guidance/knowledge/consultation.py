"""What a consultation hands out: plain values in one language, ready for a page, a message or JSON."""

from dataclasses import dataclass
from datetime import date

from changming.guidance.knowledge.kinds import EntryKind, Form, InputKind
from changming.guidance.knowledge.pathway import PathView
from changming.kernel.catalogue import AnswerStatus, SourceStatus
from changming.kernel.catalogue import Route as Channel


@dataclass(frozen=True, slots=True)
class Citation:
    """A source as a reader sees it. ``number`` counts from 1 in the order of first use.

    ``review_by`` is the day until which somebody at the desk has promised to look at it again.

    ``entry`` names the pack edition, ``source`` what to look up; ``status`` tells whether it is certain. The period
    is the source's own; None is open or not known.
    """

    number: int
    entry: str
    title: str
    source: str
    url: str
    status: SourceStatus
    valid_from: date | None
    valid_to: date | None
    review_by: date


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of the answer with the numbers of its citations.

    ``certain`` False: it rests on a source that needs confirming with the office, and every rendering says so.
    ``decided`` False: it speaks of both branches because something is not known yet.
    """

    id: str
    text: str
    citation_numbers: tuple[int, ...]
    certain: bool
    decided: bool


@dataclass(frozen=True, slots=True)
class ChecklistItem:
    """Something to bring. ``required`` holds for this case; an item that is still open is not required yet."""

    material: str
    text: str
    form: Form
    required: bool
    spec: str | None
    citation_numbers: tuple[int, ...]
    certain: bool


@dataclass(frozen=True, slots=True)
class Question:
    """The one input whose answer changes the outcome.

    ``options`` are words to show; ``values`` the answers to send for them, in the same order (both empty for numbers,
    dates and places). "Don't know" (``unknown``) is always legal.
    """

    input: str
    text: str
    why: str
    kind: InputKind
    options: tuple[str, ...]
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EntryPoint:
    """An official place: where it is done or where one asks."""

    name: str
    kind: EntryKind
    url: str
    phone: str
    citation_number: int
    certain: bool

    @property
    def contact(self) -> str:
        """The name with its number or address."""
        return " ".join(part for part in (self.name, self.phone or self.url) if part)


@dataclass(frozen=True, slots=True)
class RouteView:
    """A way to do it. ``fits`` False: it may still fit."""

    id: str
    title: str
    channel: Channel
    fits: bool


@dataclass(frozen=True, slots=True)
class Consultation:
    """The desk's answer from one pack.

    ``text`` is the statements in order, one a line, with the quiet tag on those that need confirming; ``statements``
    is the same as data. With status ``answered`` a question may still be open; ``ask`` means that nothing could be
    said before its answer; ``handover`` that a person takes over (what was certain is still in ``statements``).
    ``path`` is what a life event leads to, in the order of doing.
    """

    status: AnswerStatus
    text: str
    statements: tuple[Statement, ...]
    citations: tuple[Citation, ...]
    checklist: tuple[ChecklistItem, ...]
    question: Question | None
    routes: tuple[RouteView, ...]
    next_step: str
    entry: EntryPoint
    path: tuple[PathView, ...] = ()
