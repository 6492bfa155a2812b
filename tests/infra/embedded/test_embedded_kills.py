"""Kill -9 of any part: no acknowledged row is lost, and the next start recovers."""

import itertools
import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from changming.infra.postgres.embedded import Binaries, open_server
from changming.infra.postgres.embedded.postmaster import is_gone

pytestmark = [pytest.mark.pg15, pytest.mark.fault]
ENOUGH = 100


def acked(guest: Any, count: int) -> list[int]:
    return [int(guest.hear()[1]) for _ in range(count)]


def until(done: Callable[[], bool], limit_s: float = 30) -> None:
    end = time.monotonic() + limit_s
    while not done():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.01)


def test_a_killed_command_leaves_the_server_to_the_next(desk: Path, binaries: Binaries, invite: Any, rows: Any) -> None:
    guest = invite("write")
    pid = guest.server()
    before = acked(guest, ENOUGH)
    guest.send(signal.SIGKILL)
    before += [int(number) for _, number in guest.rest()]
    with open_server(desk, binaries=binaries) as server:
        assert server.pid == pid
        found = rows(server.dsn)
        assert found[: len(before)] == before
        assert len(found) - len(before) <= 1  # committed, but killed before it could say so
    assert is_gone(pid)


def test_a_killed_server_loses_no_acknowledged_row(desk: Path, binaries: Binaries, invite: Any, rows: Any) -> None:
    writers = [invite("write") for _ in range(3)]
    pid = {writer.server() for writer in writers}.pop()
    before = [number for writer in writers for number in acked(writer, ENOUGH)]
    os.kill(pid, signal.SIGKILL)
    before += [int(said[1]) for writer in writers for said in writer.rest() if said[0] == "acked"]
    with open_server(desk, binaries=binaries) as server:
        assert server.pid != pid
        found = rows(server.dsn)
    assert set(before) <= set(found)
    assert len(found) == len(set(found))
    assert len(found) - len(before) <= len(writers)


def test_everything_killed_at_once(desk: Path, binaries: Binaries, invite: Any, rows: Any) -> None:
    writer, other = invite("write"), invite("write")
    pid = writer.server()
    assert other.server() == pid
    before = acked(writer, ENOUGH) + acked(other, ENOUGH)
    for victim in (writer.process.pid, pid, other.process.pid):
        os.kill(victim, signal.SIGKILL)
    before += [int(said[1]) for guest in (writer, other) for said in guest.rest() if said[0] == "acked"]
    with open_server(desk, binaries=binaries) as server:
        found = rows(server.dsn)
        assert set(before) <= set(found)
        assert len(found) - len(before) <= 2


def test_a_long_lived_command_brings_a_killed_server_back(desk: Path, binaries: Binaries) -> None:
    with open_server(desk, binaries=binaries) as server:
        with psycopg.connect(server.dsn, autocommit=True) as connection:
            connection.execute("create table kept as select 1 as n")
        assert server.ensure_running() is False
        killed = server.pid
        assert killed is not None
        os.kill(killed, signal.SIGKILL)
        until(lambda: is_gone(killed))
        assert server.pid is None
        assert server.ensure_running() is True
        assert server.pid not in {None, killed}
        with psycopg.connect(server.dsn) as connection:
            assert connection.execute("select n from kept").fetchone() == (1,)
    assert server.ensure_running() is False  # whoever has left starts nothing
    assert server.pid is None


def test_a_zombie_counts_as_dead(desk: Path, binaries: Binaries, invite: Any) -> None:
    keeper = invite("hold")
    pid = keeper.server()
    keeper.send(signal.SIGSTOP)  # a parent that does not collect its children, like the first process of a container
    stat = Path(f"/proc/{keeper.process.pid}/stat")
    until(lambda: stat.read_text().rpartition(")")[2].split()[0] == "T")
    os.kill(pid, signal.SIGKILL)
    until(lambda: is_gone(pid))
    os.kill(pid, 0)  # and yet the number is still taken
    with open_server(desk, binaries=binaries) as server:
        assert server.pid not in {None, pid}
    keeper.send(signal.SIGCONT)
    assert keeper.leave() == 0


def test_a_process_number_taken_by_somebody_else(desk: Path, binaries: Binaries, invite: Any) -> None:
    guest = invite("hold")
    pid = guest.server()
    for victim in (guest.process.pid, pid):
        os.kill(victim, signal.SIGKILL)
    until(lambda: is_gone(pid))
    note = desk / "postgres" / "data" / "postmaster.pid"
    with subprocess.Popen(
        ["sleep", "600"], user=note.stat().st_uid if os.geteuid() == 0 else None
    ) as stranger:  # as after a reboot
        note.write_text(note.read_text().replace(str(pid), str(stranger.pid), 1))
        with open_server(desk, binaries=binaries) as server:
            assert server.pid not in {None, pid, stranger.pid}
        assert stranger.poll() is None
        stranger.kill()


@pytest.mark.parametrize("wait_s", [0.05, 0.3])
def test_killed_while_the_data_folder_is_being_made(
    folder: Path, binaries: Binaries, invite: Any, wait_s: float
) -> None:
    guest = invite("visit")
    until(lambda: any(folder.glob("postgres/data*")))
    time.sleep(wait_s)
    guest.send(signal.SIGKILL)
    guest.end()
    with open_server(folder, binaries=binaries) as server, psycopg.connect(server.dsn) as connection:
        assert connection.execute("select 1").fetchone() == (1,)

    def only_the_complete_one_is_left() -> bool:
        with open_server(folder, binaries=binaries):
            return [path.name for path in (folder / "postgres").glob("data*")] == ["data"]

    until(only_the_complete_one_is_left)  # the killed command's initdb may go on for a moment


def test_killed_again_and_again_while_starting(desk: Path, binaries: Binaries, invite: Any) -> None:
    with open_server(desk, binaries=binaries):
        pass
    for wait_s in itertools.islice(itertools.cycle((0.15, 0.2, 0.25, 0.3)), 6):
        guest = invite("visit")
        time.sleep(wait_s)
        guest.send(signal.SIGKILL)
        guest.end()
    with open_server(desk, binaries=binaries) as server:
        pid = server.pid
    assert pid is not None
    assert is_gone(pid)
