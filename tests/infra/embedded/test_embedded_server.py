import os
import stat
from pathlib import Path

import psycopg
import pytest

from changming.infra.postgres.embedded import Binaries, Server, open_server
from changming.infra.postgres.embedded.cluster import bound_log
from changming.infra.postgres.embedded.layout import SOCKET_PATH_LIMIT
from changming.infra.postgres.embedded.postmaster import is_gone

pytestmark = pytest.mark.pg15


def told(server: Server, question: str, dsn: str | None = None) -> object:
    with psycopg.connect(dsn or server.dsn, autocommit=True) as connection:
        row = connection.execute(question.encode()).fetchone()
    return row[0] if row else None


def test_it_is_safe_and_plain(folder: Path, binaries: Binaries) -> None:
    with open_server(folder, binaries=binaries) as server:
        assert told(server, "select rolsuper from pg_roles where rolname = current_user") is False
        assert told(server, "select current_database()") == "changming"
        assert told(server, "select rolsuper from pg_roles where rolname = current_user", server.superuser_dsn) is True
        expected = {
            "listen_addresses": "",
            "data_checksums": "on",
            "fsync": "on",
            "synchronous_commit": "on",
            "full_page_writes": "on",
            "server_encoding": "UTF8",
            "timezone": "UTC",
        }
        assert {name: told(server, f"show {name}") for name in expected} == expected
        assert told(server, "select lower('ÀÉ')") == "àé"
        assert told(server, "select string_agg(s, '' order by s) from unnest(array['b','B','a','中']) s") == "Bab中"
        methods = "select string_agg(distinct type || ' ' || auth_method, ',') from pg_hba_file_rules"
        assert told(server, methods, server.superuser_dsn) == "local peer"


def test_what_is_kept_is_there_again_and_nothing_runs_in_between(desk: Path, binaries: Binaries) -> None:
    with open_server(desk, binaries=binaries) as server:
        first = server.pid
        with psycopg.connect(server.dsn) as connection:
            connection.execute("create table kept as select 42 as n")
    assert first is not None
    assert is_gone(first)
    assert server.pid is None
    with open_server(desk, binaries=binaries) as server:
        assert told(server, "select n from kept") == 42
    with pytest.raises(RuntimeError, match="after it was left"):
        _ = server.dsn


def test_nobody_else_can_look_in_and_parents_stay_as_they_are(folder: Path, binaries: Binaries) -> None:
    before = [(step, step.stat().st_mode) for step in folder.parents]
    with open_server(folder, binaries=binaries):
        own = stat.S_IMODE(folder.stat().st_mode)
        assert own == (0o711 if os.geteuid() == 0 else 0o700)
        assert stat.S_IMODE((folder / "postgres" / "data").stat().st_mode) == 0o700
        assert stat.S_IMODE((folder / "postgres" / "run").stat().st_mode) == 0o700
        (socket,) = (folder / "postgres" / "run").glob(".s.PGSQL.*[0-9]")
        assert stat.S_IMODE(socket.stat().st_mode) == 0o700
    assert [(step, step.stat().st_mode) for step in folder.parents] == before


def test_the_log_never_tells_what_people_wrote(desk: Path, binaries: Binaries) -> None:
    with open_server(desk, binaries=binaries) as server, psycopg.connect(server.dsn, autocommit=True) as connection:
        connection.execute("create table person (phone text unique, age integer check (age > 0))")
        for statement, value in (
            ("insert into person (phone) values (%s), ('13800005678')", "13800005678"),
            ("insert into person (age) values (%s::text::integer)", "张晓明"),
            ("select '13800005678'::uuid where %s <> ''", "x"),
            ("insert into person (phone, age) values ('13800005678', -1 - length(%s))", "x"),
        ):
            with pytest.raises(psycopg.Error):
                connection.execute(statement.encode(), (value,))
        with pytest.raises(psycopg.errors.RaiseException):
            connection.execute("do $$ begin raise exception '张晓明 13800005678'; end $$")
        connection.execute("do $$ begin raise warning '张晓明 13800005678'; end $$")
        with pytest.raises(psycopg.OperationalError):
            connection.execute("select pg_terminate_backend(pg_backend_pid()), '张晓明 13800005678'")
    log = (desk / "postgres" / "server.log").read_text(encoding="utf-8")
    assert "ready to accept connections" in log
    assert "13800005678" not in log
    assert "张晓明" not in log


@pytest.mark.parametrize(
    "name", ['长明 desk\'s "$HOME" `x`', "a,b", "x" * 120], ids=["odd characters", "comma", "long"]
)
def test_any_folder_name_will_do(folder: Path, name: str, binaries: Binaries) -> None:
    with open_server(folder / name, binaries=binaries) as server:
        sockets = Path(str(told(server, "show unix_socket_directories", server.superuser_dsn)).strip('"'))
        assert len(os.fsencode(sockets / ".s.PGSQL.5432")) <= SOCKET_PATH_LIMIT
        assert told(server, "select 1") == 1
        assert (sockets.lstat().st_uid, stat.S_IMODE(sockets.lstat().st_mode)) == (
            (folder / name / "postgres" / "data").stat().st_uid,
            0o700,
        )
    if sockets.parent != folder / name / "postgres":
        sockets.rmdir()


def test_a_log_is_bounded_and_keeps_its_newest_lines(tmp_path: Path) -> None:
    log = tmp_path / "server.log"
    log.write_text("".join(f"line {n}\n" for n in range(1000)))
    bound_log(log, limit=100_000)
    assert log.stat().st_size > 8000
    bound_log(log, limit=4000)
    lines = log.read_text().splitlines()
    assert log.stat().st_size <= 1000
    assert lines[-1] == "line 999"
    assert all(line.startswith("line ") for line in lines)


def test_for_tests_it_need_not_wait_for_the_disk(folder: Path, binaries: Binaries) -> None:
    with open_server(folder, binaries=binaries, unsafe_for_tests=True) as server:
        assert told(server, "show fsync") == "off"
