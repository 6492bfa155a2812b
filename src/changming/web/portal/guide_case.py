"""From a guide to a case: the person sees word for word what is handed over, and agrees to it."""

from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect

from changming.desk.visits import record_hand_over
from changming.guidance.answers import SERVICE
from changming.guidance.guides import outcome_of
from changming.guidance.knowledge import Standing
from changming.kernel.errors import ChangmingError
from changming.kernel.messages import Lang, text
from changming.web.asking import Answered, ask
from changming.web.asking import Known as Asked
from changming.web.gate import form_of
from changming.web.house import House
from changming.web.language import page_language
from changming.web.once import Once
from changming.web.own import Thread
from changming.web.pages import Pages
from changming.web.portal.ask import known_session, visitor_cookie
from changming.web.portal.guide import Guide, find_guide
from changming.web.portal.guide_list import OPEN, show_list
from changming.web.portal.guide_view import Known
from changming.web.portal.guide_words import LIFE, answer_lines, service_of
from changming.web.talking import begin, to_a_person
from changming.web.visiting import Own

_SEE: Final = 303
LONGEST_NOTE: Final = 1000


def words_of(known: Known, note: str = "") -> str:
    """What a case begins with: the matter, the answers that count, what is ready, and the person's own words."""
    lang, pack, progress = known.lang, known.pack, known.progress
    walked = known.walked()
    stops = known.stops(walked)
    lines = [text("guide.case.title", lang, title=pack.title.say(lang))]
    if progress.need_by is not None:
        lines.append(text("guide.case.need", lang, day=_plain_day(known, lang)))
    lines += [f"{one.question} {one.answer}" for one in answer_lines(walked.answered, lang)]
    items = known.materials(walked, stops, outcome_of(pack, walked, on=known.on, lang=lang))
    ready = [one.wordings[0].text for one in items if one.key in progress.ticks]
    if ready:
        lines.append(text("guide.case.ready", lang, items=text("guide.and", lang).join(ready)))
    done = [stop.title for stop in stops if stop.service in progress.done]
    needed = [stop.title for stop in stops if stop.standing is Standing.FITS and stop.title not in done]
    for key, titles in (("guide.case.done", done), ("guide.case.todo", needed)):
        if titles:
            lines.append(text(key, lang, services=text("guide.and", lang).join(titles)))
    return "\n".join([*lines, note.strip()]).strip()


def _plain_day(known: Known, lang: Lang) -> str:
    day = known.progress.need_by
    return "" if day is None else text("guide.case.day", lang, year=day.year, month=day.month, day=day.day)


def _show(guide: Guide, own: Own, *, wrong: str = "", note: str = "", status: int = 200) -> Response[Any]:
    known = guide.known(own.body.guides)
    return guide.pages.show(
        guide.request,
        "portal/guide_case.html",
        status=status,
        title=guide.pack.title.say(known.lang),
        base=guide.base,
        lines=words_of(known).split("\n"),
        wrong=wrong,
        note=note,
        longest=LONGEST_NOTE,
    )


def _answered(guide: Guide, known: Known, note: str) -> Answered:
    """The desk's automatic answer to what is handed over, and what it understood of it."""
    words, given = words_of(known, note), {SERVICE: guide.pack.service}
    try:
        asked = Asked(given={**known.walked().given, **given})
        return ask(guide.house, words, asked, lang=known.lang, now=guide.now)
    except ChangmingError as error:
        if error.code != "answer_not_valid":
            raise
    # The person's own words were understood as another service, whose questions have other answers.
    return ask(guide.house, words, Asked(given=given), lang=known.lang, now=guide.now)


async def _hand_over(guide: Guide) -> Response[Any]:
    form, lang, own = form_of(guide.request), page_language(guide.request), await guide.own()
    note = form.get("note")[:LONGEST_NOTE]
    if form.get("sure") != "yes":
        return _show(guide, own, wrong=text("guide.case.unsure", lang), note=note, status=422)
    known = guide.known(own.body.guides)
    answered = _answered(guide, known, note)
    once = Once.of_form(guide.house, guide.request, form)
    async with guide.house.database.act() as tx:
        done = await once.before(tx, now=guide.now)
        if done is None:
            session, conversation = await begin(
                guide.house, tx, answered, session=own.session, lang=lang, now=guide.now
            )
            thread, triage = Thread(conversation, None), {**answered.json["triage"], "service": guide.pack.service}
            reference = await to_a_person(guide.house, tx, thread, triage, session=session, now=guide.now)
            if own.visit is not None:
                await record_hand_over(tx, own.visit, actor=session.actor, now=guide.now)
            await once.after(tx, f"{reference} {session.id}", subject_id=conversation.subject_id)
        else:
            reference, _, session_id = done.object_id.partition(" ")
            session = known_session(session_id, now=guide.now)
    return Redirect(f"/case/{reference}", status_code=_SEE, cookies=[visitor_cookie(guide.house, session)])


def handlers(house: House, pages: Pages) -> list[HTTPRouteHandler]:
    """``…/case`` of guides and life events."""

    async def page(request: Request[Any, Any, Any], service: str) -> Response[Any]:
        guide = find_guide(house, pages, request, service)
        if guide is None:
            return await show_list(house, pages, request, unknown=service[:60])
        return _show(guide, await guide.own())

    async def hand_over(request: Request[Any, Any, Any], service: str) -> Response[Any]:
        guide = find_guide(house, pages, request, service)
        if guide is None:
            return await show_list(house, pages, request, unknown=service[:60])
        return await _hand_over(guide)

    act = {**OPEN, "limit": "ask"}

    @get("/guide/{document:str}/{action:str}/case", opt=OPEN)
    async def ask_guide(
        request: Request[Any, Any, Any], document: FromPath[str], action: FromPath[str]
    ) -> Response[Any]:
        return await page(request, service_of(document, action))

    @post("/guide/{document:str}/{action:str}/case", opt=act, status_code=_SEE)
    async def do_guide(
        request: Request[Any, Any, Any], document: FromPath[str], action: FromPath[str]
    ) -> Response[Any]:
        return await hand_over(request, service_of(document, action))

    @get("/life/{event:str}/case", opt=OPEN)
    async def ask_event(request: Request[Any, Any, Any], event: FromPath[str]) -> Response[Any]:
        return await page(request, LIFE + event)

    @post("/life/{event:str}/case", opt=act, status_code=_SEE)
    async def do_event(request: Request[Any, Any, Any], event: FromPath[str]) -> Response[Any]:
        return await hand_over(request, LIFE + event)

    return [ask_guide, do_guide, ask_event, do_event]
