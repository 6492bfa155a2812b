"""The web application: the shell around all handlers."""

from typing import Any, Final

from litestar import Litestar, Request, Response, Router
from litestar.exceptions import HTTPException
from litestar.handlers import HTTPRouteHandler
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin

import changming
from changming.infra.http import WatchedLitestar, security_headers
from changming.kernel.errors import ChangmingError
from changming.web import console, portal
from changming.web.api import docs, health, ledger, static, v1
from changming.web.gate import gate
from changming.web.house import House
from changming.web.pages import Pages
from changming.web.problems import Problems

FORM_BYTES: Final = 65_536
_OPEN: Final = {"may": "anyone", "degree": "none"}


def routes(house: House, pages: Pages) -> list[HTTPRouteHandler | Router]:
    """Every handler of the desk; only those of the API's router are described in its OpenAPI."""
    faces = [
        *health.handlers(house),
        *ledger.handlers(house),
        *static.handlers(pages.assets),
        *docs.handlers(pages),
        *portal.handlers(house, pages),
        *console.handlers(house, pages),
    ]
    return [Router("/", route_handlers=faces, include_in_schema=False), v1.router(house)]


def build(house: House) -> Litestar:
    """The ASGI application for one house. Its database, live hub and workers are the caller's to start and stop."""
    pages = Pages(house)
    problems = Problems(pages)

    def expected(request: Request[Any, Any, Any], error: ChangmingError) -> Response[Any]:
        return problems.expected(request, error)

    def of_framework(request: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
        return problems.http(request, error)

    def unexpected(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
        return problems.unexpected(request, error)

    return WatchedLitestar(
        routes(house, pages),
        guards=[gate(house)],
        before_send=[security_headers(tls=house.secure)],
        exception_handlers={ChangmingError: expected, HTTPException: of_framework, Exception: unexpected},
        request_max_body_size=FORM_BYTES,
        openapi_config=OpenAPIConfig(
            title="Changming",
            version=changming.__version__,
            description="A service desk for identity documents that never closes.",
            openapi_router=Router("/api", route_handlers=[], opt=_OPEN, include_in_schema=False),
            render_plugins=[JsonRenderPlugin(path="/openapi.json")],
        ),
        # Litestar's own logs would name paths and texts; ours is in infra.http.watch and problems.
        logging_config=None,
        debug=False,
    )
