"""What went wrong, said to a person as a page and to a program as ``application/problem+json`` (RFC 9457)."""

import http
from typing import Any, Final

import msgspec
import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException

from changming.infra.http import request_id
from changming.kernel.errors import ChangmingError
from changming.kernel.messages import Audience, Lang
from changming.web.language import api_language, page_language
from changming.web.pages import Pages

_log: Final = structlog.get_logger("changming.web")
PROBLEM_JSON: Final = "application/problem+json"
_CODES: Final = {
    404: "page_not_found",
    405: "method_not_allowed",
    413: "too_large",
    415: "form_expected",
}
_SERVER_ERROR: Final = 500


def problem_body(error: ChangmingError, lang: Lang, *, audience: Audience, request: str) -> dict[str, Any]:
    """The members of a problem: RFC 9457's, and ours: ``code``, ``next_step``, ``request_id``."""
    return {
        "type": f"/api/docs#{error.code}",
        "title": http.HTTPStatus(error.status).phrase,
        "status": error.status,
        "code": error.code,
        "detail": error.message(lang, audience),
        "next_step": error.next_step(lang, audience),
        "request_id": request,
    }


def _wants_json(request: Request[Any, Any, Any]) -> bool:
    if request.scope["path"].startswith("/api/") or "hx-request" in request.headers:
        return True
    accept = request.headers.get("accept", "")
    return "json" in accept and "text/html" not in accept


class Problems:
    """Turns whatever a handler raises into an answer; the unexpected is loud in the log and calm on the page."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    def expected(self, request: Request[Any, Any, Any], error: ChangmingError) -> Response[Any]:
        """A refusal or failure that has a code."""
        audience = Audience.STAFF if request.scope["path"].startswith("/desk") else Audience.CITIZEN
        headers = {"Retry-After": str(error.fields["retry_after"])} if "retry_after" in error.fields else {}
        if error.status >= _SERVER_ERROR:
            _log.error("refused", code=error.code, status=error.status, request_id=request_id(request.scope))
        if _wants_json(request):
            in_page = "hx-request" in request.headers
            lang = page_language(request) if in_page else api_language(request)
            body = problem_body(error, lang, audience=audience, request=request_id(request.scope))
            return Response(
                msgspec.json.encode(body), status_code=error.status, media_type=PROBLEM_JSON, headers=headers
            )
        return self._pages.problem(request, error, audience=audience, headers=headers)

    def http(self, request: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
        """A refusal by the framework: no such page, wrong method, too large, malformed."""
        if isinstance(error, ValidationException):
            return self.expected(request, _field_error(error))
        broken = "json_expected" if request.scope["path"].startswith("/api/") else "request_malformed"
        code = _CODES.get(error.status_code, broken)
        status = error.status_code if error.status_code in _CODES else 400
        if error.status_code >= _SERVER_ERROR:
            return self.unexpected(request, error)
        return self.expected(request, ChangmingError(code, status=status))

    def unexpected(self, request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
        """A defect: the log gets its type and place, never its text, which may quote what a person wrote."""
        if _came_from_decoding(error):
            return self.expected(request, ChangmingError("json_expected", status=400))
        _log.error("unexpected", request_id=request_id(request.scope), exc_info=error)
        return self.expected(request, ChangmingError("unexpected", status=500, request_id=request_id(request.scope)))


def _field_error(error: ValidationException) -> ChangmingError:
    """Which field of a program's JSON is wrong; what it held is not repeated."""
    extra = error.extra if isinstance(error.extra, list) else []
    names = [str(one["key"]) for one in extra if isinstance(one, dict) and one.get("key")]
    return ChangmingError("field_invalid", status=422, field=", ".join(names) or "body")


def _came_from_decoding(error: Exception) -> bool:
    """Whether a program's JSON broke the decoder: nested thousands deep, or not UTF-8 within a string."""
    last = error.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    return last is not None and last.tb_frame.f_globals["__name__"].startswith("litestar.serialization")
