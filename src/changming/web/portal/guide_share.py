"""A shared result: read-only for whoever has the link, and a copy of its answers for those who want to go on."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect

from changming.desk.visits import Progress, open_share, taking_over
from changming.kernel.errors import ChangmingError
from changming.kernel.instants import local_date
from changming.kernel.personal import Personal
from changming.web.house import House
from changming.web.language import page_language
from changming.web.pages import Pages
from changming.web.portal.ask import visitor_cookie
from changming.web.portal.guide_calendar import calendar_of
from changming.web.portal.guide_view import Known, result_page
from changming.web.portal.guide_words import path_of
from changming.web.visiting import change_own, read_visit

_SEE: Final = 303
_SECRET: Final = {"may": "guest", "degree": "secret", "limit": "post"}


async def _shared(
    house: House, request: Request[Any, Any, Any], token: str, *, now: datetime
) -> tuple[Known, Mapping[str, Progress]]:
    service, body = await open_share(house.database, house.keyring, Personal(token), now=now)
    edition = house.edition()
    pack = edition.packs.get(service)
    if pack is None:
        raise ChangmingError("share_unknown", status=404)
    return Known(edition, pack, body.guides, local_date(now), page_language(request)), body.guides


def handlers(house: House, pages: Pages) -> list[HTTPRouteHandler]:
    """``/g/{token}``."""

    @get("/g/{token:str}", opt=_SECRET)
    async def show(request: Request[Any, Any, Any], token: FromPath[str]) -> Response[Any]:
        known, _ = await _shared(house, request, token, now=house.clock())
        view = result_page(known)
        return pages.show(
            request,
            "portal/guide_result.html",
            view=view,
            own=False,
            kept=False,
            link="",
            until=None,
            base=request.url.path,
        )

    @get("/g/{token:str}/calendar.ics", opt=_SECRET)
    async def calendar(request: Request[Any, Any, Any], token: FromPath[str]) -> Response[Any]:
        now = house.clock()
        known, _ = await _shared(house, request, token, now=now)
        return calendar_of(house, request, known, token, now=now)

    @post("/g/{token:str}", opt=_SECRET, status_code=_SEE)
    async def copy(request: Request[Any, Any, Any], token: FromPath[str]) -> Redirect:
        now = house.clock()
        known, guides = await _shared(house, request, token, now=now)
        own = await read_visit(house, request, now=now)
        session = await change_own(house, request, own, taking_over(guides), now=now)
        to = f"{path_of(known.pack.service)}/result"
        return Redirect(to, status_code=_SEE, cookies=[visitor_cookie(house, session)])

    return [show, calendar, copy]
