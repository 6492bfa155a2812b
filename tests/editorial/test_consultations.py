"""Typed inputs for replay: coarse, counted, apart from people's acts, forgotten in time."""

from datetime import date, datetime, timedelta

import pytest
from tests.editorial.conftest import RENEW, Room, another, bundled, pack_of, text_of

from changming.editorial import Consultations, assess, find_consulted, forget_consultations
from changming.editorial.consultations import coarse_inputs
from changming.infra.postgres import Database
from changming.kernel.errors import ChangmingError
from changming.kernel.instants import local_date

PACK = bundled().packs[RENEW]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({"age": "34"}, {"age": "34"}),
        ({"age": "97"}, {"age": "90"}),
        ({"age": "unknown"}, {"age": "unknown"}),
        ({"age": "我妈 63 岁，住在南湖大路 5 号"}, {}),
        ({"age": "220104196305011234"}, {}),
        ({"hukou_city": "220104"}, {"hukou_city": "220100"}),
        ({"hukou_city": "长春市朝阳区"}, {}),
        ({"name": "张三", "text": "13800005678"}, {}),
    ],
)
def test_inputs_are_typed_and_coarse_and_nothing_else_is_kept(given: dict[str, str], kept: dict[str, str]) -> None:
    assert coarse_inputs(PACK, given) == kept


def test_dates_are_months_and_dates_of_birth_are_years() -> None:
    authored = text_of(RENEW).replace(
        "inputs:\n",
        "inputs:\n"
        "  born_on: {type: date, ask: {zh: 生日？, en: born?}, why: {zh: 年龄, en: age}}\n"
        "  leaves_on: {type: date, ask: {zh: 哪天走？, en: when?}, why: {zh: 时间, en: time}}\n"
        "  in_order_probe: {type: bool, ask: {zh: 是吗？, en: so?}, why: {zh: 无, en: none}}\n",
        1,
    )
    authored = authored.replace("derived:\n", "derived:\n  probe: {less: [born_on, leaves_on]}\n", 1)
    authored = authored.replace(
        "next_step:\n",
        "next_step:\n  - {when: {all: [{probe: {is: true}}, {in_order_probe: {is: true}}]}, text: {zh: 甲, en: a}}\n",
        1,
    )
    pack = pack_of(RENEW, authored)
    given = {"born_on": "1963-05-17", "leaves_on": "2026-12-24", "in_order_probe": "maybe"}
    assert coarse_inputs(pack, given) == {"born_on": "1963-01-01", "leaves_on": "2026-12-01"}


async def test_the_same_inputs_of_a_day_are_one_row(database: Database) -> None:
    counted, day = Consultations(), date(2026, 11, 22)
    for age in ("34", "34", "50"):
        counted.note(PACK, {"age": age}, day=day)
    assert await counted.write(database) == 2
    counted.note(PACK, {"age": "34"}, day=day)
    assert await counted.write(database) == 1
    async with database.read() as tx:
        found = await find_consulted(tx, RENEW, most=10)
    assert [(dict(one.given), one.times) for one in found] == [({"age": "34"}, 3), ({"age": "50"}, 1)]


async def test_what_cannot_be_written_waits(database: Database) -> None:
    counted = Consultations()
    counted.note(PACK, {"age": "34"}, day=date(2026, 11, 22))
    async with Database("host=/nowhere dbname=nothing", size=1) as gone:
        gone.pool.timeout = 0.1
        with pytest.raises(ChangmingError):
            await counted.write(gone)
    assert await counted.write(database) == 1


async def test_inputs_are_forgotten_after_400_days(database: Database, now: datetime) -> None:
    counted, today = Consultations(), local_date(now)
    for days in (400, 401):
        counted.note(PACK, {"age": str(days - 380)}, day=today - timedelta(days=days))
    await counted.write(database)
    async with database.act() as tx:
        await forget_consultations(tx, now=now)
        found = await find_consulted(tx, RENEW, most=10)
    assert [one.day for one in found] == [today - timedelta(days=400)]


async def test_a_draft_is_replayed_on_what_was_asked(room: Room, now: datetime) -> None:
    counted, today = Consultations(), local_date(now)
    counted.note(room.editions().packs[RENEW], {"age": "34"}, day=today)
    await counted.write(room.database)
    cheaper = text_of(RENEW).replace("value: 120", "value: 130").replace("fee: 120", "fee: 130")
    found = await assess(room.database, RENEW, cheaper, room.editions(), today=today)
    assert found.impact is not None
    assert found.impact.replayed.changed == (0,)
    assert found.findings.unpredicted == 0
    assert any("130" in change.after for change in found.impact.decisions.changed)
    title = await assess(room.database, RENEW, another(RENEW, "（新）"), room.editions(), today=today)
    assert title.impact is not None
    assert (title.impact.replayed.same, title.impact.decisions.changed) == (1, ())
