"""A new case: message, case, clocks, wake-ups, ledger and live update travel in one exchange and one commit."""

import json
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Final

from psycopg import AsyncCursor

from changming.desk.cases import store
from changming.desk.cases.acts import tell
from changming.desk.cases.model import Case, CaseState, Circumstances
from changming.desk.cases.reference import new_reference
from changming.desk.cases.rules import Facts, decide_open
from changming.desk.clocks import KNOWN, save_clocks
from changming.desk.conversations import Channel, Content, Conversation, SealedMessage, open_with_message
from changming.infra import live
from changming.infra.postgres import Tx
from changming.infra.postgres.database import Row
from changming.kernel.actors import Actor
from changming.kernel.catalogue import SERVICES, Level, UrgentReason
from changming.kernel.decisions import Refusal
from changming.kernel.ids import CaseId, ConversationId, new_id
from changming.kernel.messages import Lang
from changming.kernel.personal import Personal
from changming.trust.ledger import Event, record
from changming.trust.people import Subject
from changming.trust.vault import FieldId, Opener, Sealer

_CANDIDATES: Final = 3
"""References drawn for a case; the first free one is used. Even with 100 million cases each is free in 99.7 %."""


@dataclass(frozen=True, slots=True)
class Matter:
    """What a case is about, as triage found it. ``service`` is an id of the catalogue."""

    level: Level
    service: str
    circumstances: Circumstances = field(default_factory=Circumstances)


@dataclass(frozen=True, slots=True)
class Opened:
    """What an intake made."""

    case: Case
    conversation: Conversation
    message: SealedMessage


async def intake(
    tx: Tx,
    content: Content,
    matter: Matter,
    *,
    subject: Subject,
    sealer: Sealer,
    channel: Channel = Channel.WEB,
    lang: Lang,
    actor: Actor,
    now: datetime,
) -> Opened | Refusal:
    """A person's message becomes a thread and a case at once, sealed, promised and recorded.

    Nothing is waited for between the statements: the whole intake is one exchange with the database.

    Returns:
        What was made, or the refusal of the message (``message_empty``, ``message_too_long``, ``message_broken_text``).
    """
    async with tx.pipeline():
        said = await open_with_message(
            tx, content, subject=subject, sealer=sealer, channel=channel, lang=lang, actor=actor, now=now
        )
        if isinstance(said, Refusal):
            return said
        conversation, message = said
        case, cursor = await _open(tx, conversation.id, matter, subject=subject, sealer=sealer, actor=actor, now=now)
        await live.publish(tx, "queue", "case.opened", {"case": str(case.id)}, now=now)
    return Opened(await _with_reference(case, cursor), conversation, message)


async def open_case(
    tx: Tx,
    conversation_id: ConversationId,
    matter: Matter,
    *,
    subject: Subject,
    sealer: Sealer,
    actor: Actor,
    now: datetime,
) -> Case:
    """A case in a thread that exists already; a case entered by staff has the same clocks."""
    async with tx.pipeline():
        case, cursor = await _open(tx, conversation_id, matter, subject=subject, sealer=sealer, actor=actor, now=now)
        await tell(tx, case, "opened", now=now)
    return await _with_reference(case, cursor)


def open_circumstances(case: Case, opener: Opener) -> Circumstances:
    """The sealed circumstances of a case, for whoever holds a proof that names ``FieldId.CASE_CIRCUMSTANCES``."""
    told = json.loads(opener.open(FieldId.CASE_CIRCUMSTANCES, case.id, case.circumstances_sealed).reveal())
    reason, need_by = told["urgent_reason"], told["need_by"]
    return Circumstances(UrgentReason(reason) if reason else None, date.fromisoformat(need_by) if need_by else None)


async def _open(
    tx: Tx,
    conversation_id: ConversationId,
    matter: Matter,
    *,
    subject: Subject,
    sealer: Sealer,
    actor: Actor,
    now: datetime,
) -> tuple[Case, AsyncCursor[Row]]:
    if matter.service not in SERVICES:
        raise ValueError(f"{matter.service} is no service of the catalogue")
    case_id = CaseId(new_id(now))
    told = {
        "urgent_reason": matter.circumstances.urgent_reason,
        "need_by": matter.circumstances.need_by.isoformat() if matter.circumstances.need_by else None,
    }
    case = Case(
        id=case_id,
        reference="",
        subject_id=subject.id,
        pseudonym=subject.pseudonym,
        conversation_id=conversation_id,
        state=CaseState.WAITING_FOR_US,
        level=matter.level,
        service=matter.service,
        circumstances_sealed=sealer.seal(FieldId.CASE_CIRCUMSTANCES, case_id, Personal(json.dumps(told))),
        created_at=now,
        events=1,
    )
    change = decide_open(Facts(case, (), KNOWN), actor, now=now)
    references = [new_reference() for _ in range(_CANDIDATES)]
    cursor = await store.add(tx, change.case, change.event, references, actor)
    await save_clocks(tx, change.clocks, subject_id=subject.id, now=now)
    if change.action is not None:
        await record(tx, Event(change.action, actor, subject.pseudonym, f"case/{case_id}"), now=now)
    return change.case, cursor


async def _with_reference(case: Case, cursor: AsyncCursor[Row]) -> Case:
    row = await cursor.fetchone()
    if row is None:
        raise LookupError("a new case always gets a reference")
    return replace(case, reference=row["reference"])
