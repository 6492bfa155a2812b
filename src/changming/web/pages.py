"""Pages are Jinja2 templates: everything escaped, an undefined name is an error, every text from the catalogue."""

import secrets
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import jinja2
from litestar import Request, Response
from litestar.datastructures import Cookie

from changming.infra.http import Assets, request_id
from changming.kernel.errors import ChangmingError
from changming.kernel.instants import local, show_date, show_instant, show_span
from changming.kernel.messages import Audience, Lang, catalogue, text
from changming.trust.identity import Role
from changming.web.again import Again
from changming.web.cookies import FORMS, LANGUAGE, cookie, read_cookie
from changming.web.csrf import FIELD as TOKEN_FIELD
from changming.web.csrf import browser_token, new_nonce, session_token
from changming.web.dialling import dialled
from changming.web.forms import KEY_FIELD, kept_form
from changming.web.house import House
from changming.web.language import chosen_language, page_language
from changming.web.who import StaffMember, let_in

_HERE: Final = Path(__file__).parent
STATIC_PREFIX: Final = "/static"
_A_YEAR: Final = timedelta(days=365)


def _templates(folder: Path) -> dict[str, str]:
    """All templates by name, read once: an upgrade on disk must not mix new pages into a process of the old code."""
    files = sorted(folder.rglob("*.html"))
    return {file.relative_to(folder).as_posix(): file.read_text(encoding="utf-8") for file in files}


class Pages:
    """Renders templates for one house."""

    def __init__(self, house: House) -> None:
        self._house = house
        self.assets = Assets(_HERE / "static", STATIC_PREFIX)
        self._env = jinja2.Environment(
            loader=jinja2.DictLoader(_templates(_HERE / "templates")),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            extensions=[],
        )
        self._env.globals |= {
            "asset": self.assets.url,
            "new_key": lambda: secrets.token_urlsafe(16),
            "token_field": TOKEN_FIELD,
            "key_field": KEY_FIELD,
            "local": local,
        }
        self._env.filters["dialled"] = dialled

    def show(
        self,
        request: Request[Any, Any, Any],
        template: str,
        *,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        cookies: tuple[Cookie, ...] = (),
        audience: Audience = Audience.CITIZEN,
        **context: object,
    ) -> Response[str]:
        """The page ``template`` with ``context``, in the visitor's language, with a form token for its forms."""
        lang = page_language(request)
        set_cookies = list(cookies)
        token, form_cookie = self._form_token(request)
        if form_cookie is not None:
            set_cookies.append(form_cookie)
        if chosen := chosen_language(request):
            set_cookies.append(
                Cookie(
                    key=LANGUAGE,
                    value=chosen.value,
                    path="/",
                    samesite="lax",
                    httponly=True,
                    secure=self._house.secure,
                    max_age=int(_A_YEAR.total_seconds()),
                )
            )
        now = self._house.clock()
        shown = self._env.get_template(template).render(
            **self._words(lang, audience),
            form_token=token,
            now=now,
            role=_role(request),
            path=request.scope["path"],
            request_id=request_id(request.scope),
            **context,
        )
        return Response(
            shown,
            status_code=status,
            media_type="text/html",
            headers=dict(headers or {}),
            cookies=set_cookies,
        )

    def problem(
        self,
        request: Request[Any, Any, Any],
        error: ChangmingError,
        *,
        audience: Audience,
        headers: Mapping[str, str],
    ) -> Response[str]:
        """The page that says what happened, gives back what was written, and names the next step."""
        lang, form = page_language(request), kept_form(request.scope)
        return self.show(
            request,
            "problem.html",
            status=error.status,
            headers=headers,
            audience=audience,
            title=_title(error.status, lang),
            message=error.message(lang, audience),
            next_step=error.next_step(lang, audience),
            code_status=error.status,
            again=None if form is None else Again.of(form, error),
        )

    def _form_token(self, request: Request[Any, Any, Any]) -> tuple[str, Cookie | None]:
        who = let_in(request.scope)
        if who is not None:
            return session_token(self._house, who.session), None
        nonce = read_cookie(self._house, request, FORMS)
        if nonce is not None:
            return browser_token(self._house, nonce), None
        nonce = new_nonce()
        return browser_token(self._house, nonce), cookie(self._house, FORMS, nonce)

    def _words(self, lang: Lang, audience: Audience) -> dict[str, object]:
        def t(key: str, **fields: object) -> str:
            return text(key, lang, audience=audience, **fields)

        def instant(value: datetime) -> str:
            return show_instant(value, lang)

        def day(value: date) -> str:
            return show_date(value, lang)

        def span(value: timedelta) -> str:
            return show_span(value, lang)

        return {
            "t": t,
            "lang": lang.value,
            "html_lang": "zh-CN" if lang is Lang.ZH else "en",
            "instant": instant,
            "day": day,
            "span": span,
        }


def _role(request: Request[Any, Any, Any]) -> Role | None:
    """What the reader is there for; None for people."""
    who = let_in(request.scope)
    return who.session.staff.role if isinstance(who, StaffMember) else None


def _title(status: int, lang: Lang) -> str:
    """What kind of thing went wrong, where a status has a word of its own."""
    key = f"problem.title.{status}"
    return text(key if key in catalogue() else "problem.title", lang)
