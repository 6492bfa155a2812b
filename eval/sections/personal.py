"""Personal data: is it found, as what it is, and is the rest left alone."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from eval.desk import Desk
from eval.metrics import overlap, ratio
from eval.model import Figure, Lines, Mistake, Outcomes

from changming.kernel.catalogue import MaskKind
from changming.kernel.masking import Found, mask

COVERED = 0.8
"""The least share of a gold span that must be masked; an address, whose edges people dispute, needs ``LOOSE``."""
LOOSE = 0.6
BEYOND = 6
"""Characters that a finding may reach beyond the gold span."""


def judge_personal_data(_desk: Desk, lines: Lines) -> Outcomes:
    """Precision and recall with the right kind, recall as anything, and false alarms on lines with nothing to mask."""
    hit: Counter[str] = Counter()
    found_as: Counter[str] = Counter()
    wanted: Counter[str] = Counter()
    masked_any = alarms = clean = 0
    mistakes: list[Mistake] = []
    for item in lines["personal_data"]:
        found = mask(item.text).found
        pairs = matched(item.expected, found)
        wanted.update(span["kind"] for span in item.expected)
        found_as.update(one.kind.value for one in found)
        hit.update(item.expected[index]["kind"] for index in pairs)
        masked_any += sum(any(_covers(span, one) for one in found) for span in item.expected)
        clean += not item.expected
        alarms += not item.expected and bool(found)
        if len(pairs) < len(item.expected) or len(pairs) < len(found):
            gold = ", ".join(f"{span['kind']} {span['start']}-{span['end']}" for span in item.expected)
            got = ", ".join(f"{one.kind} {one.start}-{one.end}" for one in found)
            mistakes.append(Mistake(item, gold or "nothing", got or "nothing", len(item.expected) - len(pairs) + 1.0))
    kinds = sorted(wanted.keys() | found_as.keys())
    return Outcomes(
        (
            Figure("precision", ratio(hit.total(), found_as.total()), found_as.total()),
            Figure("recall", ratio(hit.total(), wanted.total()), wanted.total()),
            Figure("masked as anything", ratio(masked_any, wanted.total()), wanted.total()),
            Figure("false alarms on clean lines", alarms / clean if clean else 0.0, clean),
            *(
                Figure(f"- {kind}", ratio(hit[kind], wanted[kind]), wanted[kind], _precision(hit, found_as, kind))
                for kind in kinds
            ),
        ),
        tuple(mistakes),
    )


def matched(gold: Sequence[dict[str, Any]], found: Sequence[Found]) -> dict[int, int]:
    """Gold spans by their index with the finding that is theirs; a finding counts once."""
    pairs: dict[int, int] = {}
    for index, span in enumerate(gold):
        for other, one in enumerate(found):
            if other not in pairs.values() and one.kind.value == span["kind"] and _covers(span, one):
                pairs[index] = other
                break
    return pairs


def _covers(span: dict[str, Any], one: Found) -> bool:
    meets = overlap((span["start"], span["end"]), (one.start, one.end))
    address = span["kind"] == MaskKind.ADDRESS.value
    return meets.covered >= (LOOSE if address else COVERED) and meets.beyond <= BEYOND


def _precision(hit: Counter[str], found_as: Counter[str], kind: str) -> str:
    return f"precision {ratio(hit[kind], found_as[kind]):.3f}"
