"""Several commands, one server: who comes first starts it, who leaves last stops it."""

import os
import signal
import threading
from pathlib import Path
from typing import Any

import pytest

from changming.infra.postgres.embedded import Binaries, open_server
from changming.infra.postgres.embedded.postmaster import is_gone

pytestmark = [pytest.mark.pg15, pytest.mark.fault]


def test_two_commands_share_one_server_and_the_last_stops_it(desk: Path, binaries: Binaries, invite: Any) -> None:
    first, second = invite("hold"), invite("hold")
    pid = first.server()
    assert second.server() == pid
    assert first.leave() == 0
    assert not is_gone(pid)
    with open_server(desk, binaries=binaries) as server:
        assert server.pid == pid
        assert second.leave() == 0
        assert not is_gone(pid)
    assert is_gone(pid)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_command_told_to_end_stops_the_server_only_as_the_last(desk: Path, invite: Any, how: signal.Signals) -> None:
    first, second = invite("hold"), invite("hold")
    pid = first.server()
    assert second.server() == pid
    first.send(how)
    first.end()
    assert not is_gone(pid)
    second.send(how)
    second.send(how)  # an impatient supervisor
    status = second.end()
    if how != signal.SIGINT:
        assert status == 128 + how
        assert is_gone(pid)


def test_the_terminals_interrupt_passes_the_server_by(desk: Path, invite: Any) -> None:
    guest = invite("hold")
    pid = guest.server()
    assert os.getsid(pid) != os.getsid(guest.process.pid)
    assert os.getpgid(pid) != os.getpgid(guest.process.pid)
    guest.leave()


def test_many_come_and_go_at_once(folder: Path, binaries: Binaries, invite: Any) -> None:
    guests = [invite("visit") for _ in range(6)]
    assert [guest.end() for guest in guests] == [0] * 6
    with open_server(folder, binaries=binaries) as server:
        pid = server.pid
    assert pid is not None
    assert is_gone(pid)


def test_twice_in_one_process(desk: Path, binaries: Binaries) -> None:
    with open_server(desk, binaries=binaries) as outer:
        with open_server(desk, binaries=binaries) as inner:
            assert inner.pid == outer.pid
        assert outer.pid is not None
    assert outer.pid is None


def test_the_programs_own_signal_handlers_stay(desk: Path, binaries: Binaries) -> None:
    def own(*_: object) -> None: ...

    before = signal.signal(signal.SIGTERM, own)
    hangup = signal.signal(signal.SIGHUP, signal.SIG_DFL)  # whatever the suite's own server has set
    try:
        with open_server(desk, binaries=binaries):
            assert signal.getsignal(signal.SIGTERM) is own
            assert signal.getsignal(signal.SIGHUP) is not signal.SIG_DFL
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_DFL
    finally:
        signal.signal(signal.SIGTERM, before)
        signal.signal(signal.SIGHUP, hangup)


def test_from_a_thread_it_works_without_signal_handlers(desk: Path, binaries: Binaries) -> None:
    seen = []

    def use() -> None:
        with open_server(desk, binaries=binaries) as server:
            seen.append(server.pid)

    thread = threading.Thread(target=use)
    thread.start()
    thread.join(timeout=60)
    assert seen != [None]
    assert len(seen) == 1
