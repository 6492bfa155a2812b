"""A case as staff see it: masked words, what the desk understood, a suggested answer with its sources."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from changming.desk.cases import Case, CaseEvent, CaseState
from changming.desk.conversations import Author, Message
from changming.kernel.catalogue import Level
from changming.kernel.ids import StaffId
from changming.kernel.masking import mask
from changming.kernel.messages import Audience, Lang, text
from changming.kernel.personal import Personal
from changming.trust.identity import Role, Staff
from changming.web.answer_view import CitationView, answer_view, chips, service_title, without_marks
from changming.web.asking import Json, Known, ask, read_json
from changming.web.case_view import CaseFacts, coming_steps, holder_of, past_steps, ring_of
from changming.web.console.reveal import Reveal
from changming.web.house import House
from changming.web.views import Chip, Piece, Ring, Said, Step

_HIDDEN: Final = re.compile(r"[^\s，。；：！？、,;!?()（）]*\*{2,}[^\s，。；：！？、,;!?()（）]*")
_HOT: Final = frozenset({Level.CRITICAL, Level.URGENT})


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What the desk would answer, for a person to check, and what it rests on."""

    text: str = ""
    citations: Sequence[CitationView] = ()


@dataclass(frozen=True, slots=True)
class StaffCaseView:
    """What the console shows of a case.

    ``newest`` is the number of the person's newest message on the page; ``over_from`` the colleague from whom it may be
    taken over, empty where it may not.
    """

    reference: str
    title: str
    level: str
    level_tone: str
    state: str
    holder: str
    said: Sequence[Said]
    suggestion: Suggestion
    chips: Sequence[Chip]
    because: Sequence[str]
    evidence: Sequence[str]
    ring: Ring
    steps: Sequence[Step]
    past: Sequence[Step]
    explained: Sequence[str]
    resolved: bool
    may_take: bool
    over_from: str
    mine: bool
    wrote_again: bool
    colleagues: Sequence[Staff]
    revealed: datetime | None
    newest: int


def said_to_staff(
    messages: Sequence[Message], notes: Sequence[Said], facts: CaseFacts, me: Staff, lang: Lang
) -> list[Said]:
    """The thread as staff read it: in full where it was revealed, else masked; colleagues' notes in their place."""
    found: list[Said] = []
    for message in messages:
        opened = message.body or message.masked
        words = "" if opened is None else opened.reveal()
        if message.author is Author.DESK:
            words = without_marks(words)
        pieces = [Piece(words)] if message.body is not None else list(_pieces(words))
        kind, by = _speaker(message, facts, me, lang)
        glimpse = words.split("\n", 1)[0] if kind == "auto" and "\n" in words else ""
        found.append(Said(kind, by, message.at, words, pieces, glimpse))
    return sorted([*found, *notes], key=lambda said: said.at)


def note_of(event: CaseEvent, words: Personal, facts: CaseFacts, lang: Lang, *, masked: bool) -> Said:
    """A colleague's note to colleagues, ``masked`` like the thread until it is revealed; the person never sees it."""
    name = facts.names.get(StaffId(event.actor.id), "") if event.actor.id else ""
    shown = mask(words.reveal()).text if masked else words.reveal()
    pieces = _pieces(shown) if masked else [Piece(shown)]
    return Said("note", text("console.by.note", lang, name=name), event.at, shown, pieces)


def suggest(house: House, messages: Sequence[Message], *, lang: Lang, now: datetime) -> Suggestion:
    """An answer to the person's newest words, unless somebody of the desk has spoken since.

    It is made anew from the edition in force; only masked text is read for it.
    """
    asked = [message for message in messages if message.author is Author.VISITOR]
    if not asked or any(m.author is Author.STAFF and m.sequence > asked[-1].sequence for m in messages):
        return Suggestion()
    known = Known.of(messages, masked=True)
    newest = read_json(asked[-1].understanding)
    if newest:
        answered = ask(house, "", known, again=True, lang=lang, now=now)
    else:
        words = asked[-1].masked.reveal() if asked[-1].masked else ""
        answered = ask(house, words, known, lang=lang, now=now)
    view = answer_view(answered.json["answer"], lang)
    return Suggestion(without_marks(answered.json["answer"]["text"]), view.citations)


def staff_case_view(
    house: House,
    facts: CaseFacts,
    messages: Sequence[Message],
    *,
    notes: Sequence[Said],
    me: Staff,
    colleagues: Sequence[Staff],
    reveal: Reveal | None,
    now: datetime,
    lang: Lang,
    theirs: Lang,
) -> StaffCaseView:
    """The console's view of a case, in the language of who serves; the suggested answer is in ``theirs``."""
    case, promise = facts.case, facts.promise(now=now, lang=lang)
    triage = _triage(messages)
    free = case.owner_id is None and not case.resolved
    return StaffCaseView(
        reference=case.reference,
        title=service_title(case.service, lang),
        level=text(f"level.{case.level}", lang),
        level_tone="risk" if case.level in _HOT else "",
        state=_state(facts, lang),
        holder=holder_of(facts, lang),
        said=said_to_staff(messages, notes, facts, me, lang),
        suggestion=Suggestion() if case.resolved else suggest(house, messages, lang=theirs, now=now),
        chips=chips(triage, lang),
        because=triage.get("because") or (),
        evidence=(triage.get("urgent") or {}).get("evidence") or (),
        ring=ring_of(promise, now=now, lang=lang),
        steps=coming_steps(facts, promise, now=now, lang=lang),
        past=past_steps(facts, lang),
        explained=promise.why,
        resolved=case.resolved,
        may_take=free,
        over_from=str(case.owner_id) if may_take_over(case, me, colleagues) else "",
        mine=case.owner_id == me.id,
        wrote_again=case.wrote_again_at is not None,
        colleagues=[c for c in colleagues if c.id != me.id and c.disabled_at is None and c.role.handles_cases],
        revealed=None if reveal is None else reveal.until,
        newest=max((m.sequence for m in messages if m.author is Author.VISITOR), default=0),
    )


def may_take_over(case: Case, me: Staff, everybody: Sequence[Staff]) -> bool:
    """Whether ``me`` may go on with a colleague's open case: supervisors may, and anybody whose colleague has left."""
    if case.resolved or case.owner_id in {None, me.id}:
        return False
    gone = all(one.disabled_at is not None for one in everybody if one.id == case.owner_id)
    return gone or me.role is Role.SUPERVISOR


def _triage(messages: Sequence[Message]) -> Json:
    understood = [read_json(message.understanding) for message in messages if message.understanding is not None]
    triage: Json = understood[-1].get("triage") or {} if understood else {}
    return triage


def _state(facts: CaseFacts, lang: Lang) -> str:
    state = facts.case.state
    if state is CaseState.WAITING_FOR_US and facts.case.owner_id is None:
        return text("console.state.free", lang, audience=Audience.STAFF)
    return text(f"console.state.{state}", lang, audience=Audience.STAFF)


def _speaker(message: Message, facts: CaseFacts, me: Staff, lang: Lang) -> tuple[str, str]:
    if message.author is Author.VISITOR:
        return "theirs", text("console.by.visitor", lang)
    if message.author is Author.DESK:
        return "auto", text("case.by.desk", lang)
    if message.author_id == me.id:
        return "mine", text("console.by.you", lang)
    names = {id_: name for id_, name in facts.names.items() if id_ == message.author_id}
    return "mine", next(iter(names.values()), "")


def _pieces(words: str) -> Sequence[Piece]:
    found, end = [], 0
    for hidden in _HIDDEN.finditer(words):
        found += [Piece(words[end : hidden.start()]), Piece(hidden[0], sealed=True)]
        end = hidden.end()
    return [piece for piece in (*found, Piece(words[end:])) if piece.text]
