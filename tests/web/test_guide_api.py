"""Guides for programs: everything in the body, nothing kept."""

from typing import Any

import httpx
import psycopg

GUIDE = "/api/v1/guide/passport/renew"
HOME = {"reason": "expiring", "age": "35", "hukou_city": "长春", "apply_city": "长春", "duty": "none", "prints": "true"}


async def test_the_next_question_and_the_result(client: httpx.AsyncClient, dsn: str) -> None:
    first = (await client.get(GUIDE)).json()
    assert first["question"]["input"] == "reason"
    assert first["question"]["values"][0] == "expiring"
    assert first["questions_left"] >= 5
    answers: dict[str, str] = {}
    found: dict[str, Any] = first
    while found["question"]:
        name = found["question"]["input"]
        answers[name] = HOME[name]
        found = (await client.post(GUIDE, json={"answers": answers})).json()
    assert found["counted"]["hukou_city"] == "220100"
    assert "online" in [route["id"] for route in found["routes"] if route["fits"]]
    assert any(item["key"] == "old-passport/original" for item in found["checklist"])
    assert found["confidence"]
    with psycopg.connect(dsn) as connection:
        assert connection.execute("select count(*) from visit").fetchone() == (0,)


async def test_the_last_day_to_begin(client: httpx.AsyncClient) -> None:
    found = (await client.post(GUIDE, json={"answers": HOME, "need_by": "2026-12-31"})).json()
    assert "2026-12-01" < found["latest_start"] < "2026-12-31"


async def test_a_life_event_with_its_services(client: httpx.AsyncClient) -> None:
    first = (await client.get("/api/v1/life/newborn")).json()
    assert [one["service"] for one in first["services"]].index("birth-certificate/first") == 0
    keys = [one["key"] for one in first["checklist"]]
    assert len(keys) == len(set(keys))
    found = (
        await client.post("/api/v1/life/newborn?lang=en", json={"services": {"passport/first": {"age": "0"}}})
    ).json()
    assert found["title"].isascii()


async def test_the_list_names_every_pack(client: httpx.AsyncClient, house: Any) -> None:
    found = (await client.get("/api/v1/guide")).json()
    assert [one["service"] for one in found] == list(house.edition().packs)
    assert {one["path"] for one in found} >= {"/guide/passport/renew", "/life/newborn", "/guide/safety/all"}


async def test_what_cannot_be_used_is_a_problem(client: httpx.AsyncClient) -> None:
    wrong = await client.post(GUIDE, json={"answers": {"age": "很大"}})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "answer_not_valid")
    assert "很大" not in wrong.text
    place = await client.post(GUIDE, json={"answers": {"hukou_city": "朝阳区"}})
    assert place.status_code == 422
    unknown = await client.post("/api/v1/guide/passport/fly", json={})
    assert (unknown.status_code, unknown.json()["code"]) == (404, "guide_unknown")
    many = await client.post(GUIDE, json={"answers": {f"x{n}": "1" for n in range(61)}})
    assert many.status_code == 422
    assert (await client.post(GUIDE, json={"anwsers": {}})).status_code == 422
    assert (await client.post(GUIDE, content=b"\xff")).status_code in {400, 415}
    old = (await client.post(GUIDE, json={"answers": {"reason": "expiring", "gone": "1"}})).json()
    assert old["dropped"] == ["gone"]
