"""A form is accepted only from a page that we gave to the same browser."""

import base64
import hashlib
import hmac
import secrets
from typing import Final

from changming.web.house import House

FIELD: Final = "form_token"
_NONCE_BYTES: Final = 18
_LONGEST_NONCE: Final = 64


def new_nonce() -> str:
    """A random value for the browser's form cookie; it says nothing about anybody."""
    return secrets.token_urlsafe(_NONCE_BYTES)


def form_token(house: House, nonce: str) -> str:
    """The hidden field that belongs to the form cookie: an HMAC-SHA-256 that another site cannot compute."""
    digest = hmac.new(house.keyring.derive("web.form-token"), nonce.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def is_our_form(house: House, nonce: str | None, token: str) -> bool:
    """Whether ``token`` belongs to the form cookie ``nonce``; constant time."""
    if not nonce or len(nonce) > _LONGEST_NONCE or not token.isascii():
        return False
    return hmac.compare_digest(form_token(house, nonce), token)
