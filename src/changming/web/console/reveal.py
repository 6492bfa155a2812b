"""Seeing what is masked: for a reason of a closed list, recorded before anything opens, for fifteen minutes.

The page's address carries the reason and the end of the proof, signed. Reading the page again within that time uses the
same proof; after it the page is masked again by itself, and nothing a GET does makes a new proof.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from changming.desk.cases import Case
from changming.trust.identity import StaffSession
from changming.web.house import House

PURPOSES: Final = ("call-back", "check-number", "check-material", "complaint")
"""Why somebody looks at what is masked: words of the ledger, with their sentences in the catalogue."""
CASE_WORK: Final = "case-work"
"""Why staff look at a case with everything masked."""
_MAC_CHARS: Final = 32


@dataclass(frozen=True, slots=True)
class Reveal:
    """A proof that was given: why, and until when."""

    purpose: str
    until: datetime


def write_reveal(house: House, session: StaffSession, case: Case, reveal: Reveal) -> str:
    """The reveal as the page's address carries it, good for this session and case only."""
    plain = f"{reveal.purpose}.{int(reveal.until.timestamp())}"
    return f"{plain}.{_mac(house, session, case, plain)}"


def read_reveal(house: House, session: StaffSession, case: Case, written: str, *, now: datetime) -> Reveal | None:
    """The reveal of an address; None when it is not ours or its time is over."""
    plain, _, mac = written.rpartition(".")
    if not mac.isascii() or not hmac.compare_digest(mac, _mac(house, session, case, plain)):
        return None
    purpose, _, seconds = plain.rpartition(".")
    until = datetime.fromtimestamp(int(seconds), UTC)
    return Reveal(purpose, until) if now < until else None


def _mac(house: House, session: StaffSession, case: Case, plain: str) -> str:
    key = house.keyring.derive("web.reveal")
    return hmac.new(key, f"{session.id}|{case.id}|{plain}".encode(), hashlib.sha256).hexdigest()[:_MAC_CHARS]
