"""Guides: one question a page, an answer by POST, what it leads to. A life event is a guide with services behind it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect

from changming.desk.visits import Change, Progress, answering, beginning_anew, end_share, needing, share_guide, ticking
from changming.guidance.guides import Misread, Walk, read_typed, usable, walk
from changming.guidance.knowledge import Input, Pack
from changming.guidance.triage import cities
from changming.kernel.errors import ChangmingError
from changming.kernel.instants import local_date, parse_date
from changming.web.forms import Form
from changming.web.gate import form_of
from changming.web.house import House
from changming.web.language import page_language
from changming.web.once import Once
from changming.web.pages import Pages
from changming.web.portal.ask import visitor_cookie
from changming.web.portal.case import public_url
from changming.web.portal.guide_list import OPEN, show_list
from changming.web.portal.guide_view import Known, keys_shown, question_page, result_page
from changming.web.portal.guide_words import LIFE, path_of, service_of
from changming.web.visiting import Own, change_own, held, read_visit

_SEE: Final = 303
_ACT: Final = {**OPEN, "limit": "post", "fields": 300}  # a life event may have many things to tick
Request_ = Request[Any, Any, Any]


@dataclass(frozen=True, slots=True)
class Guide:
    """A guide that was found, for one request."""

    house: House
    pages: Pages
    request: Request_
    pack: Pack
    now: datetime

    @property
    def base(self) -> str:
        """Its address."""
        return path_of(self.pack.service)

    @property
    def today(self) -> date:
        """The date where people live; it picks the rules."""
        return local_date(self.now)

    async def own(self) -> Own:
        """The browser's visit."""
        return await read_visit(self.house, self.request, now=self.now)

    def known(self, guides: Mapping[str, Progress]) -> Known:
        """What a result is made of."""
        return Known(self.house.edition(), self.pack, guides, self.today, page_language(self.request))

    async def change(self, own: Own, change: Change, *, to: str) -> Redirect:
        """Make a change of the visit, then go to an address."""
        session = await change_own(self.house, self.request, own, change, now=self.now)
        return Redirect(to, status_code=_SEE, cookies=[visitor_cookie(self.house, session)])


def find_guide(house: House, pages: Pages, request: Request_, service: str) -> Guide | None:
    """The guide of a service of the catalogue that has an entry; None for any other."""
    pack = house.edition().packs.get(service)
    return None if pack is None else Guide(house, pages, request, pack, house.clock())


async def show(guide: Guide) -> Response[Any]:
    """The next question, an earlier one that was asked for, or where the answers lead."""
    own = await guide.own()
    progress = own.body.of(guide.pack.service)
    walked = walk(guide.pack, progress.answers, on=guide.today)
    name = str(guide.request.query_params.get("ask", ""))
    earlier = next((one.asked for one in walked.answered if one.asked.name == name), None)
    asked = earlier or walked.question
    if asked is None:
        return Redirect(f"{guide.base}/result", status_code=_SEE)
    return _question(guide, walked, progress, asked, changing=earlier is not None)


def _question(
    guide: Guide,
    walked: Walk,
    progress: Progress,
    asked: Input,
    *,
    changing: bool,
    typed: str = "",
    misread: Misread | None = None,
) -> Response[Any]:
    page = question_page(
        guide.pack,
        walked,
        progress,
        asked=asked,
        changing=changing,
        lang=page_language(guide.request),
        typed=typed,
        misread=misread,
    )
    status = 200 if misread is None else 422
    places = cities() if page.kind == "region" else ()
    return guide.pages.show(guide.request, "portal/guide_question.html", status=status, view=page, cities=places)


async def show_result(guide: Guide) -> Response[Any]:
    """Where the answers lead, as far as they go."""
    own = await guide.own()
    shared = own.body.of(guide.pack.service).shared_at(guide.now)
    return guide.pages.show(
        guide.request,
        "portal/guide_result.html",
        view=result_page(guide.known(own.body.guides)),
        own=True,
        kept=own.visit is not None,
        link="" if shared is None else f"{public_url(guide.house, guide.request)}/g/{shared.token.reveal()}",
        until=None if shared is None else shared.until,
    )


async def _answer(guide: Guide, form: Form) -> Response[Any]:
    pack = guide.pack
    asked = pack.inputs.get(form.get("input"))
    if asked is None:
        return Redirect(
            guide.base, status_code=_SEE
        )  # asked by an edition that is over: the page says what is asked now
    typed = form.get("value") or form.get("free")
    own, read = await guide.own(), read_typed(asked, typed, today=guide.today)
    if isinstance(read, Misread):
        progress = own.body.of(pack.service)
        walked = walk(pack, progress.answers, on=guide.today)
        return _question(guide, walked, progress, asked, changing=bool(form.get("at")), typed=typed[:60], misread=read)

    def kept(answers: Mapping[str, str]) -> dict[str, str]:
        return usable(pack, answers)

    change = answering(pack.service, asked.name, read.value, kept=kept, entry=pack.entry_id)
    led_on = await guide.change(own, change, to=guide.base)
    walked = walk(pack, {**own.body.of(pack.service).answers, asked.name: read.value}, on=guide.today)
    if walked.is_over:
        guide.house.consultations.note(pack, walked.given, day=guide.today)
    return led_on


async def _ticks(guide: Guide, form: Form) -> Response[Any]:
    own = await guide.own()
    shown = keys_shown(guide.known(own.body.guides))
    ticked = [key for key in shown["ticks"] if form.get(f"tick:{key}")]
    done = [service for service in shown["done"] if form.get(f"done:{service}")] if shown["done"] else None
    change = ticking(guide.pack.service, shown=shown["ticks"], ticked=ticked, done=done)
    return await guide.change(own, change, to=f"{guide.base}/result#h-bring")


async def _need(guide: Guide, form: Form) -> Response[Any]:
    given = form.get("need_by").strip()
    try:
        day = parse_date(given) if given else None
    except ValueError:
        raise ChangmingError("need_by_wrong", status=422) from None
    return await guide.change(await guide.own(), needing(guide.pack.service, day), to=f"{guide.base}/result#h-need")


async def _anew(guide: Guide, form: Form) -> Response[Any]:
    del form
    own = await guide.own()
    if own.body.of(guide.pack.service).shared is not None:
        await _end_link(guide, own)
    return await guide.change(own, beginning_anew(guide.pack.service), to=guide.base)


async def _share(guide: Guide, form: Form) -> Response[Any]:
    visit, proof, session = held(await guide.own())
    services = (guide.pack.service, *guide.pack.services)
    keyring, actor = guide.house.keyring, session.actor
    once = Once.of_form(guide.house, guide.request, form)  # a second tap would end the link that was just given away
    async with guide.house.database.act() as tx:
        if await once.before(tx, now=guide.now) is None:
            await share_guide(tx, keyring, visit.id, services, proof=proof, actor=actor, now=guide.now)
            await once.after(tx, str(visit.id), subject_id=visit.subject_id)
    return Redirect(f"{guide.base}/result#h-share", status_code=_SEE)


async def _unshare(guide: Guide, form: Form) -> Response[Any]:
    del form
    await _end_link(guide, await guide.own())
    return Redirect(f"{guide.base}/result#h-share", status_code=_SEE)


async def _end_link(guide: Guide, own: Own) -> None:
    visit, proof, session = held(own)
    keyring, actor, service = guide.house.keyring, session.actor, guide.pack.service
    async with guide.house.database.act() as tx:
        await end_share(tx, keyring, visit.id, service, proof=proof, actor=actor, now=guide.now)


_ACTS: Final = {
    "answer": _answer,
    "ticks": _ticks,
    "need": _need,
    "anew": _anew,
    "share": _share,
    "unshare": _unshare,
}


async def do(guide: Guide) -> Response[Any]:
    """The act that the form names."""
    form = form_of(guide.request)
    act = _ACTS.get(form.get("act"))
    if act is None:
        raise ChangmingError("form_stale", status=403)
    return await act(guide, form)


def handlers(house: House, pages: Pages) -> list[HTTPRouteHandler]:
    """``/guide/…`` and ``/life/…``: the question, the acts, the result."""

    async def of(request: Request_, service: str, then: Callable[[Guide], Any]) -> Response[Any]:
        guide = find_guide(house, pages, request, service)
        if guide is None:
            return await show_list(house, pages, request, unknown=service[:60])
        found: Response[Any] = await then(guide)
        return found

    @get("/guide/{document:str}", opt=OPEN)
    async def whole(request: Request_, document: FromPath[str]) -> Response[Any]:
        if document in house.edition().packs:
            return Redirect(path_of(document), status_code=_SEE)
        return await show_list(house, pages, request, wanted=document[:60], unknown=document[:60])

    @get("/guide/{document:str}/{action:str}", opt=OPEN)
    async def ask(request: Request_, document: FromPath[str], action: FromPath[str]) -> Response[Any]:
        service = service_of(document, action)
        if service.startswith(LIFE):
            return Redirect(path_of(service), status_code=_SEE)
        return await of(request, service, show)

    @get("/guide/{document:str}/{action:str}/result", opt=OPEN)
    async def result(request: Request_, document: FromPath[str], action: FromPath[str]) -> Response[Any]:
        return await of(request, service_of(document, action), show_result)

    @post("/guide/{document:str}/{action:str}", opt=_ACT, status_code=_SEE)
    async def act(request: Request_, document: FromPath[str], action: FromPath[str]) -> Response[Any]:
        return await of(request, service_of(document, action), do)

    @get("/life/{event:str}", opt=OPEN)
    async def ask_life(request: Request_, event: FromPath[str]) -> Response[Any]:
        return await of(request, LIFE + event, show)

    @get("/life/{event:str}/result", opt=OPEN)
    async def result_life(request: Request_, event: FromPath[str]) -> Response[Any]:
        return await of(request, LIFE + event, show_result)

    @post("/life/{event:str}", opt=_ACT, status_code=_SEE)
    async def act_life(request: Request_, event: FromPath[str]) -> Response[Any]:
        return await of(request, LIFE + event, do)

    return [whole, ask, result, act, ask_life, result_life, act_life]
