import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from changming.desk import cases
from changming.desk.cases import Case, CaseEventKind, CaseState
from changming.desk.clocks import (
    CURRENT,
    ClockKind,
    Policy,
    find_clocks,
    find_drift,
    find_stale_cases,
    get_versions,
    seed,
)
from changming.desk.clocks.model import CalendarId
from changming.desk.clocks.store import seed_policy
from changming.infra.postgres import Database, Tx
from changming.infra.schedule import Job, Lane, Runner
from changming.kernel.calendars import Calendar, require_open
from changming.kernel.catalogue import Level
from changming.kernel.errors import ChangmingError
from changming.kernel.ids import CaseId

if TYPE_CHECKING:
    from tests.desk.conftest import Place

Later = Callable[..., datetime]


async def sweep(database: Database, at: datetime) -> int:
    runner = Runner(database, cases.HANDLERS, lambda: at)
    return await runner.run_once(Lane.NORMAL)


async def kinds(tx: Tx, case: Case) -> list[str]:
    return [event.kind.value for event in await cases.find_events(tx, case.id)]


async def ledgered(tx: Tx, action: str) -> int:
    row = await (
        await tx.execute(
            "select count(*) as n from ledger_outbox where convert_from(leaf, 'UTF8')::jsonb ->> 'action' = %s",
            (action,),
        )
    ).fetchone()
    assert row is not None
    return int(row["n"])


async def wake(tx: Tx, case: Case, kind: str = "clock.breach") -> datetime | None:
    query = "select due_at from schedule where kind = %s and key = %s"
    row = await (await tx.execute(query, (kind, str(case.id)))).fetchone()
    return row["due_at"] if row else None


async def test_a_missed_promise_is_marked_once_and_told(
    busy: "tuple[Database, Place]", later: Later, now: datetime
) -> None:
    database, place = busy
    async with database.act() as tx:
        late = [(await place.intake(tx, now=now, level=Level.URGENT)).case for _ in range(3)]
        calm = (await place.intake(tx, now=now)).case
    assert await sweep(database, later(hours=2)) == 0
    assert await sweep(database, later(hours=2, seconds=1)) == 3
    assert await sweep(database, later(hours=3)) == 0
    async with database.read() as tx:
        for case in late:
            clocks = await find_clocks(tx, case.id)
            assert [c.breached_at for c in clocks] == [later(hours=2), None]
            event = (await cases.find_events(tx, case.id))[-1]
            assert (event.kind, event.facts["clock"]) == (CaseEventKind.PROMISE_MISSED, "first_contact")
            assert await wake(tx, case) == later(hours=24, seconds=1)
            assert (await cases.get_case(tx, case.id)).events == 2
        assert await kinds(tx, calm) == ["opened"]
        assert await ledgered(tx, "desk:clock:breach") == 3
        topics = await (await tx.execute("select topic from live_event where kind = 'case.promise_missed'")).fetchall()
        assert {row["topic"] for row in topics} == {"queue", *(f"case/{case.id}" for case in late)}
        assert (await find_drift(tx))[0] == []
    # The second promise of the same cases; after that nothing is left to miss.
    assert await sweep(database, later(hours=30)) == 4
    async with database.read() as tx:
        assert await wake(tx, late[0]) is None
        assert await kinds(tx, late[0]) == ["opened", "promise_missed", "promise_missed"]
        assert await kinds(tx, calm) == ["opened", "promise_missed"]


async def test_two_promises_missed_between_two_sweeps(
    busy: "tuple[Database, Place]", later: Later, now: datetime
) -> None:
    database, place = busy
    async with database.act() as tx:
        case = (await place.intake(tx, now=now)).case
    assert await sweep(database, later(hours=100)) == 1
    async with database.read() as tx:
        assert await kinds(tx, case) == ["opened", "promise_missed", "promise_missed"]
        assert {e.facts.get("clock") for e in await cases.find_events(tx, case.id)} == {
            None,
            "first_contact",
            "resolution",
        }


async def test_a_late_act_between_two_sweeps_is_late_all_the_same(
    busy: "tuple[Database, Place]", later: Later, now: datetime
) -> None:
    database, place = busy
    async with database.act() as tx:
        case = await place.taken(tx, now=now, level=Level.URGENT)
        await cases.reply(tx, place.keyring, case.id, place.says("晚了"), staff=place.ann, now=later(hours=3))
    assert await sweep(database, later(hours=4)) == 0
    async with database.read() as tx:
        assert (await find_clocks(tx, case.id))[0].breached_at == later(hours=2)


async def test_a_stale_wake_up_changes_nothing(busy: "tuple[Database, Place]", later: Later, now: datetime) -> None:
    database, place = busy
    async with database.act() as tx:
        case = (await place.intake(tx, now=now)).case
        await tx.execute("update schedule set due_at = %s where kind = 'clock.breach'", (now,))
    assert await sweep(database, later(hours=1)) == 1
    async with database.read() as tx:
        assert await kinds(tx, case) == ["opened"]
        assert await wake(tx, case) == later(hours=24, seconds=1)


async def test_the_sweep_passes_by_a_case_that_somebody_holds(
    busy: "tuple[Database, Place]", later: Later, now: datetime
) -> None:
    database, place = busy
    async with database.act() as tx:
        held, free = [(await place.intake(tx, now=now, level=Level.URGENT)).case for _ in range(2)]
    at = later(hours=5)
    async with database.act() as tx:
        await cases.take(tx, held.id, staff=place.ann, now=now)
        assert await asyncio.wait_for(sweep(database, at), 5) == 2
    async with database.read() as tx:
        assert await kinds(tx, free) == ["opened", "promise_missed"]
        assert await kinds(tx, held) == ["opened", "taken"]
        assert await wake(tx, held) == at + timedelta(seconds=1)
    assert await sweep(database, at + timedelta(seconds=1)) == 1
    async with database.read() as tx:
        assert await kinds(tx, held) == ["opened", "taken", "promise_missed"]


async def test_a_wait_that_ran_out_comes_back_by_itself(
    busy: "tuple[Database, Place]", later: Later, now: datetime
) -> None:
    database, place = busy
    async with database.act() as tx:
        case = await place.taken(tx, now=now)
        await cases.ask_person(tx, place.keyring, case.id, place.says("?"), staff=place.ann, now=now)
        answered = await place.taken(tx, now=now)
        await cases.ask_person(tx, place.keyring, answered.id, place.says("?"), staff=place.ann, now=now)
        await place.write(tx, answered, "好", now=later(hours=1))
    assert await sweep(database, later(hours=167)) == 1
    assert await sweep(database, later(hours=169)) == 1
    async with database.read() as tx:
        found = await cases.get_case(tx, case.id)
        assert (found.state, found.next_due_at) == (CaseState.WAITING_FOR_US, later(hours=240))
        assert (await kinds(tx, case))[-1] == "wait_over"
        assert await ledgered(tx, "desk:case:wait-over") == 1
        assert (await find_drift(tx))[0] == []


async def test_open_cases_follow_a_new_policy_and_closed_ones_do_not(
    busy: "tuple[Database, Place]", later: Later, now: datetime
) -> None:
    database, place = busy
    old = Policy("before", 1, CURRENT.calendar, MappingProxyType({**CURRENT.levels}))
    async with database.act() as tx:
        await seed_policy(tx, old, now=now)
        made = [await place.taken(tx, now=now) for _ in range(3)]
        await cases.resolve(tx, place.keyring, made[0].id, place.says("好"), staff=place.ann, now=now)
        await tx.execute(
            "update clock set policy_id = %s, history = jsonb_set(history, '{0,policy}', to_jsonb(%s::text))",
            (old.id, str(old.id)),
        )
    async with database.read() as tx:
        assert set(await find_stale_cases(tx)) == {made[1].id, made[2].id}
        clocks = await find_clocks(tx, made[1].id)
        versions = await get_versions(tx, clocks)
        assert versions.policies[old.id] == old
        assert (await find_drift(tx))[0] == []
    runner = Runner(database, cases.HANDLERS, lambda: now)
    while await runner.run_once(Lane.BULK):
        pass
    async with database.read() as tx:
        assert await find_stale_cases(tx) == []
        assert (await kinds(tx, made[1]))[-1] == "policy_changed"
        assert (await kinds(tx, made[0]))[-1] == "resolved"
        assert {c.policy_id for c in await find_clocks(tx, made[0].id)} == {old.id}
        assert await ledgered(tx, "desk:clock:retime") == 2
        assert (await find_drift(tx))[0] == []


async def test_policies_and_calendars_are_stored_once_and_never_changed(tx: Tx, place: "Place", later: Later) -> None:
    await seed(tx, now=later(hours=1))
    rows = await (await tx.execute("select id, body from clock_policy")).fetchall()
    assert [(row["id"], Policy.from_body(row["body"])) for row in rows] == [(CURRENT.id, CURRENT)]
    versions = await get_versions(tx)
    assert versions.policies[CURRENT.id] == CURRENT


async def test_a_calendar_of_another_release_is_read_from_its_row(tx: Tx, place: "Place", now: datetime) -> None:
    case = await place.taken(tx, now=now)
    [clock, *_] = await find_clocks(tx, case.id)
    elsewhere = CalendarId(UUID(int=7))
    await tx.execute(
        "insert into calendar_version (id, name, version, body, published_at) "
        "select %s, 'copy', 1, body, published_at from calendar_version limit 1",
        (elsewhere,),
    )
    other = replace(clock, calendar_id=elsewhere)
    versions = await get_versions(tx, [other])
    assert versions.calendars[other.calendar_id].always


async def test_the_nightly_replay_finds_what_was_tampered_with(tx: Tx, place: "Place", now: datetime) -> None:
    made = [(await place.intake(tx, now=now)).case for _ in range(5)]
    assert await find_drift(tx, limit=2) == ([], sorted(c.id for c in made)[1])
    found: list[object] = []
    await tx.execute(
        "update clock set due_at = due_at + interval '1 hour' where case_id = %s and kind = 'resolution'", (made[0].id,)
    )
    after: UUID | None = UUID(int=0)
    while after is not None:
        drifted, after = await find_drift(tx, after=after, limit=2)
        found += drifted
    [clock] = [c for c in await find_clocks(tx, made[0].id) if c.kind is ClockKind.RESOLUTION]
    assert found == [clock.id]


async def test_retiming_waits_for_nobody_and_comes_back(
    busy: "tuple[Database, Place]", later: Later, now: datetime
) -> None:
    database, place = busy
    old = Policy("before", 1, CURRENT.calendar, MappingProxyType({**CURRENT.levels}))
    async with database.act() as tx:
        await seed_policy(tx, old, now=now)
        held = (await place.intake(tx, now=now)).case
        await tx.execute(
            "update clock set policy_id = %s, history = jsonb_set(history, '{0,policy}', to_jsonb(%s::text))",
            (old.id, str(old.id)),
        )
    runner = Runner(database, cases.HANDLERS, lambda: now)
    async with database.act() as tx:
        await tx.execute("select 1 from case_file where id = %s for update", (held.id,))
        assert await asyncio.wait_for(runner.run_once(Lane.BULK), 5) == 1
    async with database.read() as tx:
        assert await find_stale_cases(tx) == [held.id]
    again = Runner(database, cases.HANDLERS, lambda: later(seconds=1))
    assert await again.run_once(Lane.BULK) == 1
    async with database.read() as tx:
        assert await find_stale_cases(tx) == []


@pytest.mark.parametrize("name", sorted(cases.HANDLERS))
async def test_every_handler_is_calm_about_a_case_that_is_gone(
    tx: Tx, place: "Place", now: datetime, name: str
) -> None:
    job = Job(UUID(int=1), name, str(CaseId(UUID(int=2))), {"after": str(UUID(int=0))}, now, 0)
    await cases.HANDLERS[name].run(tx, [job], now=now)


def test_a_calendar_that_never_opens_is_not_seeded(now: datetime) -> None:
    shut = Calendar("shut", 1, "Asia/Shanghai", ((),) * 7)
    with pytest.raises(ChangmingError, match="calendar_never_opens"):
        require_open(shut, after=now)
