from collections.abc import Callable
from dataclasses import replace
from typing import Any

import httpx
import pytest
from litestar import Litestar
from litestar.handlers import HTTPRouteHandler

from changming.editorial import Editions
from changming.guidance.knowledge import Edition
from changming.trust.identity import Role, add_staff
from changming.web import House, build
from changming.web.gate import DEGREES, MAY, limits

QUESTION = "身份证丢了怎么补？"


def declared(app: Litestar) -> list[tuple[str, str, HTTPRouteHandler]]:
    """Every route of the desk: path, method, handler; without the OPTIONS that the framework adds."""
    return [
        (route.path, method, handler)
        for route in app.routes
        for handler in getattr(route, "route_handlers", [])
        for method in handler.http_methods
        if method != "OPTIONS"
    ]


async def test_every_route_says_who_may_and_to_which_degree(app: Litestar) -> None:
    routes = declared(app)
    assert len(routes) > 30
    for path, method, handler in routes:
        assert handler.opt.get("may") in MAY, f"{method} {path}"
        assert handler.opt.get("degree") in DEGREES, f"{method} {path}"


async def test_everything_that_is_accepted_is_limited(app: Litestar, house: House) -> None:
    for path, method, handler in declared(app):
        if method != "GET":
            assert handler.opt.get("limit") in limits(house), f"{method} {path}"


async def test_the_console_is_for_staff_alone(app: Litestar) -> None:
    for path, method, handler in declared(app):
        if path.startswith("/desk") and "sign-in" not in path:
            may = {"/desk/knowledge": "staff:editor", "/desk/sign-out": "staff:any"}
            wanted = next((may[place] for place in may if path.startswith(place)), "staff:agent")
            assert handler.opt["may"] == wanted, f"{method} {path}"


async def test_a_handler_that_says_nothing_is_closed(house: House, client_of: Callable[..., httpx.AsyncClient]) -> None:
    app = build(house)
    handler = next(h for path, _, h in declared(app) if path == "/about")
    handler.opt.pop("may")
    async with client_of(app) as client:
        assert (await client.get("/about")).status_code == 403


async def test_a_form_of_another_browser_or_none_is_refused(browser: Any, new_browser: Callable[[], Any]) -> None:
    other = new_browser()
    await other.open("/")
    stolen = other.form("/ask")
    await browser.open("/")
    for filled in ({"text": QUESTION}, {**stolen, "text": QUESTION}, {**browser.form("/ask"), "form_token": "é"}):
        refused = await browser.post("/ask", filled)
        assert refused.status_code == 403
        assert "刷新页面" in refused.text


async def test_a_form_of_another_session_is_refused(browser: Any, new_browser: Callable[[], Any]) -> None:
    other = new_browser()
    theirs = await other.ask(QUESTION)
    token = other.form(f"{theirs}/person")["form_token"]
    mine = await browser.ask(QUESTION)
    refused = await browser.post(f"{mine}/person", {"form_token": token, "form_key": "k"})
    assert refused.status_code == 403


async def test_a_browser_says_it_comes_from_another_site(browser: Any) -> None:
    await browser.open("/")
    filled = {**browser.form("/ask"), "text": QUESTION}
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
        refused = await browser.post("/ask", filled, **headers)
        assert refused.status_code == 403
        assert "别的网站" in refused.text
    fine = await browser.post("/ask", filled, **{"Sec-Fetch-Site": "same-origin", "Origin": "http://desk.test"})
    assert fine.status_code == 303


async def test_too_many_questions_are_told_when_to_come_back(
    house: House, client_of: Callable[..., httpx.AsyncClient]
) -> None:
    strict = replace(house, settings=replace(house.settings, asks_per_minute=2))
    async with client_of(build(strict)) as client:
        for _ in range(20):
            assert (await client.post("/api/v1/ask", json={"text": QUESTION})).status_code in {200, 429}
        refused = await client.post("/api/v1/ask", json={"text": QUESTION})
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    assert refused.json()["code"] == "too_many"


@pytest.mark.parametrize(
    ("text", "status", "said"),
    [
        ("", 422, "还没有写问题"),
        (" \u200b\n\u3000", 422, "还没有写问题"),
        ("😀😀😀", 422, "没有看到文字"),
        ("长" * 6000, 413, "您写了 6000 字"),
        ("x" * 100_000, 413, "您写了 100000 字"),
    ],
)
async def test_a_bad_question_is_answered_clearly_and_given_back(
    browser: Any, text: str, status: int, said: str
) -> None:
    await browser.open("/")
    answer = await browser.send("/ask", text=text)
    assert answer.status_code == status
    assert said in answer.text
    assert text.strip() in answer.text


async def test_broken_text_and_other_kinds_of_bodies_are_refused(browser: Any) -> None:
    await browser.open("/")
    token = browser.form("/ask")["form_token"]
    for body, kind, status in (
        (f"form_token={token}&text=%ff%fe".encode(), "application/x-www-form-urlencoded", 400),
        (b'{"text": "x"}', "application/json", 415),
        (b"--x--", "multipart/form-data; boundary=x", 415),
        (b"x" * 2_000_000, "application/x-www-form-urlencoded", 413),
    ):
        answer = await browser.client.post("/ask", content=body, headers={"Content-Type": kind})
        assert answer.status_code == status


async def test_cookies_are_for_the_desk_alone(browser: Any) -> None:
    await browser.open("/")
    answer = await browser.send("/ask", text=QUESTION)
    for cookie in answer.headers.get_list("set-cookie"):
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie
        assert "Secure" not in cookie


async def test_over_tls_cookies_and_headers_say_so(house: House, client_of: Callable[..., httpx.AsyncClient]) -> None:
    secure = replace(house, settings=replace(house.settings, behind_proxy=True))
    async with client_of(build(secure), "https://desk.test") as client:
        page = await client.get("/")
    cookie = page.headers["set-cookie"]
    assert cookie.startswith("__Host-")
    assert "Secure" in cookie
    assert page.headers["strict-transport-security"].startswith("max-age=")


async def test_a_defect_is_calm_on_the_page_and_tells_nothing(
    house: House, client_of: Callable[..., httpx.AsyncClient]
) -> None:
    class Broken(Editions):
        def __call__(self) -> Edition:
            raise RuntimeError("13800005678")

    broken = replace(house, edition=Broken(house.edition()))
    async with client_of(build(broken), raising=False) as client:
        answer = await client.post("/api/v1/ask", json={"text": QUESTION})
    assert (answer.status_code, answer.json()["code"]) == (500, "unexpected")
    assert "13800005678" not in answer.text


async def test_only_who_handles_cases_comes_to_the_console(house: House, browser: Any) -> None:
    async with house.database.act() as tx:
        _, token = await add_staff(tx, "编辑 1 号", Role.EDITOR, now=house.clock())
    await browser.open(f"/desk/sign-in/{token.reveal()}")
    await browser.send(f"/desk/sign-in/{token.reveal()}")
    for address in ("/desk", "/desk/live", "/desk/cases/CM-7Q4K-29XD"):
        refused = await browser.open(address)
        assert refused.status_code == 403
        assert "不办理来件" in refused.text


async def test_who_hangs_up_in_the_middle_of_a_form_is_no_fault_of_ours(app: Litestar) -> None:
    sent: list[Any] = []
    messages = [{"type": "http.request", "body": b"text=", "more_body": True}, {"type": "http.disconnect"}]

    async def receive() -> Any:
        return messages.pop(0) if messages else {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    headers = [(b"host", b"desk.test"), (b"content-type", b"application/x-www-form-urlencoded")]
    scope: Any = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "scheme": "http",
        "path": "/ask", "raw_path": b"/ask", "query_string": b"", "root_path": "", "headers": headers,
        "client": ("192.0.2.1", 1), "server": ("desk.test", 80),
    }  # fmt: skip
    await app(scope, receive, send)
    assert sent[0]["status"] == 400
