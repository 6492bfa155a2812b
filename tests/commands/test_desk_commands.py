"""``demo`` and ``worker``; ``serve`` is tested with the faults and the browser."""

import signal
import tomllib
from pathlib import Path

import psycopg
from tests.commands.conftest import ROOT, Cli, Start, line_of

from changming.infra.settings import PREFIX

DAY = tomllib.loads((ROOT / "src/changming/commands/demo_day.toml").read_text(encoding="utf-8"))


def counted(dsn: str, table: str) -> int:
    with psycopg.connect(dsn) as connection:
        row = connection.execute(f"select count(*) from {table}").fetchone()
    assert row is not None
    return int(row[0])


def test_a_fresh_desk_is_filled_once(desk: Cli, fresh_dsn: str) -> None:
    stories = DAY["stories"]
    ran = desk("demo")
    assert ran.code == 0, ran.err
    assert ran.err.splitlines()[-1] == f"{len(stories)}/{len(stories)}"
    assert str(len(stories)) in ran.out
    assert counted(fresh_dsn, "conversation") == len(stories)
    with_person = [story for story in stories if any(step["act"] == "person" for step in story.get("steps", ()))]
    assert counted(fresh_dsn, "case_file") == len(with_person) > 3
    assert counted(fresh_dsn, "rating") == len([story for story in stories if "rating" in story]) > 0

    again = desk("demo")
    assert (again.code, again.out) == (1, "")
    assert "--data" in again.err
    assert counted(fresh_dsn, "conversation") == len(stories)


def test_a_worker_seals_and_stops_when_asked(desk: Cli, start: Start, fresh_dsn: str, tmp_path: Path) -> None:
    assert desk("staff", "add", "值班员 1 号").code == 0
    place = {f"{PREFIX}DATABASE_URL": fresh_dsn, f"{PREFIX}KEYS": str(tmp_path / "keys")}
    worker = start("worker", env=place)
    assert line_of(worker).startswith("后台任务在工作")
    sealed = desk("ledger", "audit")
    for _ in range(100):
        if sealed.code == 0:
            break
        sealed = desk("ledger", "audit")
    assert sealed.code == 0, "the worker seals what waits"
    worker.send_signal(signal.SIGINT)
    out, err = worker.communicate(timeout=30)
    assert (worker.returncode, err) == (0, b"")
    assert out.decode().startswith("已停止")
