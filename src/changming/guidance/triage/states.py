"""What the words say about the document itself, and what it is wanted for: lost, expired, for a flight, abroad."""

import re
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Final

from changming.guidance.triage import lexicon
from changming.guidance.triage.dates import FoundDate
from changming.guidance.triage.dates.numerals import NUMBER, as_number
from changming.guidance.triage.need_by import is_expiry

_SOON: Final = timedelta(days=90)
_HALF_A_YEAR: Final = timedelta(days=182)
_DUE: Final = frozenset({"expired", "due"})
_SINCE: Final = re.compile(
    rf"(?:过期|到期|失效)(?:都|已经|有|了)*(?P<n>{NUMBER}|半)(?P<unit>天|个?多?月|年)(?P<more>多)?(?:了|的)"
)
_YEAR: Final = 365
_RESTORED_WITHIN: Final = 3
_DAYS: Final = {"天": 1, "月": 31, "年": _YEAR}
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
    since = _since(text)
    if since is not None:
        said |= dict.fromkeys(("expired", "due", since))
    if _DUE & said.keys():
        said["due"] = None
    return (*said, *(kind for kind in _KINDS if kind in actions))


def _since(text: str) -> str | None:
    """How long ago it expired, in the words of the licence's entry; None where that lies on the edge of two."""
    hit = _SINCE.search(text)
    if hit is None:
        return None
    number = 0.5 if hit["n"] == "半" else as_number(hit["n"])
    if number is None:
        return None
    days = number * _DAYS[hit["unit"][-1]]
    if days < _YEAR:
        return "under_1y"
    edge = days == _YEAR and hit["more"] is None
    return None if edge or days >= _RESTORED_WITHIN * _YEAR else "years_1_3"
