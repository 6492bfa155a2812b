"""Ways back to a case: its reference in the browser that opened it, or a secret link anywhere, once."""

from dataclasses import dataclass
from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect

from changming.desk.cases import find_case, parse_reference
from changming.kernel.decisions import Refusal
from changming.kernel.errors import ChangmingError
from changming.kernel.messages import Lang
from changming.kernel.personal import Personal
from changming.trust.identity import Session, exchange_link
from changming.web.gate import form_of, known_visitor
from changming.web.house import House
from changming.web.language import page_language
from changming.web.once import Once
from changming.web.own import own_case
from changming.web.pages import Pages
from changming.web.portal.ask import known_session, visitor_cookie

_SEE: Final = 303
_GUEST: Final = {"may": "guest", "degree": "none"}
_SECRET: Final = {"may": "guest", "degree": "secret"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """Why a reference or link opened nothing, as the page says it."""

    message: str
    next_step: str
    tone: str = "bad"

    @classmethod
    def of(cls, error: ChangmingError, lang: Lang) -> "Outcome":
        """From the error."""
        return cls(error.message(lang), error.next_step(lang))


def _find(house: House, pages: Pages) -> list[HTTPRouteHandler]:
    @get("/find", opt=_GUEST)
    async def page(request: Request[Any, Any, Any]) -> Response[str]:
        return pages.show(request, "portal/find.html", given="", outcome=None)

    @post("/find", opt={**_GUEST, "limit": "secret"}, status_code=_SEE)
    async def find(request: Request[Any, Any, Any]) -> Response[Any]:
        given, visitor = form_of(request).get("reference"), known_visitor(request)
        found: str | ChangmingError
        try:
            found = await _own_reference(house, given, visitor.session if visitor else None)
        except ChangmingError as error:
            found = error
        if isinstance(found, str):
            return Redirect(f"/case/{found}", status_code=_SEE)
        outcome = Outcome.of(found, page_language(request))
        return pages.show(request, "portal/find.html", status=found.status, given=given[:40], outcome=outcome)

    return [page, find]


def _links(house: House, pages: Pages) -> list[HTTPRouteHandler]:
    @get("/r/{token:str}", opt=_SECRET)
    async def page(request: Request[Any, Any, Any], token: FromPath[str]) -> Response[str]:
        # A mail scanner or a preview fetches this too: it looks at nothing and uses nothing up.
        del token
        return pages.show(request, "portal/link.html", given="", wrong=None)

    @post("/r/{token:str}", opt={**_SECRET, "limit": "secret"}, status_code=_SEE)
    async def exchange(request: Request[Any, Any, Any], token: FromPath[str]) -> Response[Any]:
        given = form_of(request).get("reference")
        got = await _exchange(house, request, Personal(token), given)
        if isinstance(got, Refusal):
            wrong = Outcome.of(got.as_error(), page_language(request))
            return pages.show(request, "portal/link.html", status=got.status, given=given[:40], wrong=wrong)
        place, session = got
        return Redirect(f"/case/{place}", status_code=_SEE, cookies=[visitor_cookie(house, session)])

    return [page, exchange]


async def _exchange(
    house: House, request: Request[Any, Any, Any], token: Personal, given: str
) -> tuple[str, Session] | Refusal:
    """The case's reference and the session that may see it; sent twice, both times the same, refusals too."""
    written = parse_reference(given)
    if isinstance(written, Refusal):
        return written  # a slip of the finger is said as one, and costs none of the few tries
    visitor, now = known_visitor(request), house.clock()
    once = Once.of_form(house, request, form_of(request))
    async with house.database.act() as tx:
        done = await once.before(tx, now=now)
        if done is not None:
            first, _, second = done.object_id.partition(" ")
            if done.status == _SEE:
                return first, known_session(second, now=now)
            return Refusal(first, done.status, {"left": second} if second else {})
        got = await exchange_link(
            tx, house.keyring, token, given, session=visitor.session if visitor else None, now=now
        )
        if isinstance(got, Refusal):
            await once.after(tx, f"{got.code} {got.fields.get('left', '')}", subject_id=None, status=got.status)
            return got
        case = await find_case(tx, got.case_id)
        if case is None:
            return Refusal("page_not_found", 404)
        await once.after(tx, f"{case.reference} {got.session.id}", subject_id=got.subject_id)
        return case.reference, got.session


async def _own_reference(house: House, given: str, session: Session | None) -> str:
    """The reference in its one form, if it is well-formed and this browser may open it."""
    reference = parse_reference(given)
    if isinstance(reference, Refusal):
        raise reference.as_error()
    not_yours = ChangmingError("reference_not_yours", status=404)
    if session is None:
        raise not_yours
    try:
        async with house.database.read() as tx:
            return (await own_case(tx, session, reference)).the_case.reference
    except ChangmingError as error:
        # Whether the case exists at all is nobody else's business.
        raise not_yours if error.code == "page_not_found" else error from None


def handlers(house: House, pages: Pages) -> list[HTTPRouteHandler]:
    """``/find`` and ``/r/{token}``."""
    return [*_find(house, pages), *_links(house, pages)]
