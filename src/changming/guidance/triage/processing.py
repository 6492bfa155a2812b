"""How long a service takes by the book: the limits of its routes, and when they would be over."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from changming.guidance.knowledge import Bound, Edition, Pack, StepKind, Unit
from changming.guidance.triage.dates import add_working_days

ASSUMED_DAYS: Final = 15
"""Calendar days taken as a service's normal time for triage alone where its pack names no limit. Never shown."""
_DAYS_PER_MONTH: Final = 31


@dataclass(frozen=True, slots=True)
class Limit:
    """The longest time a route may take. ``certain`` False: only what usually happens, or longer in some cases."""

    route: str
    amount: int
    unit: Unit
    bound: Bound

    def finish(self, accepted: date) -> date:
        """The last day of the limit when the application is accepted on ``accepted``, which does not count."""
        if self.unit is Unit.WORKING_DAY:
            return add_working_days(accepted, self.amount).day
        days = {Unit.CALENDAR_DAY: 1, Unit.MONTH: _DAYS_PER_MONTH, Unit.YEAR: 366}.get(self.unit, 0)
        return accepted + timedelta(days=days * self.amount)


def limits_of(pack: Pack, on: date, routes: Iterable[str] | None = None) -> Iterator[Limit]:
    """The limits of the pack's routes on a date, the largest figure where cases differ.

    Args:
        pack: the service's pack.
        on: the date whose figures hold.
        routes: only these routes; None is all of them.
    """
    wanted = None if routes is None else set(routes)
    for way in pack.routes.values():
        if (wanted is not None and way.id not in wanted) or not way.applies.period.contains(on):
            continue
        for step in (step for alternatives in way.steps for step in alternatives):
            if step.kind is not StepKind.LIMIT or step.amount is None:
                continue
            amount = step.amount
            if not amount.value:
                if amount.unit is not None:
                    yield Limit(way.id, amount.figure, amount.unit, amount.bound or Bound.MAX)
                continue
            value = pack.values[amount.value]
            figures = [row.figure for row in value.rows if row.period.contains(on) and isinstance(row.figure, int)]
            if figures and value.unit is not None:
                yield Limit(way.id, max(figures), value.unit, value.bound or Bound.MAX)


def normal_finish(edition: Edition, service: str | None, today: date) -> date:
    """When an application made today would be done by the slowest normal route.

    An urgent service is measured against the ordinary one of its document.
    """
    pack = _ordinary(edition, service)
    finishes = [limit.finish(today) for limit in limits_of(pack, today)] if pack is not None else []
    return max(finishes, default=today + timedelta(days=ASSUMED_DAYS))


def _ordinary(edition: Edition, service: str | None) -> Pack | None:
    if service is None:
        return None
    document, _, action = service.partition("/")
    if action == "urgent":
        return edition.packs.get(f"{document}/first") or edition.packs.get(f"{document}/renew")
    return edition.packs.get(service)
