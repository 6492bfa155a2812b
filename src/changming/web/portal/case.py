"""The case page: the public promise, who has it, what happens next, the conversation, live."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect, ServerSentEvent

from changming.desk.cases import Case, receive_from_person, reopen
from changming.desk.conversations import Author, Content, Message
from changming.desk.quality import find_rating
from changming.kernel.decisions import Refusal
from changming.kernel.ids import StaffId
from changming.kernel.masking import mask
from changming.kernel.messages import Lang, text
from changming.kernel.personal import Personal
from changming.trust.identity import Session, find_open_link, issue_link, link_token
from changming.trust.people import get_subject
from changming.trust.vault import opener, sealer
from changming.web.answer_view import service_title, without_marks
from changming.web.asking import LONGEST_QUESTION, decide_question
from changming.web.case_view import CaseFacts, coming_steps, headline_of, holder_of, load_facts, past_steps, ring_of
from changming.web.doorbell import live_answer
from changming.web.forms import LONG_FORM_BYTES
from changming.web.gate import form_of, visitor_of
from changming.web.house import House
from changming.web.language import page_language
from changming.web.once import Once
from changming.web.own import Thread, own_case, own_proof, read_own
from changming.web.pages import Pages
from changming.web.portal.conversation_view import words
from changming.web.views import Ring, Said, Step

_SEE: Final = 303
_OWN: Final = {"may": "visitor", "degree": "session"}
_GLIMPSE: Final = {Lang.ZH: 60, Lang.EN: 120}
"""Characters of an automatic answer that stand in the thread, by the language of the page."""
_SENTENCE_END: Final = re.compile(r"[。！？]|[.!?](?=\s)")
_WORD_END: Final = re.compile(r"[\s，、；：]+")
_SHORTEST: Final = 12
_NEWEST: Final = 4
"""Entries of the history that are shown at once; earlier ones are folded away."""


@dataclass(frozen=True, slots=True)
class CaseView:
    """What the case page shows."""

    reference: str
    title: str
    level: str
    ring: Ring
    headline: str
    holder: str
    past: Sequence[Step]
    steps: Sequence[Step]
    explained: Sequence[str]
    said: Sequence[Said]
    resolved: bool
    may_rate: bool
    rated: bool
    conversation: str


def case_view(facts: CaseFacts, messages: Sequence[Message], *, rated: bool, now: datetime, lang: Lang) -> CaseView:
    """The page's view of a case."""
    case, promise = facts.case, facts.promise(now=now, lang=lang)
    past = past_steps(facts, lang)
    return CaseView(
        reference=case.reference,
        title=service_title(case.service, lang),
        level=text(f"level.{case.level}", lang),
        ring=ring_of(promise, now=now, lang=lang),
        headline=headline_of(promise, now=now, lang=lang),
        holder=holder_of(facts, lang),
        past=past[:-_NEWEST],
        steps=[*past[-_NEWEST:], *coming_steps(facts, promise, now=now, lang=lang)],
        explained=promise.why,
        said=[_said(message, facts, lang) for message in messages],
        resolved=case.resolved,
        may_rate=case.resolved and not rated,
        rated=rated,
        conversation=str(case.conversation_id),
    )


def _said(message: Message, facts: CaseFacts, lang: Lang) -> Said:
    body = words(message.body)
    if message.author is Author.VISITOR:
        return Said("mine", text("case.by.you", lang), message.at, body)
    if message.author is Author.STAFF:
        name = facts.names.get(StaffId(message.author_id), "") if message.author_id else ""
        return Said("theirs", text("case.by.staff", lang, name=name), message.at, body)
    return Said("auto", text("case.by.desk", lang), message.at, glimpse(without_marks(body), _GLIMPSE[lang]))


def glimpse(body: str, longest: int) -> str:
    """The beginning of an answer's first line, ``longest`` characters at most, cut where a sentence or a word ends."""
    line = body.split("\n", 1)[0].strip()
    if len(line) <= longest:
        return line
    for end in (_SENTENCE_END, _WORD_END):
        cuts = [found.end() if end is _SENTENCE_END else found.start() for found in end.finditer(line[: longest + 1])]
        if cuts and _SHORTEST <= cuts[-1] <= longest:
            return f"{line[: cuts[-1]]} …"
    return f"{line[:longest]}…"


async def _show(house: House, pages: Pages, request: Request[Any, Any, Any], reference: str) -> Response[str]:
    session, now, lang = visitor_of(request).session, house.clock(), page_language(request)
    async with house.database.read() as tx:
        thread = await own_case(tx, session, reference)
        case = thread.the_case
        facts = await load_facts(tx, case)
        rated = await find_rating(tx, case.id) is not None
        link = await find_open_link(tx, case.id, now=now)
    messages = await read_own(house, session, thread, now=now)
    secret = ""
    if link is not None:
        proof = await own_proof(house, session, thread, now=now)
        async with house.database.read() as tx:
            token = link_token(await opener(tx, house.keyring, proof, now=now), link)
        secret = "" if token is None else f"{public_url(house, request)}/r/{token.reveal()}"
    return pages.show(
        request,
        "portal/case.html",
        view=case_view(facts, messages, rated=rated, now=now, lang=lang),
        secret_link=secret,
        secret_until=now if link is None else link.expires_at,
        longest=LONGEST_QUESTION,
    )


def public_url(house: House, request: Request[Any, Any, Any]) -> str:
    """How people reach the desk, for links that leave it."""
    if house.settings.public_url:
        return house.settings.public_url.rstrip("/")
    return str(request.base_url).rstrip("/")


async def _write(house: House, request: Request[Any, Any, Any], session: Session, thread: Thread, written: str) -> None:
    now = house.clock()
    once = Once.of_form(house, request, form_of(request))
    content = Content(Personal(written), Personal(mask(written).text))
    async with house.database.act() as tx:
        if await once.before(tx, now=now) is not None:
            return
        subject = await get_subject(tx, thread.conversation.subject_id)
        seal = await sealer(tx, house.keyring, subject.id)
        said = await receive_from_person(
            tx, thread.conversation.id, content, subject=subject, sealer=seal, actor=session.actor, now=now
        )
        if isinstance(said, Refusal):
            raise said.as_error()
        await once.after(tx, str(said.id), subject_id=subject.id)


async def _new_link(house: House, request: Request[Any, Any, Any], session: Session, case: Case) -> None:
    now = house.clock()
    once = Once.of_form(house, request, form_of(request))
    async with house.database.act() as tx:
        if await once.before(tx, now=now) is not None:
            return
        subject = await get_subject(tx, case.subject_id)
        seal = await sealer(tx, house.keyring, subject.id)
        link, _ = await issue_link(
            tx,
            house.keyring,
            seal,
            subject=subject,
            case_id=case.id,
            reference=case.reference,
            actor=session.actor,
            now=now,
        )
        await once.after(tx, str(link.id), subject_id=subject.id)


async def _reopen(house: House, request: Request[Any, Any, Any], session: Session, case: Case) -> None:
    now = house.clock()
    once = Once.of_form(house, request, form_of(request))
    async with house.database.act() as tx:
        if await once.before(tx, now=now) is None:
            reopened = await reopen(tx, case.id, actor=session.actor, now=now)
            if isinstance(reopened, Refusal):
                raise reopened.as_error()
            await once.after(tx, case.reference, subject_id=case.subject_id)


def handlers(house: House, pages: Pages) -> list[HTTPRouteHandler]:
    """``/case/{reference}`` but for its rating."""

    @get("/case/{reference:str}", opt=_OWN)
    async def show(request: Request[Any, Any, Any], reference: FromPath[str]) -> Response[str]:
        return await _show(house, pages, request, reference)

    @get("/case/{reference:str}/live", opt={**_OWN, "limit": "post"})
    async def live(request: Request[Any, Any, Any], reference: FromPath[str]) -> ServerSentEvent:
        async with house.database.read() as tx:
            thread = await own_case(tx, visitor_of(request).session, reference)
        topics = (f"case/{thread.the_case.id}", f"conversation/{thread.conversation.id}")
        return live_answer(house, request, topics)

    @post(
        "/case/{reference:str}/messages",
        opt={**_OWN, "limit": "post"},
        request_max_body_size=LONG_FORM_BYTES,
        status_code=_SEE,
    )
    async def write(request: Request[Any, Any, Any], reference: FromPath[str]) -> Redirect:
        session, written = visitor_of(request).session, form_of(request).get("text")
        if refusal := decide_question(written):
            raise refusal.as_error()
        async with house.database.read() as tx:
            thread = await own_case(tx, session, reference)
        await _write(house, request, session, thread, written)
        return Redirect(f"/case/{thread.the_case.reference}", status_code=_SEE)

    @post("/case/{reference:str}/link", opt={**_OWN, "limit": "post"}, status_code=_SEE)
    async def new_link(request: Request[Any, Any, Any], reference: FromPath[str]) -> Redirect:
        session = visitor_of(request).session
        async with house.database.read() as tx:
            thread = await own_case(tx, session, reference)
        await _new_link(house, request, session, thread.the_case)
        return Redirect(f"/case/{thread.the_case.reference}#h-save", status_code=_SEE)

    @post("/case/{reference:str}/reopen", opt={**_OWN, "limit": "post"}, status_code=_SEE)
    async def take_up_again(request: Request[Any, Any, Any], reference: FromPath[str]) -> Redirect:
        session = visitor_of(request).session
        async with house.database.read() as tx:
            thread = await own_case(tx, session, reference)
        await _reopen(house, request, session, thread.the_case)
        return Redirect(f"/case/{thread.the_case.reference}", status_code=_SEE)

    return [show, live, write, new_link, take_up_again]
