"""The closed list of sealed fields. A name here is part of every ciphertext: it is never changed and never reused."""

from enum import StrEnum
from typing import Final


class FieldId(StrEnum):
    """A field's stable name; tables and columns may be renamed, this may not. Each area appends its own lines."""

    MESSAGE_BODY = "message.body"
    MESSAGE_MASKED = "message.masked"
    MESSAGE_UNDERSTANDING = "message.understanding"
    MESSAGE_ANSWER = "message.answer"
    CASE_CIRCUMSTANCES = "case.circumstances"
    CASE_NOTE = "case.note"
    RATING_COMMENT = "rating.comment"
    CONTACT_PHONE = "contact.phone"
    CONTACT_EMAIL = "contact.email"
    VISIT_BODY = "visit.body"
    VISIT_SHARE = "visit-share.body"
    SECRET_LINK_TOKEN = "secret-link.token"  # noqa: S105 - the name of a field, not a secret


SENSITIVE: Final = frozenset({FieldId.CONTACT_PHONE, FieldId.CONTACT_EMAIL})
"""Each look by anyone but the person needs a new proof, which opens once."""

OWN_ONLY: Final = frozenset({FieldId.SECRET_LINK_TOKEN, FieldId.VISIT_BODY})
"""Opened for the person's own session and for nobody else."""
