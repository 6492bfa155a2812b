"""What goes in and what comes out: the shapes of the public contract (``ask --json``)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from changming.guidance.knowledge import ChecklistItem, Citation, EntryPoint, Question, RouteView, Statement
from changming.guidance.triage import Triage
from changming.kernel.catalogue import AnswerStatus, RefusalKind
from changming.kernel.messages import Lang

SERVICE: str = "service"
"""The name under which a tapped candidate comes back among the answers."""


@dataclass(frozen=True, slots=True)
class Query:
    """A question with everything that is known beside it.

    Attributes:
        text: what the person wrote, unmasked; nothing of it leaves this package but masked.
        at: the present instant, aware UTC.
        city: where it is to be done, if told apart from the text.
        need_by: when it is needed, if told apart from the text.
        answers: answers tapped so far, by the pack's input name; ``service`` names a chosen candidate.
        turns: earlier questions of the same conversation, the oldest first.
        lang: the language of the answer; an English question is answered in English.
    """

    text: str
    at: datetime
    city: str | None = None
    need_by: date | None = None
    answers: Mapping[str, str] = field(default_factory=dict)
    turns: tuple[str, ...] = ()
    lang: Lang = Lang.ZH


@dataclass(frozen=True, slots=True)
class Candidate:
    """A service that may be meant, to tap."""

    service: str
    title: str


@dataclass(frozen=True, slots=True)
class Basis:
    """The version of the entry that an answer was made from, the date that picked its rules, what was known.

    ``given`` may be about a person; it is no part of the contract's JSON. ``review_by`` is the first day on which a
    cited source wants to be looked at again.
    """

    service: str
    digest: str
    on: date
    given: Mapping[str, str]
    review_by: date


@dataclass(frozen=True, slots=True)
class Handover:
    """What a person takes over, so that nothing has to be said twice; the slots stand in the result's triage.

    Attributes:
        reason: why: ``no-entry``, ``not-certain`` (an entry that can say nothing for sure), ``unknown-document``,
            ``unclear``, ``declined`` (what was offered is not meant), ``care``.
        asked: what was written so far, masked, the oldest first, this message last.
        offered: the candidates that were shown and did not help.
    """

    reason: str
    asked: tuple[str, ...]
    offered: tuple[Candidate, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The ``handover`` object of an answer."""
        return {
            "reason": self.reason,
            "asked": [encodable(one) for one in self.asked],
            "offered": [{"service": one.service, "title": one.title} for one in self.offered],
        }


@dataclass(frozen=True, slots=True)
class Answer:
    """What the desk says.

    ``confidence`` is from 0 to 1: how sure the desk is that this is what was asked.
    """

    status: AnswerStatus
    text: str
    refusal: RefusalKind | None = None
    statements: tuple[Statement, ...] = ()
    citations: tuple[Citation, ...] = ()
    checklist: tuple[ChecklistItem, ...] = ()
    question: Question | None = None
    candidates: tuple[Candidate, ...] = ()
    next_step: str | None = None
    entry: EntryPoint | None = None
    confidence: float = 0.0
    routes: tuple[RouteView, ...] = ()
    handover: Handover | None = None
    basis: Basis | None = None

    def to_json(self) -> dict[str, Any]:
        """The ``answer`` object of the contract."""
        return {
            "status": self.status.value,
            "text": self.text,
            "refusal": self.refusal.value if self.refusal else None,
            "citations": [_citation(one) for one in self.citations],
            "checklist": [_item(one) for one in self.checklist],
            "question": _question(self.question) if self.question else None,
            "candidates": [{"service": one.service, "title": one.title} for one in self.candidates],
            "confidence": round(self.confidence, 2),
            "next_step": self.next_step,
            "entry": _entry(self.entry) if self.entry else None,
            "handover": self.handover.to_json() if self.handover else None,
        }


@dataclass(frozen=True, slots=True)
class Result:
    """The whole outcome of one question."""

    masked: str
    triage: Triage
    answer: Answer

    def to_json(self, *, ms: float | None = None) -> dict[str, Any]:
        """The document of ``ask --json``; ``ms`` is measured by the caller, since rules read no clock."""
        return {
            "masked": encodable(self.masked),
            "triage": self.triage.to_json(),
            "answer": self.answer.to_json(),
            "plan": None,
            "ms": ms,
        }


def encodable(text: str) -> str:
    """The text with broken surrogates replaced, so that it can be written as UTF-8 (RFC 3629 section 3)."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _day(value: date | None) -> str | None:
    return None if value is None else value.isoformat()


def _citation(one: Citation) -> dict[str, Any]:
    return {
        "number": one.number,
        "entry": one.entry,
        "title": one.title,
        "source": one.source,
        "url": one.url or None,
        "status": one.status.value,
        "from": _day(one.valid_from),
        "to": _day(one.valid_to),
    }


def _item(one: ChecklistItem) -> dict[str, Any]:
    return {"material": one.material, "text": one.text, "form": one.form.value, "required": one.required}


def _question(one: Question) -> dict[str, Any]:
    return {
        "input": one.input,
        "text": one.text,
        "options": list(one.options),
        "values": list(one.values),
        "kind": one.kind.value,
        "why": one.why,
    }


def _entry(one: EntryPoint) -> dict[str, Any]:
    return {
        "name": one.name,
        "kind": one.kind.value,
        "url": one.url or None,
        "phone": one.phone or None,
        "certain": one.certain,
    }
