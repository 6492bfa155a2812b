"""The acts of guides sent twice, at once and too late: nobody loses a link or a receipt by it."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest

GUIDE = "/guide/passport/renew"
RESULT = f"{GUIDE}/result"
_LINK = re.compile(r'readonly value="http://desk.test(/g/[\w-]{40,})"')
_RECEIPT = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}")


async def shared(browser: Any) -> tuple[dict[str, str], str]:
    """A guide that was begun and shared; the form that did it, and the link."""
    await browser.open(GUIDE)
    assert (await browser.send(GUIDE, value="expiring")).status_code == 303
    await browser.open(RESULT)
    form = {**browser.form(GUIDE), "act": "share"}
    assert (await browser.post(GUIDE, form)).status_code == 303
    found = _LINK.search((await browser.open(RESULT)).text)
    assert found is not None
    return form, found[1]


async def test_sharing_twice_keeps_the_link(browser: Any, new_browser: Callable[[], Any]) -> None:
    form, link = await shared(browser)
    assert (await browser.post(GUIDE, form)).status_code == 303
    assert link in (await browser.open(RESULT)).text
    assert (await new_browser().open(link)).status_code == 200


async def test_a_link_that_ran_out_is_offered_no_more(browser: Any, clock: Any) -> None:
    _, link = await shared(browser)
    clock.move(timedelta(days=29))
    await browser.open(f"{GUIDE}?ask=reason")
    assert (await browser.send(GUIDE, value="damaged")).status_code == 303
    assert link in (await browser.open(RESULT)).text
    clock.move(timedelta(days=2))
    page = (await browser.open(RESULT)).text
    assert "护照损坏了" in page, "the visit itself lives on"
    assert link not in page
    assert 'value="unshare"' not in page


async def test_erasing_twice_gives_the_same_receipt(browser: Any) -> None:
    await shared(browser)
    await browser.open("/visit/erase")
    form = {**browser.form("/visit/erase"), "sure": "yes"}
    pages = [await browser.post("/visit/erase", form) for _ in range(2)]
    assert [page.status_code for page in pages] == [200, 200]
    receipts = [set(_RECEIPT.findall(page.text)) for page in pages]
    assert receipts[0]
    assert receipts[0] == receipts[1]
    await browser.open("/visit/erase")
    again = {**browser.form("/visit/erase"), "sure": "yes"}
    assert (await browser.post("/visit/erase", again)).status_code == 404, "there is nothing left"


@pytest.mark.parametrize("day", ["0001-01-01", "1899-12-31", "2200-01-01", "9999-12-31"])
async def test_a_day_beyond_the_calendar_is_refused(client: httpx.AsyncClient, day: str) -> None:
    refused = await client.post("/api/v1/guide/passport/renew", json={"need_by": day})
    assert (refused.status_code, refused.json()["code"]) == (422, "field_invalid")


async def test_a_calendar_file_says_its_characters_once(browser: Any) -> None:
    await shared(browser)
    file = await browser.open(f"{GUIDE}/calendar.ics")
    assert file.headers["content-type"].lower() == "text/calendar; charset=utf-8"
