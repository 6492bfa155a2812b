"""A new case: message, case, clocks, wake-ups, ledger and live update travel in one exchange and one commit."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

import msgspec

from changming.desk.cases import store
from changming.desk.cases.acts import keep_promises
from changming.desk.cases.model import Case, CaseState, Circumstances
from changming.desk.cases.reference import new_reference
from changming.desk.cases.rules import Facts, decide_open
from changming.desk.clocks import KNOWN
from changming.desk.conversations import Channel, Content, Conversation, SealedMessage, begin
from changming.infra import live
from changming.infra.postgres import Batch, Tx
from changming.kernel.actors import Actor
from changming.kernel.catalogue import SERVICES, Level
from changming.kernel.decisions import Refusal
from changming.kernel.ids import CaseId, ConversationId, new_id
from changming.kernel.messages import Lang
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
    tx: Tx | Batch,
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

    The whole intake is one statement. Its one ledger entry names the case and the message with its digest.

    Args:
        tx: the act's transaction, or a batch of it that holds something already, e.g. a new subject; it is sent here.
        content: what the person wrote.
        matter: what it is about.
        subject: who they are.
        sealer: of that subject.
        channel: where they came.
        lang: the language they speak.
        actor: who acts: their session, or staff who enter it for them.
        now: the present instant.

    Returns:
        What was made, or the refusal of the message (``message_empty``, ``message_too_long``, ``message_broken_text``).
    """
    batch = tx if isinstance(tx, Batch) else Batch(tx)
    said = await begin(
        batch.tx, content, subject=subject, sealer=sealer, channel=channel, lang=lang, actor=actor, now=now
    )
    if isinstance(said, Refusal):
        return said
    conversation, message = said
    await live.publish(batch.tx, "queue", "case.opened", now=now)
    place = f"/{message.place}"
    case = await _open(
        batch, conversation.id, matter, subject=subject, sealer=sealer, place=place, actor=actor, now=now
    )
    return Opened(case, conversation, message)


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
    batch = Batch(tx)
    topics = ("queue", f"conversation/{conversation_id}")
    await live.publish_all(batch.tx, topics, "case.opened", now=now)
    return await _open(batch, conversation_id, matter, subject=subject, sealer=sealer, actor=actor, now=now)


def open_circumstances(case: Case, opener: Opener) -> Circumstances:
    """The sealed circumstances of a case, for whoever holds a proof that names ``FieldId.CASE_CIRCUMSTANCES``."""
    if case.circumstances_sealed is None:
        return Circumstances()
    plain = opener.open_bytes(FieldId.CASE_CIRCUMSTANCES, case.id, case.circumstances_sealed)
    return msgspec.json.decode(plain, type=Circumstances)


async def _open(
    batch: Batch,
    conversation_id: ConversationId,
    matter: Matter,
    *,
    subject: Subject,
    sealer: Sealer,
    place: str = "",
    actor: Actor,
    now: datetime,
) -> Case:
    if matter.service not in SERVICES:
        raise ValueError(f"{matter.service} is no service of the catalogue")
    case_id = CaseId(new_id(now))
    case = Case(
        id=case_id,
        reference="",
        subject_id=subject.id,
        pseudonym=subject.pseudonym,
        conversation_id=conversation_id,
        state=CaseState.WAITING_FOR_US,
        level=matter.level,
        service=matter.service,
        circumstances_sealed=_seal_circumstances(matter.circumstances, sealer, case_id),
        created_at=now,
    )
    facts = Facts(case, (), KNOWN)
    change = decide_open(facts, actor, now=now)
    await keep_promises(batch.tx, facts, change, now=now)
    if change.action is not None:
        await record(batch.tx, Event(change.action, actor, subject.pseudonym, f"case/{case_id}{place}"), now=now)
    await store.add(batch.tx, change.case, [new_reference() for _ in range(_CANDIDATES)], actor)
    row = await (await batch.send()).fetchone()
    if row is None:
        raise LookupError("a new case always gets a reference")
    return replace(change.case, reference=row["reference"])


def _seal_circumstances(circumstances: Circumstances, sealer: Sealer, case_id: CaseId) -> bytes | None:
    if circumstances == Circumstances():
        return None
    return sealer.seal_bytes(FieldId.CASE_CIRCUMSTANCES, case_id, msgspec.json.encode(circumstances))
