"""What the public page says: what is promised next, until when, how much is left, and why this time. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from changming.desk.cases.model import Case
from changming.desk.clocks import Clock, ClockKind, Versions, explain_lines, nearest
from changming.kernel.messages import Lang


@dataclass(frozen=True, slots=True)
class PromiseLine:
    """One promise of the present round.

    Attributes:
        kind: what is promised.
        due_at: until when; while paused the latest it can become.
        kept_at: when it was kept; None while it runs.
        missed: the deadline passed before that.
        paused: it waits for the person.
        agreed: the date was agreed with the person.
    """

    kind: ClockKind
    started_at: datetime
    due_at: datetime
    kept_at: datetime | None
    missed: bool
    paused: bool
    agreed: bool


@dataclass(frozen=True, slots=True)
class Promise:
    """The public promise of a case.

    Attributes:
        next: the running promise with the nearest deadline; None once everything is given.
        remaining: time left until then, negative when it is late; None without one.
        lines: all promises of the present round, in the order in which they were due.
        why: the lines of "why this time" for ``next``, from the function that set the deadline.
    """

    next: PromiseLine | None
    remaining: timedelta | None
    lines: tuple[PromiseLine, ...]
    why: tuple[str, ...]


def promise_of(case: Case, clocks: Sequence[Clock], versions: Versions, lang: Lang, *, now: datetime) -> Promise:
    """What is promised in ``case`` at ``now``.

    Args:
        case: the case.
        clocks: all its clocks (``clocks.find_clocks``).
        versions: what they rest on (``clocks.get_versions``).
        lang: the language of the explanation.
        now: the present instant.
    """
    newest: dict[ClockKind, Clock] = {}
    for clock in clocks:
        if clock.kind not in newest or clock.round > newest[clock.kind].round:
            newest[clock.kind] = clock
    lines = sorted((_line(clock, now) for clock in newest.values()), key=lambda line: line.due_at)
    following = None if case.resolved else nearest(newest.values())
    return Promise(
        next=_line(following, now) if following else None,
        remaining=following.due_at - now if following else None,
        lines=tuple(lines),
        why=explain_lines(following, versions, lang) if following else (),
    )


def _line(clock: Clock, now: datetime) -> PromiseLine:
    late = clock.running and now >= clock.due_at + timedelta(seconds=1)
    return PromiseLine(
        kind=clock.kind,
        started_at=clock.started_at,
        due_at=clock.due_at,
        kept_at=clock.stopped_at,
        missed=clock.breached_at is not None or late,
        paused=clock.paused(now),
        agreed=clock.agreed,
    )
