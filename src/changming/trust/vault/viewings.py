"""The proof of viewing: recorded, sealed, then given out."""

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Final

from changming.infra.postgres import Database, Queries, Tx
from changming.kernel.actors import Actor, ActorKind
from changming.kernel.errors import ChangmingError
from changming.kernel.ids import CaseId, Pseudonym, SubjectId, new_id
from changming.trust.ledger import Action, Event, record, wait_sealed
from changming.trust.vault.fields import FieldId
from changming.trust.vault.model import LONGEST_VIEWING, Viewing, ViewingRequest
from changming.trust.vault.rules import decide_view

_Q = Queries(__package__)
_SEAL_TIMEOUT_S: Final = 3.0
_ACTIONS: Final = MappingProxyType(
    {
        ActorKind.VISITOR: Action.OWN_DATA_VIEW,
        ActorKind.STAFF: Action.PERSONAL_DATA_VIEW,
        ActorKind.DESK: Action.DESK_DATA_VIEW,
        ActorKind.OPERATOR: Action.OPERATOR_DATA_VIEW,
    }
)


async def view(
    database: Database,
    *,
    actor: Actor,
    subject_id: SubjectId,
    case_id: CaseId | None,
    fields: frozenset[FieldId],
    purpose: str,
    now: datetime,
    lifetime: timedelta = LONGEST_VIEWING,
) -> Viewing:
    """A proof that lets ``opener`` open ``fields`` of a subject; its one ledger event is sealed when this returns.

    A live proof of the same actor, subject, case and purpose that covers the fields is given again, unless one of them
    is sensitive. For a person's own data pass the session's remaining life as ``lifetime``: one event a session.
    Call it outside a transaction: it takes connections of its own.

    Args:
        database: where the proof is kept.
        actor: who looks.
        subject_id: whose data it is.
        case_id: for which case, if there is one.
        fields: what is looked at; ask for all that a page needs at once.
        purpose: why, as a word such as ``case-work``; ``OWN_DATA`` for a visitor, and for visitors alone.
        now: the present instant.
        lifetime: how long the proof holds; at most fifteen minutes for anyone but the person.

    Raises:
        ChangmingError: ``viewing_refused`` (403), ``subject_unknown`` (404), ``subject_erased`` (410), and
            ``ledger_not_sealed`` (503): without a sealed event nothing is shown.
        ValueError: no field, no lifetime, or a purpose that is not a word.
    """
    request = ViewingRequest(actor, subject_id, case_id, fields, purpose, lifetime)
    refusal = decide_view(request)
    if refusal is not None:
        raise refusal.as_error()
    async with database.read() as tx:
        row = await _find(tx, request, now=now)
    if row["id"] is not None:
        viewing, sealed = Viewing.from_row(row), row["sealed"]
    else:
        async with database.act() as tx:
            viewing, sealed = await _grant(tx, request, Pseudonym(row["pseudonym"]), now=now), False
    if not sealed:
        await wait_sealed(database, viewing.event_id, timeout_s=_SEAL_TIMEOUT_S)
        async with database.read() as tx:
            await tx.execute(_Q("mark_sealed"), {"id": viewing.id})
    return viewing


async def _find(tx: Tx, request: ViewingRequest, *, now: datetime) -> Mapping[str, Any]:
    row = await (await tx.execute(_Q("find_viewing"), {**_columns(request), "now": now})).fetchone()
    if row is None:
        raise ChangmingError("subject_unknown", status=404)
    if row["erased_at"] is not None:
        raise ChangmingError("subject_erased", status=410)
    return row


async def _grant(tx: Tx, request: ViewingRequest, pseudonym: Pseudonym, *, now: datetime) -> Viewing:
    viewing_id, columns = new_id(now), _columns(request)
    place = "viewing" if request.case_id is None else f"case/{request.case_id}"
    digest = hashlib.sha256("\n".join(columns["fields"]).encode()).hexdigest()
    event = Event(
        _ACTIONS[request.actor.kind],
        request.actor,
        subject=pseudonym,
        object=f"{place}/{viewing_id}/{digest}",
        purpose=request.purpose,
    )
    row = {
        **columns,
        "id": viewing_id,
        "single_use": request.single_use,
        "granted_at": now,
        "expires_at": now + request.lifetime,
        "event_id": await record(tx, event, now=now),
    }
    await tx.execute(_Q("add_viewing"), row)
    return Viewing.from_row(row)


def _columns(request: ViewingRequest) -> dict[str, Any]:
    return {
        "actor_kind": request.actor.kind.value,
        "actor_id": request.actor.id,
        "subject_id": request.subject_id,
        "case_id": request.case_id,
        "fields": sorted(field.value for field in request.fields),
        "purpose": request.purpose,
    }
