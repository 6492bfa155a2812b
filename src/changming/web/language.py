"""Which language a page speaks: what the visitor chose, else Chinese; a program may ask by ``Accept-Language``."""

from typing import Any

from litestar.connection import ASGIConnection

from changming.kernel.messages import Lang
from changming.web.cookies import LANGUAGE


def chosen_language(connection: ASGIConnection[Any, Any, Any, Any]) -> Lang | None:
    """The language named by ``?lang=``, if it is one of ours."""
    asked = connection.query_params.get("lang")
    return Lang(asked) if asked in set(Lang) else None


def kept_language(connection: ASGIConnection[Any, Any, Any, Any]) -> Lang | None:
    """What the visitor chose, now or earlier; None where they never chose."""
    kept = connection.cookies.get(LANGUAGE)
    return chosen_language(connection) or (Lang(kept) if kept in set(Lang) else None)


def page_language(connection: ASGIConnection[Any, Any, Any, Any]) -> Lang:
    """``?lang=``, then the cookie of an earlier choice, then Chinese."""
    return kept_language(connection) or Lang.ZH


def api_language(connection: ASGIConnection[Any, Any, Any, Any]) -> Lang:
    """``?lang=``, then English where ``Accept-Language`` names it first, then Chinese."""
    if chosen := chosen_language(connection):
        return chosen
    return Lang.EN if connection.headers.get("accept-language", "").lower().startswith("en") else Lang.ZH
