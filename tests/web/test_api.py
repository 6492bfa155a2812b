import json
from typing import Any

import httpx
import pytest

QUESTION = "我明天就要出差，护照还没办，现在能办吗？我电话 13800005678"


async def ask(client: httpx.AsyncClient, body: object, **headers: str) -> httpx.Response:
    return await client.post("/api/v1/ask", json=body, headers=headers)


async def test_a_program_asks_and_gets_the_contract(client: httpx.AsyncClient) -> None:
    answer = await ask(client, {"text": QUESTION})
    assert answer.status_code == 200
    said = answer.json()
    assert said.keys() == {"masked", "triage", "answer", "plan", "ms"}
    assert "13800005678" not in answer.text
    assert said["answer"]["status"] in {"answered", "ask", "choose", "handover", "refused"}
    assert {"text", "citations", "checklist", "question", "candidates", "refusal"} <= said["answer"].keys()


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b'{"text": ', 400, "json_expected"),
        (b"\xff\xfe", 400, "json_expected"),
        (b'{"text": "\xff"}', 400, "json_expected"),
        (b"[" * 50_000, 400, "json_expected"),
        (b'{"text": 5}', 422, "field_invalid"),
        (b'{"text": "x", "nonsense": 1}', 422, "field_invalid"),
        (b'{"text": "x", "need_by": "soon"}', 422, "field_invalid"),
        (b"{}", 422, "field_invalid"),
        (b'{"text": ""}', 422, "question_empty"),
        (b'{"text": " \\u200b "}', 422, "question_empty"),
        ('{"text": "😀😀"}'.encode(), 422, "question_without_words"),
        (json.dumps({"text": "长" * 6000}).encode(), 413, "question_too_long"),
        (json.dumps({"text": "x" * 100_000}).encode(), 413, "too_large"),
        (json.dumps({"text": "x", "turns": ["y"] * 21}).encode(), 422, "field_invalid"),
    ],
)
async def test_what_is_not_a_question_is_a_problem_with_a_next_step(
    client: httpx.AsyncClient, body: bytes, status: int, code: str
) -> None:
    answer = await client.post("/api/v1/ask", content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    said = answer.json()
    assert said["code"] == code
    assert said["detail"]
    assert said["next_step"]


async def test_another_site_may_not_ask_in_a_visitors_name(client: httpx.AsyncClient) -> None:
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
        refused = await ask(client, {"text": QUESTION}, **headers)
        assert (refused.status_code, refused.json()["code"]) == (403, "from_elsewhere")
    assert "access-control-allow-origin" not in (await ask(client, {"text": QUESTION})).headers


async def test_the_session_sees_where_its_case_stands(browser: Any, client: httpx.AsyncClient) -> None:
    reference = await browser.open_case(QUESTION)
    said = (await client.get(f"/api/v1/cases/{reference}")).json()
    assert (said["reference"], said["state"]) == (reference, "waiting_for_us")
    assert said["promises"][0]["kind"] == "first_contact"
    assert said["why"]
    assert "13800005678" not in json.dumps(said)


async def test_a_stranger_sees_no_case(browser: Any, new_browser: Any) -> None:
    reference = await browser.open_case(QUESTION)
    refused = await new_browser().client.get(f"/api/v1/cases/{reference}")
    assert (refused.status_code, refused.json()["code"]) == (401, "visitor_unknown")


async def test_the_api_describes_itself(client: httpx.AsyncClient) -> None:
    described = (await client.get("/api/openapi.json")).json()
    assert set(described["paths"]) == {
        "/api/v1/ask",
        "/api/v1/cases/{reference}",
        "/api/v1/guide",
        "/api/v1/guide/{document}/{action}",
        "/api/v1/life/{event}",
    }
    docs = await client.get("/api/docs")
    assert docs.status_code == 200
    assert 'id="question_too_long"' in docs.text
    assert "https://" not in docs.text.split("<main")[0]


async def test_the_ledger_is_public_and_verifiable_as_files(browser: Any, client: httpx.AsyncClient) -> None:
    await browser.ask(QUESTION)
    checkpoint = await client.get("/ledger/checkpoint")
    assert checkpoint.status_code == 200
    assert checkpoint.headers["cache-control"] == "public, max-age=1"
    size = int(checkpoint.text.split("\n")[1])
    assert size > 0
    tile = await client.get(f"/ledger/tile/0/000.p/{size}")
    assert len(tile.content) == 32 * size
    for path in ("tile/0/999", "tile/9/000", "tile/0/../../../healthz%2e", "nothing"):
        assert (await client.get(f"/ledger/{path}")).status_code == 404
