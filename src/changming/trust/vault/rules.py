"""Who may see what: pure decisions."""

import re
from datetime import datetime, timedelta
from typing import Final

from changming.kernel.actors import ActorKind
from changming.kernel.decisions import Refusal
from changming.trust.vault.fields import FieldId
from changming.trust.vault.model import LONGEST_VIEWING, OWN_DATA, Epoch, StoredViewing, Viewing, ViewingRequest

_PURPOSE: Final = re.compile(r"[a-z][a-z0-9-]{1,39}")


def decide_view(request: ViewingRequest) -> Refusal | None:
    """Why the request is refused, or None when it may be granted.

    A visitor sees their own data and nothing else; "own data" is nobody else's purpose; a proof for anyone but the
    person lasts at most fifteen minutes.

    Raises:
        ValueError: a purpose that is not a plain word: it stands in the ledger and must never hold personal data.
    """
    if not _PURPOSE.fullmatch(request.purpose):
        raise ValueError("the purpose of a viewing is a word of a-z, 0-9 and hyphens, never free text")
    if not request.fields or request.lifetime <= timedelta(0):
        raise ValueError("a viewing names at least one field and lasts a while")
    visitor = request.actor.kind is ActorKind.VISITOR
    if visitor != (request.purpose == OWN_DATA) or (visitor and request.actor.id is None):
        return Refusal("viewing_refused", 403)
    if not request.own and (request.own_only or request.lifetime > LONGEST_VIEWING):
        return Refusal("viewing_refused", 403)
    return None


def decide_open(viewing: Viewing, stored: StoredViewing | None, *, now: datetime) -> Refusal | None:
    """Why the proof opens nothing (any more), or None.

    Args:
        viewing: the proof in hand.
        stored: the row of its id and subject, None where there is none.
        now: the present instant.
    """
    if stored is None or stored.viewing != viewing or not stored.sealed:
        return Refusal("viewing_unknown", 403)
    if stored.ended or not viewing.granted_at <= now < viewing.expires_at:
        return Refusal("viewing_expired", 403)
    return None


def decide_field(viewing: Viewing, field: FieldId) -> Refusal | None:
    """Why this field is not opened with this proof, or None."""
    return None if field in viewing.fields else Refusal("viewing_outside", 403, {"field": field.value})


def decide_destroy(epochs: tuple[Epoch, ...], *, keep: timedelta, now: datetime) -> tuple[int, ...]:
    """The epochs whose keys are destroyed now: retired for ``keep`` or longer. The current one never is."""
    return tuple(e.number for e in epochs if e.retired_at is not None and e.retired_at + keep <= now)
