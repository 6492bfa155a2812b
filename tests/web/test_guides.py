"""Guides and life events as pages, on a real database."""

import re
from collections.abc import Callable
from typing import Any

GUIDE = "/guide/passport/renew"


async def test_one_question_after_the_other_to_the_result(browser: Any) -> None:
    await browser.open("/guide")
    assert f'href="{GUIDE}"' in browser.text
    await browser.open(GUIDE)
    assert "为什么要换护照" in browser.text
    assert re.search(r"第 1 问 · 还有最多 \d 问", browser.text)
    assert "set-cookie" not in str(browser.page.headers).replace("changming_forms", ""), "looking leaves nothing behind"
    await browser.submit(GUIDE, value="expiring")
    assert "多少周岁" in browser.text
    await browser.submit(GUIDE, free="三十五")
    await browser.submit(GUIDE, free="长春")
    await browser.submit(GUIDE, free="长春")
    await browser.submit(GUIDE, value="none")
    answer = await browser.send(GUIDE, value="true")
    assert answer.headers["location"] == GUIDE
    await browser.open(GUIDE)
    assert browser.page.headers["location"] == f"{GUIDE}/result"
    await browser.open(f"{GUIDE}/result")
    assert "全程网上办" in browser.text
    assert "120 元" in browser.text
    assert "原来的护照" in browser.text
    assert "吉林省长春市" in browser.text
