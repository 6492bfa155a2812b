"""Editors at real browsers: typing is checked, a publication reaches an open page at once, all of it is clean."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import PHONE, TABLE, Running

from changming.app import Desk
from changming.infra.clock import now as read_clock
from changming.trust.identity import Role, add_staff

pytestmark = pytest.mark.browser
ENTRY = "/desk/knowledge/entry/passport.renew"


def come_in(running: Running, editor: Any, name: str) -> None:
    async def add(desk: Desk) -> str:
        async with desk.house.database.act() as tx:
            _, token = await add_staff(tx, name, Role.EDITOR, now=read_clock())
        return token.reveal()

    editor.open(f"/desk/sign-in/{running.do(add)}")
    editor.page.get_by_role("button").first.click()
    expect(editor.page.get_by_role("heading", name="知识")).to_be_visible()


def test_a_draft_is_written_checked_and_published_under_an_open_answer(
    running: Running, person: Callable[..., Any]
) -> None:
    author, second, reader = person("author", TABLE), person("second", PHONE), person("reader", PHONE)
    everybody_is_there(running, author, second, reader)
    it_is_written(author)
    it_is_published(author, second, reader)
    it_is_taken_back_and_restored(author, second, reader)


def everybody_is_there(running: Running, author: Any, second: Any, reader: Any) -> None:
    come_in(running, author, "编辑 1 号")
    come_in(running, second, "编辑 2 号")
    author.check()
    author.picture("1-work")
    second.open("/desk/knowledge?show=all")
    second.check()
    second.picture("1-all")
    reader.open("/")
    reader.page.get_by_label("您遇到了什么事？").fill("护照快过期了怎么换")
    reader.page.get_by_role("button", name="问一问").click()
    expect(reader.page.locator("#understood")).to_be_visible()


def it_is_written(author: Any) -> None:
    author.open(ENTRY)
    author.check()
    author.picture("2-entry")
    author.page.get_by_role("button", name="起草修改").click()
    expect(author.page.get_by_role("heading", name="检查")).to_be_visible()
    version = author.page.get_by_label("版本日期")
    version.fill("很快")
    expect(author.page.locator("#check")).to_contain_text("处错误")
    author.check()
    author.picture("3-faults")
    version.fill("2099.01.01")
    expect(author.page.locator("#check")).to_contain_text("没有错误")
    for section in ("来源", "数值", "材料", "回答", "全文"):
        author.page.get_by_role("button", name="保存 Ctrl").click()
        expect(author.page.locator("#told")).to_have_text("已保存。")
        author.page.get_by_role("link", name=section, exact=True).click()
        expect(author.page.locator(f"a[aria-current=true]:has-text('{section}')")).to_be_visible()
        author.check()
        author.picture(f"4-{section}")
    author.page.get_by_role("link", name="预览").click()
    author.page.get_by_role("button", name="看", exact=True).click()
    author.check()
    author.picture("5-preview")
    author.page.get_by_role("link", name="改动与发布").click()
    expect(author.page.get_by_role("heading", name="谁的答案会变")).to_be_visible()
    author.check()
    author.picture("6-changes")
    author.page.get_by_role("button", name="提交核对").click()
    expect(author.page.get_by_text("在等另一位同事核对")).to_be_visible()


def it_is_published(author: Any, second: Any, reader: Any) -> None:
    second.open("/desk/knowledge")
    second.page.get_by_role("link", name="草稿等您核对").first.click()
    it_is_read_on_a_phone(second)
    second.page.get_by_text("我看过来源和上面的改动").click()
    second.check()
    second.picture("2-approve")
    expect(reader.page.locator("#fresh .notice")).to_have_count(0)
    second.page.get_by_role("button", name="批准并发布").click()
    expect(reader.page.get_by_text("内容刚更新")).to_be_visible(timeout=8000)
    assert reader.loads == 2, "the page was not loaded anew"
    reader.check()
    reader.picture("2-updated")
    reader.page.get_by_role("button", name="看新的").click()
    expect(reader.page.get_by_text("内容刚更新")).to_have_count(0)


def it_is_read_on_a_phone(second: Any) -> None:
    """Both sides of a difference are in sight, and what is longer than a line stays within the screen."""
    row = second.page.locator(".diff tbody tr").first
    for side in ("del", "ins"):
        box = row.locator(side).bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= PHONE["width"]
    changes = second.page.url
    for section in ("来源", "全文"):
        second.page.get_by_role("link", name="写", exact=True).click()
        second.page.get_by_role("link", name=section, exact=True).click()
        expect(second.page.locator(f"a[aria-current=true]:has-text('{section}')")).to_be_visible()
        second.check()
        second.picture(f"2-{section}")
    second.page.goto(changes)
    expect(second.page.get_by_text("我看过来源和上面的改动")).to_be_visible()


def it_is_taken_back_and_restored(author: Any, second: Any, reader: Any) -> None:
    second.open(ENTRY)
    second.page.get_by_text("撤回这个条目").click()
    second.page.get_by_label("哪里不对").fill("费用写错")
    second.page.get_by_role("button", name="撤回", exact=True).click()
    expect(reader.page.get_by_text("这条内容已撤回")).to_be_visible(timeout=8000)
    reader.picture("3-gone")
    second.check()
    second.picture("3-retracted")
    author.open(ENTRY)
    author.page.get_by_role("button", name="恢复这个版本").click()
    expect(author.page.get_by_text("已恢复")).to_be_visible()
