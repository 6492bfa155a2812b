"""The editors' pages: from a draft to its publication by a second person, taking back, and who may come in."""

from typing import Any

import pytest
from tests.editorial.conftest import RENEW, bundled, text_of

from changming.app import release_of
from changming.editorial import adopt_release, assess, find_head
from changming.trust.identity import Role, add_staff
from changming.web import House

HOME = "/desk/knowledge"
ENTRY = f"{HOME}/entry/passport.renew"


@pytest.fixture
async def two(house: House, new_browser: Any, sign_in: Any) -> tuple[Any, Any]:
    async with house.database.act() as tx:
        await adopt_release(tx, release_of(bundled()), now=house.clock())
    return await sign_in(house, new_browser(), Role.EDITOR), await sign_in(house, new_browser(), Role.EDITOR)


async def begin(author: Any) -> str:
    await author.open(ENTRY)
    await author.submit(f"{ENTRY}/draft")
    return str(author.history[-1])


async def test_from_a_draft_to_the_next_answer(house: House, two: Any, browser: Any) -> None:
    author, second = two
    place = await begin(author)
    await author.open(f"{place}?section=title")
    await author.submit(place, **{"title/zh": "普通护照换发（新）", "version": "2026.11.25"})
    assert "已保存" in author.text
    assert "没有错误，示例都对" in author.text
    await author.open(f"{place}/changes")
    assert "普通护照换发（新）" in author.text
    assert "没有人的答案会变" in author.text
    await author.submit(f"{place}/submit")
    assert f"{place}/approve" not in author.text  # never by one of its authors
    refused = await author.post(f"{place}/approve", {**author.form(f"{place}/return"), "read": "yes"})
    assert refused.status_code == 403
    assert "不能自己批准" in refused.text
    await second.open(HOME)
    assert "草稿等您核对" in second.text
    await second.open(f"{place}/changes")
    await second.submit(f"{place}/approve", read="yes")
    assert "已发布，下一个请求起生效" in second.text
    answer = await browser.client.post("/api/v1/ask", json={"text": "护照快过期了怎么换"})
    assert answer.json()["answer"]["citations"][0]["entry"] == f"{RENEW}@2026.11.25"
    await second.open(f"{HOME}?show=history")
    assert "普通护照换发" in second.text
    await second.open(ENTRY)
    assert "发布 2026.11.25" in second.text


async def test_faults_are_told_at_their_line_with_and_without_scripts(two: Any) -> None:
    author, _ = two
    place = await begin(author)
    await author.open(f"{place}?section=yaml")
    form = author.form(place)
    form["authored"] = text_of(RENEW).replace("status: official", "status: offcial", 1)
    line = form["authored"].split("\n").index(next(one for one in form["authored"].split("\n") if "offcial" in one)) + 1
    whole = await author.post(f"{place}/check", form)
    part = await author.post(f"{place}/check", form, **{"HX-Request": "true"})
    for page in (whole, part):
        assert page.status_code == 200
        assert f"第 {line} 行" in page.text
        assert "offcial" in page.text
    assert "<html" in whole.text
    assert "<html" not in part.text
    saved = await author.post(place, form)
    assert saved.status_code == 303  # a draft with faults is kept, and cannot be submitted
    await author.open(f"{place}/changes")
    assert f"{place}/submit" not in author.text


async def test_who_saves_an_old_revision_loses_no_word(two: Any) -> None:
    author, second = two
    place = await begin(author)
    for one in (author, second):
        await one.open(f"{place}?section=title")
    await author.submit(place, **{"title/zh": "甲的名称"})
    late = await second.send(place, **{"title/zh": "乙的名称"})
    assert late.status_code == 409
    assert "有人改过这份草稿" in late.text
    assert "乙的名称" in late.text


async def test_a_stale_draft_is_told_kindly_and_goes_on_from_the_new_version(house: House, two: Any) -> None:
    author, second = two
    first, other = await begin(author), await begin(author)
    for place, title in ((first, "先发的"), (other, "后发的")):
        await author.open(f"{place}?section=title")
        await author.submit(place, **{"title/zh": title, "version": "2026.11.25"})
        await author.open(f"{place}/changes")
        if place == first:
            await author.submit(f"{place}/submit")
            await second.open(f"{place}/changes")
            await second.submit(f"{place}/approve", read="yes")
    await author.open(f"{other}?section=title")
    assert "有了新版本" in author.text
    await author.open(f"{other}/changes")
    refused = await author.send(f"{other}/submit")
    assert refused.status_code == 409
    assert "已经有了新版本" in refused.text
    await author.open(f"{other}?section=title")
    await author.submit(other, onto="yes")
    await author.open(f"{other}/changes")
    await author.submit(f"{other}/submit")
    await second.open(f"{other}/changes")
    await second.submit(f"{other}/approve", read="yes")
    assert house.edition().packs[RENEW].title.zh in ("后发的", "先发的")
    await second.open(ENTRY)
    assert house.edition().packs[RENEW].title.zh == "后发的"


async def test_an_entry_is_taken_back_at_once_and_looked_at_by_a_second_person(house: House, two: Any) -> None:
    author, second = two
    await author.open(ENTRY)
    seen = author.form(f"{ENTRY}/retract")
    missing = await author.post(f"{ENTRY}/retract", {**seen, "reason": " "})
    assert missing.status_code == 422
    await author.open(ENTRY)
    await author.submit(f"{ENTRY}/retract", reason="费用写错，见国家移民管理局公告")
    assert "请另一位同事确认或恢复" in author.text
    async with house.database.read() as tx:
        head = await find_head(tx)
    assert head is not None
    assert house.edition.number == head.number
    assert RENEW not in house.edition().packs
    await second.open(HOME)
    assert "已撤回，等第二人确认" in second.text
    await second.open(ENTRY)
    action = next(one for one in second.text.split('"') if one.endswith("/restore"))
    await second.submit(action)
    assert "已恢复" in second.text
    await second.open(ENTRY)
    assert RENEW in house.edition().packs


async def test_a_preview_shows_the_answer_for_chosen_inputs_date_and_language(two: Any) -> None:
    author, _ = two
    place = await begin(author)
    await author.open(f"{place}/preview?on=2026-11-22&in=zh&i.age=34")
    assert "每本 120 元" in author.text
    await author.open(f"{place}/preview?on=2026-11-22&in=en&i.age=34")
    assert "CNY 120" in author.text
    await author.open(f"{place}/preview?on=2010-01-01")
    assert author.page.status_code == 200
    await author.open(f"{place}/preview?i.age=9999")
    assert author.page.status_code == 200
    assert 'role="alert"' in author.text


async def test_only_editors_and_supervisors_come_in(house: House, new_browser: Any) -> None:
    for role, status in ((Role.AGENT, 403), (Role.SECURITY, 403), (Role.SUPERVISOR, 200), (Role.EDITOR, 200)):
        person = new_browser()
        await _sign_in(house, person, role)
        assert (await person.open(HOME)).status_code == status


async def _sign_in(house: House, person: Any, role: Role) -> None:
    async with house.database.act() as tx:
        _, token = await add_staff(tx, f"同事 {role.value}", role, now=house.clock())
    await person.open(f"/desk/sign-in/{token.reveal()}")
    answer = await person.send(f"/desk/sign-in/{token.reveal()}")
    wanted = HOME if role is Role.EDITOR else "/desk"
    assert answer.headers["location"] == wanted


async def test_words_are_never_weighed_for_another_revision_than_the_one_that_was_read(
    two: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    author, second = two
    place = await begin(author)
    await author.open(f"{place}?section=title")
    await author.submit(place, **{"title/zh": "普通护照换发（新）", "version": "2026.11.25"})
    await author.open(f"{place}/changes")
    await author.submit(f"{place}/submit")
    await second.open(f"{place}/changes")
    form = second.form(f"{place}/approve")
    weighed: list[object] = []

    async def counting(*given: Any, **named: Any) -> Any:
        weighed.append(given)
        return await assess(*given, **named)

    monkeypatch.setattr("changming.web.console.knowledge_changes.assess", counting)
    ahead = await second.post(f"{place}/approve", {**form, "revision": str(int(form["revision"]) + 1), "read": "yes"})
    assert (ahead.status_code, weighed) == (409, [])
    done = await second.post(f"{place}/approve", {**form, "read": "yes"})
    assert (done.status_code, len(weighed)) == (303, 1)
