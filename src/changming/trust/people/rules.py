"""The canonical form of a contact, and who may be linked to whom."""

import re
import unicodedata
from typing import Final

from changming.kernel.decisions import Refusal
from changming.kernel.personal import Personal
from changming.trust.people.model import ContactKind, Subject, SubjectKind

NORMALISER: Final = 1
"""The version of the two forms below. A change is a new version beside the old one, or stored indexes go blind."""

_SPACING: Final = re.compile(r"[\s\-‐-―−().·]+")
_MOBILE: Final = re.compile(r"1[3-9]\d{9}")
_LANDLINE: Final = re.compile(r"0(\d{9,11})")
_INTERNATIONAL: Final = re.compile(r"\+[1-9]\d{6,14}")
_EMAIL: Final = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@(?:[a-z0-9-]{1,63}\.)+[a-z0-9-]{2,63}")
_LONGEST_EMAIL: Final = 254


def decide_contact(kind: ContactKind, value: Personal) -> Personal | Refusal:
    """The canonical form of a contact, or the refusal that says how to write it.

    Phones become E.164 (ITU-T E.164, ``+8613812345678``): a mainland mobile number or a landline with its area code
    needs no country code. Addresses are folded to small letters as a whole: no provider that people use tells
    ``A@x.cn`` from ``a@x.cn``. Full-width characters are read as their plain ones (NFKC) in both.
    """
    plain = unicodedata.normalize("NFKC", value.reveal()).strip()
    found = _phone(plain) if kind is ContactKind.PHONE else _email(plain)
    return Refusal(f"contact_{kind.value}_bad", 422) if found is None else Personal(found)


def _phone(text: str) -> str | None:
    digits = _SPACING.sub("", text)
    if digits.startswith("00"):
        digits = "+" + digits[2:]
    elif digits.startswith("86") and _MOBILE.fullmatch(digits[2:]):
        digits = "+" + digits
    elif _MOBILE.fullmatch(digits):
        digits = "+86" + digits
    elif landline := _LANDLINE.fullmatch(digits):
        digits = "+86" + landline[1]
    if not digits.isascii() or not _INTERNATIONAL.fullmatch(digits):
        return None
    return digits


def _email(text: str) -> str | None:
    folded = text.lower()
    if len(folded) > _LONGEST_EMAIL or not _EMAIL.fullmatch(folded) or ".." in folded:
        return None
    return folded


def decide_link(visitor: Subject, person: Subject, linked_to: Subject | None) -> Refusal | None:
    """Why this visitor is not linked to this person, or None (also where they are linked already).

    Args:
        visitor: the conversation.
        person: the known person or organisation.
        linked_to: whom the visitor is linked to now, None for nobody.
    """
    if visitor.kind is not SubjectKind.VISITOR or person.kind is SubjectKind.VISITOR:
        return Refusal("subject_link_kinds", 409)
    if visitor.erased_at is not None or person.erased_at is not None:
        return Refusal("subject_erased", 410)
    if linked_to is not None and linked_to.id != person.id:
        return Refusal("subject_already_linked", 409)
    return None
