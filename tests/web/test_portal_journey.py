from collections.abc import Callable
from typing import Any

QUESTION = "我明天就要出差，护照还没办，现在能办吗？我电话 13800005678"


async def test_a_question_is_answered_with_sources_and_kept(browser: Any) -> None:
    place = await browser.ask(QUESTION)
    assert place.startswith("/c/")
    assert "我明天就要出差" in browser.text
    assert "我们的理解" in browser.text
    assert 'class="src"' in browser.text
    again = await browser.open(place)
    assert again.status_code == 200
    assert "13800005678" in browser.text


async def test_nobody_else_opens_it(browser: Any, new_browser: Callable[[], Any]) -> None:
    reference = await browser.open_case(QUESTION)
    place = next(address for address in browser.history if address.startswith("/c/"))
    stranger = new_browser()
    for address in (place, f"/case/{reference}", f"/case/{reference}/live", f"/case/{reference}/rate"):
        assert (await stranger.open(address)).status_code == 401
    await stranger.ask("身份证丢了怎么补？")
    for address in (place, f"/case/{reference}", f"{place}/erase", f"/case/{reference}/live", "/case/CM-0000-0000"):
        assert (await stranger.open(address)).status_code == 404, address


async def test_a_case_shows_its_promise_and_takes_messages(browser: Any) -> None:
    reference = await browser.open_case(QUESTION)
    page = browser.text
    assert reference in page
    assert "前有人回复您" in page
    assert "这个时间怎么算的" in page
    assert 'data-due="' in page
    await browser.submit(f"/case/{reference}/messages", text="补充：我在北京")
    assert "补充：我在北京" in browser.text


async def test_the_same_form_twice_is_one_act(browser: Any) -> None:
    await browser.open("/")
    first = await browser.send("/ask", text=QUESTION)
    cookie = first.headers["set-cookie"]
    second = await browser.send("/ask", text=QUESTION)
    assert second.headers["location"] == first.headers["location"]
    assert cookie.split(";")[0] in second.headers["set-cookie"]
    other = await browser.send("/ask", text="另一个问题")
    assert other.status_code == 422
    await browser.open(first.headers["location"])
    await browser.submit(f"{first.headers['location']}/person")
    reference = browser.history[-1]
    for _ in range(2):
        answer = await browser.send(f"{reference}/messages", text="只说一次")
        assert answer.status_code == 303
    await browser.open(reference)
    assert browser.text.count("只说一次") == 1


async def test_a_secret_link_opens_the_case_elsewhere_once(browser: Any, new_browser: Callable[[], Any]) -> None:
    reference = await browser.open_case(QUESTION)
    await browser.submit(f"/case/{reference}/link")
    link = browser.text.split('readonly value="')[1].split('"')[0]
    address = "/r/" + link.rsplit("/", 1)[1]
    phone = new_browser()
    scanned = await phone.open(address)
    assert scanned.headers["referrer-policy"] == "no-referrer"
    wrong = await phone.send(address, reference="CM-0000-0000")
    assert wrong.status_code == 403
    opened = await phone.send(address, reference=reference.lower().replace("-", " "))
    assert (opened.status_code, opened.headers["location"]) == (303, f"/case/{reference}")
    assert (await phone.open(f"/case/{reference}")).status_code == 200
    assert "我明天就要出差" in phone.text
    third = new_browser()
    await third.open(address)
    assert (await third.send(address, reference=reference)).status_code == 410


async def test_a_reference_alone_opens_nothing_and_a_wrong_letter_is_said(
    browser: Any, new_browser: Callable[[], Any]
) -> None:
    reference = await browser.open_case(QUESTION)
    await browser.open("/find")
    assert (await browser.send("/find", reference=reference)).headers["location"] == f"/case/{reference}"
    other = "2" if reference[-1] != "2" else "3"
    wrong = await browser.send("/find", reference=reference[:-1] + other)
    assert wrong.status_code == 422
    assert 'role="alert"' in wrong.text
    stranger = new_browser()
    await stranger.open("/find")
    assert (await stranger.send("/find", reference=reference)).status_code == 404


async def test_erasing_gives_a_receipt_and_the_pages_say_so(browser: Any, new_browser: Callable[[], Any]) -> None:
    neighbour = new_browser()
    kept = await neighbour.ask("身份证丢了怎么补？")
    reference = await browser.open_case(QUESTION)
    place = next(address for address in browser.history if address.startswith("/c/"))
    await browser.open(f"{place}/erase")
    unsure = await browser.send(f"{place}/erase")
    assert unsure.status_code == 422
    filled = {**browser.form(f"{place}/erase"), "sure": "yes"}
    done = await browser.post(f"{place}/erase", filled)
    assert done.status_code == 200
    assert "已删除" in done.text
    twice = await browser.post(f"{place}/erase", filled)
    assert twice.text.split("<code>")[1] == done.text.split("<code>")[1]
    for address in (place, f"/case/{reference}"):
        gone = await browser.open(address)
        assert gone.status_code == 410
        assert "我明天就要出差" not in gone.text
    assert (await neighbour.open(kept)).status_code == 200


async def test_english_pages_have_no_chinese_words_of_ours(browser: Any) -> None:
    await browser.open("/?lang=en")
    for address in ("/", "/about", "/privacy", "/find"):
        page = (await browser.open(address)).text.replace("中文", "")
        assert not any("\u4e00" <= c <= "\u9fff" for c in page), address
