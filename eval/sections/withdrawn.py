"""The same questions after the entries that answer them were withdrawn: every one of them is now a near miss."""

from collections import defaultdict

from eval.desk import Desk, Outcome, outcome
from eval.metrics import ratio, wilson
from eval.model import Figure, Lines, Mistake, Outcomes
from eval.reading import Item


def judge_withdrawn(desk: Desk, lines: Lines) -> Outcomes:
    """How often another entry answers in the place of the withdrawn one; the withdrawn one itself never may."""
    groups: dict[frozenset[str], list[Item]] = defaultdict(list)
    for item in lines["in_scope"]:
        groups[frozenset(item.expected)].append(item)
    judged: list[tuple[Item, Outcome]] = []
    for services, items in groups.items():
        left = desk.without(services)
        judged += [(item, outcome(left.ask(item))) for item in items]
    total = len(judged)
    stale = [(item, got) for item, got in judged if got.status == "answered" and got.service in item.expected]
    wrong = [(item, got) for item, got in judged if got.sure and got.service not in item.expected]
    interval = wilson(len(wrong), total)
    return Outcomes(
        (
            Figure("wrong answers", len(wrong) / max(total, 1), total, f"{interval.low:.3f}..{interval.high:.3f}"),
            Figure("answered from a withdrawn entry", len(stale) / max(total, 1), total, f"{len(stale)} lines"),
            Figure("handed over", ratio(sum(got.status == "handover" for _, got in judged), total), total),
            Figure("offered a choice", ratio(sum(got.status == "choose" for _, got in judged), total), total),
        ),
        tuple(Mistake(item, "no answer from what is withdrawn", str(got), 9.0) for item, got in stale)
        + tuple(Mistake(item, "no answer: withdrawn", str(got), got.confidence) for item, got in wrong),
    )
