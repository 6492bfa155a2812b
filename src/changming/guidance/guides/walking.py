"""Which questions a person was asked so far, which one comes next, and how many there can still be."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from changming.guidance.knowledge import DONT_KNOW, Case, Input, Judgement, Pack, judge, read_answer, read_case


@dataclass(frozen=True, slots=True)
class Answered:
    """A question that counts for this case, and its answer. ``coarse``: a place too large to tell, asked again."""

    asked: Input
    value: str
    coarse: bool

    @property
    def unknown(self) -> bool:
        """Whether the answer was "don't know"."""
        return self.value == DONT_KNOW


@dataclass(frozen=True, slots=True)
class Walk:
    """The way through a pack's questions with the answers at hand.

    Attributes:
        answered: the questions that could change the outcome when they were asked, in the pack's order.
        given: their answers, by input; what the outcome is judged with.
        question: the one that is asked now, None when no other answer can change anything.
        left: how many more questions there can be at most, this one included.
        dropped: how many answers the pack of today does not understand any more.
        case: the facts; None where the pack hands over to a person before any question.
        judged: what the pack decides of them.
    """

    answered: tuple[Answered, ...]
    given: Mapping[str, str]
    question: Input | None
    left: int
    dropped: int
    case: Case | None
    judged: Judgement | None

    @property
    def is_over(self) -> bool:
        """Whether questions were answered and none is open any more."""
        return bool(self.answered) and self.question is None


def usable(pack: Pack, answers: Mapping[str, str]) -> dict[str, str]:
    """The answers that the pack understands; those of an earlier edition may have lost their question or option."""
    kept = {}
    for name, value in answers.items():
        asked = pack.inputs.get(name)
        if asked is not None and _is_answer(asked, value):
            kept[name] = value
    return kept


def walk(pack: Pack, answers: Mapping[str, str], *, on: date) -> Walk:
    """The way through the pack for these answers.

    Only answers to questions that matter count, in whatever order they were given; the others are left as they are, so
    that they count again when an earlier answer is changed back.
    """
    kept = usable(pack, answers)
    dropped = len(answers) - len(kept)
    if on < pack.since or not (pack.answer or pack.path):
        return Walk((), {}, None, 0, dropped, None, None)
    given: dict[str, str] = {}
    while True:
        case = read_case(pack, on=on, given=given)
        judged = judge(pack, case)
        name = next((one for one in judged.waits if one in kept and one not in given), None)
        if name is None:
            break
        given[name] = kept[name]
    given = {name: given[name] for name in pack.inputs if name in given}
    answered = tuple(Answered(pack.inputs[one], value, one in judged.waits) for one, value in given.items())
    question = None if judged.question is None else pack.inputs[judged.question]
    return Walk(answered, given, question, len(judged.waits), dropped, case, judged)


def _is_answer(asked: Input, value: str) -> bool:
    try:
        read_answer(asked, value)
    except ValueError:
        return False
    return True
