"""The answer page: the newest answer, what it was an answer to, and what came before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from changming.desk.conversations import Author, Message
from changming.guidance.knowledge import Edition
from changming.kernel.catalogue import AnswerStatus
from changming.kernel.messages import Lang
from changming.kernel.personal import Personal
from changming.web.answer_view import AnswerView, answer_view, chips
from changming.web.asking import Json, read_json
from changming.web.own import Thread
from changming.web.portal.guide_words import path_of
from changming.web.views import Chip


@dataclass(frozen=True, slots=True)
class Earlier:
    """Something said before the answer on the page."""

    mine: bool
    text: str


@dataclass(frozen=True, slots=True)
class ConversationView:
    """What the answer page shows.

    ``notice`` is what became of the answer's entry since: ``changed``, ``gone``, ``late`` (a cited source waits to be
    looked at again), or empty. ``guide`` is the address at which the same service is asked through, or empty.
    """

    id: str
    asked: str
    asked_at: datetime
    chips: Sequence[Chip]
    masked: bool
    answer: AnswerView
    ticks: str
    case_reference: str | None
    earlier: Sequence[Earlier]
    notice: str
    guide: str


def conversation_view(
    thread: Thread, messages: Sequence[Message], lang: Lang, *, edition: Edition, today: date
) -> ConversationView:
    """The page's view of a thread that holds at least one question and its answer."""
    at = newest_answer(messages)
    asked = [message for message in messages[:at] if message.author is Author.VISITOR and message.understanding]
    question = next(m for m in reversed(asked) if not _repeats(read_json(m.understanding)))
    body = words(question.body)
    answer, triage = answer_view(read_json(messages[at].answer), lang), newest_triage(messages)
    if answer.status is AnswerStatus.CHOOSE:
        triage = {**triage, "service": None}  # which one it is, is what we ask
    return ConversationView(
        id=str(thread.conversation.id),
        asked=body,
        asked_at=question.at,
        chips=chips(triage, lang),
        masked=body != words(question.masked),
        answer=answer,
        ticks=f"{thread.conversation.id}/{messages[at].sequence}",
        case_reference=None if thread.case is None else thread.case.reference,
        earlier=[
            Earlier(message.author is Author.VISITOR, words(message.body))
            for message in messages[:at]
            if message.id != question.id
        ],
        notice=notice_of(basis_of(messages), edition, today),
        guide=_guide_of(triage.get("service") or "", answer.status, edition),
    )


def _guide_of(service: str, status: AnswerStatus, edition: Edition) -> str:
    """The guide of the service that was answered about; none after a refusal, and none without questions."""
    pack = edition.packs.get(service)
    asks = pack is not None and bool(pack.inputs) and status is not AnswerStatus.REFUSED
    return path_of(service) if asks else ""


def basis_of(messages: Sequence[Message]) -> Json:
    """The version of the entry that the newest answer was made from; empty where there was none."""
    basis: Json = read_json(messages[newest_answer(messages)].answer).get("basis") or {}
    return basis


def notice_of(basis: Json, edition: Edition, today: date) -> str:
    """What the reader of an answer has to know about its entry now."""
    if not basis:
        return ""
    pack = edition.packs.get(basis["service"])
    if pack is None:
        return "gone"
    if pack.digest != basis["digest"]:
        return "changed"
    return "late" if date.fromisoformat(basis["review_by"]) < today else ""


def _repeats(understood: Json) -> bool:
    """Whether a message was no question of its own: a tap, or the last question again."""
    return bool(understood.get("tapped") or understood.get("again"))


def newest_answer(messages: Sequence[Message]) -> int:
    """Where the newest automatic answer stands."""
    return max(at for at, message in enumerate(messages) if message.answer is not None)


def newest_triage(messages: Sequence[Message]) -> Json:
    """What was understood last."""
    understood = [read_json(message.understanding) for message in messages if message.understanding is not None]
    triage: Json = understood[-1].get("triage") or {} if understood else {}
    return triage


def words(opened: Personal | None) -> str:
    """An opened field as text; empty where it was not opened."""
    return "" if opened is None else opened.reveal()
