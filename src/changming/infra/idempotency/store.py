"""Keys, never bodies: the body is kept as an HMAC under a key outside the database."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from changming.infra.postgres import Queries, Tx
from changming.kernel.errors import ChangmingError

KEEP: Final = timedelta(hours=48)
LONGEST_KEY = 200
_Q = Queries(__package__)


@dataclass(frozen=True, slots=True)
class Replay:
    """The first request's HTTP status and the id of the object it made; the caller renders it anew."""

    status: int
    object_id: str


async def once(
    tx: Tx, *, principal: str, route: str, key: str, body: bytes, secret: bytes, now: datetime
) -> Replay | None:
    """Reserve the key in this transaction: None for the first request, its result for a repeat.

    Args:
        tx: the act's transaction; the reservation commits or vanishes with the act.
        principal: who asks, e.g. ``visitor/<session id>``.
        route: what is asked, e.g. ``POST /ask``.
        key: the caller's ``Idempotency-Key`` or the form's hidden field.
        body: the canonical plain body; only its HMAC-SHA256 is stored.
        secret: the HMAC key, from the keyring.
        now: the present instant.

    Raises:
        ChangmingError: ``idempotency_key_reused`` (422) for the same key with another body,
            ``idempotency_key_invalid`` (400) for an empty or very long key.
    """
    if not key or len(key) > LONGEST_KEY or not key.isprintable():
        raise ChangmingError("idempotency_key_invalid", status=400)
    names = {"principal": principal, "route": route, "key": key}
    digest = hmac.digest(secret, body, hashlib.sha256)
    if await (await tx.execute(_Q("reserve"), {**names, "body_hmac": digest, "now": now})).fetchone():
        return None
    row = await (await tx.execute(_Q("find"), names)).fetchone()
    if row is None or row["status"] is None:
        raise ChangmingError("idempotency_unfinished", status=409)
    if not hmac.compare_digest(bytes(row["body_hmac"]), digest):
        raise ChangmingError("idempotency_key_reused", status=422)
    return Replay(row["status"], row["object_id"])


async def finish(
    tx: Tx, *, principal: str, route: str, key: str, status: int, object_id: str, subject_id: UUID | None
) -> None:
    """Keep the result beside the key, in the act's transaction; it is erased with the subject."""
    await tx.execute(
        _Q("finish"),
        {
            "principal": principal,
            "route": route,
            "key": key,
            "status": status,
            "object_id": object_id,
            "subject_id": subject_id,
        },
    )


async def forget_subject(tx: Tx, subject_id: UUID) -> None:
    """Drop the keys of a subject that is being erased."""
    await tx.execute(_Q("forget_subject"), {"subject_id": subject_id})


async def forget(tx: Tx, *, now: datetime) -> int:
    """Drop keys older than ``KEEP``; how many."""
    return (await tx.execute(_Q("forget"), {"before": now - KEEP})).rowcount
