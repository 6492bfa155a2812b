"""Pages that need nobody's data: the ask box, what the desk is, how data is protected."""

from typing import Any, Final

from litestar import Request, Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.response import Redirect

from changming.kernel.errors import ChangmingError
from changming.kernel.instants import show_instant
from changming.web.asking import LONGEST_QUESTION
from changming.web.house import House
from changming.web.language import page_language
from changming.web.pages import Pages

_OPEN: Final = {"may": "anyone", "degree": "none"}
_ABOUT: Final = ("does", "not", "sources", "ledger", "complain")
_CHECKPOINT: Final = "/ledger/checkpoint"
_PRIVACY: Final = ("what", "how", "cookies", "erase")


def show_home(
    house: House,
    pages: Pages,
    request: Request[Any, Any, Any],
    *,
    question: str = "",
    error: ChangmingError | None = None,
) -> Response[str]:
    """The ask box; with ``error`` it keeps the question and says what is wrong with it."""
    lang = page_language(request)
    wrong = "" if error is None else f"{error.message(lang)} {error.next_step(lang)}"
    now = house.clock()
    return pages.show(
        request,
        "portal/home.html",
        status=200 if error is None else error.status,
        moment=show_instant(now, lang),
        question=question,
        wrong=wrong,
        longest=LONGEST_QUESTION,
    )


def handlers(house: House, pages: Pages) -> list[HTTPRouteHandler]:
    """``/``, ``/about``, ``/privacy``."""

    @get("/", opt=_OPEN)
    async def home(request: Request[Any, Any, Any]) -> Response[str]:
        return show_home(house, pages, request)

    @get("/ask", opt=_OPEN)
    async def ask_again() -> Redirect:
        # A reload after a refused question, or somebody who typed the address.
        return Redirect("/", status_code=303)

    @get("/about", opt=_OPEN)
    async def about(request: Request[Any, Any, Any]) -> Response[str]:
        return pages.show(request, "portal/about.html", parts=_ABOUT, checkpoint=_CHECKPOINT)

    @get("/privacy", opt=_OPEN)
    async def privacy(request: Request[Any, Any, Any]) -> Response[str]:
        return pages.show(request, "portal/privacy.html", parts=_PRIVACY)

    return [home, ask_again, about, privacy]
