"""Two at the same moment: of one person, of one browser, of somebody who erases meanwhile."""

import asyncio
from collections.abc import Callable
from typing import Any

QUESTION = "护照到期了，怎么换发？"


async def test_a_tap_on_talk_to_a_person_many_times_opens_one_case(browser: Any) -> None:
    place = await browser.ask(QUESTION)
    filled = browser.form(f"{place}/person")
    answers = await asyncio.gather(
        *(browser.post(f"{place}/person", {**filled, "form_key": f"key-{tap}"}) for tap in range(5))
    )
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.headers["location"] for answer in answers}) == 1


async def test_nothing_of_an_erased_person_stays_open(browser: Any, agent: Any) -> None:
    reference = await browser.open_case(QUESTION)
    place = next(address for address in browser.history if address.startswith("/c/"))
    for act in ("reply", "resolve"):
        await agent.open(f"/desk/cases/{reference}")
        await agent.submit(f"/desk/cases/{reference}/{act}", **({"text": "办好了"} if act == "reply" else {}))
    await browser.open(f"/case/{reference}")
    again, said = browser.form(f"/case/{reference}/reopen"), browser.form(f"/case/{reference}/messages")
    await browser.open(f"{place}/erase")
    erase = {**browser.form(f"{place}/erase"), "sure": "yes"}
    answers = await asyncio.gather(
        browser.post(f"{place}/person", {**again, "form_key": "p"}),
        browser.post(f"/case/{reference}/messages", {**said, "text": "等一下"}),
        browser.post(f"{place}/erase", erase),
        browser.post(f"/case/{reference}/reopen", again),
    )
    assert answers[2].status_code == 200
    assert all(answer.status_code in (200, 303, 409, 410) for answer in answers)
    await agent.open("/desk")
    assert reference not in agent.text
    assert answers[0].headers.get("location", "/case/none").rsplit("/", 1)[1] not in agent.text


async def test_who_came_back_by_link_sees_the_case_they_open_next(
    browser: Any, agent: Any, new_browser: Callable[[], Any]
) -> None:
    reference = await browser.open_case(QUESTION)
    place = next(address for address in browser.history if address.startswith("/c/"))
    await browser.submit(f"/case/{reference}/link")
    address = "/r/" + browser.text.split('readonly value="')[1].split('"')[0].rsplit("/", 1)[1]
    phone = new_browser()
    await phone.open(address)
    assert (await phone.send(address, reference=reference)).status_code == 303
    for act in ("reply", "resolve"):
        await agent.open(f"/desk/cases/{reference}")
        await agent.submit(f"/desk/cases/{reference}/{act}", **({"text": "办好了"} if act == "reply" else {}))
    await phone.open(f"/case/{reference}")
    filled = phone.form(f"/case/{reference}/messages")
    opened = await phone.post(f"{place}/person", filled)
    assert opened.headers["location"] != f"/case/{reference}"
    for mine in (opened.headers["location"], place, f"/case/{reference}"):
        assert (await phone.open(mine)).status_code == 200
