"""The response level, as a table from what is known to one of CATALOGUE's levels."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, NamedTuple

from changming.kernel.catalogue import Level, UrgentReason

NEAR: Final = timedelta(days=10)
"""A need-by date within this time is near, whatever the service normally takes."""


@dataclass(frozen=True, slots=True)
class LevelFacts:
    """What the level depends on. ``normal_finish``: when an application made today would be done by the book."""

    today: date
    normal_finish: date
    need_by: date | None
    claimed: bool
    reason: UrgentReason | None
    leak: bool
    outage: bool
    dispute: bool
    cross_border: bool
    several_offices: bool
    contested_decision: bool
    blocked: bool
    alone: bool
    in_danger: bool


class Decision(NamedTuple):
    """A level and the rules that led to it, the deciding one first."""

    level: Level
    because: tuple[str, ...]


_NO_WAITING: Final = frozenset(
    {UrgentReason.BEREAVEMENT, UrgentReason.VISITING_ILL, UrgentReason.LOST_WHILE_TRAVELLING, UrgentReason.MEDICAL}
)


def decide_level(facts: LevelFacts) -> Decision:
    """The level with its reasons. Strictest first; dedicated stands apart and yields only to critical and urgent.

    Urgent needs a genuine reason *and* a need-by date inside the normal processing time. Some reasons name their own
    date: who goes to a funeral and says that it cannot wait needs it now.
    """
    critical = _named(leak=facts.leak, outage=facts.outage)
    if critical:
        return Decision(Level.CRITICAL, _ids("critical", critical))
    contested = _named(
        dispute=facts.dispute and facts.reason is not UrgentReason.COURT, contested_decision=facts.contested_decision
    )
    if contested:
        return Decision(Level.DEDICATED, _ids("dedicated", contested))
    if urgent := _urgent(facts):
        return Decision(Level.URGENT, _ids("urgent", urgent))
    complex_ = _named(cross_border=facts.cross_border, several_offices=facts.several_offices, dispute=facts.dispute)
    if complex_:
        return Decision(Level.DEDICATED, _ids("dedicated", complex_))
    near = facts.need_by is not None and facts.need_by <= facts.today + NEAR
    priority = _named(
        need_by_near=near,
        need_by_inside_normal_time=not near and facts.claimed and _inside(facts),
        reason_without_date=facts.reason is not None and facts.need_by is None and facts.claimed,
        blocked_life_event=facts.blocked,
        minor_or_elderly_alone=facts.alone,
        in_danger=facts.in_danger,
    )
    if priority:
        return Decision(Level.PRIORITY, _ids("priority", priority))
    return Decision(Level.GENERAL, ("level.general",))


def _urgent(facts: LevelFacts) -> list[str]:
    if facts.reason is None:
        return []
    if facts.need_by is None:
        return ["reason_names_now"] if facts.reason in _NO_WAITING and facts.claimed else []
    return ["need_by_inside_normal_time"] if _inside(facts) else []


def _inside(facts: LevelFacts) -> bool:
    return facts.need_by is not None and facts.today <= facts.need_by < facts.normal_finish


def _named(**conditions: bool) -> list[str]:
    return [name for name, holds in conditions.items() if holds]


def _ids(level: str, names: list[str]) -> tuple[str, ...]:
    return tuple(f"level.{level}.{name.replace('_', '-')}" for name in names)
