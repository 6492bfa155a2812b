"""Erasing one's data: explained, confirmed, done at once, with a receipt."""

from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from changming.desk.cases import end_cases
from changming.kernel.errors import ChangmingError
from changming.trust.people import erase, find_receipt
from changming.web.gate import form_of, visitor_of
from changming.web.house import House
from changming.web.language import page_language
from changming.web.own import own_thread
from changming.web.pages import Pages
from changming.web.visiting import erase_own_visits

_OWN: Final = {"may": "visitor", "degree": "session"}


def handlers(house: House, pages: Pages) -> list[HTTPRouteHandler]:
    """``/c/{place}/erase``."""

    @get("/c/{place:str}/erase", opt=_OWN)
    async def ask(request: Request[Any, Any, Any], place: FromPath[str]) -> Response[str]:
        async with house.database.read() as tx:
            thread = await own_thread(tx, visitor_of(request).session, place)
        return pages.show(request, "portal/erase.html", back=f"/c/{thread.conversation.id}", wrong="")

    @post("/c/{place:str}/erase", opt={**_OWN, "limit": "post"}, status_code=200)
    async def do(request: Request[Any, Any, Any], place: FromPath[str]) -> Response[str]:
        session, form, now = visitor_of(request).session, form_of(request), house.clock()
        async with house.database.read() as tx:
            thread = await own_thread(tx, session, place, erased_too=True)
        subject_id = thread.conversation.subject_id
        if form.get("sure") != "yes":
            error = ChangmingError("not_sure", status=422)
            wrong = f"{error.message(page_language(request))} {error.next_step(page_language(request))}"
            back = f"/c/{thread.conversation.id}"
            return pages.show(request, "portal/erase.html", status=error.status, back=back, wrong=wrong)
        async with house.database.act() as tx:
            # Sent twice, the second time gives the first one's receipt: erasing is its own idempotency.
            receipt = await find_receipt(tx, subject_id)
            if receipt is None:
                await end_cases(tx, subject_id, actor=session.actor, now=now)
                receipt = await erase(tx, subject_id, actor=session.actor, now=now)
                await end_cases(tx, subject_id, actor=session.actor, now=now)  # opened while erasing waited
            await erase_own_visits(tx, session, now=now)
        return pages.show(request, "portal/erased.html", receipt=receipt, kept=receipt.kept)

    return [ask, do]
