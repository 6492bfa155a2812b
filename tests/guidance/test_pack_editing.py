"""What the policy editors promise about the shipped packs, beyond being readable."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from changming.guidance.knowledge import Pack, load_edition
from changming.infra.resources import project_dir
from changming.kernel.catalogue import SourceStatus

_PACKS = load_edition(project_dir("packs")).packs
_COLLECTED = date(2026, 11, 22)
_MONTHS = {True: 6, False: 3}
"""How long a source stands before somebody looks again: a law or an official page, and anything weaker."""


_BY_NAME = {SourceStatus.LAW_TEXT, SourceStatus.NAMED}
"""A law or a notice that the reference names needs no address."""
_MOST_ASKED = frozenset(
    {f"resident-id/{action}" for action in ("first", "renew", "replace-lost", "damaged", "temporary")}
    | {f"passport/{action}" for action in ("first", "renew", "replace-lost", "urgent")}
    | {f"driver-licence/{action}" for action in ("renew", "replace-lost", "electronic")}
    | {"social-security-card/replace-lost", "household/move", "hk-macao-permit/renew"}
)


def _id(pack: Pack) -> str:
    return pack.service


def _months_later(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    return day.replace(year=day.year + years, month=month + 1)


def _is_rule(pack: Pack) -> bool:
    return pack.service == "safety" or pack.service.startswith("service-rule/")


def _periods(pack: Pack) -> Iterator[tuple[date | None, date | None]]:
    """Every period on which an answer of the pack depends."""
    applies = [way.applies for way in pack.routes.values()]
    applies += [material.applies for material in pack.materials.values()]
    applies += [statement.applies for statement in pack.answer]
    used = {name for one in applies for name in one.sources}
    used |= {row.source for value in pack.values.values() for row in value.rows}
    periods = [one.period for one in applies]
    periods += [row.period for value in pack.values.values() for row in value.rows]
    periods += [pack.sources[name].period for name in used]
    yield from ((period.start, period.end) for period in periods)


@pytest.mark.parametrize("pack", _PACKS.values(), ids=_id)
def test_every_dated_change_has_an_example_for_the_day_before_and_the_day_itself(pack: Pack) -> None:
    changes = {day for period in _periods(pack) for day in period if day is not None and day > pack.since}
    wanted = {day - timedelta(days=days) for day in changes for days in (0, 1)}
    assert wanted - {example.at for example in pack.tests} == set()


@pytest.mark.parametrize("pack", _PACKS.values(), ids=_id)
def test_people_ask_in_many_ways_and_examples_cover_them(pack: Pack) -> None:
    often = pack.service in _MOST_ASKED or _is_rule(pack)
    english, examples = (6, 2) if _is_rule(pack) else (6, 4)
    assert len(pack.phrasings) >= (40 if pack.service == "safety" else 20 if often else 16)
    assert len(pack.phrasings_en) >= english
    assert len(pack.tests) >= examples
    assert any(not example.given for example in pack.tests) or pack.service == "service-rule/privacy"


@pytest.mark.parametrize("pack", _PACKS.values(), ids=_id)
def test_sources_are_reviewed_in_time_and_named_facts_stand_behind_them(pack: Pack) -> None:
    for source in pack.sources.values():
        assert source.checked >= _COLLECTED, source.id
        latest = _months_later(source.checked, _MONTHS[source.status.certain])
        assert source.checked < source.review_by <= latest, source.id
        grounds = source.facts or source.url or source.status in _BY_NAME or source.id in {"desk", "levels"}
        assert grounds or not source.status.showable, source.id
