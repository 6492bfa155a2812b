"""What staff and people do with a case. Every function works in the transaction it is given and never commits it.

An expected "no" comes back as a ``Refusal`` and changes nothing; ``case_not_found`` is raised.
"""

from datetime import datetime
from typing import Protocol

from changming.desk.cases import rules, store
from changming.desk.cases.acts import Note, act, facts_of, get_facts, keep, named
from changming.desk.cases.model import Case
from changming.desk.cases.rules import Change, Facts
from changming.desk.conversations import Author, Content, SealedMessage, add_reply, decide_body, receive_message
from changming.infra.postgres import Tx
from changming.kernel.actors import Actor, ActorKind
from changming.kernel.catalogue import Level
from changming.kernel.decisions import Refusal
from changming.kernel.errors import ChangmingError
from changming.kernel.ids import CaseId, ConversationId, StaffId, SubjectId
from changming.trust.identity import list_staff
from changming.trust.people import Subject, get_subject
from changming.trust.vault import Keyring, Sealer, sealer

_ERASED = Refusal("subject_erased", 410)


class Decide(Protocol):
    """A decision about something that staff say in a case."""

    def __call__(self, facts: Facts, staff: StaffId, *, now: datetime) -> Change | Refusal:
        """What becomes of the case."""


async def get_case(tx: Tx, case_id: CaseId) -> Case:
    """A case.

    Raises:
        ChangmingError: ``case_not_found`` (404).
    """
    case = await store.find_case(tx, case_id)
    if case is None:
        raise ChangmingError("case_not_found", status=404)
    return case


async def take(tx: Tx, case_id: CaseId, *, staff: StaffId, over: bool = False, now: datetime) -> Case | Refusal:
    """``staff`` becomes the owner; of two at once one wins, the other is refused with ``case_taken``.

    Args:
        tx: the act's transaction.
        case_id: which case.
        staff: who takes it.
        over: take it from a colleague who cannot go on.
        now: the present instant.
    """
    return await act(
        tx, case_id, lambda facts: rules.decide_take(facts, staff, over=over, now=now), actor=_staff(staff), now=now
    )


async def hand_over(
    tx: Tx, case_id: CaseId, *, staff: StaffId, to: StaffId, note: Note | None = None, now: datetime
) -> Case | Refusal:
    """The owner gives the case to a colleague who handles cases, with a sealed note if there is something to say."""
    colleagues = [one for one in await list_staff(tx) if one.disabled_at is None and one.role.handles_cases]
    if all(one.id != to for one in colleagues):
        return Refusal("colleague_gone", 422)
    if note is not None and (refusal := decide_body(note.text)):
        return refusal
    return await act(
        tx,
        case_id,
        lambda facts: rules.decide_hand_over(facts, staff, to, now=now),
        actor=_staff(staff),
        now=now,
        note=note,
    )


async def reply(
    tx: Tx, keyring: Keyring, case_id: CaseId, content: Content, *, staff: StaffId, now: datetime
) -> Case | Refusal:
    """The owner answers the person: the first contact, and an update where one is promised."""
    return await _speak(tx, keyring, case_id, content, rules.decide_reply, staff=staff, now=now)


async def ask_person(
    tx: Tx, keyring: Keyring, case_id: CaseId, content: Content, *, staff: StaffId, now: datetime
) -> Case | Refusal:
    """The owner asks the person for something; the case waits for them, and its clock too where the level lets it."""
    return await _speak(tx, keyring, case_id, content, rules.decide_ask, staff=staff, now=now)


async def resolve(
    tx: Tx, keyring: Keyring, case_id: CaseId, content: Content | None = None, *, staff: StaffId, now: datetime
) -> Case | Refusal:
    """The desk's answer or act is given, with closing words or, where somebody has spoken already, without."""

    def decide(facts: Facts, staff: StaffId, *, now: datetime) -> Change | Refusal:
        return rules.decide_resolve(facts, staff, with_answer=content is not None, now=now)

    return await _speak(tx, keyring, case_id, content, decide, staff=staff, now=now)


async def change_level(
    tx: Tx, case_id: CaseId, level: Level, *, staff: StaffId, note: Note | None = None, now: datetime
) -> Case | Refusal:
    """Another level; running clocks are re-timed with both deadlines in the visible history."""
    if note is not None and (refusal := decide_body(note.text)):
        return refusal
    return await act(
        tx,
        case_id,
        lambda facts: rules.decide_level(facts, staff, level, now=now),
        actor=_staff(staff),
        now=now,
        note=note,
    )


async def agree_date(tx: Tx, case_id: CaseId, until: datetime, *, staff: StaffId, now: datetime) -> Case | Refusal:
    """The date of the resolution of a dedicated case, as agreed with the person."""
    return await act(
        tx, case_id, lambda facts: rules.decide_agreed_date(facts, staff, until, now=now), actor=_staff(staff), now=now
    )


async def reopen(tx: Tx, case_id: CaseId, *, actor: Actor, now: datetime) -> Case | Refusal:
    """A resolved case is taken up again, by the person's or staff's explicit act; an erased person's stays closed."""
    facts = await get_facts(tx, case_id)
    if refusal := await _erased(tx, facts.case.subject_id):
        return refusal
    change = rules.decide_reopen(facts, actor, now=now)
    return change if isinstance(change, Refusal) else await keep(tx, facts, change, actor=actor, now=now)


async def acknowledge(tx: Tx, case_id: CaseId, *, staff: StaffId, now: datetime) -> Case | Refusal:
    """What the person wrote after the resolution needs nothing more."""
    return await act(
        tx, case_id, lambda facts: rules.decide_acknowledge(facts, staff, now=now), actor=_staff(staff), now=now
    )


async def receive_from_person(
    tx: Tx,
    conversation_id: ConversationId,
    content: Content,
    *,
    subject: Subject,
    sealer: Sealer,
    actor: Actor,
    now: datetime,
) -> SealedMessage | Refusal:
    """The person writes in a thread, on whichever channel: waiting for them ends in this very transaction.

    The one way in for a person's words; it does as well for a thread that has no case. Somebody who is erased says
    nothing any more: ``subject_erased``.

    Raises:
        ChangmingError: ``conversation_not_found`` (404) when the subject has no such thread.
    """
    cases = [case for case in await store.lock_of_conversation(tx, conversation_id) if case.subject_id == subject.id]
    if refusal := await _erased(tx, subject.id):
        return refusal
    message = await receive_message(tx, conversation_id, content, subject=subject, sealer=sealer, actor=actor, now=now)
    if isinstance(message, Refusal):
        return message
    for case in cases:
        facts = await facts_of(tx, case)
        change = rules.decide_receive(facts, actor, now=now)
        if change is not None:
            await keep(tx, facts, change, actor=actor, now=now)
    return message


async def end_cases(tx: Tx, subject_id: SubjectId, *, actor: Actor, now: datetime) -> int:
    """End the open cases of a subject that is erased in the same transaction; how many there were.

    All their cases stay locked, so that nobody takes one up again meanwhile. Call it again after the erasure: that
    waits for a case which is just being opened.
    """
    ended = 0
    for case in await store.lock_of_subject(tx, subject_id):
        facts = await facts_of(tx, case)
        change = rules.decide_end(facts, actor, now=now)
        if change is not None:
            await keep(tx, facts, change, actor=actor, now=now)
            ended += 1
    return ended


async def _speak(
    tx: Tx,
    keyring: Keyring,
    case_id: CaseId,
    content: Content | None,
    decide: Decide,
    *,
    staff: StaffId,
    now: datetime,
) -> Case | Refusal:
    """Decide first, so that a refusal leaves nothing said; then say it and keep the change."""
    facts = await get_facts(tx, case_id)
    change = decide(facts, staff, now=now)
    if isinstance(change, Refusal):
        return await named(tx, change)
    actor = _staff(staff)
    subject = await get_subject(tx, facts.case.subject_id)
    if content is not None:
        said = await add_reply(
            tx,
            facts.case.conversation_id,
            content,
            author=Author.STAFF,
            subject=subject,
            sealer=await sealer(tx, keyring, subject.id),
            actor=actor,
            now=now,
        )
        if isinstance(said, Refusal):
            return said
    return await keep(tx, facts, change, actor=actor, now=now)


async def _erased(tx: Tx, subject_id: SubjectId) -> Refusal | None:
    """``subject_erased`` where that is so. Erasing holds the same case rows, so under their locks the answer stands."""
    return _ERASED if (await get_subject(tx, subject_id)).erased_at is not None else None


def _staff(staff: StaffId) -> Actor:
    return Actor(ActorKind.STAFF, staff)
