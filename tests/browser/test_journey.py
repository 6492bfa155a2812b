"""The whole journey with two browsers side by side: a person on a phone, somebody on duty at a desk."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect
from tests.fault.traces import assert_no_trace

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}
WIDE = {"width": 1100, "height": 844}
TABLE = {"width": 1280, "height": 844}
QUESTION = "我明天就要出差，护照还没办，现在能办吗？我的电话是 13800005678"


def ask_and_open_a_case(visitor: Any) -> str:
    """From the first page to the case's page; its reference."""
    visitor.open("/")
    visitor.check()
    visitor.picture("1-home")
    visitor.page.get_by_label("您遇到了什么事？").fill(QUESTION)
    visitor.page.get_by_role("button", name="问一问").click()
    expect(visitor.page.get_by_role("heading", name="我们的理解")).to_be_visible()
    visitor.check()
    visitor.picture("2-answer")
    visitor.page.locator(".src summary").first.click()
    expect(visitor.page.locator(".src details[open] dl").first).to_be_visible()
    visitor.page.get_by_role("button", name="找人说").click()
    expect(visitor.page.get_by_role("heading", name="对话")).to_be_visible()
    expect(visitor.page.locator(".live-dot.on")).to_be_visible()
    visitor.check()
    visitor.picture("3-case")
    return str(visitor.page.url.rsplit("/", 1)[1])


def find_and_take(staff: Any, reference: str, link: str) -> None:
    """Sign in, find the case in the queue, look at it masked, take it."""
    staff.open(link)
    staff.page.get_by_role("button", name="登录").click()
    expect(staff.page.get_by_text(reference)).to_be_visible()
    staff.check()
    staff.picture("4-queue")
    staff.page.get_by_role("link", name=re.compile(reference)).click()
    expect(staff.page.locator("#thread")).to_contain_text("我明天就要出差")
    expect(staff.page.locator("#thread")).not_to_contain_text("13800005678")
    staff.check()
    staff.picture("5-case")
    staff.page.get_by_role("button", name="接手").click()


def talk_and_resolve(visitor: Any, staff: Any) -> None:
    """Both write, both see it at once; staff resolve."""
    staff.page.locator("#draft").fill("您好，明天早上九点窗口开门，请带身份证原件。")
    staff.page.get_by_role("button", name="发送 Ctrl").click()
    expect(visitor.page.locator("#thread")).to_contain_text("明天早上九点窗口开门")
    visitor.page.get_by_label("写给值班员").fill("好的，我去。")
    visitor.page.get_by_role("button", name="发送").click()
    expect(visitor.page.locator("#thread")).to_contain_text("好的，我去。")
    expect(staff.page.locator("#thread")).to_contain_text("好的，我去。")
    visitor.check()
    visitor.picture("6-talking")
    # What has just come is not passed over at the first press; the second one is by somebody who was told.
    staff.page.get_by_role("button", name="答复完毕").click()
    expect(staff.page.locator("#told")).to_contain_text("您还没看到")
    newest = staff.page.locator("#thread ol").get_attribute("data-newest")
    expect(staff.page.locator("form[action$=resolve] input[name=seen]")).to_have_value(str(newest))
    staff.page.get_by_role("button", name="答复完毕").click()
    expect(visitor.page.locator("#state")).to_contain_text("这件事已经答复完")
    expect(visitor.page.get_by_role("link", name="打分")).to_be_visible()


def rate(visitor: Any) -> None:
    """Four marks, confirmed."""
    visitor.page.get_by_role("link", name="打分").click()
    visitor.check()
    visitor.picture("7-rate")
    for name in ("accuracy", "privacy", "speed", "manner"):
        visitor.page.locator(f'label:has(input[name="{name}"][value="5"])').click()
    visitor.page.get_by_role("button", name="提交评分").click()
    expect(visitor.page.get_by_text("评分已收到")).to_be_visible()
    visitor.check()
    visitor.picture("8-done")


@pytest.mark.parametrize(("device", "size"), [("phone", PHONE), ("desktop", WIDE)])
def test_from_a_question_at_night_to_a_rating(
    running: Any, person: Callable[..., Any], device: str, size: dict[str, int]
) -> None:
    visitor, staff = person(device, size), person(f"{device}-staff", TABLE)
    visitor.thorough = staff.thorough = device == "phone"
    reference = ask_and_open_a_case(visitor)
    loads = visitor.loads
    find_and_take(staff, reference, running.staff_link(f"值班员 {device}"))
    # The person's page hears of it by itself.
    expect(visitor.page.locator("#state")).to_contain_text(f"值班员 {device} 在跟")
    talk_and_resolve(visitor, staff)
    assert visitor.loads == loads, "the person's page was loaded anew"
    rate(visitor)
    assert visitor.complaints == staff.complaints == []


def test_the_secret_link_opens_the_case_on_another_device(running: Any, person: Callable[..., Any]) -> None:
    # By night, on the narrowest phone: also what 400 % zoom makes of a desk (WCAG 1.4.10).
    visitor = person("night-link", {"width": 320, "height": 700}, color_scheme="dark")
    visitor.open("/")
    visitor.page.get_by_label("您遇到了什么事？").fill(QUESTION)
    visitor.page.get_by_role("button", name="问一问").click()
    expect(visitor.page.get_by_role("heading", name="我们的理解")).to_be_visible()
    visitor.check()
    visitor.picture("0-answer")
    visitor.page.get_by_role("button", name="找人说").click()
    visitor.page.get_by_role("button", name="生成专属链接").click()
    link = visitor.page.get_by_label("专属链接，只给您自己").input_value()
    reference = re.search(r"CM-\w{4}-\w{4}", visitor.page.url)
    assert reference is not None
    visitor.check()
    visitor.picture("1-link")
    other = person("other-link", PHONE)
    other.open(link)
    other.check()
    other.picture("2-exchange")
    other.page.get_by_label("办件号").fill(reference[0])
    other.page.get_by_role("button", name="打开办件").click()
    expect(other.page.locator("#thread")).to_contain_text("我明天就要出差")
    assert "/r/" not in other.page.url


def test_without_scripts_everything_but_live_works(running: Any, person: Callable[..., Any]) -> None:
    visitor = person("no-scripts", PHONE, java_script_enabled=False)
    visitor.open("/")
    visitor.page.get_by_label("您遇到了什么事？").fill(QUESTION)
    visitor.page.get_by_role("button", name="问一问").click()
    visitor.page.get_by_role("button", name="找人说").click()
    visitor.page.get_by_label("写给值班员").fill("没有脚本也能写")
    visitor.page.get_by_role("button", name="发送").click()
    expect(visitor.page.locator("#thread")).to_contain_text("没有脚本也能写")
    visitor.page.get_by_text("这个时间怎么算的？").click()
    expect(visitor.page.locator("#why li").first).to_be_visible()


def test_nothing_that_was_said_stands_in_the_database_in_clear(running: Any) -> None:
    """After all the journeys of this file; files and logs are searched after a journey in tests/fault."""
    assert_no_trace(
        running.dsn, [running.folder], ["13800005678", QUESTION[:12], "明天早上九点窗口开门", "好的，我去。"]
    )
