"""Two processes of the operating system over one database: what editors do through one holds at once in the other."""

import asyncio
import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from tests.fault.person import PATIENCE_S, Person

from changming.infra.postgres import Database
from changming.infra.postgres.embedded import Binaries, open_server
from changming.trust.identity import Role, add_staff

RENEW, LOST = "passport/renew", "resident-id/replace-lost"
ENTRY = "/desk/knowledge/entry/passport.renew"
NEVER_LATE = "review_by: 2099-01-01"
"""The processes read the real clock: the test must hold after the sources' own review dates too."""


@dataclass(frozen=True)
class Two:
    """Both processes, and the database that they share."""

    here: Any
    there: Any
    dsn: str

    def editor(self, name: str, people: ExitStack) -> Person:
        """An editor who is signed in at the first process."""

        async def add() -> str:
            async with Database(self.dsn, size=1) as database, database.act() as tx:
                _, token = await add_staff(tx, name, Role.EDITOR, now=datetime.now(UTC))
            return token.reveal()

        person = people.enter_context(Person(self.here.url))
        door = f"/desk/sign-in/{asyncio.run(add())}"
        person.open(door)
        person.submit(door)
        return person

    def asked(self, question: str) -> Any:
        """The answer of the second process."""
        answer = httpx.post(f"{self.there.url}/api/v1/ask", json={"text": question}, timeout=PATIENCE_S)
        assert answer.status_code == 200, answer.text
        return answer.json()["answer"]

    def guide(self) -> int:
        """How the second process answers for the entry's guide."""
        return httpx.get(f"{self.there.url}/api/v1/guide/{RENEW}", timeout=PATIENCE_S).status_code


@pytest.fixture(scope="module")
def two(fault_folder: Path, binaries: Binaries, new_service: Any) -> Iterator[Two]:
    with open_server(fault_folder / "database", binaries=binaries) as server:
        here = new_service(database_url=server.dsn)
        here.start()
        there = new_service(database_url=server.dsn, keys=here.data / "keys")
        there.start()
        yield Two(here, there, server.dsn)
        for service in (here, there):
            if service.process.poll() is None:
                service.stop()


def entries(answer: Any) -> set[str]:
    return {one["entry"] for one in answer["citations"]}


def test_a_publish_and_a_retraction_through_one_hold_in_the_next_request_of_the_other(two: Two) -> None:
    question = "护照快过期了怎么换"
    before = two.asked(question)
    assert any(one.startswith(f"{RENEW}@") for one in entries(before)), before
    with ExitStack() as people:
        author, second = (two.editor(f"编辑 {n} 号", people) for n in (1, 2))
        author.open(ENTRY)
        place = str(author.submit(f"{ENTRY}/draft").url.path)
        author.open(f"{place}?section=yaml")
        authored = re.sub(r"version: [\d.]+", "version: 2099.12.31", author.form(place)["authored"], count=1)
        authored = re.sub(r"review_by: [\d-]+", NEVER_LATE, authored)
        author.submit(place, authored=authored)
        author.open(f"{place}/changes")
        author.submit(f"{place}/submit")
        assert RENEW + "@2099.12.31" not in entries(two.asked(question))
        second.open(f"{place}/changes")
        assert second.send(f"{place}/approve", read="yes").status_code == 303
        assert entries(two.asked(question)) == {f"{RENEW}@2099.12.31"}
        assert two.guide() == 200
        second.open(ENTRY)
        assert second.send(f"{ENTRY}/retract", reason="费用写错").status_code == 303
        after = two.asked(question)
        assert after["status"] != "answered", after
        assert not any(one.startswith(RENEW) for one in entries(after))
        assert two.guide() == 404
        author.open("/desk/knowledge")
        author.open(ENTRY)
        restore = re.search(r'action="([^"]+/restore)"', author.text)
        assert restore is not None
        assert author.send(restore[1]).status_code == 303
        assert entries(two.asked(question)) == {f"{RENEW}@2099.12.31"}


def test_what_was_counted_is_written_before_a_process_ends(two: Two) -> None:
    assert any(one.startswith(f"{LOST}@") for one in entries(two.asked("身份证丢了怎么补办")))
    assert two.there.stop() == 0
    with psycopg.connect(two.dsn) as connection:
        found = connection.execute("select sum(times) from consulted where service = %s", (LOST,)).fetchone()
    assert found == (1,)
