"""The database is gone or silent: the desk says so plainly, keeps nothing half-done, and heals by itself."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from tests.fault.person import Listener, Person

from changming.infra.postgres.embedded import Binaries, Server, open_server

QUESTION = "我的护照丢了，后天出国，怎么办？"
TURNS_WITHIN_S = 5.0
"""How soon /readyz must tell."""
ANSWERS_WITHIN_S = 12.0
"""How long a request may take while the database is silent: one statement's patience and what surrounds it."""
_COMES_AND_GOES = {"live_event", "rate_limit", "schedule", "ledger_tile", "ledger_head", "ledger_checkpoint"}
"""Tables whose rows change without an act of a person."""


@dataclass
class Far:
    """A desk whose PostgreSQL is not its own: the test stops, freezes and starts it as an operator's would."""

    service: Any
    server: Server

    def rows(self) -> dict[str, int]:
        """How many rows the tables hold that keep what people do; a ledger entry may still wait for its place."""
        with psycopg.connect(self.server.dsn, autocommit=True) as connection:
            tables = [row[0] for row in connection.execute("select relname from pg_stat_user_tables order by relname")]
            found = {name: _count(connection, name) for name in tables if name not in _COMES_AND_GOES}
        found["ledger_entry"] += found.pop("ledger_outbox")
        return found

    def waiting(self) -> int:
        """Ledger entries that are not sealed yet."""
        with psycopg.connect(self.server.dsn, autocommit=True) as connection:
            return _count(connection, "ledger_outbox")

    def sweep_is_done(self) -> bool:
        """Whether the hourly sweep, which ``make_sweep_due`` moved to the present, has been done."""
        with psycopg.connect(self.server.dsn, autocommit=True) as connection:
            row = connection.execute("select due_at > now() from schedule where kind = 'house.sweep'").fetchone()
        return row is not None and bool(row[0])

    def make_sweep_due(self) -> None:
        with psycopg.connect(self.server.dsn, autocommit=True) as connection:
            connection.execute("update schedule set due_at = now() where kind = 'house.sweep'")

    @contextmanager
    def stopped(self) -> Iterator[None]:
        self.server._engine.stop()
        try:
            yield
        finally:
            self.server.ensure_running()

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Every process of the server stands still: its sockets stay open and nothing answers."""
        assert self.server.pid is not None
        # The postmaster first: from then on no process comes, and one that ends meanwhile is none to freeze.
        os.kill(self.server.pid, signal.SIGSTOP)
        frozen = [self.server.pid]
        try:
            for pid in _children(self.server.pid):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGSTOP)
                    frozen.append(pid)
            yield
        finally:
            for pid in reversed(frozen):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGCONT)


def _children(parent: int) -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(fields[1]) == parent:
            found.append(int(stat.parent.name))
    return found


def _count(connection: psycopg.Connection, table: str) -> int:
    statement = psycopg.sql.SQL("select count(*) from {}").format(psycopg.sql.Identifier(table))
    row = connection.execute(statement).fetchone()
    assert row is not None
    return int(row[0])


@pytest.fixture(scope="module")
def far(fault_folder: Path, binaries: Binaries, new_service: Any) -> Iterator[Far]:
    with open_server(fault_folder / "database", binaries=binaries) as server:
        service = new_service(database_url=server.dsn)
        service.start()
        yield Far(service, server)
        service.stop()


class Busy(threading.Thread):
    """Somebody who writes all the time, so that something is always on its way; repeats what was not accepted."""

    def __init__(self, url: str) -> None:
        super().__init__(daemon=True)
        self.accepted: list[str] = []
        self.refusals = 0
        self.slowest_s = 0.0
        self.strange: list[int] = []
        self._person = Person(url)
        self._enough = threading.Event()
        self._person.open_case(QUESTION)

    def run(self) -> None:
        fields = self._person.form(f"{self._person.case}/messages")
        while not self._enough.is_set():
            fields |= {"text": f"第{len(self.accepted)}封信", "form_key": f"key-{len(self.accepted)}"}
            while (status := self._send(fields)) == 503:
                self.refusals += 1
                time.sleep(0.2)
            if status != 303:
                self.strange.append(status)
            self.accepted.append(fields["text"])

    def _send(self, fields: dict[str, str]) -> int:
        seen = _timed(lambda: self._person.client.post(f"{self._person.case}/messages", data=fields))
        self.slowest_s = max(self.slowest_s, seen.seconds)
        return seen.answer.status_code

    def done(self) -> None:
        """Stop, and find every letter on the page once."""
        self._enough.set()
        self.join(60)
        assert self.strange == []
        page = self._person.open(self._person.case).text
        assert [words for words in self.accepted if page.count(f"{words}<") != 1] == []
        self._person.client.close()


@dataclass
class Refused:
    """What somebody saw while the database was away, and how long it took."""

    answer: httpx.Response
    seconds: float


def _timed(call: Any) -> Refused:
    began = time.monotonic()
    answer = call()
    return Refused(answer, time.monotonic() - began)


def _all_are_refused_plainly(url: str, person: Person, english: Person, words: str) -> httpx.Response:
    """Pages, live pages and programs at once, several of each: all are told, nobody hangs. The page of one of them."""
    case = person.case
    filled = {**person.form(f"{case}/messages"), "text": words}
    asked = {**english.form("/ask"), "text": words}
    calls = {
        "message": lambda: person.client.post(f"{case}/messages", data=filled),
        "live page": lambda: person.client.post(f"{case}/messages", data=filled, headers={"HX-Request": "true"}),
        "question": lambda: english.client.post("/ask", data=asked),
        "case": lambda: person.client.get(case),
        "program": lambda: httpx.post(f"{url}/api/v1/ask", json={"text": words}, timeout=60),
    }
    with ThreadPoolExecutor(20) as together:
        waiting = [(name, together.submit(_timed, call)) for name, call in calls.items() for _ in range(4)]
        found = [(name, one.result()) for name, one in waiting]
    for name, refused in found:
        assert refused.answer.status_code == 503, (name, refused.answer.text[-500:])
        assert refused.seconds < ANSWERS_WITHIN_S, (name, refused.seconds)
        assert "Traceback" not in refused.answer.text
        if name in ("program", "live page"):
            assert refused.answer.headers["content-type"] == "application/problem+json"
            problem = refused.answer.json()
            assert (problem["status"], problem["code"]) == (503, "database_unavailable")
            assert problem["detail"]
            assert problem["next_step"]
        elif name in ("message", "case"):
            assert "数据库暂时连不上" in refused.answer.text
            assert "请过一分钟再提交一次" in refused.answer.text
        else:
            assert "cannot be reached for the moment" in refused.answer.text
            assert "send it again in a minute" in refused.answer.text
        assert (words in refused.answer.text) == (name in ("message", "question")), name
    return next(refused.answer for name, refused in found if name == "message")


def _wait(until: Any, limit_s: float, what: str) -> None:
    began = time.monotonic()
    while not until():
        assert time.monotonic() - began < limit_s, f"{what}: not within {limit_s} s"
        time.sleep(0.1)


@pytest.mark.fault
@pytest.mark.pg15
@pytest.mark.parametrize(("how", "away_s"), [("stopped", 10.0), ("frozen", 0.0)])
def test_without_its_database_the_desk_says_so_and_heals(far: Far, how: str, away_s: float) -> None:
    service, words = far.service, f"补充材料已经拍好（{how}）"
    with Person(service.url) as person, Person(service.url, lang="en") as english:
        case = person.open_case(QUESTION)
        english.open("/")
        listener = Listener(person, f"{case}/live")
        _wait(lambda: far.waiting() == 0, 5, "sealed")
        before, process = far.rows(), service.process.pid
        with getattr(far, how)():
            began = time.monotonic()
            service.wait_ready(status=503, limit_s=TURNS_WITHIN_S)
            person.page = _all_are_refused_plainly(service.url, person, english, words)
            assert httpx.get(f"{service.url}/healthz").status_code == 200
            assert httpx.get(f"{service.url}/").status_code == 200
            assert person.form("")["text"] == words
            time.sleep(max(0.0, began + away_s - time.monotonic()))
        healed = service.wait_ready(limit_s=10)
        print(f"{how}: ready again {healed:.1f} s after the database")
        assert far.rows() == before, "something was half accepted"
        rings = listener.rings
        answer = person.again()
        assert (answer.status_code, answer.headers["location"]) == (303, case)
        person.open(case)
        assert person.text.count(f"{words}<") == 1
        assert far.rows()["message"] == before["message"] + 1
        _background_work_goes_on(far, listener, rings)
    assert service.process.pid == process
    assert service.process.poll() is None
    log = service.log_file.read_text()
    assert "Traceback" not in log
    assert words not in log


def _background_work_goes_on(far: Far, listener: Listener, rings: int) -> None:
    far.make_sweep_due()
    _wait(lambda: far.waiting() == 0, 10, "sealed")
    _wait(lambda: listener.rings > rings, 10, "rung on a page that stayed open")
    _wait(far.sweep_is_done, 10, "swept")
    listener.close()


@pytest.mark.fault
@pytest.mark.pg15
def test_what_was_on_its_way_when_the_database_froze_is_there_once(far: Far) -> None:
    writing = [Busy(far.service.url) for _ in range(4)]
    for one in writing:
        one.start()
    _wait(lambda: all(len(one.accepted) >= 3 for one in writing), 20, "at work")
    with far.frozen():
        _wait(lambda: httpx.get(f"{far.service.url}/readyz").status_code == 503, TURNS_WITHIN_S, "told")
        _wait(lambda: all(one.refusals for one in writing), ANSWERS_WITHIN_S, "told as well")
    had = [len(one.accepted) for one in writing]
    _wait(lambda: all(len(one.accepted) > n + 2 for one, n in zip(writing, had, strict=True)), 20, "at work again")
    for one in writing:
        one.done()
    print(f"the slowest answer took {max(one.slowest_s for one in writing):.1f} s")
    assert max(one.slowest_s for one in writing) < ANSWERS_WITHIN_S
