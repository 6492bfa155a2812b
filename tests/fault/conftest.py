"""A desk that runs as its own process, and people who write to it while it is being killed."""

import asyncio
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx
import psycopg
import pytest

from changming.infra.postgres import Database
from changming.infra.postgres.embedded import Binaries, open_server
from changming.infra.postgres.embedded.accounts import server_account
from changming.infra.postgres.embedded.binaries import within_reach
from changming.infra.postgres.embedded.postmaster import find_postmaster, is_gone
from changming.trust.identity import Role, add_staff

TOKEN = re.compile(r'name="form_token" value="([^"]+)"')
START_S = 60.0
GIVE_UP_S = 90.0


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as door:
        port: int = door.getsockname()[1]
        return port


class Service:
    """``changming serve`` on a data folder of its own, killed and started again on the same port."""

    def __init__(
        self, data: Path, binaries: Binaries, *, database_url: str | None = None, keys: Path | None = None
    ) -> None:
        self.data = data
        self.database_url = database_url
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log_file = data.parent / "service.log"
        kept = {k: v for k, v in os.environ.items() if not k.startswith("CHANGMING_") and k != "DATABASE_URL"}
        limits = {"CHANGMING_ASKS_PER_MINUTE": "60000", "CHANGMING_POSTS_PER_MINUTE": "60000"}
        self._environment = {**kept, **limits, "CHANGMING_PG_BINDIR": str(binaries.bindir)}
        if keys is not None:
            self._environment["CHANGMING_KEYS"] = str(keys)
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [sys.executable, "-P", "-m", "changming", "serve", "--data", str(self.data), "--port", str(self.port)]
        if self.database_url is not None:
            command += ["--database-url", self.database_url]
        with self.log_file.open("ab") as log:
            self.process = subprocess.Popen(
                command, env=self._environment, stdout=log, stderr=log, start_new_session=True
            )
        self.wait_ready()

    def wait_ready(self, *, status: int = 200, limit_s: float = START_S) -> float:
        """Wait until ``/readyz`` answers with ``status``; the seconds it took."""
        began = time.monotonic()
        while time.monotonic() - began < limit_s:
            try:
                if httpx.get(f"{self.url}/readyz", timeout=5).status_code == status:
                    return time.monotonic() - began
            except httpx.TransportError:
                pass
            assert self.process is not None
            assert self.process.poll() is None, self.log()
            time.sleep(0.05)
        raise AssertionError(f"/readyz did not answer {status} within {limit_s} s\n{self.log()}")

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=30)

    def postmaster(self) -> int | None:
        """The process id of its own PostgreSQL."""
        found = find_postmaster(self.data / "postgres" / "data")
        return found.pid if found else None

    def leave(self) -> None:
        """Kill whatever still runs of it."""
        if self.process is not None and self.process.poll() is None:
            self.kill()
        self.kill_postgres()
        wait_for_last_processes(self.data)

    def kill_postgres(self) -> None:
        pid = self.postmaster()
        if pid is None:
            return
        os.kill(pid, signal.SIGKILL)
        while not is_gone(pid):
            time.sleep(0.01)

    def log(self) -> str:
        return self.log_file.read_text(errors="replace")[-4000:]

    @contextmanager
    def rows(self) -> Iterator[psycopg.Connection]:
        """The desk's database, as the operator sees it."""
        with open_server(self.data) as server, psycopg.connect(server.dsn, autocommit=True) as connection:
            yield connection

    def staff_link(self, name: str) -> str:
        """The path of a one-time sign-in link for a new member of staff."""

        async def add(dsn: str) -> str:
            async with Database(dsn, size=1) as database, database.act() as tx:
                _, token = await add_staff(tx, name, Role.AGENT, now=datetime.now(UTC))
            return token.reveal()

        with open_server(self.data) as server:
            return f"/desk/sign-in/{asyncio.run(add(server.dsn))}"

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-P", "-m", "changming", *words]
        return subprocess.run(command, env=self._environment, capture_output=True, text=True, timeout=60, check=False)


def wait_for_last_processes(folder: Path, limit_s: float = 30) -> None:
    """The processes of a killed PostgreSQL notice it one by one; their working folder tells whose they are."""
    began = time.monotonic()
    while left := [pid for pid in Path("/proc").glob("[0-9]*") if _works_in(pid, folder)]:
        assert time.monotonic() - began < limit_s, f"still there: {left}"
        time.sleep(0.05)


def _works_in(process: Path, folder: Path) -> bool:
    try:
        return (process / "cwd").readlink().is_relative_to(folder)
    except OSError:  # it has just ended, or is somebody else's
        return False


@pytest.fixture(scope="module")
def fault_folder() -> Iterator[Path]:
    """A short-named folder that PostgreSQL's own user can pass through; what still runs in it at the end is killed."""
    folder = Path(tempfile.mkdtemp(prefix="changming-fault-", dir="/tmp"))
    folder.chmod(0o711)
    yield folder
    for data in folder.glob("**/postgres/data"):
        if (left := find_postmaster(data)) is not None:
            os.kill(left.pid, signal.SIGKILL)
            while not is_gone(left.pid):
                time.sleep(0.01)
    wait_for_last_processes(folder)
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def binaries(test_binaries: Binaries) -> Iterator[Binaries]:
    """The PostgreSQL under test where its own user can run it, for this process as for those that it starts."""
    found = within_reach(test_binaries, server_account(Path("/nonexistent")))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CHANGMING_PG_BINDIR", str(found.bindir))
        yield found


@pytest.fixture(scope="module")
def new_service(fault_folder: Path, binaries: Binaries) -> Iterator[Callable[..., Service]]:
    """Makes desks to be started, each in a folder of its own; what still runs at the end is killed."""
    made: list[Service] = []

    def new(*, database_url: str | None = None, keys: Path | None = None) -> Service:
        folder = fault_folder / f"{len(made)}"
        folder.mkdir(mode=0o711)
        made.append(Service(folder / "desk", binaries, database_url=database_url, keys=keys))
        return made[-1]

    yield new
    for service in made:
        service.leave()


@pytest.fixture(scope="module")
def service(new_service: Callable[..., Service]) -> Iterator[Service]:
    """A running desk with its own embedded PostgreSQL, for the tests of a file."""
    service = new_service()
    service.start()
    yield service
    service.leave()


class Writer:
    """A person with a case, who writes and writes, and repeats what was not clearly accepted."""

    def __init__(self, url: str, name: str) -> None:
        self.client = httpx.AsyncClient(base_url=url, timeout=20, headers={"Origin": url})
        self.name = name
        self.case = ""
        self.token = ""
        self.accepted: list[str] = []
        self.repeats = 0

    async def open_case(self) -> None:
        question = f"身份证丢了，{self.name} 要考试"
        place = await self._post("/ask", {"text": question}, page="/")
        self.case = await self._post(f"{place}/person", {}, page=place)
        self.token = await self._token(self.case)

    async def write(self, enough: asyncio.Event, least: int) -> None:
        """Write until it is enough, ``least`` messages at least."""
        while len(self.accepted) < least or not enough.is_set():
            words = f"{self.name}第{len(self.accepted)}封"
            await self._accepted(f"{self.case}/messages", {"text": words})
            self.accepted.append(words)

    async def page(self) -> str:
        return (await self.client.get(self.case)).text

    async def _token(self, page: str) -> str:
        found = TOKEN.search((await self.client.get(page)).text)
        assert found is not None, page
        return found[1]

    async def _post(self, path: str, fields: dict[str, str], *, page: str) -> str:
        token = await self._token(page)
        return await self._accepted(path, fields, token=token)

    async def _accepted(self, path: str, fields: dict[str, str], *, token: str | None = None) -> str:
        """Send until it is accepted, with one key, so that repeats are the same submission; where it leads to."""
        body = {**fields, "form_token": token or self.token, "form_key": str(uuid.uuid4())}
        began = time.monotonic()
        while time.monotonic() - began < GIVE_UP_S:
            try:
                answer = await self.client.post(path, data=body)
            except httpx.TransportError:
                answer = None
            if answer is not None and answer.status_code == 303:
                return answer.headers["location"]
            assert answer is None or answer.status_code in (409, 503), (path, answer.status_code, answer.text[-600:])
            self.repeats += 1
            await asyncio.sleep(0.25)
        raise AssertionError(f"{path} was not accepted within {GIVE_UP_S} s")


@pytest.fixture
def writer() -> type[Writer]:
    return Writer
