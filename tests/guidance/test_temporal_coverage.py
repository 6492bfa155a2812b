"""On every date, from the first that a pack speaks about to two years beyond the calendar, exactly one answer holds."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from changming.guidance.knowledge import Edition, Pack, Standing, judge, load_edition, outcome, read_case
from changming.infra.resources import project_dir
from changming.kernel.catalogue import SERVICES

_PACKS = load_edition(project_dir("packs")).packs
_HORIZON = date(2026, 12, 31)
"""The last date whose holidays are known (notice of 2025-11-04)."""

_UNTIL = _HORIZON.replace(year=_HORIZON.year + 2)


def _changes(pack: Pack) -> Iterator[date | None]:
    """Every date on which something in a pack begins or ends."""
    periods = [source.period for source in pack.sources.values()]
    periods += [row.period for value in pack.values.values() for row in value.rows]
    rows = [*(way.applies for way in pack.routes.values()), *(one.applies for one in pack.materials.values())]
    periods += [one.period for one in [*rows, *(row.applies for row in pack.answer)]]
    for period in periods:
        yield from (period.start, period.end)


def _dates(pack: Pack) -> list[date]:
    """Every change date with the day before, and the first day of every quarter."""
    quarters = {date(year, month, 1) for year in range(pack.since.year, _UNTIL.year + 1) for month in (1, 4, 7, 10)}
    changes = {day for day in _changes(pack) if day is not None}
    days = {pack.since, _UNTIL, *quarters, *changes, *(day - timedelta(days=1) for day in changes)}
    return sorted(day for day in days if pack.since <= day <= _UNTIL)


@pytest.mark.parametrize("pack", _PACKS.values(), ids=lambda pack: pack.service)
def test_a_pack_answers_on_every_date_and_never_with_the_last_row(pack: Pack) -> None:
    people = [{}, *(example.given for example in pack.tests[:2])]
    for on in _dates(pack):
        for value in pack.values.values():
            always = [row for row in value.rows if row.period.contains(on) and row.when is None]
            dated = [row for row in value.rows if row.period.contains(on)]
            assert len(always) <= 1, (value.name, on)
            assert dated or value.partial, (value.name, on)
        for given in people:
            found = outcome(pack, on=on, given=given)
            assert not found.not_valid
            assert found.next_step
            if pack.answer:
                assert judge(pack, read_case(pack, on=on, given=given)).missing == ()
                assert (found.status == "handover") is (not found.statements and found.question is None)


def test_every_service_of_the_catalogue_has_its_pack(shipped: Edition) -> None:
    assert list(shipped.packs) == list(SERVICES)


def test_a_life_event_leads_to_services_that_have_packs_and_an_order(shipped: Edition, today: date) -> None:
    events = [pack for name, pack in shipped.packs.items() if name.startswith("life-event/")]
    assert len(events) == 5
    for pack in events:
        assert pack.services, pack.service
        assert not set(pack.services) - shipped.packs.keys()
        standings = judge(pack, read_case(pack, on=today, given={})).services
        assert set(standings.values()) != {Standing.OUT}
