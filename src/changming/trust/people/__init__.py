"""Subjects: who we keep data about, how to reach them, and how they are erased."""

from changming.trust.people.contacts import add_contact, contacts_of, find_by_contact, remove_contact
from changming.trust.people.model import (
    KEPT,
    Contact,
    ContactId,
    ContactKind,
    Receipt,
    ReceiptId,
    Subject,
    SubjectKind,
)
from changming.trust.people.rules import decide_contact
from changming.trust.people.service import create_subject, create_subject_sealing, erase, link
from changming.trust.people.store import find_linked_person, find_receipt, get_subject, hold_subject, linked_visitors

__all__ = [
    "KEPT",
    "Contact",
    "ContactId",
    "ContactKind",
    "Receipt",
    "ReceiptId",
    "Subject",
    "SubjectKind",
    "add_contact",
    "contacts_of",
    "create_subject",
    "create_subject_sealing",
    "decide_contact",
    "erase",
    "find_by_contact",
    "find_linked_person",
    "find_receipt",
    "get_subject",
    "hold_subject",
    "link",
    "linked_visitors",
    "remove_contact",
]
