"""What the words already said, as answers to a pack's inputs, so that nothing is asked twice."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Final

from changming.guidance.knowledge import Input, InputKind, Pack, Slot
from changming.guidance.triage import MentionRole, Signals, Triage, is_working_day

_MANY: Final = 400
"""Days that are looked at: nobody plans an urgent document for longer."""
_AGE: Final = "age"
_HUKOU: Final = "hukou_city"


def known_inputs(pack: Pack, triage: Triage, signals: Signals, given: Mapping[str, str], *, on: date) -> dict[str, str]:
    """Answers by the pack's inputs: what was answered, and where nothing was, what the words say.

    A place fills the pack's city only when it is where the person acts or lives, not where they travel to.
    """
    known: dict[str, str] = {}
    for name, asked in pack.inputs.items():
        value = given[name] if name in given else _said(name, asked, triage, signals, on)
        if value is not None:
            known[name] = value
    return known


def _said(name: str, asked: Input, triage: Triage, signals: Signals, on: date) -> str | None:
    if name == _AGE and asked.kind is InputKind.INT:
        return None if signals.age is None else str(signals.age)
    if name == _HUKOU and asked.kind is InputKind.REGION:
        return signals.hukou.code if signals.hukou else None
    if asked.slot is None:
        return None
    if asked.slot is Slot.NEED_BY and asked.kind is InputKind.INT:
        return _days_left(asked, signals.need_by_earliest, on)
    if asked.slot is Slot.STATE:
        return _only_one([state for state in signals.states if state in asked.options])
    value = _slot_value(asked.slot, triage, signals)
    return value if value is not None and (not asked.options or value in asked.options) else None


def _slot_value(slot: Slot, triage: Triage, signals: Signals) -> str | None:
    acts_there = signals.place is not None and (signals.place_role or 0) >= MentionRole.PLAIN
    values: Mapping[Slot, str | None] = {
        Slot.CITY: signals.place.code if signals.place is not None and acts_there else None,
        Slot.NEED_BY: triage.need_by.isoformat() if triage.need_by else None,
        Slot.URGENT_REASON: triage.urgent.reason.value if triage.urgent.reason else None,
        Slot.APPLICANT: triage.applicant.value if triage.applicant else None,
        Slot.MATERIALS: signals.materials,
        Slot.ROUTE: triage.route.value if triage.route else None,
    }
    return values.get(slot)


def _only_one(values: Sequence[str]) -> str | None:
    """What was said when it was one thing: of two, the person has to say which one matters."""
    return values[0] if len(values) == 1 else None


def _days_left(asked: Input, need_by: date | None, today: date) -> str | None:
    """Working days between the day of acceptance and the day it is needed, both left out."""
    if need_by is None:
        return None
    start = first_working_day(today)
    days = (start + timedelta(days=n) for n in range(1, min((need_by - start).days, _MANY)))
    most = asked.high if isinstance(asked.high, int) else _MANY
    return str(min(sum(map(is_working_day, days)), most))


def first_working_day(today: date) -> date:
    """Today if offices work, else the next day on which they do: the earliest day of acceptance."""
    day = today
    while not is_working_day(day):
        day += timedelta(days=1)
    return day
