"""What was accepted is there after a kill, once, with its ledger entry."""

import asyncio
import hashlib
import json
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psycopg
import pytest

WRITERS = 8
HEALED_AFTER = 16
"""Messages accepted since a kill, over all writers, that show the desk at work again."""


async def _accepted_more(people: Sequence[Any], count: int, limit_s: float = 60) -> None:
    before, began = sum(len(person.accepted) for person in people), time.monotonic()
    while sum(len(person.accepted) for person in people) < before + count:
        assert time.monotonic() - began < limit_s, "nothing was accepted any more"
        await asyncio.sleep(0.02)


async def _kill(service: Any, what: str) -> None:
    """Kill the service, its PostgreSQL, or both at once. A killed service is started again; PostgreSQL never by us."""
    if what in ("service", "both"):
        await asyncio.to_thread(service.kill)
    if what in ("postgres", "both"):
        await asyncio.to_thread(service.kill_postgres)
    if what in ("service", "both"):
        await asyncio.to_thread(service.start)


async def _write_while_killed(service: Any, writer: Any, least: int, kills: Sequence[str]) -> tuple[list[Any], Any]:
    people = [writer(service.url, f"写信人{number}号") for number in range(WRITERS)]
    await asyncio.gather(*(person.open_case() for person in people))
    enough = asyncio.Event()
    writing = asyncio.gather(*(person.write(enough, least) for person in people))
    gaps = []
    for what in kills:
        await _accepted_more(people, HEALED_AFTER)
        began = time.monotonic()
        await _kill(service, what)
        # Each may have one on its way that was accepted before the kill; one more was accepted after it.
        await _accepted_more(people, WRITERS + 1)
        gaps.append((what, round(time.monotonic() - began, 1)))
    await _accepted_more(people, HEALED_AFTER)
    enough.set()
    await writing
    return people, gaps


async def _each_is_on_its_page_once(people: Sequence[Any]) -> None:
    for person in people:
        page = await person.page()
        found = Counter({words: page.count(f"{words}<") for words in person.accepted})
        assert set(found.values()) == {1}, [words for words, times in found.items() if times != 1]
        await person.client.aclose()


def _received(service: Any) -> int:
    with service.rows() as connection:
        row = connection.execute("select count(*) from message where author = 'visitor'").fetchone()
    return int(row[0])


def _each_is_a_row_and_an_entry_once(connection: psycopg.Connection, expected: int) -> None:
    rows = connection.execute("select id, body_sealed from message where author = 'visitor'").fetchall()
    assert len(rows) == expected
    leaves = [json.loads(bytes(row[0])) for row in connection.execute("select leaf from ledger_entry")]
    recorded = [leaf["object"] for leaf in leaves if leaf["action"].endswith(":message:receive")]
    assert sorted(recorded) == sorted(f"message/{key}/{hashlib.sha256(sealed).hexdigest()}" for key, sealed in rows)


def _the_log_verifies(service: Any, folder: Path) -> None:
    exported = service.command("ledger", "export", str(folder), "--data", str(service.data))
    assert exported.returncode == 0, exported.stderr
    vkey = (folder / "vkey").read_text().strip()
    verified = service.command("ledger", "verify", str(folder), "--key", vkey)
    assert verified.returncode == 0, verified.stderr


async def _round(service: Any, writer: Any, folder: Path, *, least: int, kills: Sequence[str]) -> int:
    before = _received(service)
    people, gaps = await _write_while_killed(service, writer, least, kills)
    accepted, repeats = sum(len(person.accepted) for person in people), sum(person.repeats for person in people)
    print(f"{accepted} messages of {WRITERS} writers, {repeats} repeats, seconds until the next was accepted: {gaps}")
    assert repeats > 0, "no kill was felt; the test would prove nothing"
    await _each_is_on_its_page_once(people)
    _the_log_verifies(service, folder)
    with service.rows() as connection:
        # One more for each writer: the question that opened the case.
        _each_is_a_row_and_an_entry_once(connection, before + accepted + WRITERS)
    return accepted


@pytest.mark.fault
@pytest.mark.pg15
async def test_kills_lose_nothing(service: Any, writer: Any, tmp_path: Path) -> None:
    await _round(service, writer, tmp_path / "log", least=20, kills=["service", "postgres", "both"])


@pytest.mark.fault
@pytest.mark.deep
async def test_many_kills_lose_nothing_of_thousands(service: Any, writer: Any, tmp_path: Path) -> None:
    accepted = await _round(service, writer, tmp_path / "log", least=260, kills=["service", "postgres", "both"] * 4)
    assert accepted >= 2000


@pytest.mark.fault
def test_stopping_is_orderly_and_quick(service: Any) -> None:
    assert service.stop() == 0
    assert service.postmaster() is None
    service.start()
