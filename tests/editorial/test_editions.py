"""Stored editions: adopted from the release, swapped before the next answer, never down because of a broken row."""

import asyncio
from datetime import datetime

import structlog
from tests.editorial.conftest import FIRST, RENEW, SAFETY, Room, another, bundled, pack_of, release

from changming.editorial import (
    Cause,
    Editions,
    adopt_release,
    confirm_retraction,
    dismiss_release,
    find_bundled,
    find_editions,
    find_head,
    find_open_retractions,
    find_usages,
    restore_entry,
    retract,
)
from changming.editorial.service import put_into_force
from changming.guidance.answers import Query, answer
from changming.guidance.knowledge import edition_of
from changming.infra.postgres import Database
from changming.kernel.catalogue import AnswerStatus
from changming.kernel.decisions import Refusal
from changming.trust.ledger.leaf import decode_leaf


async def recorded(database: Database, part: str) -> list[str]:
    """Actor, action and object of the ledger's events about editions, drafts and entries, sorted."""
    async with database.read() as tx:
        rows = await (await tx.execute("select leaf from ledger_outbox order by event_id")).fetchall()
    leaves = [decode_leaf(bytes(row["leaf"])) for row in rows]
    return sorted(f"{leaf.action} {leaf.object}" for leaf in leaves if part in leaf.action)


async def test_the_first_start_records_the_release_as_edition_1(room: Room) -> None:
    async with room.database.read() as tx:
        head = await find_head(tx)
        (edition,) = await find_editions(tx)
    assert head is not None
    assert (head.number, edition.number, edition.cause, edition.staff_id) == (1, 1, Cause.BUNDLED, None)
    assert room.editions().digest == head.digest
    assert set(room.editions().packs) == {RENEW, FIRST, SAFETY}
    assert await recorded(room.database, "edition") == [f"desk:edition:adopt edition/1/{head.digest}"]


async def test_starting_again_with_the_same_release_changes_nothing(room: Room, now: datetime) -> None:
    async with room.database.act() as tx:
        head = await adopt_release(tx, release(), now=now)
    assert head.number == 1
    assert len(await recorded(room.database, "edition")) == 1


async def test_two_processes_that_start_at_once_make_one_edition(database: Database, now: datetime) -> None:
    async def start() -> int:
        async with database.act() as tx:
            return (await adopt_release(tx, release(), now=now)).number

    assert list(await asyncio.gather(start(), start(), start())) == [1, 1, 1]


async def test_an_upgrade_is_adopted_where_nobody_edited_and_waits_where_somebody_did(
    room: Room, now: datetime
) -> None:
    async with room.database.act() as tx:
        edited = another(FIRST, "（编辑）")
        await put_into_force(tx, pack_of(FIRST, edited), edited, Cause.PUBLISH, staff=room.second, now=now)
    newer = release(passport_renew=another(RENEW, "（新）"), passport_first=another(FIRST, "（新）"))
    async with room.database.act() as tx:
        head = await adopt_release(tx, newer, now=now)
        waiting = {service for service, one in (await find_bundled(tx)).items() if one.waiting}
        newest = (await find_editions(tx))[0]
    assert (head.number, newest.cause, newest.services) == (3, Cause.BUNDLED, (RENEW,))
    assert waiting == {FIRST}
    edition = await room.renew()
    assert edition.packs[RENEW].title.zh.endswith("（新）")
    assert edition.packs[FIRST].title.zh.endswith("（编辑）")
    async with room.database.act() as tx:
        assert await dismiss_release(tx, FIRST, staff=room.author, now=now) is None
        again = await dismiss_release(tx, FIRST, staff=room.author, now=now)
    assert isinstance(again, Refusal)
    assert again.code == "release_settled"
    async with room.database.act() as tx:  # the same release once more does not ask again
        await adopt_release(tx, newer, now=now)
        assert not any(one.waiting for one in (await find_bundled(tx)).values())


async def test_a_process_of_the_old_release_that_starts_again_takes_nothing_back(room: Room, now: datetime) -> None:
    async with room.database.act() as tx:
        await adopt_release(tx, release(passport_renew=another(RENEW, "（新）")), now=now)
    async with room.database.act() as tx:
        head = await adopt_release(tx, release(), now=now)
    assert head.number == 2
    assert (await room.renew()).packs[RENEW].title.zh.endswith("（新）")


async def test_an_upgrade_does_not_bring_back_what_was_retracted(room: Room, now: datetime) -> None:
    async with room.database.act() as tx:
        seen = room.editions().packs[RENEW].digest
        await retract(tx, RENEW, seen=seen, reason="来源有误", staff=room.author, now=now)
    async with room.database.act() as tx:
        await adopt_release(tx, release(passport_renew=another(RENEW, "（新）")), now=now)
        assert (await find_bundled(tx))[RENEW].waiting
    assert RENEW not in (await room.renew()).packs


async def test_only_what_changed_is_compiled(room: Room, now: datetime) -> None:
    before = room.editions()
    async with room.database.act() as tx:
        await adopt_release(tx, release(passport_renew=another(RENEW, "（新）")), now=now)
    after = await room.renew()
    assert after.packs[FIRST] is before.packs[FIRST]
    assert after.packs[RENEW] is not before.packs[RENEW]
    assert after.digest != before.digest


async def test_a_retraction_holds_in_the_next_answer_of_every_process(room: Room, now: datetime) -> None:
    other = Editions(edition_of(bundled().packs.values()))  # another process, which started with its bundled packs
    async with room.database.read() as tx:
        await other.renew(tx)
    query = Query("护照快过期了怎么换", now)
    for editions in (room.editions, other):
        assert answer(editions(), query).answer.status is AnswerStatus.ANSWERED
    async with room.database.act() as tx:
        seen = room.editions().packs[RENEW].digest
        await retract(tx, RENEW, seen=seen, reason="来源有误", staff=room.author, now=now)
    for editions in (room.editions, other):
        async with room.database.read() as tx:
            await editions.renew(tx)
        assert answer(editions(), query).answer.status is not AnswerStatus.ANSWERED
        assert editions.number == 2


async def test_a_retraction_is_looked_at_by_a_second_person_who_may_put_it_back(room: Room, now: datetime) -> None:
    seen = room.editions().packs[RENEW].digest
    async with room.database.act() as tx:
        stale = await retract(tx, RENEW, seen="0" * 64, reason="有误", staff=room.author, now=now)
        done = await retract(tx, RENEW, seen=seen, reason="电话 13800005678 有误", staff=room.author, now=now)
        twice = await retract(tx, RENEW, seen=seen, reason="有误", staff=room.second, now=now)
    assert isinstance(stale, Refusal)
    assert isinstance(twice, Refusal)
    assert (stale.code, twice.code) == ("entry_changed", "entry_not_in_force")
    assert not isinstance(done, Refusal)
    assert "13800005678" not in done.reason
    async with room.database.act() as tx:
        own = await confirm_retraction(tx, done.id, staff=room.author, now=now)
        assert own is not None
        assert own.code == "retraction_own"
        head = await restore_entry(tx, done.id, staff=room.second, now=now)
        late = await confirm_retraction(tx, done.id, staff=room.second, now=now)
        assert await find_open_retractions(tx) == []
        causes = [(one.cause, bool(one.digest)) for one in await find_usages(tx, RENEW)]
    assert not isinstance(head, Refusal)
    assert (head.number, late.code if late else "") == (3, "retraction_settled")
    assert causes == [(Cause.RESTORE, True), (Cause.RETRACT, False), (Cause.BUNDLED, True)]
    assert (await room.renew()).packs[RENEW].digest == seen
    assert await recorded(room.database, "entry") == [
        f"staff:entry:restore retraction/{done.id}",
        f"staff:entry:retract pack/{RENEW}@{bundled().packs[RENEW].version}",
    ]


async def test_a_broken_row_leaves_the_last_good_version_and_says_so(room: Room, now: datetime) -> None:
    good = room.editions().packs[RENEW]
    authored = another(RENEW, "（新）")
    async with room.database.act() as tx:
        pack = pack_of(RENEW, authored)
        await put_into_force(tx, pack, authored, Cause.PUBLISH, staff=room.second, now=now)
        await tx.execute("update pack_version set document = '{' where digest = %s", (pack.digest,))
    with structlog.testing.capture_logs() as logs:
        edition = await room.renew()
    assert edition.packs[RENEW] is good
    assert room.editions.fault == "entry_broken"
    assert [(log["log_level"], log["service"]) for log in logs if log["event"] == "entry_broken"] == [("error", RENEW)]
    fresh = Editions(edition_of([]))
    async with room.database.read() as tx:
        await fresh.renew(tx)  # a process that never had a good version hands the question over
    assert set(fresh().packs) == {FIRST, SAFETY}
    async with room.database.act() as tx:
        seen = pack.digest
        await retract(tx, RENEW, seen=seen, reason="损坏", staff=room.author, now=now)
    assert RENEW not in (await room.renew()).packs
    assert room.editions.fault == ""


async def test_a_broken_list_is_not_taken_over(room: Room, now: datetime) -> None:
    async with room.database.act() as tx:
        seen = room.editions().packs[FIRST].digest
        await retract(tx, FIRST, seen=seen, reason="有误", staff=room.author, now=now)
        await tx.execute("delete from edition_pack where number = 2 and service = %s", (SAFETY,))
    assert set((await room.renew()).packs) == {RENEW, FIRST, SAFETY}
    assert room.editions.fault == "edition_broken"
    fresh = Editions(edition_of([]))
    async with room.database.read() as tx:
        await fresh.renew(tx)
    assert (set(fresh().packs), fresh.fault) == ({RENEW, FIRST, SAFETY}, "edition_broken")


async def test_without_an_edition_the_bundled_packs_answer(database: Database) -> None:
    editions = Editions(edition_of([pack_of(SAFETY, another(SAFETY, ""))]))
    async with database.read() as tx:
        await editions.renew(tx)
    assert (set(editions().packs), editions.number, editions.fault) == ({SAFETY}, 0, "")
