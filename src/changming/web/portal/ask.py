"""Asking: one big box, an answer with its sources, one open question at a time, and a way to a person."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.datastructures import Cookie
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect, ServerSentEvent

from changming.desk.conversations import Message
from changming.editorial import TOPIC, topic_of
from changming.guidance.answers import language_of
from changming.guidance.knowledge import DONT_KNOW
from changming.kernel.errors import ChangmingError
from changming.kernel.ids import SessionId
from changming.kernel.instants import local_date
from changming.kernel.messages import Lang, text
from changming.trust.identity import VISITOR_SESSION, Session, cookie_value
from changming.web.asking import LONGEST_QUESTION, Known, ask, decide_question, note_consultation, read_json
from changming.web.cookies import VISITOR, cookie
from changming.web.doorbell import live_answer
from changming.web.forms import LONG_FORM_BYTES
from changming.web.gate import form_of, known_visitor, visitor_of
from changming.web.house import House
from changming.web.language import kept_language, page_language
from changming.web.once import Once
from changming.web.own import own_thread, read_own
from changming.web.pages import Pages
from changming.web.portal.conversation_view import basis_of, conversation_view, newest_answer, newest_triage
from changming.web.portal.plain import show_home
from changming.web.talking import begin, go_on, to_a_person
from changming.web.voice import in_another_voice

_LONGEST_TAP: Final = 200
_SEE: Final = 303
_OWN: Final = {"may": "visitor", "degree": "session"}


def visitor_cookie(house: House, session: Session) -> Cookie:
    """What the browser keeps to be known again."""
    return cookie(house, VISITOR, cookie_value(house.keyring, session), lifetime=VISITOR_SESSION)


def known_session(session_id: str, *, now: datetime) -> Session:
    """The session that the same submission made before, so that its cookie can be given once more."""
    return Session(SessionId(UUID(session_id)), now, now + VISITOR_SESSION)


async def _first(house: House, pages: Pages, request: Request[Any, Any, Any]) -> Response[Any]:
    form, visitor, now = form_of(request), known_visitor(request), house.clock()
    written = form.get("text")
    lang = _language_of(request, written)
    if refusal := decide_question(written):
        return show_home(house, pages, request, question=written, error=refusal.as_error())
    answered = await in_another_voice(house, ask(house, written, Known(), lang=lang, now=now), lang)
    once = Once.of_form(house, request, form)
    async with house.database.act() as tx:
        done = await once.before(tx, now=now)
        if done is None:
            known = None if visitor is None else visitor.session
            session, conversation = await begin(house, tx, answered, session=known, lang=lang, now=now)
            place = str(conversation.id)
            await once.after(tx, f"{place} {session.id}", subject_id=conversation.subject_id)
        else:
            place, _, session_id = done.object_id.partition(" ")
            session = known_session(session_id, now=now)
    if done is None:
        note_consultation(house, answered)
    spoken = "" if lang is page_language(request) else f"?lang={lang}"
    return Redirect(f"/c/{place}{spoken}", status_code=_SEE, cookies=[visitor_cookie(house, session)])


def _language_of(request: Request[Any, Any, Any], written: str) -> Lang:
    """What the visitor chose; where nothing was chosen, the language of the question, so that page and answer agree."""
    return kept_language(request) or language_of(written, page_language(request))


async def _further(
    house: House,
    request: Request[Any, Any, Any],
    place: str,
    *,
    written: str = "",
    tapped: Mapping[str, str] | None = None,
    again: bool = False,
) -> Redirect:
    session, now, lang = visitor_of(request).session, house.clock(), page_language(request)
    async with house.database.read() as tx:
        thread = await own_thread(tx, session, place)
    messages = await read_own(house, session, thread, now=now)
    if tapped:
        written = _word_of(tapped, messages, lang)
    if again:
        written = text("conversation.again.said", lang)
    found = ask(house, written, Known.of(messages), tapped=tapped, again=again, lang=lang, now=now)
    answered = await in_another_voice(house, found, lang)
    once, first = Once.of_form(house, request, form_of(request)), False
    async with house.database.act() as tx:
        if await once.before(tx, now=now) is None:
            await go_on(house, tx, thread, answered, session=session, now=now)
            await once.after(tx, place, subject_id=thread.conversation.subject_id)
            first = True
    if first:
        note_consultation(house, answered)
    return Redirect(f"/c/{thread.conversation.id}", status_code=_SEE)


async def _to_a_person(house: House, request: Request[Any, Any, Any], place: str) -> str:
    session, now = visitor_of(request).session, house.clock()
    async with house.database.read() as tx:
        thread = await own_thread(tx, session, place)
    triage = newest_triage(await read_own(house, session, thread, now=now))
    once = Once.of_form(house, request, form_of(request))
    async with house.database.act() as tx:
        if done := await once.before(tx, now=now):
            return done.object_id
        reference = await to_a_person(house, tx, thread, triage, session=session, now=now)
        await once.after(tx, reference, subject_id=thread.conversation.subject_id)
    return reference


async def _show(house: House, pages: Pages, request: Request[Any, Any, Any], place: str) -> Response[str]:
    session = visitor_of(request).session
    async with house.database.read() as tx:
        thread = await own_thread(tx, session, place)
    messages = await read_own(house, session, thread, now=house.clock())
    edition, today = house.edition(), local_date(house.clock())
    view = conversation_view(thread, messages, page_language(request), edition=edition, today=today)
    return pages.show(request, "portal/conversation.html", view=view, longest=LONGEST_QUESTION)


def _word_of(tapped: Mapping[str, str], messages: list[Message], lang: Lang) -> str:
    """What the tapped option said, so that the conversation reads like one."""
    answer = read_json(messages[newest_answer(messages)].answer)
    question = answer.get("question") or {}
    words = {DONT_KNOW: text("conversation.dont_know", lang)}
    words |= dict(zip(question.get("values") or (), question.get("options") or (), strict=False))
    words |= {one["service"]: one.get("title") or one["service"] for one in answer.get("candidates") or ()}
    return "、".join(words.get(value, value) for value in tapped.values())


def handlers(house: House, pages: Pages) -> list[HTTPRouteHandler]:
    """``/ask`` and ``/c/…`` but for erasure."""

    @post(
        "/ask",
        opt={"may": "guest", "degree": "none", "limit": "ask"},
        request_max_body_size=LONG_FORM_BYTES,
        status_code=_SEE,
    )
    async def ask_first(request: Request[Any, Any, Any]) -> Response[Any]:
        return await _first(house, pages, request)

    @get("/c/{place:str}", opt=_OWN)
    async def show(request: Request[Any, Any, Any], place: FromPath[str]) -> Response[str]:
        return await _show(house, pages, request, place)

    @post(
        "/c/{place:str}/ask",
        opt={**_OWN, "limit": "ask"},
        request_max_body_size=LONG_FORM_BYTES,
        status_code=_SEE,
    )
    async def ask_on(request: Request[Any, Any, Any], place: FromPath[str]) -> Redirect:
        written = form_of(request).get("text")
        if refusal := decide_question(written):
            raise refusal.as_error()
        return await _further(house, request, place, written=written)

    @post("/c/{place:str}/answer", opt={**_OWN, "limit": "ask"}, status_code=_SEE)
    async def tap(request: Request[Any, Any, Any], place: FromPath[str]) -> Redirect:
        form = form_of(request)
        name, value = form.get("input"), form.get("value") or form.get("free")
        if not name or not value or len(name) + len(value) > _LONGEST_TAP:
            raise ChangmingError("question_empty", status=422)
        return await _further(house, request, place, tapped={name: value})

    @post("/c/{place:str}/person", opt={**_OWN, "limit": "post"}, status_code=_SEE)
    async def talk_to_a_person(request: Request[Any, Any, Any], place: FromPath[str]) -> Redirect:
        reference = await _to_a_person(house, request, place)
        return Redirect(f"/case/{reference}", status_code=_SEE)

    return [ask_first, show, ask_on, tap, talk_to_a_person, *_of_what_is_in_force(house)]


def _of_what_is_in_force(house: House) -> list[HTTPRouteHandler]:
    """Hearing that an answer's entry changed, and asking again."""

    @get("/c/{place:str}/live", opt={**_OWN, "limit": "post"})
    async def live(request: Request[Any, Any, Any], place: FromPath[str]) -> ServerSentEvent:
        async with house.database.read() as tx:
            thread = await own_thread(tx, visitor_of(request).session, place)
        messages = await read_own(house, visitor_of(request).session, thread, now=house.clock())
        basis = basis_of(messages)
        return live_answer(house, request, [topic_of(basis["service"]) if basis else TOPIC])

    @post("/c/{place:str}/again", opt={**_OWN, "limit": "ask"}, status_code=_SEE)
    async def ask_again(request: Request[Any, Any, Any], place: FromPath[str]) -> Redirect:
        return await _further(house, request, place, again=True)

    return [live, ask_again]
