"""Past questions asked of both versions: whose answer changes must have been foreseen, or the comparison is wrong."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeAlias

from changming.guidance.knowledge.case import read_case
from changming.guidance.knowledge.changes.decisions import DecisionDiff, decision_diff
from changming.guidance.knowledge.changes.outcomes import Outcome, outcome
from changming.guidance.knowledge.conditions import Fact
from changming.guidance.knowledge.model import Pack
from changming.kernel.errors import ChangmingError

Asked: TypeAlias = tuple[date, Mapping[str, str]]
"""The date of a past question and its typed answers; no words of a person."""


@dataclass(frozen=True, slots=True)
class Replay:
    """How many past questions are answered alike, which are not, and which of those nobody foresaw.

    ``changed`` and ``unpredicted`` are positions in the records; any ``unpredicted`` one forbids publication.
    """

    same: int
    changed: tuple[int, ...]
    unpredicted: tuple[int, ...]


def replay(old: Pack | None, new: Pack | None, records: Iterable[Asked]) -> Replay:
    """Answer every record with both versions and hold the differences against the decision diff."""
    found = list(records)
    if not found:
        return Replay(0, (), ())
    days = [on for on, _ in found]
    foreseen = decision_diff(old, new, since=min(days), until=max(days) + timedelta(days=1))
    changed: list[int] = []
    unpredicted: list[int] = []
    for at, (on, given) in enumerate(found):
        before, after = outcome(old, on=on, given=given), outcome(new, on=on, given=given)
        if before != after:
            changed.append(at)
            if not foresees(foreseen, (old, new), (before, after), (on, given)):
                unpredicted.append(at)
    return Replay(len(found) - len(changed), tuple(changed), tuple(unpredicted))


def foresees(
    diff: DecisionDiff, packs: tuple[Pack | None, Pack | None], outcomes: tuple[Outcome, Outcome], asked: Asked
) -> bool:
    """Whether every difference between two outcomes of a case lies in cells that the diff holds."""
    on, given = asked
    facts = _facts(packs, on, given)
    if not diff.since <= on < diff.until:
        return False
    holding = {name for name, piece in diff.pieces.items() if piece.holds(on, facts)}
    before, after = (one.lines() for one in outcomes)
    differing = {name for name in {**before, **after} if before.get(name) != after.get(name)}
    if any(one.not_valid for one in outcomes) or not differing:
        return bool(holding) or diff.moved
    return differing <= holding


def _facts(packs: Iterable[Pack | None], on: date, given: Mapping[str, str]) -> dict[str, Fact | None]:
    """All inputs that one of the versions knows, as facts; none when no version takes the answers.

    Then only silence tells the versions apart: one hands over whatever is said, the other does not understand it.
    """
    facts: dict[str, Fact | None] = {}
    for pack in packs:
        if pack is not None:
            with suppress(ChangmingError):
                facts |= read_case(pack, on=on, given=given).facts
    return facts
