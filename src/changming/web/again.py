"""A form that was refused or lost is given back on the page that says why, ready to be sent once more."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

from changming.kernel.errors import ChangmingError
from changming.web.csrf import FIELD as TOKEN_FIELD
from changming.web.forms import KEY_FIELD, Form

_TYPED: Final = frozenset({"text", "free", "note", "reference"})
"""Fields that people write themselves; all others were filled in by the page."""
_STALE: Final = "form_stale"
_KEY_REUSED: Final = "idempotency_key_reused"
_WORTH_ANOTHER_TRY: Final = frozenset({413, 422, 429})
_CODES_WORTH_IT: Final = frozenset({_STALE, _KEY_REUSED, "idempotency_unfinished"})
_SERVER_ERROR: Final = 500


@dataclass(frozen=True, slots=True, repr=False)
class Again:
    """What the page gives back. It may hold personal data: it has no ``repr``.

    Attributes:
        typed: what was written, by field name, to be shown and changed.
        filled: the other fields, sent along unseen.
        sendable: whether sending it again can help.
        token: proof that the form is from a page of ours; None for a new one, where the old one was the trouble.
        key: the same submission's key, so that what was done after all is not done twice.
    """

    typed: Sequence[tuple[str, str]]
    filled: Sequence[tuple[str, str]]
    sendable: bool
    token: str | None
    key: str

    @classmethod
    def of(cls, form: Form, error: ChangmingError) -> Self:
        """What can be given back of a form that ended in ``error``."""
        written = [(name, value) for name, value in form.fields.items() if name not in (TOKEN_FIELD, KEY_FIELD)]
        return cls(
            typed=[(name, value) for name, value in written if name in _TYPED],
            filled=[(name, value) for name, value in written if name not in _TYPED],
            sendable=error.status in _WORTH_ANOTHER_TRY
            or error.status >= _SERVER_ERROR
            or error.code in _CODES_WORTH_IT,
            token=None if error.code == _STALE else form.get(TOKEN_FIELD),
            key=secrets.token_urlsafe(16) if error.code == _KEY_REUSED else form.get(KEY_FIELD),
        )
