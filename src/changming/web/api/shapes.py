"""What programs send and get. The fields are the public contract (CONTRACT, ``ask --json``)."""

from datetime import date
from typing import Any

import msgspec


class AskRequest(msgspec.Struct, forbid_unknown_fields=True):
    """A question.

    Attributes:
        text: what a person wrote; at most 5,000 characters. It is answered and not kept.
        city: where it is to be done, if known apart from the text.
        need_by: when it is needed, if known apart from the text (ISO 8601).
        answers: answers to earlier questions of the desk, by their ``input``; ``service`` names a chosen candidate.
        turns: earlier questions of the same conversation, the oldest first; at most 20.
    """

    text: str
    city: str | None = None
    need_by: date | None = None
    answers: dict[str, str] = {}
    turns: list[str] = []


class AskAnswer(msgspec.Struct):
    """The answer: ``triage`` and ``answer`` as the contract describes them; ``masked`` is the text as staff see it."""

    masked: str
    triage: dict[str, Any]
    answer: dict[str, Any]
    plan: dict[str, Any] | None
    ms: float | None


class PromiseShape(msgspec.Struct):
    """One promise: ``kind`` is ``first_contact``, ``resolution`` or ``update``; instants are ISO 8601 in UTC."""

    kind: str
    due_at: str
    kept_at: str | None
    missed: bool
    paused: bool


class CaseShape(msgspec.Struct):
    """Where a case of the caller's own session stands. What was said in it is on its page."""

    reference: str
    service: str
    level: str
    state: str
    holder: str | None
    created_at: str
    next_due_at: str | None
    promises: list[PromiseShape]
    why: list[str]
