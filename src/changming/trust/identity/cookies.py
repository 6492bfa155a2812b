"""The values that browsers carry: a session's cookie, a form's token, a link's token.

Cookie:  base64url(1 ‖ session id(16) ‖ HMAC-SHA256(kind ‖ session id))
Form:    base64url(salt(12) ‖ HMAC-SHA256(kind ‖ session id ‖ salt)), salted so that compression cannot leak it
Token:   base64url(32 random bytes); only its SHA-256 is stored
"""

import base64
import hashlib
import hmac
import os
import secrets
from typing import Final
from uuid import UUID

from changming.kernel.ids import SessionId
from changming.kernel.personal import Personal
from changming.trust.identity.model import AnySession, SessionKind
from changming.trust.vault import Keyring

_VERSION: Final = b"\x01"
_SALT: Final = 12
_LONGEST: Final = 128
_TOKEN_BYTES: Final = 32


def cookie_value(keyring: Keyring, session: AnySession) -> str:
    """What the browser of this session carries: HttpOnly, SameSite=Lax, Secure wherever there is TLS."""
    return _encode(_VERSION + session.id.bytes + _cookie_mac(keyring, session.kind, session.id))


def read_cookie_value(keyring: Keyring, kind: SessionKind, value: str) -> SessionId | None:
    """The session id of a cookie that we signed for this kind, compared in constant time; None for any other."""
    raw = _decode(value)
    if raw is None or raw[:1] != _VERSION or len(raw) < len(_VERSION) + 16:
        return None
    session_id = SessionId(UUID(bytes=raw[1:17]))
    return session_id if hmac.compare_digest(raw[17:], _cookie_mac(keyring, kind, session_id)) else None


def csrf_token(keyring: Keyring, session: AnySession) -> str:
    """A token for a form shown to this session; another at every call, all of them good as long as the session."""
    salt = os.urandom(_SALT)
    return _encode(salt + _csrf_mac(keyring, session, salt))


def check_csrf(keyring: Keyring, session: AnySession, token: str) -> bool:
    """Whether the token came from a form shown to this very session, in constant time."""
    raw = _decode(token)
    return raw is not None and hmac.compare_digest(raw[_SALT:], _csrf_mac(keyring, session, raw[:_SALT]))


def new_token() -> Personal:
    """A secret of 256 random bits for a link; boxed, so that no log shows it."""
    return Personal(secrets.token_urlsafe(_TOKEN_BYTES))


def token_digest(token: Personal) -> bytes:
    """What is stored of a token. Of 256 random bits a plain SHA-256 is not turned back."""
    return hashlib.sha256(token.reveal().encode("utf-8", "surrogatepass")).digest()


def reference_digest(keyring: Keyring, canonical: str) -> bytes:
    """What a link stores of its case's reference: an HMAC, for references are short."""
    return hmac.digest(keyring.derive("secret-link.reference"), canonical.encode("utf-8", "surrogatepass"), "sha256")


def _cookie_mac(keyring: Keyring, kind: SessionKind, session_id: SessionId) -> bytes:
    return hmac.digest(keyring.derive("session"), kind.value.encode() + b"|" + session_id.bytes, "sha256")


def _csrf_mac(keyring: Keyring, session: AnySession, salt: bytes) -> bytes:
    message = session.kind.value.encode() + b"|" + session.id.bytes + salt
    return hmac.digest(keyring.derive("csrf"), message, "sha256")


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decode(value: str) -> bytes | None:
    if not value.isascii() or len(value) > _LONGEST:
        return None
    try:
        raw = base64.urlsafe_b64decode(value + "=" * (-len(value) % 4))
    except ValueError:
        return None
    return raw if _encode(raw) == value else None
