"""What the words already said, as answers to a pack's inputs, so that nothing is asked twice."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Final

from changming.guidance.knowledge import Input, InputKind, Pack, Slot
from changming.guidance.triage import MentionRole, Signals, Triage, is_working_day
from changming.kernel.catalogue import UrgentReason

_MANY: Final = 400
"""Days that are looked at: nobody plans an urgent document for longer."""
_AGE: Final = "age"
_HUKOU: Final = "hukou_city"
_KIND: Final = "kind"
_TRIPS: Final = frozenset({"family", "business", "other"})
_TRIP_FOR: Final = {
    UrgentReason.MEDICAL: "other",
    UrgentReason.COURT: "other",
    UrgentReason.EXAM: "other",
    UrgentReason.BEREAVEMENT: "other",
    UrgentReason.BUSINESS: "business",
}
"""The kind of endorsement by the reason of the journey, where the entry asks for the kind of journey."""
_WHERE: Final = "where"
_ABROAD: Final = "abroad"


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


def _by_name(name: str, asked: Input, triage: Triage, signals: Signals) -> str | None:
    """What the words say to an input that packs know by its name."""
    if name == _AGE and asked.kind is InputKind.INT and signals.age is not None:
        return str(signals.age)
    if name == _HUKOU and asked.kind is InputKind.REGION and signals.hukou is not None:
        return signals.hukou.code
    if name == _WHERE and signals.abroad and _ABROAD in asked.options:
        return _ABROAD
    if name == _KIND and asked.options.keys() >= _TRIPS and triage.urgent.reason is not None:
        return _TRIP_FOR.get(triage.urgent.reason)
    return None


def _said(name: str, asked: Input, triage: Triage, signals: Signals, on: date) -> str | None:
    named = _by_name(name, asked, triage, signals)
    if named is not None or asked.slot is None:
        return named
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
