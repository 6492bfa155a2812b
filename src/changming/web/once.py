"""The same submission twice is done once: a double tap, a reload, a retry after a broken connection."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Self
from uuid import UUID

from litestar import Request

from changming.infra import idempotency
from changming.infra.idempotency import Replay
from changming.infra.postgres import Tx
from changming.kernel.errors import ChangmingError
from changming.web.cookies import FORMS, read_cookie
from changming.web.forms import KEY_FIELD, Form
from changming.web.house import House
from changming.web.who import NOT_YET_KNOWN, StaffMember, let_in

HEADER: Final = "idempotency-key"
SEE_OTHER: Final = 303


@dataclass(frozen=True, slots=True)
class Once:
    """One submission, as ``infra.idempotency`` knows it.

    ``key`` is the ``Idempotency-Key`` header or the form's hidden field. Without a key nothing is compared: the act is
    done each time. The path is part of the compared body, not of the stored route, because it may hold a secret.
    """

    principal: str
    route: str
    key: str
    body: bytes
    secret: bytes

    @classmethod
    def of_form(cls, house: House, request: Request[Any, Any, Any], form: Form) -> Self:
        """The submission of a form."""
        key = request.headers.get(HEADER) or form.get(KEY_FIELD)
        return cls.of(house, request, key, form.canonical())

    @classmethod
    def of(cls, house: House, request: Request[Any, Any, Any], key: str, body: bytes) -> Self:
        """The submission of any body."""
        return cls(
            principal=_principal(house, request),
            route=f"{request.scope['method']} {request.scope['path_template']}",
            key=key,
            body=request.scope["path"].encode() + b"\x00" + body,
            secret=house.keyring.derive("web.idempotency"),
        )

    async def before(self, tx: Tx, *, now: datetime) -> Replay | None:
        """The earlier result of the same submission, or None when it is the first; call it before anything else.

        Raises:
            ChangmingError: ``idempotency_key_reused`` (422) for the same key with another body,
                ``idempotency_key_invalid`` (400), ``idempotency_unfinished`` (409).
        """
        if not self.key:
            return None
        return await idempotency.once(
            tx, principal=self.principal, route=self.route, key=self.key, body=self.body, secret=self.secret, now=now
        )

    async def after(self, tx: Tx, object_id: str, *, subject_id: UUID | None, status: int = SEE_OTHER) -> None:
        """Keep what the submission made, in the act's transaction."""
        if self.key:
            await idempotency.finish(
                tx,
                principal=self.principal,
                route=self.route,
                key=self.key,
                status=status,
                object_id=object_id,
                subject_id=subject_id,
            )


def _principal(house: House, request: Request[Any, Any, Any]) -> str:
    """Who submits. A browser that may be new goes by its form cookie, which outlives the session it gets meanwhile."""
    who = let_in(request.scope)
    nonce = read_cookie(house, request, FORMS)
    new_browsers_too = request.scope["route_handler"].opt.get("may") in NOT_YET_KNOWN
    if nonce and (new_browsers_too or who is None):
        return f"browser/{hashlib.sha256(nonce.encode()).hexdigest()[:32]}"
    if who is None:
        raise ChangmingError("form_stale", status=403)
    return f"{'staff' if isinstance(who, StaffMember) else 'visitor'}/{who.session.id}"
