"""What the words say about the document itself, and what it is wanted for: lost, expired, for a flight, abroad."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Final

from changming.guidance.triage import lexicon
from changming.guidance.triage.dates import FoundDate
from changming.guidance.triage.need_by import is_expiry

_SOON: Final = timedelta(days=90)
_HALF_A_YEAR: Final = timedelta(days=182)
_DUE: Final = frozenset({"expired", "due"})
_GROUPS: Final = ("state", "purpose", "fraud", "group")
_KINDS: Final = ("first", "renew")


def read_states(text: str, dates: Iterable[FoundDate], actions: Sequence[str], today: date) -> tuple[str, ...]:
    """States in the words of the pack format's ``state`` slot, in no order of importance.

    ``soon`` (within 90 days), ``later`` and ``expiring`` (within half a year) need the date on which the document
    expires; ``due`` is any talk of expiry.
    """
    said = {hit.value: None for group in _GROUPS for hit in lexicon.find(group, text) if not hit.negated}
    if "found" in said:
        said.pop("lost", None)
    for found in dates:
        if not is_expiry(text, found):
            continue
        if found.past or found.value < today:
            said |= dict.fromkeys(("expired", "due"))
            continue
        said.pop("expired", None)
        left = found.value - today
        said |= dict.fromkeys(("due", "soon" if left <= _SOON else "later"))
        if left < _HALF_A_YEAR:
            said["expiring"] = None
    if _DUE & said.keys():
        said["due"] = None
    return (*said, *(kind for kind in _KINDS if kind in actions))
