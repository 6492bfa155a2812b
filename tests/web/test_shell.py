import httpx
import pytest

from changming.infra.http.headers import ALWAYS


@pytest.mark.parametrize("path", ["/", "/about", "/privacy", "/healthz", "/nowhere", "/static/nowhere.css", "/metrics"])
async def test_every_answer_carries_the_security_headers(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    for name, value in ALWAYS.items():
        assert answer.headers[name] == value
    assert len(answer.headers["x-request-id"]) == 32
    assert "strict-transport-security" not in answer.headers
    assert "unsafe" not in answer.headers["content-security-policy"]


async def test_pages_have_no_inline_script_or_style(client: httpx.AsyncClient) -> None:
    page = (await client.get("/")).text
    assert "<style" not in page
    assert " style=" not in page
    assert " onclick" not in page
    assert page.count("<script") == page.count("<script src=")


async def test_static_files_are_kept_for_a_year_and_packed(client: httpx.AsyncClient) -> None:
    page = (await client.get("/")).text
    address = page.split('src="')[1].split('"')[0]
    answer = await client.get(address)
    assert answer.status_code == 200
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-encoding"] == "gzip"
    assert "htmx" in answer.text


async def test_pages_about_people_are_not_stored(client: httpx.AsyncClient) -> None:
    assert (await client.get("/")).headers["cache-control"] == "no-store"


async def test_chinese_first_english_when_asked_and_remembered(client: httpx.AsyncClient) -> None:
    first = await client.get("/", headers={"Accept-Language": "en-US,en"})
    assert 'lang="zh-CN"' in first.text
    english = await client.get("/?lang=en")
    assert '<html lang="en"' in english.text
    assert '<html lang="en"' in (await client.get("/about")).text
    assert 'lang="zh-CN"' in (await client.get("/?lang=zh")).text


async def test_an_unknown_page_is_said_kindly_to_people_and_plainly_to_programs(client: httpx.AsyncClient) -> None:
    page = await client.get("/nowhere", headers={"Accept": "text/html"})
    assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "没有这个页面" in page.text
    problem = await client.get("/api/v1/nowhere", headers={"Accept-Language": "en"})
    assert problem.headers["content-type"] == "application/problem+json"
    said = problem.json()
    assert (said["status"], said["code"]) == (404, "page_not_found")
    assert said["detail"].startswith("There is no such page")
    assert said["next_step"]
    assert said["request_id"] == problem.headers["x-request-id"]


async def test_a_wrong_method_is_said_too(client: httpx.AsyncClient) -> None:
    answer = await client.post("/about")
    assert answer.status_code == 405


async def test_alive_and_ready(client: httpx.AsyncClient) -> None:
    assert (await client.get("/healthz")).text == "ok\n"
    ready = await client.get("/readyz")
    assert (ready.status_code, ready.text) == (200, "ready\n")


async def test_the_figures_name_patterns_of_paths_only(client: httpx.AsyncClient) -> None:
    await client.get("/static/secret-in-a-path.css")
    await client.get("/r/secret-in-a-path")
    figures = (await client.get("/metrics")).text
    assert 'route="/static/{address}"' in figures
    assert "secret-in-a-path" not in figures


async def test_a_request_id_is_ours_even_when_one_is_sent(client: httpx.AsyncClient) -> None:
    answer = await client.get("/healthz", headers={"X-Request-Id": "13800005678"})
    assert "13800005678" not in answer.headers["x-request-id"]


async def test_the_page_about_the_desk_leads_to_the_ledger(client: httpx.AsyncClient) -> None:
    for lang in ("zh", "en"):
        page = (await client.get(f"/about?lang={lang}")).text
        assert page.count('<a href="/ledger/checkpoint">') == 2, "in the text and at the foot"
        assert ">/ledger/checkpoint" not in page
