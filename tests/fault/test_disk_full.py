"""The disk of the database is full: posting is refused plainly, nothing is half kept, all heals once there is room."""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from tests.fault.person import Person

from changming.infra.postgres.embedded import open_server

QUESTION = "我的社保卡丢了，怎么补？"
SIZE = "192m"
"""Room for a fresh PostgreSQL with its first write-ahead log."""
ENOUGH = 400
"""So many messages fill any free space that PostgreSQL still has within its files."""


@dataclass
class SmallDisk:
    """A desk whose PostgreSQL lies on a small file system of its own; its keys and logs do not."""

    service: Any
    disk: Path

    def fill(self) -> None:
        with (self.disk / "filler").open("wb") as filler, suppress(OSError):
            while True:
                os.write(filler.fileno(), b"x" * 4096)

    def make_room(self) -> None:
        (self.disk / "filler").unlink()

    def counted(self) -> dict[str, int]:
        with self.service.rows() as connection:
            found = {}
            for name in ("message", "conversation", "case_file", "subject", "idempotency"):
                statement = psycopg.sql.SQL("select count(*) from {}").format(psycopg.sql.Identifier(name))
                row = connection.execute(statement).fetchone()
                assert row is not None
                found[name] = int(row[0])
        return found


@pytest.fixture(scope="module")
def small(new_service: Any) -> Iterator[SmallDisk]:
    service = new_service()
    disk = service.data / "postgres"
    for folder in (service.data, disk):
        folder.mkdir(mode=0o711)
    mounting = ["mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=0711", "tmpfs", str(disk)]
    mounted = subprocess.run(mounting, capture_output=True, text=True, check=False)
    assert mounted.returncode == 0, f"a full disk cannot be tried here: {mounted.stderr.strip()}"
    try:
        service.start()
        yield SmallDisk(service, disk)
    finally:
        service.leave()
        subprocess.run(["umount", str(disk)], check=True)


def _write_until_refused(person: Person) -> tuple[int, httpx.Response]:
    """How many messages were still accepted, and the refusal."""
    for number in range(ENOUGH):
        fields = {
            **person.form(f"{person.case}/messages"),
            "text": f"满之前第{number}封",
            "form_key": f"before-{number}",
        }
        answer = person.client.post(f"{person.case}/messages", data=fields)
        if answer.status_code != 303:
            return number, answer
    raise AssertionError(f"{ENOUGH} messages were accepted on a full disk")


def _accepted_at_last(person: Person, words: str, key: str, limit_s: float) -> float:
    """The seconds until a message is accepted, repeated with one key."""
    began = time.monotonic()
    fields = {**person.form(f"{person.case}/messages"), "text": words, "form_key": key}
    while time.monotonic() - began < limit_s:
        answer = person.client.post(f"{person.case}/messages", data=fields)
        if answer.status_code == 303:
            return time.monotonic() - began
        assert answer.status_code == 503, answer.text[-600:]
        time.sleep(0.2)
    raise AssertionError(f"not accepted within {limit_s} s")


def _crash_on_the_log(service: Any) -> None:
    """Ask for new write-ahead log until there is no room for it: PostgreSQL stops at once rather than lose anything."""
    with open_server(service.data) as server, suppress(psycopg.OperationalError):
        for _ in range(40):
            with psycopg.connect(server.superuser_dsn, autocommit=True) as connection:
                connection.execute("select pg_logical_emit_message(false, 'filling', repeat('x', 1000000))")
                connection.execute("select pg_switch_wal()")


@pytest.mark.fault
@pytest.mark.root
@pytest.mark.mount
@pytest.mark.pg15
def test_a_full_disk_refuses_plainly_and_heals(small: SmallDisk) -> None:
    service = small.service
    with Person(service.url) as person, Person(service.url, lang="en") as english:
        case = person.open_case(QUESTION)
        english.open_case(QUESTION)
        small.fill()
        accepted, refused = _write_until_refused(person)
        assert refused.status_code == 503
        assert "存储空间满了" in refused.text or "数据库暂时连不上" in refused.text
        assert f"满之前第{accepted}封" in refused.text, "what was written is given back"
        before = small.counted()
        fields = {**english.form(f"{english.case}/messages"), "text": "one more " * 400}
        told = english.client.post(f"{english.case}/messages", data=fields)
        assert told.status_code == 503
        assert "storage is full" in told.text or "cannot be reached" in told.text
        live = person.client.post(
            f"{case}/messages",
            data={**fields, **person.form(f"{case}/messages")} | {"text": "x" * 4000},
            headers={"HX-Request": "true"},
        )
        assert (live.status_code, live.headers["content-type"]) == (503, "application/problem+json")
        assert live.json()["code"] in ("database_full", "database_unavailable")
        assert small.counted() == before, "something was half accepted"
        assert service.process.poll() is None
        small.make_room()
        healed = _accepted_at_last(person, "有地方了", "after", 20)
        print(f"{accepted} messages were accepted beside the filler; accepted again after {healed:.1f} s")
        _all_there(service, person, accepted, "有地方了")


@pytest.mark.fault
@pytest.mark.root
@pytest.mark.mount
@pytest.mark.pg15
def test_a_database_that_stopped_for_want_of_room_comes_back(small: SmallDisk) -> None:
    service = small.service
    with Person(service.url) as person:
        person.open_case(QUESTION)
        assert _accepted_at_last(person, "满之前第0封", "first", 5) < 5
        small.fill()
        _crash_on_the_log(service)
        service.wait_ready(status=503, limit_s=20)
        told = httpx.post(f"{service.url}/api/v1/ask", json={"text": QUESTION}, timeout=30)
        assert (told.status_code, told.json()["code"]) == (503, "database_unavailable")
        time.sleep(1)
        assert service.process.poll() is None, "the desk waits for its database"
        small.make_room()
        healed = service.wait_ready(limit_s=30)
        print(f"ready again {healed:.1f} s after there was room")
        _accepted_at_last(person, "有地方了", "after", 10)
        _all_there(service, person, 1, "有地方了")
        assert list(small.disk.glob(".*")) == [], "what could not be written was left behind"


def _all_there(service: Any, person: Person, accepted: int, last: str) -> None:
    page = person.open(person.case).text
    for number in range(accepted):
        assert page.count(f"满之前第{number}封<") == 1
    assert page.count(f"{last}<") == 1
    log = service.log_file.read_text()
    assert "Traceback" not in log
    assert "满之前" not in log
