"""My visit: which guides were begun, which links are out, and how to have all of it erased."""

from typing import Any, Final
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.handlers import HTTPRouteHandler

from changming.guidance.guides import title_of
from changming.kernel.errors import ChangmingError
from changming.kernel.ids import SubjectId
from changming.trust.people import find_receipt
from changming.web.gate import form_of, known_visitor
from changming.web.house import House
from changming.web.language import page_language
from changming.web.once import Once
from changming.web.pages import Pages
from changming.web.portal.guide_list import OPEN
from changming.web.portal.guide_words import path_of
from changming.web.visiting import erase_own_visits, read_visit

_ERASE: Final = "/visit/erase"
_OK: Final = 200


def handlers(house: House, pages: Pages) -> list[HTTPRouteHandler]:
    """``/visit`` and ``/visit/erase``."""

    @get("/visit", opt=OPEN)
    async def mine(request: Request[Any, Any, Any]) -> Response[str]:
        now, lang = house.clock(), page_language(request)
        own = await read_visit(house, request, now=now)
        guides = [
            {
                "title": title_of(house.edition(), service, lang),
                "link": path_of(service),
                "shared": one.shared_at(now) is not None,
            }
            for service, one in own.body.guides.items()
            if one.begun or one.shared_at(now)
        ]
        until = None if own.visit is None else own.visit.expires_at
        return pages.show(request, "portal/visit.html", guides=guides, until=until)

    @get(_ERASE, opt=OPEN)
    async def ask(request: Request[Any, Any, Any]) -> Response[str]:
        return pages.show(request, "portal/visit_erase.html", back="/visit", wrong="")

    @post(_ERASE, opt={**OPEN, "limit": "post"}, status_code=_OK)
    async def erase(request: Request[Any, Any, Any]) -> Response[str]:
        now, lang = house.clock(), page_language(request)
        if form_of(request).get("sure") != "yes":
            error = ChangmingError("not_sure", status=422)
            wrong = f"{error.message(lang)} {error.next_step(lang)}"
            return pages.show(request, "portal/visit_erase.html", status=error.status, back="/visit", wrong=wrong)
        once, visitor = Once.of_form(house, request, form_of(request)), known_visitor(request)
        async with house.database.act() as tx:
            # Sent twice, the second time gives the first one's receipt.
            if (done := await once.before(tx, now=now)) is not None:
                receipt = await find_receipt(tx, SubjectId(UUID(done.object_id)))
            else:
                receipt = None if visitor is None else await erase_own_visits(tx, visitor.session, now=now)
                if receipt is not None:
                    await once.after(tx, str(receipt.subjects[0]), subject_id=None, status=_OK)
        if receipt is None:
            raise ChangmingError("visit_empty", status=404)
        return pages.show(request, "portal/erased.html", receipt=receipt, kept=receipt.kept)

    return [mine, ask, erase]
