"""Who gets in with which link, and who may see what: pure decisions."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from changming.kernel.decisions import Refusal
from changming.kernel.ids import CaseId, SubjectId
from changming.trust.identity.model import MAX_ATTEMPTS, Grant, SecretLink, SignInLink

_LONGEST_NAME: Final = 40
_LONG_NUMBER: Final = re.compile(r"\d{5}")


def canonical_reference(reference: str) -> str:
    """A case reference as it is compared: letters and digits only, capitals, full-width read as plain (NFKC)."""
    plain = unicodedata.normalize("NFKC", reference).upper()
    return "".join(character for character in plain if character.isalnum())


def decide_exchange(link: SecretLink | None, *, reference_matches: bool, now: datetime) -> Refusal | None:
    """Why a secret link opens nothing, or None.

    A wrong reference is refused with the number of tries that are left after it; the last wrong one kills the link.
    """
    if link is None:
        return Refusal("link_unknown", 404)
    if link.used_at is not None:
        return Refusal("link_used", 410)
    if link.dead_at is not None:
        return Refusal("link_dead", 410)
    if now >= link.expires_at:
        return Refusal("link_expired", 410)
    if reference_matches:
        return None
    left = MAX_ATTEMPTS - link.attempts - 1
    return Refusal("link_wrong_reference", 403, {"left": left}) if left > 0 else Refusal("link_dead", 410)


def decide_sign_in(link: SignInLink | None, *, now: datetime) -> Refusal | None:
    """Why a sign-in link opens nothing, or None. A link that was replaced by a newer one counts as expired."""
    if link is None:
        return Refusal("sign_in_unknown", 404)
    if link.staff.disabled_at is not None:
        return Refusal("staff_disabled", 403)
    if link.used_at is not None:
        return Refusal("sign_in_used", 410)
    if link.dead_at is not None or now >= link.expires_at:
        return Refusal("sign_in_expired", 410)
    return None


def decide_staff_name(name: str) -> str | Refusal:
    """The work name as it is kept, or the refusal. Five digits in a row are no part of a work name."""
    plain = unicodedata.normalize("NFC", name).strip()
    if not 1 <= len(plain) <= _LONGEST_NAME or not plain.isprintable() or _LONG_NUMBER.search(plain):
        return Refusal("staff_name_bad", 422)
    return plain


def covers(grants: Iterable[Grant], subject_id: SubjectId, case_id: CaseId | None) -> bool:
    """Whether one of the grants lets a session see the subject's data of this case (None: all of it)."""
    return any(g.subject_id == subject_id and g.case_id in (None, case_id) for g in grants)
