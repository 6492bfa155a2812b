"""The desk as the evaluation sees it: the bundled edition behind the public functions, each question asked once."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from eval.reading import Item

from changming.guidance.answers import Query, Result, answer, answer_turns, index_of
from changming.guidance.knowledge import Edition, edition_of, load_edition
from changming.infra.resources import project_dir
from changming.kernel.catalogue import AnswerStatus

_SPOKEN_FOR: Final = frozenset({AnswerStatus.ANSWERED, AnswerStatus.ASK})
_HELP_LINES: Final = re.compile(r"(?<!\d)(110|119|120|12356|12355|12338|12110|988)(?!\d)")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one question.

    Attributes:
        service: what the answer is about; where a choice is offered, its first candidate.
        candidates: the services offered to tap, in their order.
        sure: the desk speaks for one service, with an answer or a question of that service.
    """

    status: str
    service: str | None
    candidates: tuple[str, ...]
    refusal: str | None
    confidence: float
    sure: bool
    cares: bool

    @property
    def first_three(self) -> tuple[str, ...]:
        """What a person sees or may tap, at most three."""
        offered = (() if self.service is None else (self.service,)) + self.candidates
        return tuple(dict.fromkeys(offered))[:3]

    def __str__(self) -> str:
        named = self.refusal or self.service or "-"
        return f"{self.status} {named} {self.confidence:.2f}"


@dataclass(frozen=True)
class Desk:
    """Asks the bundled edition, or what is left of it ``without`` some services."""

    withdrawn: frozenset[str] = frozenset()

    @cached_property
    def edition(self) -> Edition:
        edition = load_edition(project_dir("packs"))
        index_of(edition)
        return edition

    def without(self, services: Iterable[str]) -> "Desk":
        """The desk after these services' entries were withdrawn."""
        left = Desk(self.withdrawn | frozenset(services))
        packs = (pack for service, pack in self.edition.packs.items() if service not in left.withdrawn)
        left.__dict__["edition"] = edition_of(packs)
        return left

    def ask(self, item: Item) -> Result:
        """The whole result for a line's text at the line's instant."""
        return answer(self.edition, Query(item.text, item.at))

    def talk(self, item: Item) -> tuple[Outcome, ...]:
        """What comes of every turn of a conversation."""
        return tuple(map(outcome, answer_turns(self.edition, Query("", item.at), item.turns)))


def outcome(result: Result) -> Outcome:
    """The result in the terms of the sets."""
    said = result.answer
    candidates = tuple(one.service for one in said.candidates)
    if said.status is AnswerStatus.REFUSED:
        service = None
    elif said.status is AnswerStatus.CHOOSE and candidates:
        service = candidates[0]
    else:
        service = said.basis.service if said.basis else result.triage.service
    return Outcome(
        said.status.value,
        service,
        candidates,
        said.refusal.value if said.refusal else None,
        said.confidence,
        said.status in _SPOKEN_FOR and service is not None,
        _HELP_LINES.search(said.text) is not None,
    )
