"""Guides and life events in a real browser: somebody's parent on a phone, a desk, an English reader, no scripts."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect
from tests.fault.traces import assert_no_trace

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}
TABLE = {"width": 1280, "height": 844}
PASSPORT = "/guide/passport/renew"


def tap(visitor: Any, words: str) -> None:
    visitor.page.get_by_role("button", name=words, exact=True).click()


def write(visitor: Any, words: str) -> None:
    visitor.page.locator("#free").fill(words)
    tap(visitor, "就是这个")


def answer_at_home(visitor: Any) -> None:
    """Through the renewal of a passport for somebody of Changchun, with slips of the finger on the way."""
    expect(visitor.page.get_by_role("heading", name="为什么要换护照？")).to_be_visible()
    visitor.check()
    visitor.picture("2-question")
    tap(visitor, "有效期不到 6 个月")
    write(visitor, "三十五六")
    expect(visitor.page.get_by_role("alert")).to_contain_text("没看出数字")
    visitor.check()
    write(visitor, "35")
    write(visitor, "朝阳区")
    expect(visitor.page.get_by_role("alert")).to_contain_text("点您要的那个")
    visitor.check()
    visitor.picture("3-which")
    tap(visitor, "吉林省长春市朝阳区")
    write(visitor, "长春")
    tap(visitor, "都不是")
    tap(visitor, "是")
    expect(visitor.page.get_by_role("heading", name="怎么办", exact=True)).to_be_visible()


def test_a_guide_from_the_list_to_a_case(running: Any, person: Callable[..., Any]) -> None:
    visitor = person("guide", PHONE)
    visitor.open("/")
    visitor.page.get_by_role("link", name="办证指南").first.click()
    visitor.check()
    visitor.picture("1-list")
    visitor.page.get_by_label("找一件事").fill("护照 快过期")
    tap(visitor, "找")
    visitor.page.get_by_role("link", name="普通护照换发").click()
    answer_at_home(visitor)
    visitor.check()
    visitor.picture("4-result")
    visitor.page.get_by_text("原来的护照").first.click()
    visitor.page.get_by_label("哪天要用？").fill("2027-12-31")
    tap(visitor, "算一算")
    expect(visitor.page.locator("#h-next + .verdict")).to_contain_text("最晚")
    expect(visitor.page.locator('input[name^="tick:old-passport"]')).to_be_checked()
    with visitor.page.expect_download() as calendar:
        visitor.page.get_by_role("link", name="加到日历").click()
    assert calendar.value.suggested_filename == "changming-passport-renew.ics"
    visitor.page.locator("#answered > summary").click()
    visitor.page.get_by_role("link", name="改申请人今年多少周岁？").click()
    visitor.check()
    write(visitor, "12")
    expect(visitor.page.get_by_text("按您的")).to_be_visible()
    expect(visitor.page.locator(".answers")).to_contain_text("吉林省长春市朝阳区")
    visitor.page.get_by_role("link", name="开办件").click()
    visitor.check()
    visitor.picture("5-consent")
    visitor.page.get_by_text("我同意把上面这些交给值班员").click()
    tap(visitor, "开办件")
    expect(visitor.page.locator("#thread")).to_contain_text("我要办：普通护照换发")
    visitor.check()


def test_a_result_is_shared_copied_and_taken_back(person: Callable[..., Any]) -> None:
    visitor, family = person("share", PHONE), person("share-family", PHONE)
    visitor.open(PASSPORT)
    answer_at_home(visitor)
    tap(visitor, "生成链接")
    link = visitor.page.get_by_label("链接", exact=True).input_value()
    visitor.check()
    visitor.picture("1-link")
    family.open(link)
    expect(family.page.get_by_text("别人分享给您的结果")).to_be_visible()
    family.check()
    family.picture("2-shared")
    tap(family, "复制到我的清单")
    expect(family.page).to_have_url(re.compile("/guide/passport/renew/result"))
    family.check()
    tap(visitor, "停掉链接")
    expect(visitor.page.get_by_role("button", name="生成链接")).to_be_visible()
    family.open(link)
    expect(family.page.locator("#what")).to_contain_text("打不开了")
    family.check()


def test_a_life_event_on_a_phone(person: Callable[..., Any]) -> None:
    visitor = person("life", PHONE)
    visitor.open("/life")
    visitor.check()
    visitor.page.locator(".services a").first.click()
    visitor.check()
    visitor.picture("1-question")
    while visitor.page.locator("#h-q").count():
        asked = visitor.page.url, visitor.page.locator("#h-q").inner_text()
        tap(visitor, "不知道，先跳过")
        visitor.page.wait_for_function("asked => document.querySelector('#h-q')?.innerText !== asked", arg=asked[1])
    expect(visitor.page.get_by_role("heading", name="要办的事，按先后")).to_be_visible()
    visitor.check()
    visitor.picture("2-result")
    first = visitor.page.locator('input[name^="done:"]').first
    with visitor.page.expect_response(lambda answer: answer.request.method == "POST"):
        first.check()
    visitor.page.reload()
    expect(visitor.page.locator('input[name^="done:"]').first).to_be_checked()
    visitor.page.locator(".stops a").first.click()
    visitor.check()
    visitor.page.emulate_media(media="print")
    visitor.open("/life/newborn/result")
    visitor.picture("3-print")
    expect(visitor.page.locator(".no-print").first).to_be_hidden()


@pytest.mark.parametrize(("name", "lang"), [("guide-wide", "zh"), ("guide-en", "en")])
def test_on_a_desk_and_in_english(person: Callable[..., Any], name: str, lang: str) -> None:
    visitor = person(name, TABLE if lang == "zh" else PHONE, color_scheme="light" if lang == "zh" else "dark")
    for number, path in enumerate(
        ("/guide", "/life", PASSPORT, f"{PASSPORT}/result", "/life/newborn/result", "/visit")
    ):
        visitor.open(f"{path}?lang={lang}")
        visitor.check()
        visitor.picture(f"{number}")
    visitor.open("/guide/passport/nothing")
    expect(visitor.page.get_by_role("alert")).to_be_visible()
    visitor.check()


def test_without_scripts_a_guide_works_whole(person: Callable[..., Any]) -> None:
    visitor = person("guide-plain", PHONE, java_script_enabled=False)
    visitor.thorough = False
    visitor.open(PASSPORT)
    tap(visitor, "有效期不到 6 个月")
    for words in ("35", "长春", "长春"):
        write(visitor, words)
    tap(visitor, "都不是")
    tap(visitor, "是")
    visitor.page.locator('input[name^="tick:old-passport"]').check()
    tap(visitor, "记下勾选")
    expect(visitor.page.locator('input[name^="tick:old-passport"]')).to_be_checked()
    tap(visitor, "生成链接")
    expect(visitor.page.get_by_label("链接", exact=True)).to_have_value(re.compile("/g/"))


def test_no_answer_stands_in_the_database_in_clear(running: Any) -> None:
    assert_no_trace(running.dsn, [running.folder], ["220104", "吉林省长春市朝阳区", "三十五六"])
