"""The API for people to read: what can be called, and every error with what to do about it."""

from dataclasses import dataclass
from typing import Any, Final

from litestar import Request, Response, get
from litestar.handlers import HTTPRouteHandler

from changming.kernel.errors import codes
from changming.kernel.messages import Lang, text
from changming.web.language import page_language
from changming.web.pages import Pages

_ASK: Final = """curl -s -H 'Content-Type: application/json' \\
  -d '{"text": "我明天就要出差，护照还没办，现在能办吗？"}' \\
  http://127.0.0.1:8300/api/v1/ask"""
_CASE: Final = """curl -s -b cookies.txt \\
  http://127.0.0.1:8300/api/v1/cases/CM-7Q4K-29X3"""


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the API."""

    method: str
    path: str
    summary: str
    example: str


def calls(lang: Lang) -> list[Call]:
    """All calls with an example that runs."""
    return [
        Call("POST", "/api/v1/ask", text("docs.ask", lang), _ASK),
        Call("GET", "/api/v1/cases/{reference}", text("docs.case", lang), _CASE),
    ]


def handlers(pages: Pages) -> list[HTTPRouteHandler]:
    """``/api/docs``."""

    @get("/api/docs", opt={"may": "anyone", "degree": "none"}, include_in_schema=False)
    async def docs(request: Request[Any, Any, Any]) -> Response[str]:
        lang = page_language(request)
        said = [(code, text(f"error.{code}.message", lang)) for code in sorted(codes())]
        return pages.show(request, "portal/docs.html", routes=calls(lang), codes=said)

    return [docs]
