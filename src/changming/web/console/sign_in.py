"""Staff come in by a one-time link: the page shows a button, only pressing it uses the link up."""

from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect

from changming.kernel.decisions import Refusal
from changming.kernel.personal import Personal
from changming.trust.identity import STAFF_SESSION, cookie_value, sign_in, sign_out
from changming.web.cookies import STAFF, cookie
from changming.web.gate import staff_of
from changming.web.house import House
from changming.web.pages import Pages

_SEE: Final = 303
_OPEN: Final = {"may": "anyone", "degree": "none"}
_SECRET: Final = {"may": "anyone", "degree": "secret"}
_STAFF: Final = {"may": "staff:agent", "degree": "session", "limit": "staff"}


def handlers(house: House, pages: Pages) -> list[HTTPRouteHandler]:
    """``/desk/sign-in``, ``/desk/sign-in/{token}``, ``/desk/sign-out``."""

    @get("/desk/sign-in", opt=_OPEN)
    async def how(request: Request[Any, Any, Any]) -> Response[str]:
        return pages.show(request, "console/sign_in.html", token_given=False)

    @get("/desk/sign-in/{token:str}", opt=_SECRET)
    async def page(request: Request[Any, Any, Any], token: FromPath[str]) -> Response[str]:
        del token
        return pages.show(request, "console/sign_in.html", token_given=True)

    @post("/desk/sign-in/{token:str}", opt={**_SECRET, "limit": "secret"}, status_code=_SEE)
    async def come_in(token: FromPath[str]) -> Redirect:
        async with house.database.act() as tx:
            session = await sign_in(tx, Personal(token), now=house.clock())
        if isinstance(session, Refusal):
            raise session.as_error()
        kept = cookie(house, STAFF, cookie_value(house.keyring, session), lifetime=STAFF_SESSION)
        return Redirect("/desk", status_code=_SEE, cookies=[kept])

    @post("/desk/sign-out", opt=_STAFF, status_code=_SEE)
    async def go(request: Request[Any, Any, Any]) -> Redirect:
        async with house.database.act() as tx:
            await sign_out(tx, staff_of(request).session, now=house.clock())
        return Redirect("/desk/sign-in", status_code=_SEE)

    return [how, page, come_in, go]
