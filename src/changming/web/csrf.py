"""A form is accepted only from a page that we gave to the same session.

Before there is a session (the first question, a sign-in) it is bound to a form cookie of the browser instead.
"""

import base64
import hashlib
import hmac
import secrets
from typing import Final

from changming.trust.identity import Session, StaffSession, check_csrf, csrf_token
from changming.web.house import House

FIELD: Final = "form_token"
_NONCE_BYTES: Final = 18
_LONGEST_NONCE: Final = 64


def new_nonce() -> str:
    """A random value for the browser's form cookie; it says nothing about anybody."""
    return secrets.token_urlsafe(_NONCE_BYTES)


def session_token(house: House, session: Session | StaffSession) -> str:
    """The hidden field of a form shown to this session."""
    return csrf_token(house.keyring, session)


def is_form_of_session(house: House, session: Session | StaffSession, token: str) -> bool:
    """Whether the form was shown to this very session; constant time."""
    return check_csrf(house.keyring, session, token)


def browser_token(house: House, nonce: str) -> str:
    """The hidden field that belongs to the form cookie: an HMAC-SHA-256 that another site cannot compute."""
    digest = hmac.new(house.keyring.derive("web.form-token"), nonce.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def is_form_of_browser(house: House, nonce: str | None, token: str) -> bool:
    """Whether ``token`` belongs to the form cookie ``nonce``; constant time."""
    if not nonce or len(nonce) > _LONGEST_NONCE or not token.isascii():
        return False
    return hmac.compare_digest(browser_token(house, nonce), token)
