"""How a person can be reached: kept sealed, found by a blind index."""

from datetime import datetime
from typing import Final

from changming.infra.postgres import Queries, Tx
from changming.kernel.actors import Actor
from changming.kernel.decisions import Refusal
from changming.kernel.errors import ChangmingError
from changming.kernel.ids import SubjectId, new_id
from changming.kernel.personal import Personal
from changming.trust.ledger import Action, Event, record
from changming.trust.people.model import Contact, ContactId, ContactKind, Subject
from changming.trust.people.rules import NORMALISER, decide_contact
from changming.trust.vault import Keyring, Sealer, add_index, drop_index, find_indexed

_Q = Queries(__package__)
_FOUND: Final = ("none", "found")


async def add_contact(
    tx: Tx,
    keyring: Keyring,
    sealer: Sealer,
    *,
    subject: Subject,
    kind: ContactKind,
    value: Personal,
    actor: Actor,
    now: datetime,
) -> Contact | Refusal:
    """Keep a contact in its canonical form, sealed and findable.

    Args:
        tx: the act's transaction.
        keyring: holds the index keys.
        sealer: of the subject.
        subject: whose contact it is.
        kind: phone or e-mail.
        value: as the person wrote it.
        actor: who gives it.
        now: the present instant.

    Returns:
        The contact, or the refusal ``contact_phone_bad`` / ``contact_email_bad`` that says how to write it.

    Raises:
        ChangmingError: ``subject_erased`` (410), also when the erasure happens at this very moment.
    """
    if sealer.subject_id != subject.id:
        raise ValueError("the sealer is of another subject")
    canonical = decide_contact(kind, value)
    if isinstance(canonical, Refusal):
        return canonical
    contact_id = ContactId(new_id(now))
    contact = Contact(contact_id, subject.id, kind, sealer.seal(kind.field, contact_id, canonical))
    names = {
        "id": contact.id,
        "subject_id": contact.subject_id,
        "kind": kind.value,
        "value_sealed": contact.value_sealed,
        "normaliser": NORMALISER,
        "now": now,
    }
    if await (await tx.execute(_Q("add_contact"), names)).fetchone() is None:
        raise ChangmingError("subject_erased", status=410)
    await add_index(tx, keyring, sealer, field=kind.field, row=contact.id, normalised=canonical)
    event = Event(Action.CONTACT_ADD, actor, subject=subject.pseudonym, object=f"contact/{contact.id}")
    await record(tx, event, now=now)
    return contact


async def contacts_of(tx: Tx, subject_id: SubjectId) -> tuple[Contact, ...]:
    """A subject's contacts, oldest first, sealed; none once erased."""
    rows = await (await tx.execute(_Q("contacts_of"), {"subject_id": subject_id})).fetchall()
    return tuple(Contact.from_row(row) for row in rows)


async def find_by_contact(
    tx: Tx, keyring: Keyring, kind: ContactKind, value: Personal, *, actor: Actor, now: datetime
) -> tuple[SubjectId, ...] | Refusal:
    """The subjects that gave this contact, oldest first; the search itself is recorded, never what was searched.

    A family shares a phone: several may be found, and finding one proves nothing about who asks.
    """
    canonical = decide_contact(kind, value)
    if isinstance(canonical, Refusal):
        return canonical
    found = await find_indexed(tx, keyring, kind.field, canonical)
    event = Event(Action.CONTACT_FIND, actor, object=f"contact/{kind.value}", result=_FOUND[bool(found)])
    await record(tx, event, now=now)
    return tuple(dict.fromkeys(subject_id for subject_id, _ in found))


async def remove_contact(tx: Tx, subject: Subject, contact_id: ContactId, *, actor: Actor, now: datetime) -> bool:
    """Delete one contact and its index; False if the subject has no such contact (any more)."""
    names = {"id": contact_id, "subject_id": subject.id}
    if await (await tx.execute(_Q("drop_contact"), names)).fetchone() is None:
        return False
    await drop_index(tx, contact_id)
    event = Event(Action.CONTACT_REMOVE, actor, subject=subject.pseudonym, object=f"contact/{contact_id}")
    await record(tx, event, now=now)
    return True
