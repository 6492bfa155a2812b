"""Rating a resolved case: a page asks, a confirmed POST decides; no GET, link or scanner votes."""

from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect

from changming.desk.quality import Confirmed, Marks, find_rating, rate
from changming.kernel.decisions import Refusal
from changming.kernel.errors import ChangmingError
from changming.web.forms import Form
from changming.web.gate import form_of, visitor_of
from changming.web.house import House
from changming.web.language import page_language
from changming.web.once import Once
from changming.web.own import own_case
from changming.web.pages import Pages

MARKS: Final = ("accuracy", "privacy", "speed", "manner")
_SEE: Final = 303
_OWN: Final = {"may": "visitor", "degree": "session"}
_NOTHING: Final = dict.fromkeys(MARKS, "")


def confirmed_of(form: Form) -> Confirmed | None:
    """The rating in a form; None while one of the four marks is missing."""
    marks = [form.get(name) for name in MARKS]
    if any(mark not in {"1", "2", "3", "4", "5"} for mark in marks):
        return None
    note = form.personal("note")
    return Confirmed(Marks(*(int(mark) for mark in marks)), note or None)


def handlers(house: House, pages: Pages) -> list[HTTPRouteHandler]:
    """``/case/{reference}/rate``."""

    def page(
        request: Request[Any, Any, Any], reference: str, given: dict[str, str], error: ChangmingError | None = None
    ) -> Response[str]:
        lang = page_language(request)
        wrong = "" if error is None else f"{error.message(lang)} {error.next_step(lang)}"
        status = 200 if error is None else error.status
        return pages.show(request, "portal/rate.html", status=status, reference=reference, given=given, wrong=wrong)

    @get("/case/{reference:str}/rate", opt=_OWN)
    async def ask(request: Request[Any, Any, Any], reference: FromPath[str]) -> Response[Any]:
        async with house.database.read() as tx:
            case = (await own_case(tx, visitor_of(request).session, reference)).the_case
            rated = await find_rating(tx, case.id) is not None
        if rated or not case.resolved:  # nothing to rate: the case's page says how things stand
            return Redirect(f"/case/{case.reference}", status_code=_SEE)
        return page(request, case.reference, _NOTHING)

    @post("/case/{reference:str}/rate", opt={**_OWN, "limit": "post"}, status_code=_SEE)
    async def take(request: Request[Any, Any, Any], reference: FromPath[str]) -> Response[Any]:
        session, form, now = visitor_of(request).session, form_of(request), house.clock()
        async with house.database.read() as tx:
            case = (await own_case(tx, session, reference)).the_case
        confirmed = confirmed_of(form)
        if confirmed is None:
            error = ChangmingError("rating_invalid", status=422)
            return page(request, case.reference, {name: form.get(name) for name in MARKS}, error)
        once = Once.of_form(house, request, form)
        async with house.database.act() as tx:
            if await once.before(tx, now=now) is None:
                rated = await rate(tx, house.keyring, case.id, confirmed, actor=session.actor, now=now)
                if isinstance(rated, Refusal):
                    raise rated.as_error()
                await once.after(tx, case.reference, subject_id=case.subject_id)
        return Redirect(f"/case/{case.reference}", status_code=_SEE)

    return [ask, take]
