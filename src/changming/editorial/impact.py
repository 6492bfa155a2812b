"""What a new version of an entry would change: row by row, answer by answer, and in what was really asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from changming.editorial.checking import Checked
from changming.editorial.model import Consulted
from changming.editorial.rules import Findings
from changming.guidance.knowledge import (
    Change,
    DecisionDiff,
    Pack,
    Replay,
    decision_diff,
    replay,
    structural_diff,
)

AHEAD: Final = timedelta(days=731)
"""How far ahead answers are compared: as far as an entry must speak at least."""
MOST_REPLAYED: Final = 500
"""Different inputs that are replayed, the newest."""


@dataclass(frozen=True, slots=True)
class Impact:
    """The whole difference between two versions; None is "no entry"."""

    structure: tuple[Change, ...]
    decisions: DecisionDiff
    replayed: Replay
    records: tuple[Consulted, ...]


def weigh(old: Pack | None, new: Pack | None, records: Sequence[Consulted], *, today: date) -> Impact:
    """Compare two versions. Pure, and up to seconds long for entries with many inputs: run it in a thread."""
    asked = [(one.day, one.given) for one in records]
    return Impact(
        structural_diff(old, new),
        decision_diff(old, new, since=today, until=today + AHEAD),
        replay(old, new, asked),
        tuple(records),
    )


def findings_of(checked: Checked, impact: Impact | None, *, against: str | None) -> Findings:
    """What decides about a draft. ``against`` is the digest of the version that it was compared with."""
    pack = checked.pack
    return Findings(
        faults=len(checked.faults),
        version=pack.version if pack else "",
        digest=pack.digest if pack else "",
        overdue=checked.overdue,
        unpredicted=len(impact.replayed.unpredicted) if impact else 0,
        against=against,
    )
