"""The days of a guide as a calendar file, one's own or a shared one."""

import hashlib
from datetime import datetime
from typing import Any, Final

from litestar import Request, Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from changming.guidance.guides import MEDIA_TYPE, Matter, outcome_of, place_to_ask, reminders, write_calendar
from changming.guidance.knowledge import Standing
from changming.web.house import House
from changming.web.pages import Pages
from changming.web.portal.case import public_url
from changming.web.portal.guide import find_guide
from changming.web.portal.guide_list import OPEN, show_list
from changming.web.portal.guide_view import Known
from changming.web.portal.guide_words import LIFE, path_of, service_of

_UID: Final = 24


def calendar_of(
    house: House, request: Request[Any, Any, Any], known: Known, uid: str, *, now: datetime
) -> Response[bytes]:
    """The file. ``uid`` tells this visit's days from others'; what it is made of cannot be read from it."""
    pack, lang, on = known.pack, known.lang, known.on
    walked = known.walked()
    outcome, stops = outcome_of(pack, walked, on=on, lang=lang), known.stops(walked)
    ask = place_to_ask(pack, lang)
    digest = hashlib.sha256(f"{uid} {pack.service}".encode()).hexdigest()
    matter = Matter(
        uid=f"{digest[:_UID]}@changming",
        title=pack.title.say(lang),
        items=[one.wordings[0].text for one in known.materials(walked, stops, outcome)],
        ask=" ".join(part for part in (ask.name, ask.phone or ask.url) if part),
        url=public_url(house, request) + path_of(pack.service),
        need_by=known.progress.need_by,
    )
    needed = [
        (known.edition.packs[stop.service], stop.walked)
        for stop in stops
        if stop.walked is not None and stop.standing is Standing.FITS
    ]
    entries = reminders(matter, [(pack, walked), *needed], on=on, lang=lang)
    name = pack.service.replace("/", "-")
    return Response(
        write_calendar(entries, now=now),
        media_type=MEDIA_TYPE,
        headers={"Content-Disposition": f'attachment; filename="changming-{name}.ics"'},
    )


def handlers(house: House, pages: Pages) -> list[HTTPRouteHandler]:
    """``…/calendar.ics`` of guides and life events."""

    async def own(request: Request[Any, Any, Any], service: str) -> Response[Any]:
        guide = find_guide(house, pages, request, service)
        if guide is None:
            return await show_list(house, pages, request, unknown=service[:60])
        found = await guide.own()
        uid = "" if found.visit is None else str(found.visit.id)
        return calendar_of(house, request, guide.known(found.body.guides), uid, now=guide.now)

    @get("/guide/{document:str}/{action:str}/calendar.ics", opt=OPEN)
    async def of_guide(
        request: Request[Any, Any, Any], document: FromPath[str], action: FromPath[str]
    ) -> Response[Any]:
        return await own(request, service_of(document, action))

    @get("/life/{event:str}/calendar.ics", opt=OPEN)
    async def of_event(request: Request[Any, Any, Any], event: FromPath[str]) -> Response[Any]:
        return await own(request, LIFE + event)

    return [of_guide, of_event]
