"""A desk that says what a test tells it to."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from eval.desk import Desk, Outcome, outcome
from eval.reading import Item

from changming.guidance.answers import Answer, Candidate, Result
from changming.guidance.triage import Place, Triage, Urgent
from changming.kernel.catalogue import AnswerStatus, Level, Materials, RefusalKind

AT = datetime.fromisoformat("2026-11-23T10:00:00+08:00")


def line(text: str, expected: Any, *, turns: tuple[str, ...] = (), family: str = "plain") -> Item:
    return Item(f"id-{text}", text, AT, turns, expected, family)


def result(
    status: AnswerStatus,
    service: str | None = None,
    *,
    candidates: tuple[str, ...] = (),
    refusal: RefusalKind | None = None,
    confidence: float = 0.9,
    text: str = "",
    need_by: date | None = None,
    place: str | None = None,
    documents: tuple[str, ...] = (),
) -> Result:
    understood = Triage(
        service, documents, None, Level.GENERAL, Urgent(), need_by, None,
        Place(place, place) if place else None, Materials.UNKNOWN, None, None, (),
    )  # fmt: skip
    offered = tuple(Candidate(one, one) for one in candidates)
    return Result("", understood, Answer(status, text, refusal, candidates=offered, confidence=confidence))


@dataclass(frozen=True)
class ToyDesk(Desk):
    says: Mapping[str, Result] = field(default_factory=dict)

    def without(self, services: Iterable[str]) -> "ToyDesk":
        """Withdrawing a service makes the desk say what stands under ``<text> without <services>``."""
        mark = " without " + ", ".join(sorted(services))
        return ToyDesk(says={said.removesuffix(mark): one for said, one in self.says.items() if said.endswith(mark)})

    def ask(self, item: Item) -> Result:
        return self.says[item.text]

    def talk(self, item: Item) -> tuple[Outcome, ...]:
        return tuple(outcome(self.says[turn]) for turn in item.turns)
