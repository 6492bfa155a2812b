"""What can be wrong with a kept log, and where."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from changming.kernel.errors import ChangmingError
from changming.kernel.messages import Lang, text


class Problem(StrEnum):
    """The closed list of faults; each has its text ``ledger.fault.<problem>``."""

    MISSING = "missing"
    MALFORMED = "malformed"
    CHANGED = "changed"
    DISAGREES = "disagrees"
    UNEXPECTED = "unexpected"
    NOT_GENUINE = "not-genuine"
    WRONG_ROOT = "wrong-root"
    FORKED = "forked"
    COLUMN = "column"


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: a file of an export or a table of the database, and the entry's index where one is known."""

    where: str
    problem: Problem
    index: int | None = None

    def describe(self, lang: Lang) -> str:
        """One line for people."""
        place = self.where if self.index is None else f"{self.where} [{self.index}]"
        return f"{place}: {text(f'ledger.fault.{self.problem}', lang)}"


class LedgerTampered(ChangmingError):  # noqa: N818 - named for what happened, as everywhere in the house
    """The log is not what was signed. ``faults`` names every place found, at most 100, the surest first."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        first = self.faults[0]
        place = first.where if first.index is None else f"{first.where} [{first.index}]"
        super().__init__("ledger_tampered", status=500, where=place, count=len(self.faults))
