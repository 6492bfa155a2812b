"""Folders that an unprivileged server can reach, and commands to kill."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from changming.infra.postgres.embedded import Binaries, open_server
from changming.infra.postgres.embedded.accounts import server_account
from changming.infra.postgres.embedded.binaries import within_reach
from changming.infra.postgres.embedded.postmaster import find_postmaster, is_gone

GUEST = Path(__file__).with_name("guest.py")


class Guest:
    """One running ``guest.py``."""

    def __init__(self, *argv: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, str(GUEST), *argv],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def hear(self) -> list[str]:
        """The next line it says, in words; empty when it has ended."""
        assert self.process.stdout is not None
        return self.process.stdout.readline().split()

    def server(self) -> int:
        word, pid = self.hear()
        assert word == "ready"
        return int(pid)

    def send(self, signum: signal.Signals) -> None:
        self.process.send_signal(signum)

    def rest(self) -> list[list[str]]:
        """Everything it still says until it has ended."""
        assert self.process.stdout is not None
        return [line.split() for line in self.process.stdout if line.endswith("\n")]

    def leave(self) -> int:
        """Let it leave by itself; its exit status."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        return self.end()

    def end(self) -> int:
        """Wait for its end; its exit status."""
        status = self.process.wait(timeout=60)
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None and not pipe.closed:
                pipe.close()
        return status


def passable_folder() -> Path:
    """A new folder that the server's user can pass; pytest's own are root's alone when root runs the tests."""
    made = Path(tempfile.mkdtemp(prefix="changming-embedded-", dir="/tmp"))
    made.chmod(0o711)
    return made


@pytest.fixture
def folder() -> Iterator[Path]:
    """A data folder to be, below a parent that the server's user can pass."""
    parent = passable_folder()
    yield parent / "desk"
    for data in parent.glob("**/postgres/data"):
        left_over = find_postmaster(data)
        if left_over is not None:
            os.kill(left_over.pid, signal.SIGKILL)
            while not is_gone(left_over.pid):
                pass
    shutil.rmtree(parent)


@pytest.fixture(scope="session")
def binaries(test_binaries: Binaries) -> Binaries:
    """The version under test, where every user can run it."""
    return within_reach(test_binaries, server_account(Path("/nonexistent")))


@pytest.fixture(scope="session")
def made_once(binaries: Binaries) -> Iterator[Path]:
    """A data folder at rest, for copies: a copy takes a third of the time that making one does."""
    parent = passable_folder()
    with open_server(parent / "desk", binaries=binaries):
        pass
    yield parent / "desk"
    shutil.rmtree(parent)


@pytest.fixture
def desk(folder: Path, made_once: Path) -> Path:
    """The data folder ``folder``, made already and at rest."""
    subprocess.run(["cp", "-a", str(made_once), str(folder)], check=True)
    return folder


@pytest.fixture
def invite(folder: Path, binaries: Binaries) -> Iterator[Callable[..., Guest]]:
    """Starts a command that uses the server on ``folder``: ``invite("hold")``."""
    guests = []

    def start(what: str, *user: str, data: Path = folder) -> Guest:
        guests.append(Guest(str(data), str(binaries.bindir), what, *user))
        return guests[-1]

    yield start
    for guest in guests:
        if guest.process.poll() is None:
            guest.send(signal.SIGKILL)
            guest.send(signal.SIGCONT)
        guest.end()


@pytest.fixture
def rows() -> Callable[[str], list[int]]:
    """Reads the numbers of all rows that ``guest.py write`` left."""

    def read(dsn: str) -> list[int]:
        with psycopg.connect(dsn) as connection:
            return [row[0] for row in connection.execute("select n from kept order by n")]

    return read
