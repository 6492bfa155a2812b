"""What was accepted is there after a kill, once, with its ledger entry."""

import asyncio
import json
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import psycopg
import pytest

WRITERS = 8


async def _write_while_killed(service: Any, writer: Any, each: int, kills: list[str], pause_s: float) -> list[Any]:
    people = [writer(service.url, f"写信人{number}号") for number in range(WRITERS)]
    await asyncio.gather(*(person.open_case() for person in people))
    writing = asyncio.gather(*(person.write(each) for person in people))
    for kill in kills:
        await asyncio.sleep(pause_s)
        if kill in ("service", "both"):
            await asyncio.to_thread(service.kill)
        if kill in ("postgres", "both"):
            await asyncio.to_thread(service.kill_postgres)
        if kill in ("service", "both"):
            await asyncio.to_thread(service.start)
    await writing
    return people


async def _all_there_once(people: list[Any], each: int) -> None:
    for person in people:
        assert len(person.accepted) == each
        page = await person.page()
        found = Counter({words: page.count(f"{words}<") for words in person.accepted})
        assert set(found.values()) == {1}, found
        await person.client.aclose()


def _every_message_in_the_ledger(connection: psycopg.Connection, expected: int) -> None:
    messages = [str(row[0]) for row in connection.execute("select id from message where author = 'visitor'")]
    leaves = [json.loads(bytes(row[0])) for row in connection.execute("select leaf from ledger_entry")]
    recorded = [leaf["object"] for leaf in leaves if leaf["action"].endswith(":message:receive")]
    assert len(messages) == len(set(messages)) >= expected
    assert sorted(recorded) == sorted(f"message/{one}" for one in messages)


def _the_log_verifies(service: Any, folder: Path) -> None:
    exported: subprocess.CompletedProcess[str] = service.command(
        "ledger", "export", str(folder), "--data", str(service.data)
    )
    assert exported.returncode == 0, exported.stderr
    vkey = (folder / "vkey").read_text().strip()
    verified = service.command("ledger", "verify", str(folder), "--key", vkey)
    assert verified.returncode == 0, verified.stderr


async def _round(service: Any, writer: Any, folder: Path, *, each: int, kills: list[str], pause_s: float) -> None:
    people = await _write_while_killed(service, writer, each, kills, pause_s)
    await _all_there_once(people, each)
    assert sum(person.repeats for person in people) > 0, "no kill was felt; the test would prove nothing"
    _the_log_verifies(service, folder)
    with service.rows() as connection:
        _every_message_in_the_ledger(connection, WRITERS * (each + 1))


@pytest.mark.fault
@pytest.mark.pg15
async def test_kills_lose_nothing(service: Any, writer: Any, tmp_path: Path) -> None:
    await _round(service, writer, tmp_path / "log", each=30, kills=["service", "postgres", "both"], pause_s=0.6)


@pytest.mark.fault
@pytest.mark.deep
async def test_many_kills_lose_nothing_of_thousands(service: Any, writer: Any, tmp_path: Path) -> None:
    kills = ["service", "postgres", "both"] * 4
    await _round(service, writer, tmp_path / "log", each=260, kills=kills, pause_s=2.0)


@pytest.mark.fault
def test_stopping_is_orderly_and_quick(service: Any) -> None:
    assert service.stop() == 0
    with pytest.raises(AssertionError):
        service.postmaster()
    service.start()
