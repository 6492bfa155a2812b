"""Guides and life events for programs: answers in the body, the next question and the result back; no word is kept."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from litestar import Request, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, JSONBody

from changming.desk.visits import Progress
from changming.guidance.guides import (
    Merged,
    Misread,
    RouteDetail,
    Stop,
    Walk,
    latest_start,
    outcome_of,
    read_typed,
    title_of,
)
from changming.guidance.knowledge import Edition, Input, InputKind, Pack
from changming.kernel.catalogue import SERVICES
from changming.kernel.errors import ChangmingError
from changming.kernel.instants import YEARS, local_date
from changming.kernel.messages import Lang, text
from changming.web.api.guide_shapes import (
    GuideAnswer,
    GuideItem,
    GuideLine,
    GuideQuestion,
    GuideRequest,
    GuideRoute,
    GuideStep,
    GuideStop,
)
from changming.web.house import House
from changming.web.language import api_language
from changming.web.portal.guide_view import STANDINGS, Known
from changming.web.portal.guide_words import LIFE, path_of, service_of

_MOST: Final = 60
_OPEN: Final = {"may": "guest", "degree": "none"}
_ASK: Final = {**_OPEN, "limit": "ask", "body": "json"}


def guided(edition: Edition, service: str, data: GuideRequest, *, on: date, lang: Lang) -> GuideAnswer:
    """Where the answers lead.

    Raises:
        ChangmingError: ``guide_unknown`` (404), ``field_invalid`` (422) for too many answers or a day beyond ``YEARS``,
            ``answer_not_valid`` (422) naming the input, for an answer that is none to it.
    """
    pack = edition.packs.get(service)
    if pack is None:
        raise ChangmingError("guide_unknown", status=404)
    if len(data.answers) > _MOST or len(data.services) > _MOST:
        raise ChangmingError("field_invalid", status=422, field="answers")
    if data.need_by is not None and data.need_by.year not in YEARS:
        raise ChangmingError("field_invalid", status=422, field="need_by")
    guides = {service: Progress(_read(pack, data.answers, on), need_by=data.need_by)}
    for name in pack.services:
        part = edition.packs.get(name)
        if part is not None and name in data.services:
            guides[name] = Progress(_read(part, data.services[name], on))
    known = Known(edition, pack, guides, on, lang)
    return _answer(known, known.walked(), data)


def _read(pack: Pack, answers: Mapping[str, str], on: date) -> dict[str, str]:
    """The answers as the pack reads them; those to questions that it does not have are left out."""
    found = {}
    for name, typed in answers.items():
        asked = pack.inputs.get(name)
        if asked is None:
            continue
        read = read_typed(asked, typed, today=on)
        if isinstance(read, Misread):
            raise ChangmingError("answer_not_valid", status=422, input=name, kind=asked.kind.value)
        found[name] = read.value
    return found


def _answer(known: Known, walked: Walk, data: GuideRequest) -> GuideAnswer:
    pack, lang, on = known.pack, known.lang, known.on
    outcome, stops = outcome_of(pack, walked, on=on, lang=lang), known.stops(walked)
    return GuideAnswer(
        service=pack.service,
        title=pack.title.say(lang),
        entry=pack.entry_id,
        question=None if walked.question is None else _question(walked.question, lang),
        questions_left=walked.left,
        counted=dict(walked.given),
        dropped=sorted(data.answers.keys() - pack.inputs.keys()),
        status=outcome.said.status.value,
        text=outcome.said.text,
        next_step=outcome.said.next_step,
        routes=[_route(route) for route in outcome.routes],
        checklist=[_item(one) for one in known.materials(walked, stops, outcome)],
        places=[
            {"name": one.name, "kind": one.kind.value, "url": one.url, "phone": one.phone, "certain": one.certain}
            for one in outcome.places
        ],
        citations=[
            {
                "number": one.number,
                "entry": one.entry,
                "title": one.title,
                "source": one.source,
                "status": one.status.value,
            }
            for one in outcome.said.citations
        ],
        confidence=None if outcome.weakest is None else outcome.weakest.value,
        latest_start=None if data.need_by is None else latest_start(pack, walked, data.need_by, on=on),
        services=[_stop(stop) for stop in stops],
    )


def _item(one: Merged) -> GuideItem:
    wordings = [{"text": said.text, "services": list(said.services), "certain": said.certain} for said in one.wordings]
    return GuideItem(one.key, one.form.value, one.required, one.spec, wordings)


def _stop(stop: Stop) -> GuideStop:
    left = None if stop.walked is None else stop.walked.left
    return GuideStop(stop.service, stop.title, STANDINGS[stop.standing], list(stop.after), stop.note, left)


def _question(asked: Input, lang: Lang) -> GuideQuestion:
    options = {name: words.say(lang) for name, words in asked.options.items()}
    if asked.kind is InputKind.BOOL:
        options = {name: text(f"knowledge.bool.{name}", lang) for name in ("true", "false")}
    low, high = (None if bound is None else str(bound) for bound in (asked.low, asked.high))
    ask, why = asked.ask.say(lang), asked.why.say(lang)
    return GuideQuestion(asked.name, ask, why, asked.kind.value, list(options.values()), list(options), low, high)


def _route(route: RouteDetail) -> GuideRoute:
    steps = [[GuideStep(s.kind.value, s.title, s.amount, s.certain) for s in group] for group in route.steps]
    depends, joint = list(route.depends), list(route.joint)
    return GuideRoute(route.id, route.title, route.channel.value, route.fits, depends, steps, joint)


def _counted(house: House, service: str, data: GuideRequest, lang: Lang) -> GuideAnswer:
    """Where the answers lead, counted for replay once no question is open."""
    edition, on = house.edition(), local_date(house.clock())
    found = guided(edition, service, data, on=on, lang=lang)
    if found.question is None and found.counted:
        house.consultations.note(edition.packs[service], found.counted, day=on)
    return found


def handlers(house: House) -> list[HTTPRouteHandler]:
    """``/guide…`` and ``/life…`` below ``/api/v1``."""

    def answered(request: Request[Any, Any, Any], service: str, data: GuideRequest) -> GuideAnswer:
        return _counted(house, service, data, api_language(request))

    @get("/guide", opt=_OPEN, summary="Every guide and life event that there is.")
    async def listed(request: Request[Any, Any, Any]) -> list[GuideLine]:
        edition, lang = house.edition(), api_language(request)
        known = [service for service in SERVICES if service in edition.packs]
        return [GuideLine(service, title_of(edition, service, lang), path_of(service)) for service in known]

    @get(
        "/guide/{document:str}/{action:str}",
        opt=_OPEN,
        summary="The first question of a guide, and what holds for all.",
    )
    async def first(request: Request[Any, Any, Any], document: FromPath[str], action: FromPath[str]) -> GuideAnswer:
        return answered(request, service_of(document, action), GuideRequest())

    @post(
        "/guide/{document:str}/{action:str}",
        opt=_ASK,
        status_code=200,
        summary="The next question of a guide, and where the answers lead. No word of it is kept.",
    )
    async def guide(
        request: Request[Any, Any, Any],
        document: FromPath[str],
        action: FromPath[str],
        data: JSONBody[GuideRequest],
    ) -> GuideAnswer:
        return answered(request, service_of(document, action), data)

    @get(
        "/life/{event:str}", opt=_OPEN, summary="The first question of a life event, and every service that it touches."
    )
    async def first_of_event(request: Request[Any, Any, Any], event: FromPath[str]) -> GuideAnswer:
        return answered(request, LIFE + event, GuideRequest())

    @post(
        "/life/{event:str}",
        opt=_ASK,
        status_code=200,
        summary="The services of a life event in the order of doing, with one list of what to bring. No word is kept.",
    )
    async def life(request: Request[Any, Any, Any], event: FromPath[str], data: JSONBody[GuideRequest]) -> GuideAnswer:
        return answered(request, LIFE + event, data)

    return [listed, first, guide, first_of_event, life]
