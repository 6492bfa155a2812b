import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from changming.trust.identity import Role, add_staff, disable_staff, list_staff
from changming.web import House

QUESTION = "我明天就要出差，护照还没办，现在能办吗？我电话 13800005678"


async def test_nobody_comes_in_without_a_link(browser: Any) -> None:
    for address in ("/desk", "/desk/live", "/desk/cases/CM-7Q4K-29XD"):
        answer = await browser.open(address)
        assert answer.status_code == 401
        assert "坐席台" in answer.text


async def test_opening_a_sign_in_link_uses_nothing_up_and_it_works_once(
    house: House, agent: Any, new_browser: Callable[[], Any]
) -> None:
    assert (await agent.open("/desk")).status_code == 200
    address = agent.history[0]
    late = new_browser()
    assert (await late.open(address)).status_code == 200
    assert (await late.send(address)).status_code == 410


async def test_a_case_is_taken_answered_and_resolved_and_the_person_sees_it(browser: Any, agent: Any) -> None:
    reference = await browser.open_case(QUESTION)
    await agent.open("/desk")
    assert reference in agent.text
    await agent.open(f"/desk/cases/{reference}")
    assert "13800005678" not in agent.text
    assert "13800005678" in browser.text
    place = f"/desk/cases/{reference}"
    suggestion = agent.form(f"{place}/reply")
    assert suggestion["text"] == ""
    await agent.submit(f"{place}/take")
    await browser.open(f"/case/{reference}")
    assert f"{agent.name} 在跟" in browser.text
    await agent.submit(f"{place}/reply", text="您好，明天早上九点窗口开门。")
    await browser.open(f"/case/{reference}")
    assert "明天早上九点窗口开门" in browser.text
    await agent.submit(f"{place}/resolve")
    assert agent.history[-1] == "/desk?said=resolved"
    assert reference not in agent.text
    await browser.open(f"/case/{reference}")
    assert "这件事已经答复完" in browser.text
    await browser.open(f"/case/{reference}/rate")
    other_tab = browser.form(f"/case/{reference}/rate")
    await browser.open(f"/case/{reference}/rate")
    poor = await browser.send(f"/case/{reference}/rate", accuracy="5")
    assert poor.status_code == 422
    marks = {"accuracy": "5", "privacy": "5", "speed": "4", "manner": "5", "note": "谢谢"}
    await browser.submit(f"/case/{reference}/rate", **marks)
    assert "评分已收到" in browser.text
    once_more = await browser.open(f"/case/{reference}/rate")
    assert (once_more.status_code, once_more.headers["location"]) == (303, f"/case/{reference}")
    assert (await browser.post(f"/case/{reference}/rate", {**other_tab, **marks})).status_code == 409


async def test_two_take_the_same_case_and_one_wins(
    house: House, browser: Any, agent: Any, new_browser: Callable[[], Any], sign_in: Callable[..., Any]
) -> None:
    reference = await browser.open_case(QUESTION)
    colleague = await sign_in(house, new_browser())
    place = f"/desk/cases/{reference}"
    for one in (agent, colleague):
        await one.open(place)
    await agent.submit(f"{place}/take")
    lost = await colleague.send(f"{place}/take")
    assert lost.status_code == 409
    assert agent.name in lost.text
    await colleague.open(place)
    assert (await colleague.send(f"{place}/reply", text="我来答")).status_code == 409


async def test_answering_a_free_case_takes_it(browser: Any, agent: Any) -> None:
    reference = await browser.open_case(QUESTION)
    place = f"/desk/cases/{reference}"
    await agent.open(place)
    await agent.submit(f"{place}/reply", text="您好")
    await browser.open(f"/case/{reference}")
    assert f"{agent.name} 在跟" in browser.text


async def test_the_original_is_shown_for_a_reason_and_fifteen_minutes(browser: Any, agent: Any, clock: Any) -> None:
    reference = await browser.open_case(QUESTION)
    place = f"/desk/cases/{reference}"
    await agent.open(place)
    assert (await agent.send(f"{place}/view", purpose="just-so")).status_code == 422
    await agent.open(place)
    await agent.submit(f"{place}/view", purpose="call-back")
    assert "13800005678" in agent.text
    shown = agent.history[-1]
    clock.move(timedelta(minutes=14))
    await agent.open(shown)
    assert "13800005678" in agent.text
    clock.move(timedelta(minutes=2))
    await agent.open(shown)
    assert "13800005678" not in agent.text
    forged = shown.replace("call-back.", "complaint.")
    await agent.open(forged)
    assert "13800005678" not in agent.text


async def test_a_case_is_handed_over_with_a_note(
    house: House, browser: Any, agent: Any, new_browser: Callable[[], Any], sign_in: Callable[..., Any]
) -> None:
    reference = await browser.open_case(QUESTION)
    colleague = await sign_in(house, new_browser())
    place = f"/desk/cases/{reference}"
    await agent.open(place)
    await agent.submit(f"{place}/take")
    to = agent.text.split(f"<span>{colleague.name}</span>")[0].rsplit('name="to" value="', 1)[1].split('"')[0]
    await agent.submit(f"{place}/handover", to=to, note="请看出差证明，回电 13800005678")
    await colleague.open("/desk?show=mine")
    assert reference in colleague.text
    await colleague.open(place)
    assert "请看出差证明" in colleague.text
    assert "13800005678" not in colleague.text
    await colleague.submit(f"{place}/view", purpose="call-back")
    assert "回电 13800005678" in colleague.text
    await browser.open(f"/case/{reference}")
    assert "请看出差证明" not in browser.text


async def test_signing_out_ends_it(agent: Any) -> None:
    await agent.open("/desk")
    await agent.submit("/desk/sign-out")
    assert (await agent.open("/desk")).status_code == 401


async def test_no_message_is_passed_over_and_what_was_written_comes_back(browser: Any, agent: Any) -> None:
    reference = await browser.open_case(QUESTION)
    place = f"/desk/cases/{reference}"
    await agent.open(place)
    await agent.submit(f"{place}/reply", text="您好，请带出差证明。")
    shown = {act: agent.form(f"{place}/{act}") for act in ("reply", "resolve")}
    await browser.open(f"/case/{reference}")
    await browser.submit(f"/case/{reference}/messages", text="我没有出差证明")
    for act, written in (("reply", "那就明天来吧"), ("resolve", "")):
        filled = {**shown[act], **({"text": written} if written else {})}
        refused = await agent.post(f"{place}/{act}", filled)
        assert refused.status_code == 409
        assert "我没有出差证明" in refused.text
        assert written in refused.text
        assert "您还没看到" in refused.text
        within = await agent.post(f"{place}/{act}", filled, **{"HX-Request": "true"})
        assert (within.status_code, within.json()["code"]) == (409, "message_unseen")
    agent.page = refused
    await agent.submit(f"{place}/reply", text="没有也可以来窗口说明。")
    await browser.open(f"/case/{reference}")
    assert "那就明天来吧" not in browser.text
    assert "没有也可以来窗口说明" in browser.text
    done = agent.form(f"{place}/resolve")
    assert (await agent.post(f"{place}/resolve", {**done, "seen": "not a number"})).status_code == 409
    await agent.submit(f"{place}/resolve")
    await agent.open(place)
    await browser.open(f"/case/{reference}")
    await browser.submit(f"/case/{reference}/messages", text="谢谢")
    await agent.open(place)
    seen = agent.form(f"{place}/acknowledge")
    await browser.submit(f"/case/{reference}/messages", text="还有一件急事")
    assert (await agent.post(f"{place}/acknowledge", seen)).status_code == 409
    await agent.open(place)
    await agent.submit(f"{place}/acknowledge")


async def test_the_suggested_answer_is_in_the_language_of_whoever_asked(browser: Any, agent: Any) -> None:
    await agent.open("/desk?lang=en")
    reference = await browser.open_case("身份证丢了怎么补办？")
    await agent.open(f"/desk/cases/{reference}")
    assert "Suggested answer" in agent.text
    suggested = agent.text.split('id="draft"')[1].split(">", 1)[1].split("</textarea>")[0]
    assert "身份证" in suggested
    foreigner = browser
    await foreigner.open("/?lang=en")
    reference = await foreigner.open_case("How do I replace a lost resident ID card?")
    await agent.open(f"/desk/cases/{reference}?lang=zh")
    suggested = agent.text.split('id="draft"')[1].split(">", 1)[1].split("</textarea>")[0]
    assert "建议回复" in agent.text
    assert " the " in suggested


async def test_a_case_of_an_absent_colleague_is_taken_over(
    house: House, browser: Any, agent: Any, new_browser: Callable[[], Any], sign_in: Callable[..., Any]
) -> None:
    reference = await browser.open_case(QUESTION)
    place = f"/desk/cases/{reference}"
    await agent.open(place)
    await agent.submit(f"{place}/take")
    colleague, chief = await sign_in(house, new_browser()), await sign_in(house, new_browser(), Role.SUPERVISOR)
    await colleague.open(place)
    assert f"{place}/take-over" not in colleague.text
    await chief.open(place)
    filled = chief.form(f"{place}/take-over")
    token = {name: value for name, value in colleague.form(f"{place}/reply").items() if name.startswith("form_")}
    refused = await colleague.post(f"{place}/take-over", {**token, "from": filled["from"]})
    assert refused.status_code == 409
    assert agent.name in refused.text
    stale = await chief.post(f"{place}/take-over", {**filled, "form_key": "x", "from": "somebody else"})
    assert stale.status_code == 409
    await chief.submit(f"{place}/take-over")
    assert "已接过来" in chief.text
    assert f"{chief.name} 接替同事继续办。" in chief.text
    await browser.open(f"/case/{reference}")
    assert f"{chief.name} 在跟" in browser.text
    assert f"{chief.name} 接替同事继续办。" in browser.text
    async with house.database.act() as tx:
        gone = next(one for one in await list_staff(tx) if one.name == chief.name)
        await disable_staff(tx, gone.id, now=house.clock())
    await colleague.open(place)
    await colleague.submit(f"{place}/take-over")
    await colleague.submit(f"{place}/reply", text="您好，我接着办。")
    await browser.open(f"/case/{reference}")
    assert "您好，我接着办。" in browser.text


async def test_an_empty_list_asks_nobody_to_choose(house: House, agent: Any, browser: Any) -> None:
    await agent.open("/desk?show=mine")
    assert "这一栏现在没有办件" in agent.text
    assert "选一件" not in agent.text
    await browser.open_case(QUESTION)
    await agent.open("/desk")
    assert "选一件，或按 j" in agent.text
    assert "来了不到 1 分钟" in agent.text


async def test_a_used_sign_in_link_leads_to_the_sign_in(agent: Any, new_browser: Callable[[], Any]) -> None:
    late = new_browser()
    await late.open(agent.history[0])
    await late.send(agent.history[0])
    assert 'href="/desk/sign-in"' in late.text
    assert "回到队列" not in late.text


async def test_a_double_tap_on_the_sign_in_signs_in(house: House, new_browser: Callable[[], Any]) -> None:
    async with house.database.act() as tx:
        _, token = await add_staff(tx, "双击的值班员", Role.AGENT, now=house.clock())
    address = f"/desk/sign-in/{token.reveal()}"
    hasty, other = new_browser(), new_browser()
    await other.open(address)
    await hasty.open(address)
    filled = hasty.form(address)
    taps = await asyncio.gather(*(hasty.post(address, filled) for _ in range(2)))
    assert [tap.status_code for tap in taps] == [303, 303]
    assert len({tap.cookies["changming_staff"] for tap in taps}) == 1
    assert (await hasty.open("/desk")).status_code == 200
    # Not another form, not another browser, not after signing out.
    assert (await hasty.post(address, {**filled, "form_key": "another"})).status_code == 410
    assert (await other.post(address, {**other.form(address), "form_key": filled["form_key"]})).status_code == 410
    await hasty.submit("/desk/sign-out")
    assert (await hasty.post(address, filled)).status_code == 410


async def test_a_tap_that_comes_late_is_no_double_tap(house: House, new_browser: Callable[[], Any], clock: Any) -> None:
    async with house.database.act() as tx:
        _, token = await add_staff(tx, "慢慢来的值班员", Role.AGENT, now=house.clock())
    address, browser = f"/desk/sign-in/{token.reveal()}", new_browser()
    await browser.open(address)
    filled = browser.form(address)
    assert (await browser.post(address, filled)).status_code == 303
    clock.move(timedelta(seconds=59))
    assert (await browser.post(address, filled)).status_code == 303
    clock.move(timedelta(seconds=2))
    assert (await browser.post(address, filled)).status_code == 410


async def test_a_number_split_over_two_messages_is_hidden_from_staff_until_revealed(browser: Any, agent: Any) -> None:
    reference = await browser.open_case("护照丢了怎么补？我手机号是1395551")
    await browser.submit(f"/case/{reference}/messages", text="2345，早上打给我")
    await agent.open(f"/desk/cases/{reference}")
    assert "1395551" not in agent.text
    assert "2345，早上" not in agent.text
    assert "早上打给我" in agent.text
    await browser.open(f"/case/{reference}")
    assert "2345，早上打给我" in browser.text
