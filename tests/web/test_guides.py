"""Guides and life events as pages, on a real database. What they say comes from the shipped packs."""

import hashlib
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import psycopg
import pytest

from changming.desk.visits import VISIT, forget_visits
from changming.guidance.knowledge import DONT_KNOW, edition_of

GUIDE = "/guide/passport/renew"
RESULT = f"{GUIDE}/result"
EVENT = "/life/newborn"


def question(page: str) -> str:
    found = re.search(r'<h1 id="h-q">([^<]+)</h1>', page)
    assert found is not None, page
    return found[1]


def progress(page: str) -> str:
    found = re.search(r'<p class="muted progress">([^<]+)</p>', page)
    assert found is not None
    return found[1]


async def answer(browser: Any, value: str, guide: str = GUIDE) -> str:
    """Answer the question on the page; the page that follows."""
    sent = await browser.send(guide, value=value)
    assert sent.status_code == 303, sent.text
    page = await browser.open(sent.headers["location"])
    if page.has_redirect_location:
        page = await browser.open(page.headers["location"])
    return str(page.text)


async def through(browser: Any, *values: str, guide: str = GUIDE) -> None:
    await browser.open(guide)
    for value in values:
        await answer(browser, value, guide)


async def to_the_end(browser: Any, guide: str, value: str = DONT_KNOW) -> None:
    await browser.open(guide)
    if browser.page.has_redirect_location:
        await browser.open(browser.page.headers["location"])
    while 'id="h-q"' in browser.text:
        await answer(browser, value, guide)


HOME = ("expiring", "35", "长春", "长春", "none", "true")


async def test_one_question_after_the_other_to_the_result(browser: Any) -> None:
    await browser.open("/guide")
    assert f'href="{GUIDE}"' in browser.text
    await browser.open(GUIDE)
    assert "为什么要换护照" in question(browser.text)
    assert re.fullmatch(r"第 1 问 · 还有最多 \d 问", progress(browser.text))
    assert "changming_visitor" not in browser.page.headers.get("set-cookie", ""), "looking leaves nothing behind"
    lefts = []
    for value in HOME:
        left = re.search(r"最多 (\d+)", progress(browser.text))
        lefts.append(1 if left is None else int(left[1]))
        await answer(browser, value)
    assert lefts == sorted(lefts, reverse=True)
    assert browser.history[-1] == RESULT
    for words in ("全程网上办", "120 元", "原来的护照", "吉林省长春市", "要带什么", "有多可靠", "7 个工作日"):
        assert words in browser.text, words


async def test_no_answer_stands_in_an_address_or_in_the_database(browser: Any, dsn: str) -> None:
    await through(browser, "expiring", "87", "海拉尔")
    assert all("expiring" not in address and "87" not in address for address in browser.history)
    with psycopg.connect(dsn) as connection:
        rows = connection.execute(
            "select row_to_json(v)::text from visit v union all select row_to_json(i)::text from idempotency i"
        )
        kept = "\n".join(row[0] for row in rows)
    assert kept
    assert all(words not in kept for words in ("expiring", "hukou", "passport/renew", "海拉尔"))


async def test_an_earlier_answer_is_changed_and_the_later_ones_stay(browser: Any) -> None:
    await through(browser, *HOME)
    await browser.open(f"{GUIDE}?ask=reason")
    assert "改一个回答" in progress(browser.text)
    assert 'value="expiring" aria-pressed="true"' in browser.text
    page = await answer(browser, "expired")
    assert "已经过期" in page
    assert "吉林省长春市" in page, "what was answered later stays"
    await browser.open(f"{GUIDE}?ask=reason")
    assert "35" in await answer(browser, "expiring")


async def test_going_back_leads_to_the_question_before(browser: Any) -> None:
    await through(browser, "expiring")
    back = re.search(r'<a href="(/guide/passport/renew\?ask=[a-z_]+)">', browser.text)
    assert back is not None
    await browser.open(back[1])
    assert "为什么要换护照" in question(browser.text)


@pytest.mark.parametrize(
    ("before", "typed", "said"),
    [
        (("expiring",), "很大了", "没看出数字"),
        (("expiring",), "999", "0 到 130"),
        (("expiring",), "", "还没有写"),
        (("expiring", "35"), "火星", "没找到这个地方"),
        (("expiring", "35"), "长" * 200, "太长"),
        ((), "没有这个选项", "请从下面选一个"),
    ],
)
async def test_what_is_no_answer_is_said_kindly_and_given_back(
    browser: Any, before: tuple[str, ...], typed: str, said: str
) -> None:
    await through(browser, *before)
    asked = question(browser.text)
    refused = await browser.send(GUIDE, free=typed)
    assert refused.status_code == 422
    assert said in refused.text
    assert question(refused.text) == asked


async def test_an_ambiguous_place_is_chosen_and_a_large_one_asked_again(browser: Any) -> None:
    await through(browser, "expiring", "35")
    refused = await browser.send(GUIDE, free="朝阳区")
    assert refused.status_code == 422
    assert "北京市朝阳区" in refused.text
    assert "吉林省长春市朝阳区" in refused.text
    page = await answer(browser, "220104")
    assert "打算在哪个市办" in question(page)
    page = await answer(browser, "吉林省")
    assert "“吉林省”范围太大" in page
    assert "打算在哪个市办" in question(page)


async def test_not_knowing_leads_to_a_result_that_says_what_it_depends_on(browser: Any) -> None:
    await to_the_end(browser, GUIDE)
    assert "也许还能这样办" in browser.text
    assert "要看这几问：" in browser.text
    assert "申请人的户口在哪个市？" in browser.text


async def test_ticks_and_the_day_are_kept(browser: Any) -> None:
    await through(browser, *HOME)
    keys = re.findall(r'name="(tick:[^"]+)"', browser.text)
    await browser.submit(GUIDE, act="ticks", **{keys[0]: "yes", "tick:nothing/at/all": "yes"})
    await browser.open(RESULT)
    assert re.findall(r'name="(tick:[^"]+)" value="yes" autocomplete="off" checked', browser.text) == [keys[0]]
    form = {**browser.form(GUIDE), "act": "need", "need_by": "2026-12-31"}
    assert (await browser.post(GUIDE, form)).status_code == 303
    await browser.open(RESULT)
    assert re.search(r'<p class="verdict">2026年12月31日（周四）要用，最晚2026年12月\d+日', browser.text)
    wrong = await browser.post(GUIDE, {**form, "need_by": "31.12.2026"})
    assert wrong.status_code == 422
    late = {**form, "need_by": "2026-11-24"}
    await browser.post(GUIDE, late)
    assert "前来不及" in (await browser.open(RESULT)).text


async def test_two_tabs_end_in_the_same_place(browser: Any) -> None:
    await through(browser, "expiring")
    first = browser.form(GUIDE)
    await browser.open(f"{GUIDE}?ask=reason")
    second = browser.form(GUIDE)
    assert (await browser.post(GUIDE, {**first, "free": "35"})).status_code == 303
    assert (await browser.post(GUIDE, {**second, "value": "damaged"})).status_code == 303
    page = (await browser.open(RESULT)).text
    assert "护照损坏了" in page
    assert "<dd>35" in page


async def test_a_double_tap_on_the_first_answer_begins_one_visit(browser: Any, dsn: str) -> None:
    await browser.open(GUIDE)
    form = {**browser.form(GUIDE), "value": "expiring"}
    with psycopg.connect(dsn) as connection:
        before = connection.execute("select count(*) from visit").fetchone()
        answers = [await browser.post(GUIDE, form) for _ in range(2)]
        assert [one.status_code for one in answers] == [303, 303]
        after = connection.execute("select count(*) from visit").fetchone()
    assert after is not None
    assert before is not None
    assert after[0] == before[0] + 1


async def test_a_shared_result_is_read_only_and_can_be_ended(browser: Any, new_browser: Callable[[], Any]) -> None:
    await through(browser, *HOME)
    await browser.submit(GUIDE, act="share")
    await browser.open(RESULT)
    link = re.search(r'readonly value="http://desk.test(/g/[\w-]{40,})"', browser.text)
    assert link is not None
    family = new_browser()
    shown = await family.open(link[1])
    assert shown.headers["referrer-policy"] == "no-referrer"
    assert "吉林省长春市" in shown.text
    assert "全程网上办" in shown.text
    assert 'name="act"' not in shown.text, "nothing of it can be changed"
    calendar = await family.open(f"{link[1]}/calendar.ics")
    assert calendar.text.startswith("BEGIN:VCALENDAR")
    await family.open(link[1])
    copied = await family.submit(link[1])
    assert "吉林省长春市" in copied.text
    await family.open(f"{GUIDE}?ask=reason")
    await answer(family, "damaged")
    assert "护照损坏了" not in (await browser.open(RESULT)).text, "a copy is one's own"
    assert "护照损坏了" not in (await new_browser().open(link[1])).text
    await browser.open(RESULT)
    form = {**browser.form(GUIDE), "act": "unshare"}
    assert (await browser.post(GUIDE, form)).status_code == 303
    gone = await new_browser().open(link[1])
    assert gone.status_code == 404
    assert "打不开了" in gone.text
    assert (await new_browser().open("/g/" + "x" * 43)).status_code == 404


async def test_a_new_link_ends_the_old_one_and_thirty_days_end_both(
    browser: Any, new_browser: Callable[[], Any], clock: Any, dsn: str
) -> None:
    await through(browser, "expiring")
    await browser.open(RESULT)
    links = []
    for _ in range(2):
        form = {**browser.form(GUIDE), "act": "share"}
        assert (await browser.post(GUIDE, form)).status_code == 303
        await browser.open(RESULT)
        links.append(re.search(r'value="http://desk.test(/g/[\w-]+)"', browser.text)[1])  # type: ignore[index]  # it is there
    assert (await new_browser().open(links[0])).status_code == 404
    assert (await new_browser().open(links[1])).status_code == 200
    with psycopg.connect(dsn) as connection:
        stored = {bytes(row[0]) for row in connection.execute("select token_sha256 from visit_share")}
    assert hashlib.sha256(links[1].removeprefix("/g/").encode()).digest() in stored
    clock.move(timedelta(days=30, seconds=1))
    assert (await new_browser().open(links[1])).status_code == 404


async def test_a_case_is_opened_with_consent_and_holds_what_was_shown(browser: Any) -> None:
    await through(browser, *HOME)
    page = (await browser.open(f"{GUIDE}/case")).text
    shown = re.findall(r"<li>([^<]+)</li>", page.split('class="handed"')[1].split("</ul>")[0])
    assert any("有效期不到 6 个月" in line for line in shown)
    refused = await browser.send(f"{GUIDE}/case", note="急")
    assert refused.status_code == 422
    assert ">急</textarea>" in refused.text
    filled = {**browser.form(f"{GUIDE}/case"), "sure": "yes", "note": "下个月要出国"}
    done = await browser.post(f"{GUIDE}/case", filled)
    assert done.status_code == 303, done.text
    again = await browser.post(f"{GUIDE}/case", filled)
    assert again.headers["location"] == done.headers["location"]
    case = await browser.open(done.headers["location"])
    for line in (*shown, "下个月要出国"):
        assert line in case.text
    assert "吉林省长春市" in (await browser.open(RESULT)).text, "the visit stays as it is"


async def test_erasing_takes_answers_and_links(browser: Any, new_browser: Callable[[], Any], dsn: str) -> None:
    await through(browser, *HOME)
    await browser.submit(GUIDE, act="share")
    await browser.open(RESULT)
    link = re.search(r'value="http://desk.test(/g/[\w-]+)"', browser.text)
    assert link is not None
    await browser.open("/visit")
    assert "普通护照换发" in browser.text
    await browser.open("/visit/erase")
    assert (await browser.send("/visit/erase")).status_code == 422
    done = await browser.post("/visit/erase", {**browser.form("/visit/erase"), "sure": "yes"})
    assert "已删除" in done.text
    assert (await new_browser().open(link[1])).status_code == 404
    assert "还没有" in (await browser.open("/visit")).text
    await browser.open(GUIDE)
    assert "第 1 问" in browser.text
    await answer(browser, "expiring")
    assert "有效期不到" in (await browser.open(RESULT)).text, "one can begin anew"


async def test_erase_my_data_covers_the_visit(browser: Any) -> None:
    await through(browser, *HOME)
    place = await browser.ask("身份证丢了怎么补？")
    await browser.open(f"{place}/erase")
    done = await browser.post(f"{place}/erase", {**browser.form(f"{place}/erase"), "sure": "yes"})
    assert "已删除" in done.text
    assert "吉林省长春市" not in (await browser.open(RESULT)).text


async def test_what_nobody_touches_for_thirty_days_is_erased(browser: Any, house: Any, clock: Any, dsn: str) -> None:
    await through(browser, "expiring")
    clock.move(VISIT + timedelta(seconds=1))
    async with house.database.act() as tx:
        assert await forget_visits(tx, now=clock()) > 0
        assert await forget_visits(tx, now=clock()) == 0
    with psycopg.connect(dsn) as connection:
        (left,) = connection.execute("select count(*) from visit where expires_at <= %s", [clock()]).fetchone() or (-1,)
    assert left == 0
    assert "有效期不到" not in (await browser.open(RESULT)).text


async def test_a_visit_outlives_a_new_edition(browser: Any, house: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    await through(browser, *HOME)
    old = house.edition()
    pack = old.packs["passport/renew"]
    reason = {name: words for name, words in pack.inputs["reason"].options.items() if name != "expiring"}
    inputs = {**pack.inputs, "reason": _with(pack.inputs["reason"], options=reason)}
    renewed = edition_of([*old.packs.values(), _with(pack, inputs=inputs, version="2027.01.01")])
    monkeypatch.setattr(type(house), "edition", _standing(renewed))
    await browser.open(GUIDE)
    assert "为什么要换护照" in question(browser.text)
    assert "规定有更新（2027.01.01 版），您有 1 个回答不再适用" in browser.text
    assert "35" in browser.text, "the others are kept"
    page = await answer(browser, "damaged")
    assert "规定有更新" not in page


def _with(frozen: Any, **changes: Any) -> Any:
    import dataclasses

    return dataclasses.replace(frozen, **changes)


def _standing(edition: Any) -> Any:
    class Standing:
        def __call__(self) -> Any:
            return edition

        async def renew(self, tx: Any) -> None:
            del tx

    return Standing()


async def test_a_life_event_puts_services_in_order_and_materials_on_one_list(browser: Any) -> None:
    await browser.open("/life")
    assert f'href="{EVENT}"' in browser.text
    await to_the_end(browser, EVENT)
    assert browser.history[-1] == f"{EVENT}/result"
    stops = re.findall(r'name="done:([^"]+)"', browser.text)
    assert stops.index("birth-certificate/first") < stops.index("household/birth-registration")
    ticks = re.findall(r'name="tick:([^"]+)"', browser.text)
    assert len(ticks) == len(set(ticks)) > 3
    assert "办这些用：" in browser.text
    await browser.submit(EVENT, act="ticks", **{f"done:{stops[0]}": "yes", f"tick:{ticks[0]}": "yes"})
    await browser.open(f"{EVENT}/result")
    assert re.findall(r'name="done:([^"]+)" value="yes" autocomplete="off" checked', browser.text) == [stops[0]]
    shown = (await browser.open(f"{EVENT}/case")).text
    assert "已经办好：" in shown
    calendar = await browser.open(f"{EVENT}/calendar.ics")
    assert calendar.headers["content-type"].startswith("text/calendar")
    assert "BEGIN:VALARM" in calendar.text


async def test_every_guide_and_event_opens(browser: Any, house: Any) -> None:
    addresses = re.findall(r'<a href="(/(?:guide|life)/[^"]+)">', (await browser.open("/guide")).text)
    assert len(addresses) == len(house.edition().packs)
    for address in addresses:
        page = await browser.open(address)
        if page.has_redirect_location:
            page = await browser.open(page.headers["location"])
        assert page.status_code == 200, address
        assert (await browser.open(f"{address}/result")).status_code == 200, address
        assert (await browser.open(f"{address}/calendar.ics")).status_code == 200, address


async def test_an_unknown_guide_is_a_kind_list(browser: Any) -> None:
    for address in (
        "/guide/passport/fly",
        "/guide/nothing",
        "/life/nothing",
        "/guide/passport/fly/result",
        "/guide/x/y/case",
    ):
        page = await browser.open(address)
        assert page.status_code == 404, address
        assert f'href="{GUIDE}"' in page.text
    assert (await browser.open("/guide/life-event/newborn")).headers["location"] == EVENT
    assert (await browser.open("/guide/safety")).headers["location"] == "/guide/safety/all"


async def test_the_list_is_filtered_without_a_script(browser: Any) -> None:
    page = (await browser.open("/guide?q=护照 丢")).text
    assert 'href="/guide/passport/replace-lost"' in page
    assert 'href="/guide/household/move"' not in page
    none = (await browser.open("/guide?q=<b>火箭")).text
    assert "没有找到" in none
    assert "<b>" not in none.split("没有找到")[1][:40]


async def test_the_list_is_folded_until_it_is_searched_or_begun(browser: Any) -> None:
    fold = '<details class="shelf" id="of-passport"'
    assert f"{fold}>" in (await browser.open("/guide")).text
    assert f"{fold} open>" in (await browser.open("/guide?q=护照")).text
    await browser.open(GUIDE)
    await browser.submit(GUIDE, value="unknown")
    assert f"{fold} open>" in (await browser.open("/guide")).text


async def test_hostile_forms_end_in_words(browser: Any) -> None:
    await browser.open(GUIDE)
    form = browser.form(GUIDE)
    assert (await browser.post(GUIDE, {**form, "value": "x" * 70_000})).status_code == 413
    assert (await browser.post(GUIDE, {**form, "act": "drop"})).status_code == 403
    assert (await browser.post(GUIDE, {**form, "input": "nobody"})).headers["location"] == GUIDE
    assert (await browser.post(GUIDE, {**form, "form_token": "forged", "value": "expiring"})).status_code == 403
    assert (await browser.post(GUIDE, {**form, "act": "share"})).status_code == 404, "there is nothing to share yet"
    assert (await browser.open(f"{GUIDE}?ask=nobody")).status_code == 200


async def test_everything_of_a_long_list_is_ticked_at_once(browser: Any, house: Any) -> None:
    for event in ("starting-a-company", "lost-wallet"):
        base = f"/life/{event}"
        await browser.open(f"{base}/result")
        names = re.findall(r'name="((?:tick|done):[^"]+)"', browser.text)
        filled = {**browser.form(base), **dict.fromkeys(names, "yes"), **{f"tick:x{n}": "yes" for n in range(80)}}
        assert (await browser.post(base, filled)).status_code == 303
        page = (await browser.open(f"{base}/result")).text
        assert len(re.findall(r'value="yes" autocomplete="off" checked', page)) == len(names)


async def test_an_answer_leads_to_its_guide(browser: Any) -> None:
    await browser.ask("护照快过期了怎么换")
    assert f'<a href="{GUIDE}">' in browser.text


async def test_english_pages_are_english_but_for_places(browser: Any) -> None:
    await browser.open("/guide?lang=en")
    await to_the_end(browser, GUIDE)
    for address in ("/guide", "/life", GUIDE + "?ask=reason", RESULT, f"{GUIDE}/case", "/visit", "/visit/erase"):
        page = (await browser.open(address)).text.replace("中文", "").split("<footer")[0]
        page = re.sub(r'<ol class="src".*?</ol>', "", page, flags=re.DOTALL)
        assert not re.findall(r"[\u4e00-\u9fff]+", page), address
