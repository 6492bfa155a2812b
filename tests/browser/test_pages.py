"""Every public page in every dress: phone, the narrowest phone, a desk; by day and by night; in both languages."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
PATHS = ("/", "/find", "/about", "/privacy", "/api/docs", "/nowhere", "/desk", "/desk/sign-in", "/r/abc")


@pytest.mark.parametrize(
    ("name", "width", "options"),
    [
        ("light", 390, {}),
        ("dark", 390, {"color_scheme": "dark"}),
        ("narrow", 320, {"reduced_motion": "reduce"}),
        ("wide", 1280, {}),
    ],
)
def test_every_page_is_clean(person: Callable[..., Any], name: str, width: int, options: dict[str, Any]) -> None:
    visitor = person(name, {"width": width, "height": 844}, **options)
    for path in PATHS:
        visitor.open(f"{path}?lang=en" if name == "narrow" else path)
        visitor.check()
        visitor.picture("page" + path.replace("/", "_"))


def test_every_refusal_is_kind_and_keeps_what_was_written(person: Callable[..., Any]) -> None:
    visitor = person("refused", {"width": 390, "height": 844})
    visitor.open("/")
    box = visitor.page.get_by_label("您遇到了什么事？")
    box.fill("😀😀😀")
    visitor.page.get_by_role("button", name="问一问").click()
    expect(visitor.page.get_by_role("alert")).to_contain_text("没有看到文字")
    expect(box).to_have_value("😀😀😀")
    visitor.check()
    visitor.picture("1-emoji")
    visitor.page.evaluate("document.getElementById('q').removeAttribute('maxlength')")
    box.fill("长" * 33_000)
    visitor.page.get_by_role("button", name="问一问").click()
    expect(visitor.page.get_by_role("alert")).to_contain_text("您写了 33000 字")
    visitor.check()
    visitor.open("/find")
    visitor.page.get_by_label("办件号").fill("CM-7Q4K-29XD")
    visitor.page.get_by_role("button", name="打开").click()
    expect(visitor.page.get_by_role("alert")).to_be_visible()
    visitor.check()
    visitor.picture("2-reference")


def test_a_forged_document_is_refused_with_the_lawful_way(person: Callable[..., Any]) -> None:
    visitor = person("forgery", {"width": 390, "height": 844})
    visitor.open("/")
    visitor.page.get_by_label("您遇到了什么事？").fill("能不能帮我做一张一样的身份证？")
    visitor.page.get_by_role("button", name="问一问").click()
    expect(visitor.page.get_by_role("heading", name="回答")).to_be_visible()
    expect(visitor.page.locator("#understood")).to_contain_text("不")
    visitor.check()
    visitor.picture("1-refused")


def test_erasing_is_explained_confirmed_and_shown(person: Callable[..., Any]) -> None:
    visitor = person("erase", {"width": 390, "height": 844})
    visitor.open("/")
    visitor.page.get_by_label("您遇到了什么事？").fill("身份证丢了，人在外地，怎么补？")
    visitor.page.get_by_role("button", name="问一问").click()
    answer = visitor.page.url
    visitor.page.get_by_role("link", name="删除我的信息").click()
    visitor.check()
    visitor.picture("1-ask")
    visitor.page.get_by_text("我知道删除后不能恢复").click()
    visitor.page.get_by_role("button", name="删除").click()
    expect(visitor.page.get_by_role("heading", name="已删除")).to_be_visible()
    visitor.check()
    visitor.picture("2-erased")
    visitor.open(answer)
    expect(visitor.page.locator("main")).not_to_contain_text("身份证丢了")
    visitor.check()
    visitor.picture("3-gone")
