"""A question is answered from the edition in force and kept with its answer, sealed, in one transaction."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

import msgspec

from changming.desk.cases import Circumstances, Matter
from changming.desk.conversations import Author, Content, Message
from changming.guidance.answers import Basis, Query, answer
from changming.kernel.catalogue import Level, UrgentReason
from changming.kernel.decisions import Refusal
from changming.kernel.masking import mask
from changming.kernel.messages import Lang
from changming.kernel.personal import Personal
from changming.web.house import House

LONGEST_QUESTION: Final = 5000
"""Characters of one question or message; enough for several pages of writing."""
MOST_TURNS: Final = 20
"""Questions of a conversation that an answer looks back on, the newest; it costs the same however long one goes on."""
ANY_SERVICE: Final = "choose-document"
"""The service of a case whose question named none."""
_WORD: Final = re.compile(r"\w", re.UNICODE)

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Known:
    """What a conversation has told so far: the questions in order, the answers tapped, the service chosen."""

    questions: tuple[str, ...] = ()
    given: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, messages: Sequence[Message], *, masked: bool = False) -> "Known":
        """From the person's messages, on request in their masked form; a tap is kept in what was understood of it."""
        questions: list[str] = []
        given: dict[str, str] = {}
        for message in messages:
            said = message.masked if masked else message.body
            if message.author is not Author.VISITOR or said is None:
                continue
            understood = read_json(message.understanding)
            if understood.get("tapped") or understood.get("again"):
                given |= understood["tapped"]
            elif understood:
                questions.append(said.reveal())
        return cls(tuple(questions), given)


@dataclass(frozen=True, slots=True)
class Answered:
    """The person's message and the desk's answer, ready to be sealed, with the answer's public JSON.

    ``statements`` are the answer's own words that rest on sources, a line each in its text. ``basis`` is
    the version of the entry that it was made from, None where there was none.
    """

    said: Content
    reply: Content
    json: Json
    statements: tuple[str, ...] = ()
    basis: Basis | None = None


def decide_question(written: str) -> Refusal | None:
    """Why a question is not taken, or None: empty, too long, or without a single letter."""
    if len(written) > LONGEST_QUESTION:
        return Refusal("question_too_long", 413, {"longest": LONGEST_QUESTION, "length": len(written)})
    visible = [c for c in written if unicodedata.category(c) not in {"Cc", "Cf", "Zs", "Zl", "Zp"}]
    if not visible:
        return Refusal("question_empty", 422)
    if not _WORD.search(written):
        return Refusal("question_without_words", 422)
    return None


def ask(
    house: House,
    written: str,
    known: Known,
    *,
    tapped: Mapping[str, str] | None = None,
    again: bool = False,
    lang: Lang,
    now: datetime,
) -> Answered:
    """The answer to ``written``; after a tap, or ``again``, to the last question with all that is known by now."""
    given = {**known.given, **(tapped or {})}
    questions = (known.questions if tapped or again else (*known.questions, written))[-MOST_TURNS:]
    query = Query(text=questions[-1], at=now, answers=given, turns=questions[:-1], lang=lang)
    found = answer(house.edition(), query)
    result = found.to_json()
    understanding = {"triage": result["triage"], "tapped": dict(tapped or {}), "again": again}
    said = Content(Personal(written), Personal(mask(written).text), understanding=_sealed_json(understanding))
    basis = found.answer.basis
    if basis is not None:
        review_by = basis.review_by.isoformat()
        result["answer"]["basis"] = {"service": basis.service, "digest": basis.digest, "review_by": review_by}
    words = tuple(one.text for one in found.answer.statements)
    return Answered(said, reply_of(result["answer"]), result, words, basis)


def note_consultation(house: House, answered: Answered) -> None:
    """Count what was consulted, for replay; after the act's commit, and never with a word or a person."""
    note_basis(house, answered.basis)


def note_basis(house: House, basis: Basis | None) -> None:
    """Count a consultation of the version in force; one of any other, or of none, is not counted."""
    pack = None if basis is None else house.edition().packs.get(basis.service)
    if basis is not None and pack is not None and pack.digest == basis.digest:
        house.consultations.note(pack, basis.given, day=basis.on)


def reply_of(answer: Json) -> Content:
    """The desk's message that carries an answer."""
    words = answer["text"]
    return Content(Personal(words), Personal(mask(words).text), answer=_sealed_json(answer))


def matter_of(triage: Json) -> Matter:
    """What a case is about, from what was understood."""
    urgent = triage.get("urgent") or {}
    reason, need_by = urgent.get("reason"), triage.get("need_by")
    return Matter(
        level=Level(triage.get("level") or Level.GENERAL),
        service=triage.get("service") or ANY_SERVICE,
        circumstances=Circumstances(
            UrgentReason(reason) if reason else None, date.fromisoformat(need_by) if need_by else None
        ),
    )


def read_json(sealed: Personal | None) -> Json:
    """The JSON of an opened field; empty where there is none."""
    if sealed is None:
        return {}
    found: Json = msgspec.json.decode(sealed.reveal())
    return found


def _sealed_json(value: object) -> Personal:
    return Personal(msgspec.json.encode(value).decode())
