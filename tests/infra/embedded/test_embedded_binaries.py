import os
import shutil
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from changming.infra.postgres.embedded import Binaries, find_binaries, open_server
from changming.infra.postgres.embedded import binaries as module
from changming.infra.postgres.embedded.__main__ import main as tool
from changming.infra.postgres.embedded.accounts import server_account
from changming.infra.postgres.embedded.binaries import choose, look_at, within_reach
from changming.kernel.errors import ChangmingError
from changming.kernel.messages import Lang

REPOSITORY = Path(__file__).resolve().parents[3]


@pytest.fixture
def install(tmp_path: Path) -> Callable[[str, str], Path]:
    """Puts programs of a version into a folder below ``tmp_path``."""

    def make(place: str, version: str) -> Path:
        bindir = tmp_path / place / "bin"
        bindir.mkdir(parents=True)
        for name in ("postgres", "initdb"):
            (bindir / name).write_text(f"#!/bin/sh\necho '{name} (PostgreSQL) {version}'\n")
            (bindir / name).chmod(0o755)
        return bindir

    return make


@pytest.fixture
def bare_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A machine that has only what ``install`` puts there."""
    monkeypatch.setattr(module, "_GLOBS", ((str(tmp_path / "system"), "*/bin"),))
    monkeypatch.setattr(module, "wheel_root", lambda: tmp_path / "wheel")
    monkeypatch.setenv("PATH", str(tmp_path / "path" / "bin"))


def test_the_machines_newest_comes_first_and_the_wheel_last(
    bare_machine: None, install: Callable[[str, str], Path]
) -> None:
    install("system/15", "15.20 (Debian 15.20-0+deb12u1)")
    install("system/14", "14.9")
    install("system/17", "17.2")
    install("path", "16.4")
    install("wheel/pginstall", "18.6")
    assert [found.version for found in find_binaries({})] == ["17.2", "16.4", "15.20", "18.6"]


def test_pg_config_is_asked(bare_machine: None, install: Callable[[str, str], Path]) -> None:
    elsewhere = install("elsewhere", "16beta1")
    (install("path", "14.1") / "pg_config").write_text(f"#!/bin/sh\necho {elsewhere}\n")
    (elsewhere.parent.parent / "path" / "bin" / "pg_config").chmod(0o755)
    assert find_binaries({}) == (Binaries(elsewhere, 16, "16beta1"),)


def test_the_variable_decides_alone(bare_machine: None, install: Callable[[str, str], Path]) -> None:
    install("system/17", "17.2")
    own = install("own", "15.1")
    assert find_binaries({"CHANGMING_PG_BINDIR": str(own)}) == (Binaries(own, 15, "15.1"),)
    for wrong in (install("old", "14.9"), own.parent):
        with pytest.raises(ChangmingError) as refused:
            find_binaries({"CHANGMING_PG_BINDIR": str(wrong)})
        assert refused.value.code == "postgres_binaries_unusable"
        assert str(wrong) in refused.value.message(Lang.ZH)


def test_without_any_the_message_says_what_to_install(bare_machine: None) -> None:
    with pytest.raises(ChangmingError) as refused:
        find_binaries({})
    assert refused.value.code == "postgres_binaries_missing"
    for lang in Lang:
        for way in ("apt-get install postgresql", "make setup", "CHANGMING_PG_BINDIR", "--database-url"):
            assert way in refused.value.next_step(lang)


def test_programs_that_do_not_run_are_none(tmp_path: Path, install: Callable[[str, str], Path]) -> None:
    assert look_at(tmp_path) is None
    broken = install("broken", "18.1")
    (broken / "postgres").write_bytes(b"\x7fELF not for this machine")
    assert look_at(broken) is None
    (broken / "postgres").write_text("#!/bin/sh\necho something else\n")
    assert look_at(broken) is None


def test_a_data_folder_picks_the_programs_that_can_read_it() -> None:
    system, wheel = Binaries(Path("/a"), 15, "15.20"), Binaries(Path("/b"), 18, "18.6")
    assert choose((system, wheel), Path("/desk"), None) == system
    assert choose((system, wheel), Path("/desk"), 18) == wheel
    with pytest.raises(ChangmingError) as refused:
        choose((system, wheel), Path("/desk"), 16)
    assert refused.value.fields == {"folder": Path("/desk"), "found": 16, "here": "15.20, 18.6"}
    assert "postgresql-16" in refused.value.next_step(Lang.ZH)


@pytest.mark.pg15
def test_another_major_version_is_refused_and_nothing_touched(desk: Path, binaries: Binaries) -> None:
    with open_server(desk, binaries=binaries):
        pass
    note = desk / "postgres" / "data" / "PG_VERSION"
    before = note.stat().st_mtime_ns, sorted(path.name for path in note.parent.iterdir())
    other = Binaries(binaries.bindir, binaries.major + 1, f"{binaries.major + 1}.0")
    with pytest.raises(ChangmingError) as refused, open_server(desk, binaries=other):
        pass
    assert refused.value.code == "postgres_other_major"
    assert f"PostgreSQL {binaries.major}" in refused.value.message(Lang.EN)
    assert (note.stat().st_mtime_ns, sorted(path.name for path in note.parent.iterdir())) == before


@pytest.mark.pg15
def test_the_way_out_leads_from_one_major_version_to_the_other(
    folder: Path, binaries: Binaries, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The commands of docs/reference/embedded-postgres.md, from this version to the newest that is here."""
    newest = within_reach(max(find_binaries({}), key=lambda found: found.major), server_account(Path("/nonexistent")))
    folder.mkdir()
    old, new, dump = folder / "old", folder / "new", folder / "changming.dump"
    monkeypatch.setenv("CHANGMING_PG_BINDIR", str(binaries.bindir))
    rows = "create table kept as select n, '长明 ' || n as said from generate_series(1, 100) n"
    assert tool([str(old), "psql", "--quiet", "--command", rows]) == 0
    assert tool([str(old), "pg_dump", "--format=custom", f"--file={dump}"]) == 0
    monkeypatch.setenv("CHANGMING_PG_BINDIR", str(newest.bindir))
    restore = ["pg_restore", "--exit-on-error", "--no-owner", "--dbname=changming", str(dump)]
    assert tool([str(new), *restore]) == 0
    assert tool([str(new), *restore]) == 1  # it is there already
    with open_server(new, binaries=newest) as server, psycopg.connect(server.dsn) as connection:
        assert connection.execute("select count(*), max(said) from kept").fetchone() == (100, "长明 99")
    page = (REPOSITORY / "docs" / "reference" / "embedded-postgres.md").read_text(encoding="utf-8")
    assert "pg_dump --format=custom" in page
    assert " ".join(restore[:-1]) in page


def test_the_operators_tool_says_what_is_wrong(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert tool([str(folder)]) == 2
    monkeypatch.setenv("CHANGMING_PG_BINDIR", str(folder))
    assert tool([str(folder), "psql"]) == 1
    assert "CHANGMING_PG_BINDIR" in capsys.readouterr().err
    monkeypatch.delenv("CHANGMING_PG_BINDIR")
    assert tool([str(folder), "no-such-tool"]) == 1
    assert "no-such-tool" in capsys.readouterr().err


def test_the_wheel_is_here_and_offers_what_the_desk_needs() -> None:
    root = module.wheel_root()
    assert root is not None
    found = look_at(root / "pginstall" / "bin")
    assert found is not None
    assert found.major == 18
    for name in ("pg_dump", "pg_restore", "psql", "pg_basebackup", "pg_controldata"):
        assert os.access(found.tool(name), os.X_OK)
        assert shutil.which(found.tool(name))
