"""Drafts on a real database: two people, two approvers at once, a publication in the middle of an answer."""

import asyncio
import threading
from datetime import datetime
from typing import Any

import pytest
from tests.editorial.conftest import RENEW, Room, another, text_of
from tests.editorial.test_editions import recorded

from changming.editorial import (
    Assessment,
    DraftId,
    Head,
    approve_draft,
    assess,
    assessing,
    begin_draft,
    find_live_drafts,
    get_draft,
    return_draft,
    save_draft,
    submit_draft,
    withdraw_draft,
)
from changming.guidance.answers import Query, answer
from changming.kernel.decisions import Refusal
from changming.kernel.ids import StaffId
from changming.kernel.instants import local_date


async def assessed(room: Room, authored: str, now: datetime) -> Assessment:
    return await assess(room.database, RENEW, authored, await room.renew(), today=local_date(now))


async def submitted(room: Room, authored: str, now: datetime) -> DraftId:
    async with room.database.act() as tx:
        draft = await begin_draft(tx, RENEW, authored, staff=room.author, now=now)
    found = await assessed(room, authored, now)
    async with room.database.act() as tx:
        assert await submit_draft(tx, draft, found.findings, revision=1, staff=room.author, now=now) is None
    return draft


async def approve(room: Room, draft: DraftId, staff: StaffId, now: datetime) -> Head | Refusal:
    async with room.database.read() as tx:
        written = await get_draft(tx, draft)
    found = await assessed(room, written.authored, now)
    async with room.database.act() as tx:
        return await approve_draft(
            tx, draft, found.checked.pack, found.findings, revision=written.revision, staff=staff, now=now
        )


async def test_of_two_approvers_at_once_one_publishes(room: Room, now: datetime) -> None:
    draft = await submitted(room, another(RENEW, "（新）"), now)
    done = await asyncio.gather(*(approve(room, draft, room.second, now) for _ in range(2)))
    heads = [one for one in done if isinstance(one, Head)]
    refusals = [one.code for one in done if isinstance(one, Refusal)]
    assert [head.number for head in heads] == [2]
    assert refusals in (["draft_not_submitted"], ["draft_stale"])
    assert (await room.renew()).packs[RENEW].title.zh.endswith("（新）")


async def test_of_two_drafts_from_one_version_the_later_is_stale(room: Room, now: datetime) -> None:
    first = await submitted(room, another(RENEW, "（甲）"), now)
    second = await submitted(room, another(RENEW, "（乙）"), now)
    assert isinstance(await approve(room, first, room.second, now), Head)
    late = await approve(room, second, room.second, now)
    assert isinstance(late, Refusal)
    assert late.code == "draft_stale"
    assert (await room.renew()).packs[RENEW].title.zh.endswith("（甲）")


async def test_whoever_saved_a_word_is_an_author(room: Room, now: datetime) -> None:
    async with room.database.act() as tx:
        draft = await begin_draft(tx, RENEW, text_of(RENEW), staff=room.author, now=now)
        assert await save_draft(tx, draft, another(RENEW, "（乙）"), revision=1, staff=room.second, now=now) is None
        stale = await save_draft(tx, draft, "…", revision=1, staff=room.author, now=now)
        assert (await get_draft(tx, draft)).authors == (room.author, room.second)
    assert stale is not None
    assert stale.code == "draft_changed"
    found = await assessed(room, another(RENEW, "（乙）"), now)
    async with room.database.act() as tx:
        await submit_draft(tx, draft, found.findings, revision=2, staff=room.author, now=now)
    for staff in (room.author, room.second):
        own = await approve(room, draft, staff, now)
        assert isinstance(own, Refusal)
        assert own.code == "draft_own"


async def test_a_draft_goes_back_with_a_reason_and_can_be_given_up(room: Room, now: datetime) -> None:
    draft = await submitted(room, another(RENEW, "（新）"), now)
    async with room.database.act() as tx:
        assert await return_draft(tx, draft, "缺来源，见 13800005678", revision=1, staff=room.second, now=now) is None
        written = await get_draft(tx, draft)
        assert "13800005678" not in written.remark
        assert written.remark.startswith("缺来源")
        refused = await withdraw_draft(tx, draft, staff=room.second, now=now)
        assert refused is not None
        assert refused.code == "draft_not_yours"
        assert await withdraw_draft(tx, draft, staff=room.author, now=now) is None
        assert await find_live_drafts(tx) == []


async def test_every_act_is_in_the_ledger_with_its_authors(room: Room, now: datetime) -> None:
    draft = await submitted(room, another(RENEW, "（新）"), now)
    await approve(room, draft, room.second, now)
    assert await recorded(room.database, "draft") == [
        f"staff:draft:begin draft/{draft}",
        f"staff:draft:submit draft/{draft}",
    ]
    assert (await recorded(room.database, "publish"))[0].startswith(f"staff:edition:publish pack/{RENEW}@")


async def test_an_answer_in_the_making_keeps_its_edition(room: Room, now: datetime) -> None:
    edition = room.editions()
    draft = await submitted(room, another(RENEW, "（新）"), now)

    async def publish() -> None:
        await approve(room, draft, room.second, now)
        await room.renew()

    def ask() -> list[str | None]:
        found = [answer(edition, Query("护照快过期了怎么换", now)).answer.basis for _ in range(20)]
        return [None if basis is None else basis.digest for basis in found]

    digests, _ = await asyncio.gather(asyncio.to_thread(ask), publish())
    assert set(digests) == {edition.packs[RENEW].digest}
    assert room.editions().packs[RENEW].digest != edition.packs[RENEW].digest


@pytest.mark.parametrize("long_part", ["check_text", "weigh"])
async def test_others_are_answered_while_a_draft_is_weighed(
    room: Room, now: datetime, monkeypatch: pytest.MonkeyPatch, long_part: str
) -> None:
    began, others_answered = threading.Event(), threading.Event()
    real = getattr(assessing, long_part)

    def until_others_are_answered(*given: Any, **named: Any) -> Any:
        began.set()
        assert others_answered.wait(30), "nobody else was answered meanwhile"
        return real(*given, **named)

    monkeypatch.setattr(assessing, long_part, until_others_are_answered)
    weighing = asyncio.create_task(assessed(room, another(RENEW, "（新）"), now))
    assert await asyncio.to_thread(began.wait, 30)
    assert RENEW in (await room.renew()).packs
    others_answered.set()
    assert (await weighing).findings.faults == 0
