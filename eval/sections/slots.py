"""What the desk understood: the slots of triage, dates and places."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

from eval.desk import Desk
from eval.metrics import ratio, wilson
from eval.model import Figure, Lines, Mistake, Outcomes
from eval.reading import Item

from changming.guidance.triage import Triage, triage

Value = str | None
_MUNICIPALITIES = frozenset({"11", "12", "31", "50"})


def judge_triage(desk: Desk, lines: Lines) -> Outcomes:
    """Every slot that a line names, by slot and over all."""
    right: Counter[str] = Counter()
    total: Counter[str] = Counter()
    mistakes: list[Mistake] = []
    for item in lines["triage"]:
        found = slots_of(desk.ask(item).triage)
        wrong = [name for name, wanted in item.expected.items() if not _slot_right(name, wanted, found[name])]
        total.update(item.expected.keys())
        right.update(item.expected.keys() - set(wrong))
        if wrong:
            wanted = "; ".join(f"{name}={item.expected[name]}" for name in wrong)
            got = "; ".join(f"{name}={found[name]}" for name in wrong)
            mistakes.append(Mistake(item, wanted, got, float(len(wrong))))
    each = (Figure(name, ratio(right[name], count), count) for name, count in sorted(total.items()))
    return Outcomes((Figure("all slots", ratio(right.total(), total.total()), total.total()), *each), tuple(mistakes))


def slots_of(found: Triage) -> dict[str, Any]:
    """The slots of a triage by the names of the set."""
    said = found.to_json()
    urgent = said.pop("urgent")
    return {**said, "urgent_claimed": urgent["claimed"], "urgent_reason": urgent["reason"]}


def judge_dates(desk: Desk, lines: Lines) -> Outcomes:
    """The day by which something is needed, as a calendar day; where none is said, none may be found."""
    return _values(lines["dates"], lambda item: _day(desk.ask(item).triage.need_by), _equal)


def judge_places(desk: Desk, lines: Lines) -> Outcomes:
    """The city where somebody wants to act; a district of it is as right."""
    return _values(lines["places"], lambda item: _place(desk.ask(item).triage), same_city)


def judge_external_dates(desk: Desk, lines: Lines) -> Outcomes:
    """A yardstick of other hands; its sentences are not about documents and partly about the past, so no floor."""
    return _values(lines["zh_dates"], lambda item: _day(triage(desk.edition, item.text, at=item.at).need_by), _equal)


def same_city(wanted: Value, found: Value) -> bool:
    """Whether the code names the wanted place or something within the same city.

    Division codes (GB/T 2260): two digits of province, two of city, two of county; a municipality is a city of its own.
    """
    if wanted is None or found is None:
        return wanted == found
    if wanted[2:] == "0000" and wanted[:2] not in _MUNICIPALITIES:
        return wanted == found
    digits = 2 if wanted[:2] in _MUNICIPALITIES else 4
    return wanted[:digits] == found[:digits]


def _values(items: Sequence[Item], read: Callable[[Item], Value], same: Callable[[Value, Value], bool]) -> Outcomes:
    judged = [(item, read(item)) for item in items]
    right = {item.id for item, got in judged if any(same(wanted, got) for wanted in item.expected)}
    given = [item for item, got in judged if got is not None]
    said = [item for item, _ in judged if None not in item.expected]
    interval = wilson(len(right), len(judged))
    figures = [
        Figure("accuracy", ratio(len(right), len(judged)), len(judged), f"{interval.low:.3f}..{interval.high:.3f}"),
        Figure("precision", _share_of(given, right), len(given)),
        Figure("recall", _share_of(said, right), len(said)),
    ]
    families = sorted({item.family for item in items})
    for family in families if len(families) > 1 else ():
        members = [item for item in items if item.family == family]
        figures.append(Figure(f"- {family}", _share_of(members, right), len(members)))
    wrong = (
        Mistake(item, " or ".join(map(str, item.expected)), str(got), 2.0 if got is not None else 1.0)
        for item, got in judged
        if item.id not in right
    )
    return Outcomes(tuple(figures), tuple(wrong))


def _share_of(items: Iterable[Item], right: set[str]) -> float:
    ids = [item.id for item in items]
    return ratio(sum(one in right for one in ids), len(ids))


def _slot_right(name: str, wanted: Sequence[Any], found: Any) -> bool:  # noqa: ANN401 - slots have values of their own
    return set(wanted) == set(found) if name == "documents" else found in wanted


def _equal(wanted: Value, found: Value) -> bool:
    return wanted == found


def _day(found: date | None) -> Value:
    return None if found is None else found.isoformat()


def _place(found: Triage) -> Value:
    return None if found.place is None else found.place.code
