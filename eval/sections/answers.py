"""Questions that an entry answers, questions that none answers, and talk about something else."""

from collections.abc import Sequence

from eval.desk import Desk, Outcome, outcome
from eval.metrics import coverage_at, ratio, wilson
from eval.model import Figure, Lines, Mistake, Outcomes
from eval.reading import Item

PRECISION = 0.95


def judge_in_scope(desk: Desk, lines: Lines) -> Outcomes:
    """How often the desk speaks of what was asked, how much of it surely, and how often it is wrong with confidence."""
    judged = [(item, outcome(desk.ask(item))) for item in lines["in_scope"]]
    total = len(judged)
    first = sum(got.service in item.expected for item, got in judged)
    spoken = sum(got.sure and got.service in item.expected for item, got in judged)
    three = sum(not set(item.expected).isdisjoint(got.first_three) for item, got in judged)
    wrong = sum(_surely_wrong(item, got) for item, got in judged)
    refused = sum(got.status == "refused" for _, got in judged)
    handed = sum(got.status == "handover" for _, got in judged)
    chosen = sum(got.status == "choose" for _, got in judged)
    sure = [(got.confidence, got.service in item.expected) for item, got in judged if got.sure]
    best = coverage_at(sure, asked=total, precision=PRECISION)
    low, high = wilson(best.right, best.answered)
    interval = wilson(first, total)
    return Outcomes(
        (
            Figure("accuracy@1", ratio(first, total), total, f"{interval.low:.3f}..{interval.high:.3f}"),
            Figure("- in English", _share_right(judged, "en"), sum(item.note == "en" for item, _ in judged)),
            Figure("top-3", ratio(three, total), total),
            Figure("spoken for rightly", ratio(spoken, total), total, "answered or asked back in the right entry"),
            Figure(
                f"coverage at precision {PRECISION}",
                best.share,
                total,
                f"precision {low:.3f}..{high:.3f}, confidence from {best.threshold:.2f}",
            ),
            Figure("confidently wrong", ratio(wrong, total) if total else 0.0, total, f"{wrong} lines"),
            Figure("offered a choice", ratio(chosen, total), total),
            Figure("handed over", ratio(handed, total), total),
            Figure("refused", ratio(refused, total), total, f"{refused} lines"),
        ),
        tuple(
            Mistake(item, " or ".join(item.expected), str(got), 2 + got.confidence if got.sure else 1.0)
            for item, got in judged
            if got.service not in item.expected
        ),
    )


def judge_near_miss(desk: Desk, lines: Lines) -> Outcomes:
    """How often a question that no entry answers is answered all the same."""
    judged = [(item, outcome(desk.ask(item))) for item in lines["near_miss"]]
    total = len(judged)
    wrong = [(item, got) for item, got in judged if not _right_status(item, got)]
    asked = sum(got.status == "ask" and got.service not in item.expected["services"] for item, got in judged)
    forged = sum(got.refusal == "forgery" for _, got in judged)
    interval = wilson(len(wrong), total)
    return Outcomes(
        (
            Figure("wrong answers", ratio(len(wrong), total), total, f"{interval.low:.3f}..{interval.high:.3f}"),
            Figure("asked back in some entry", ratio(asked, total), total),
            Figure("handed over", ratio(sum(got.status == "handover" for _, got in judged), total), total),
            Figure("offered a choice", ratio(sum(got.status == "choose" for _, got in judged), total), total),
            Figure("refused as forgery", ratio(forged, total), total),
        ),
        tuple(Mistake(item, _statuses(item), str(got), 1 + got.confidence) for item, got in wrong),
    )


def judge_foreign(desk: Desk, lines: Lines) -> Outcomes:
    """Whether the desk keeps to what it is for, and looks after a person in danger first."""
    judged = [(item, outcome(desk.ask(item))) for item in lines["foreign"]]
    in_danger = [(item, got) for item, got in judged if item.expected["care"]]
    others = [(item, got) for item, got in judged if not item.expected["care"]]
    kept = sum(_right_status(item, got) for item, got in others)
    cared = sum(got.cares for _, got in in_danger)
    handed = sum(got.status == "handover" for _, got in others)
    return Outcomes(
        (
            Figure("declined", ratio(kept, len(others)), len(others)),
            Figure("handed over", ratio(handed, len(others)), len(others)),
            Figure("helpline named to a person in danger", ratio(cared, len(in_danger)), len(in_danger)),
        ),
        tuple(Mistake(item, "care with a helpline", str(got), 3.0) for item, got in in_danger if not got.cares)
        + tuple(Mistake(item, _statuses(item), str(got)) for item, got in others if not _right_status(item, got)),
    )


def _share_right(judged: Sequence[tuple[Item, Outcome]], language: str) -> float:
    spoken = [(item, got) for item, got in judged if item.note == language]
    return ratio(sum(got.service in item.expected for item, got in spoken), len(spoken))


def _surely_wrong(item: Item, got: Outcome) -> bool:
    return got.sure and got.service not in item.expected


def _right_status(item: Item, got: Outcome) -> bool:
    if got.refusal == "forgery":
        return False
    return got.status in item.expected["statuses"] or got.service in item.expected.get("services", ())


def _statuses(item: Item) -> str:
    return ", ".join((*item.expected["statuses"], *item.expected.get("services", ())))
