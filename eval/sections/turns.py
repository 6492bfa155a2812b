"""Conversations: a follow-up keeps its subject, a new subject is noticed."""

from typing import Any

from eval.desk import Desk, Outcome
from eval.metrics import ratio
from eval.model import Figure, Lines, Mistake, Outcomes

_NO_ANSWER = ("refused", "handover", "choose")


def judge_multi_turn(desk: Desk, lines: Lines) -> Outcomes:
    """Turns and whole conversations that went right."""
    turns = first = later = later_right = whole = 0
    mistakes: list[Mistake] = []
    for item in lines["multi_turn"]:
        outcomes = desk.talk(item)
        good = [turn_right(wanted, got) for wanted, got in zip(item.expected, outcomes, strict=True)]
        turns += len(good)
        first += good[0]
        later += len(good) - 1
        later_right += sum(good[1:])
        whole += all(good)
        wrong = [number for number, one in enumerate(good) if not one]
        if wrong:
            wanted = "; ".join(f"{number + 1}: {_show(item.expected[number])}" for number in wrong)
            got = "; ".join(f"{number + 1}: {outcomes[number]}" for number in wrong)
            mistakes.append(Mistake(item, wanted, got, float(len(wrong))))
    count = len(lines["multi_turn"])
    return Outcomes(
        (
            Figure("turns", ratio(first + later_right, turns), turns),
            Figure("first turns", ratio(first, count), count),
            Figure("later turns", ratio(later_right, later), later),
            Figure("whole conversations", ratio(whole, count), count),
        ),
        tuple(mistakes),
    )


def turn_right(wanted: dict[str, Any], got: Outcome) -> bool:
    """Whether a turn came out as it should."""
    if got.service is not None and got.service in wanted["services"] and got.status != "choose":
        return True
    if wanted["refused"] == "forgery":
        return got.refusal == "forgery"
    if wanted["refused"] == "not_answered":
        return got.status in _NO_ANSWER and got.refusal != "forgery"
    return bool(wanted["open"]) and got.refusal is None


def _show(wanted: dict[str, Any]) -> str:
    parts = [*wanted["services"], *(["a question back"] if wanted["open"] else [])]
    return " or ".join([*parts, *([wanted["refused"]] if wanted["refused"] else [])])
