"""A case as its page shows it: the promise, who has it, what happened and what comes; the same for both faces."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from changming.desk.cases import (
    Case,
    CaseEvent,
    Promise,
    PromiseLine,
    find_events,
    history_lines,
    promise_of,
    work_names,
)
from changming.desk.clocks import Clock, ClockKind, Versions, find_clocks, get_versions
from changming.infra.postgres import Tx
from changming.kernel.ids import StaffId
from changming.kernel.instants import show_instant
from changming.kernel.messages import Lang, text
from changming.web.views import Ring, Step, kept_ring, paused_ring, running_ring

_NAMES: Final = {ClockKind.FIRST_CONTACT: "contact", ClockKind.RESOLUTION: "resolve", ClockKind.UPDATE: "update"}


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What a page knows of a case: the case, its promises, its history, and everybody's work names."""

    case: Case
    clocks: Sequence[Clock]
    versions: Versions
    events: Sequence[CaseEvent]
    names: Mapping[StaffId, str]

    @property
    def owner(self) -> str | None:
        """The work name of who has it."""
        return None if self.case.owner_id is None else self.names.get(self.case.owner_id)

    def promise(self, *, now: datetime, lang: Lang) -> Promise:
        """What is promised now."""
        return promise_of(self.case, self.clocks, self.versions, lang, now=now)


async def load_facts(tx: Tx, case: Case) -> CaseFacts:
    """Everything about a case but its words."""
    clocks = await find_clocks(tx, case.id)
    return CaseFacts(
        case=case,
        clocks=clocks,
        versions=await get_versions(tx, clocks),
        events=await find_events(tx, case.id),
        names=await work_names(tx),
    )


def ring_of(promise: Promise, *, now: datetime, lang: Lang) -> Ring:
    """The deadline that runs now, or what stands instead of one."""
    if promise.next is None:
        return kept_ring(lang)
    if promise.next.paused:
        return paused_ring(lang)
    return running_ring(promise.next.started_at, promise.next.due_at, now=now, lang=lang)


def headline_of(promise: Promise, *, now: datetime, lang: Lang) -> str:
    """The promise in one sentence."""
    line = promise.next
    if line is None:
        return text("case.resolved", lang)
    if line.paused:
        return text("case.waiting_you", lang)
    key = f"case.{_NAMES[line.kind]}_late" if now > line.due_at else f"case.{_NAMES[line.kind]}_by"
    return text(key, lang, moment=show_instant(line.due_at, lang))


def holder_of(facts: CaseFacts, lang: Lang) -> str:
    """Who has it."""
    if facts.owner is None:
        return text("case.holder.none", lang)
    return text("case.holder.done" if facts.case.resolved else "case.holder.someone", lang, name=facts.owner)


def past_steps(facts: CaseFacts, lang: Lang) -> list[Step]:
    """What has happened, the first thing first."""
    steps = []
    for event in facts.events:
        words, *moved = history_lines(event, facts.names, lang)
        steps.append(Step(words, " ".join([show_instant(event.at, lang), *moved]), "done"))
    return steps


def coming_steps(facts: CaseFacts, promise: Promise, *, now: datetime, lang: Lang) -> list[Step]:
    """What comes: somebody takes it, then each promise that is not given yet; the first of them is now."""
    steps = [] if facts.owner is not None or facts.case.resolved else [Step(text("case.step.taken", lang))]
    if not facts.case.resolved:
        steps += [_coming(line, now=now, lang=lang) for line in promise.lines if line.kept_at is None]
    return [
        Step(step.text, step.detail, "now") if at == 0 and not step.state else step for at, step in enumerate(steps)
    ]


def _coming(line: PromiseLine, *, now: datetime, lang: Lang) -> Step:
    words = text(f"case.step.{_NAMES[line.kind]}", lang, moment=show_instant(line.due_at, lang))
    if line.paused:
        return Step(words, text("case.step.paused", lang))
    if now > line.due_at:
        return Step(words, text("case.step.late", lang), "due")
    return Step(words, text("case.step.office", lang) if line.kind is ClockKind.RESOLUTION else "")
