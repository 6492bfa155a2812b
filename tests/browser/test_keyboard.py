"""The console by keyboard: ten cases wait, a colleague takes one of them, the agent clears the others."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from changming.app import Desk
from changming.desk.cases import Matter, Opened, intake
from changming.desk.conversations import Content
from changming.infra.clock import now as read_clock
from changming.kernel.actors import Actor, ActorKind
from changming.kernel.catalogue import Level
from changming.kernel.messages import Lang
from changming.kernel.personal import Personal
from changming.trust.identity import start_session
from changming.trust.people import SubjectKind, create_subject_sealing

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}
TABLE = {"width": 1280, "height": 844}


async def ten_cases(desk: Desk) -> list[str]:
    """References of ten new cases."""
    references = []
    for number in range(10):
        now = read_clock()
        async with desk.house.database.act() as tx:
            session = await start_session(tx, now=now)
            subject, sealer = await create_subject_sealing(tx, SubjectKind.VISITOR, desk.house.keyring, now=now)
            words = Personal(f"第 {number} 个人的问题")
            opened = await intake(
                tx,
                Content(words, words),
                Matter(Level.URGENT if number % 2 else Level.GENERAL, "resident-id/replace-lost"),
                subject=subject,
                sealer=sealer,
                lang=Lang.ZH,
                actor=Actor(ActorKind.VISITOR, session.id),
                now=now,
            )
            assert isinstance(opened, Opened)
            references.append(opened.case.reference)
    return references


def clear_one(page: Page) -> str:
    """Open the first case of the queue, answer it, resolve it: keys only. The case's reference."""
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator("#draft")).to_be_visible()
    expect(page).to_have_url(re.compile("/desk/cases/CM-"))
    reference = re.search(r"CM-\w{4}-\w{4}", page.url)
    assert reference is not None
    page.keyboard.press("e")
    expect(page.locator("#draft")).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text("您好，请带身份证原件到窗口办理。")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#thread")).to_contain_text("请带身份证原件到窗口办理")
    page.keyboard.press("r")
    expect(page).to_have_url(re.compile("said=resolved"))
    return reference[0]


def test_ten_cases_by_keyboard_while_a_colleague_takes_one(running: Any, person: Callable[..., Any]) -> None:
    agent, colleague = person("agent", TABLE), person("colleague", TABLE)
    for one, name in ((agent, "值班员 1 号"), (colleague, "值班员 2 号")):
        one.open(running.staff_link(name))
        one.page.get_by_role("button", name="登录").click()
        expect(one.page.get_by_text("现在没有在等的人")).to_be_visible()
    agent.check()
    agent.picture("empty")
    loads = agent.loads
    references = running.do(ten_cases)
    # The queue fills by itself.
    expect(agent.page.locator("#queue .queue a")).to_have_count(10)
    agent.check()
    agent.picture("ten")
    theirs = references[4]
    colleague.page.locator(f"#q-{theirs}").click()
    expect(colleague.page.locator("#draft")).to_be_visible()
    colleague.page.keyboard.press("t")
    expect(agent.page.locator(f"#q-{theirs}")).to_contain_text("值班员 2 号")
    agent.page.keyboard.press("?")
    expect(agent.page.get_by_role("dialog")).to_be_visible()
    agent.check()
    agent.picture("keys")
    agent.page.keyboard.press("Escape")
    agent.page.get_by_role("link", name=re.compile("待接手")).click()
    expect(agent.page.locator("#queue .queue a")).to_have_count(9)
    cleared = []
    for left in range(8, -1, -1):
        cleared.append(clear_one(agent.page))
        agent.page.get_by_role("link", name=re.compile("待接手")).click()
        expect(agent.page.locator("#queue .queue a")).to_have_count(left)
    assert set(cleared) == set(references) - {theirs}
    assert agent.loads == loads, "the console was loaded anew"
    assert agent.complaints == colleague.complaints == []


def test_the_case_that_a_colleague_took_meanwhile_is_refused_and_nothing_written_is_lost(
    running: Any, person: Callable[..., Any]
) -> None:
    agent, colleague = person("agent-late", TABLE, color_scheme="dark"), person("colleague-quick", PHONE)
    reference = running.do(ten_cases)[0]
    for one, name in ((agent, "值班员 3 号"), (colleague, "值班员 4 号")):
        one.open(running.staff_link(name))
        one.page.get_by_role("button", name="登录").click()
        one.page.locator(f"#q-{reference}").click()
        expect(one.page.locator("#draft")).to_be_visible()
    for one in (agent, colleague):
        one.check()
        one.picture("case")
    agent.page.locator("#draft").fill("我正在写的话")
    colleague.page.keyboard.press("t")
    expect(colleague.page.get_by_text("已接手。")).to_be_visible()
    agent.page.locator("#draft").press("Control+Enter")
    expect(agent.page.locator("[data-problem]")).to_contain_text("值班员 4 号")
    expect(agent.page.locator("#draft")).to_have_value("我正在写的话")
