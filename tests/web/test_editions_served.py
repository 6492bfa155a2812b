"""What is published or retracted holds in the next request, and a page that is open says so."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
from tests.editorial.conftest import RENEW, another, bundled, pack_of

from changming.app import release_of
from changming.editorial import Cause, Editions, adopt_release, find_consulted, retract
from changming.editorial.service import put_into_force
from changming.guidance.knowledge import edition_of
from changming.kernel.ids import StaffId
from changming.trust.identity import Role, add_staff
from changming.web import House, build
from changming.web.portal.conversation_view import notice_of

QUESTION = "护照快过期了怎么换"


async def staff(house: House, name: str) -> StaffId:
    async with house.database.act() as tx:
        return (await add_staff(tx, name, Role.EDITOR, now=house.clock()))[0]


async def test_an_answer_says_that_its_entry_changed_and_is_given_anew(
    house: House, browser: Any, client_of: Any
) -> None:
    async with house.database.act() as tx:
        await adopt_release(tx, release_of(bundled()), now=house.clock())
    editor = await staff(house, "编辑 1 号")
    elsewhere = replace(house, edition=Editions(edition_of([])))  # a second process over the same database
    async with client_of(build(elsewhere)) as other:
        place = await browser.ask(QUESTION)
        assert "内容刚更新" not in browser.text
        authored = another(RENEW, "（新）").replace("护照快过期了怎么换", "护照快过期了怎么换新的", 1)
        async with house.database.act() as tx:
            pack = pack_of(RENEW, authored)
            await put_into_force(tx, pack, authored, Cause.PUBLISH, staff=editor, now=house.clock())
        await browser.open(place)
        assert "内容刚更新。下面是更新前的回答。" in browser.text
        await browser.submit(f"{place}/again")
        assert "内容刚更新" not in browser.text
        assert QUESTION in browser.text
        async with house.database.act() as tx:
            done = await retract(tx, RENEW, seen=pack.digest, reason="有误", staff=editor, now=house.clock())
        assert hasattr(done, "number")
        await browser.open(place)
        assert "这条内容已撤回" in browser.text
        for client in (browser.client, other):
            answer = await api(client)
            assert answer["status"] != "answered", answer
            assert all(not one["entry"].startswith(RENEW) for one in answer["citations"])
        await browser.submit(f"{place}/again")
        assert "这条内容已撤回" not in browser.text


async def api(client: httpx.AsyncClient) -> Any:
    return (await client.post("/api/v1/ask", json={"text": QUESTION})).json()["answer"]


async def test_what_was_consulted_is_counted_without_words_or_people(house: House, browser: Any) -> None:
    await house.consultations.write(house.database)
    async with house.database.act() as tx:
        await tx.execute("delete from consulted")
    await browser.ask("我妈 63 岁，身份证丢了，人在长春，怎么补？电话 13800005678")
    await house.consultations.write(house.database)
    async with house.database.read() as tx:
        found = await find_consulted(tx, "resident-id/replace-lost", most=10)
        rows = await (await tx.execute("select service, given::text from consulted")).fetchall()
    assert [one.times for one in found] == [1]
    assert found[0].digest == house.edition().packs["resident-id/replace-lost"].digest
    pack = house.edition().packs["resident-id/replace-lost"]
    assert found[0].given.keys() <= pack.inputs.keys()
    assert "13800005678" not in str(rows)


async def test_guides_and_programs_are_counted_too_once_no_question_is_open(
    house: House, client: httpx.AsyncClient, browser: Any
) -> None:
    await house.consultations.write(house.database)
    async with house.database.act() as tx:
        await tx.execute("delete from consulted")
    guide, answers = "/api/v1/guide/resident-id/damaged", dict[str, str]()
    while (found := (await client.post(guide, json={"answers": answers})).json())["question"]:
        answers[found["question"]["input"]] = "unknown"
    await browser.open("/guide/resident-id/damaged")
    for _ in answers:
        await browser.submit("/guide/resident-id/damaged", value="unknown")
    assert browser.page.headers["location"] == "/guide/resident-id/damaged/result"
    await client.post("/api/v1/ask", json={"text": "身份证丢了怎么补办"})
    await house.consultations.write(house.database)
    async with house.database.read() as tx:
        guided = await find_consulted(tx, "resident-id/damaged", most=10)
        asked = await find_consulted(tx, "resident-id/replace-lost", most=10)
    assert [(dict(one.given), one.times) for one in guided] == [(answers, 2)]
    assert [one.times for one in asked] == [1]


async def test_readiness_names_a_broken_entry_and_stays_ready(house: House, client_of: Any) -> None:
    broken = Editions(house.edition())
    broken.fault = "entry_broken"
    async with client_of(build(replace(house, edition=broken))) as client:
        answer = await client.get("/readyz")
    assert (answer.status_code, answer.text) == (200, "ready\nentry_broken\n")


def test_a_source_is_called_late_only_once_its_review_date_has_passed() -> None:
    pack = bundled().packs[RENEW]
    day = min(source.review_by for source in pack.sources.values())
    basis = {"service": RENEW, "digest": pack.digest, "review_by": day.isoformat()}
    assert notice_of(basis, bundled(), day) == ""
    assert notice_of(basis, bundled(), day + timedelta(days=1)) == "late"
    assert notice_of({**basis, "digest": "0" * 64}, bundled(), day) == "changed"
    assert notice_of(basis, edition_of([]), day) == "gone"
    assert notice_of({}, bundled(), day) == ""
