"""Making, linking and erasing subjects."""

from datetime import datetime

from changming.infra import idempotency
from changming.infra.postgres import Tx
from changming.kernel.actors import Actor
from changming.kernel.errors import ChangmingError
from changming.kernel.ids import Pseudonym, SubjectId, new_id, random_id
from changming.trust.ledger import Action, Event, forget_details, record
from changming.trust.people import store
from changming.trust.people.model import Receipt, ReceiptId, Subject, SubjectKind
from changming.trust.people.rules import decide_link
from changming.trust.vault import ERASED_EVERYWHERE, Keyring, Sealer, add_key, destroy_key


async def create_subject(tx: Tx, kind: SubjectKind, keyring: Keyring, *, now: datetime) -> Subject:
    """A new subject with a data key of its own. What makes it (a conversation opened) is what the ledger records."""
    return (await create_subject_sealing(tx, kind, keyring, now=now))[0]


async def create_subject_sealing(
    tx: Tx, kind: SubjectKind, keyring: Keyring, *, now: datetime
) -> tuple[Subject, Sealer]:
    """A new subject and its Sealer, which is not read back: two inserts, which a pipeline of the caller's may hold."""
    subject = Subject(SubjectId(new_id(now)), Pseudonym(random_id()), kind, None)
    await store.add_subject(tx, subject, now=now)
    return subject, await add_key(tx, keyring, subject.id, subject.pseudonym, now=now)


async def link(tx: Tx, visitor_id: SubjectId, person_id: SubjectId, *, actor: Actor, now: datetime) -> None:
    """A visitor's conversation belongs to a known person from now on; linking the same two again does nothing.

    Their keys stay apart. Erasing the person erases the conversation too.

    Raises:
        ChangmingError: ``subject_unknown`` (404), ``subject_erased`` (410), ``subject_link_kinds`` or
            ``subject_already_linked`` (409).
    """
    found = await store.lock_subjects(tx, (visitor_id, person_id))
    visitor, person = found.get(visitor_id), found.get(person_id)
    if visitor is None or person is None:
        raise ChangmingError("subject_unknown", status=404)
    refusal = decide_link(visitor, person, await store.find_linked_person(tx, visitor_id))
    if refusal is not None:
        raise refusal.as_error()
    if await store.add_link(tx, visitor_id, person_id, now=now):
        event = Event(Action.SUBJECT_LINK, actor, subject=visitor.pseudonym, object=f"subject/{person.pseudonym}")
        await record(tx, event, now=now)


async def erase(tx: Tx, subject_id: SubjectId, *, actor: Actor, now: datetime) -> Receipt:
    """Destroy a subject's key and delete what is known about them; of a person, their linked conversations too.

    Other features do nothing for it: their rows keep bytes that nobody can open. Erasing again changes nothing and
    returns the first receipt.

    Raises:
        ChangmingError: ``subject_unknown`` (404).
    """
    found = await store.lock_subjects(tx, (subject_id, *await store.linked_visitors(tx, subject_id)))
    if subject_id not in found:
        raise ChangmingError("subject_unknown", status=404)
    receipt = await store.find_receipt(tx, subject_id)
    if receipt is not None:
        return receipt
    late = set(await store.linked_visitors(tx, subject_id)) - found.keys()  # linked before we held the person
    found |= await store.lock_subjects(tx, late)
    doomed = [subject for subject in found.values() if subject.erased_at is None]
    ids = tuple(sorted(s.id for s in doomed))
    receipt = Receipt(ReceiptId(random_id()), ids, now, now + ERASED_EVERYWHERE)
    for subject in doomed:
        await _erase_one(tx, subject, receipt, actor=actor, now=now)
    return receipt


async def _erase_one(tx: Tx, subject: Subject, receipt: Receipt, *, actor: Actor, now: datetime) -> None:
    await destroy_key(tx, subject.id, now=now)
    await store.mark_erased(tx, subject.id, now=now)
    await idempotency.forget_subject(tx, subject.id)
    await forget_details(tx, subject.pseudonym)
    event = Event(Action.SUBJECT_ERASE, actor, subject=subject.pseudonym, object=f"receipt/{receipt.id}")
    await store.add_erasure(tx, receipt, subject.id, await record(tx, event, now=now))
