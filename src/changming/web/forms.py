"""What a form sends, read strictly: broken text is refused with a reason instead of being repaired by guessing."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl

import msgspec
from litestar import Request
from litestar.exceptions import InternalServerException
from litestar.types import Scope

from changming.kernel.errors import ChangmingError
from changming.kernel.personal import Personal
from changming.web.csrf import FIELD as TOKEN_FIELD

LONG_FORM_BYTES: Final = 1_048_576
"""A far too long text is still read, so that its page can give it back with the reason."""
KEY_FIELD: Final = "form_key"
_MOST_FIELDS: Final = 60
_MEDIA_TYPE: Final = "application/x-www-form-urlencoded"
_KEPT: Final = "changming_form"
_NOT_PART_OF_THE_ACT: Final = frozenset({TOKEN_FIELD, KEY_FIELD})


@dataclass(frozen=True, slots=True, repr=False)
class Form:
    """The fields of one submitted form. It may hold personal data: it has no ``repr`` and never reaches a log."""

    fields: Mapping[str, str]

    def get(self, name: str) -> str:
        """The field's text without blanks at its ends; empty when the form does not have it."""
        return self.fields.get(name, "").strip()

    def personal(self, name: str) -> Personal:
        """The field's text, boxed."""
        return Personal(self.get(name))

    def canonical(self) -> bytes:
        """The act that the form asks for, without token and key: what "the same request twice" compares."""
        parts = [f"{name}={value}" for name, value in sorted(self.fields.items()) if name not in _NOT_PART_OF_THE_ACT]
        return hashlib.sha256("\x00".join(parts).encode()).digest()


def parse_form(body: bytes, *, most: int = _MOST_FIELDS) -> Form:
    """The form in ``body`` (WHATWG URL, application/x-www-form-urlencoded); of a name given twice the last counts.

    Raises:
        ChangmingError: ``text_broken`` (400) when it is not UTF-8 or holds a NUL, ``form_too_many_fields`` (400).
    """
    try:
        pairs = parse_qsl(
            body.decode("utf-8"), keep_blank_values=True, encoding="utf-8", errors="strict", max_num_fields=most
        )
    except UnicodeDecodeError as broken:
        raise ChangmingError("text_broken", status=400) from broken
    except ValueError as broken:
        raise ChangmingError("form_too_many_fields", status=400) from broken
    if any("\x00" in value for _, value in pairs):
        raise ChangmingError("text_broken", status=400)
    return Form({name: value.replace("\r\n", "\n") for name, value in pairs})


async def read_form(request: Request[Any, Any, Any], *, most: int = _MOST_FIELDS) -> Form:
    """The request's form, of ``most`` fields at most.

    Raises:
        ChangmingError: ``form_expected`` (415) for another content type, and what ``parse_form`` raises.
    """
    if request.content_type[0] != _MEDIA_TYPE:
        raise ChangmingError("form_expected", status=415)
    return parse_form(await read_body(request), most=most)


async def read_body(request: Request[Any, Any, Any]) -> bytes:
    """All of what a request sends, up to its handler's limit.

    Raises:
        ChangmingError: ``request_malformed`` (400) when its sender hangs up on the way.
    """
    try:
        return await request.body()
    except InternalServerException as hung_up:
        raise ChangmingError("request_malformed", status=400) from hung_up


async def check_json(request: Request[Any, Any, Any]) -> None:
    """Refuse JSON that nobody can read at all; what it has to hold is for the handler to say.

    Raises:
        ChangmingError: ``json_expected`` (400) for broken UTF-8 and for nesting without end.
    """
    body = await read_body(request)
    try:
        msgspec.json.decode(body)
    except (UnicodeDecodeError, RecursionError) as broken:
        raise ChangmingError("json_expected", status=400) from broken
    except msgspec.DecodeError:
        return


def keep_form(scope: Scope, form: Form) -> None:
    """Keep on the request the form that was read, whether it will be accepted or not."""
    scope["state"][_KEPT] = form


def kept_form(scope: Scope) -> Form | None:
    """The form that was read for this request; None where there was none."""
    found: Form | None = scope["state"].get(_KEPT)
    return found
