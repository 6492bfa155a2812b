import errno
import os
import re
import signal
import socket
from pathlib import Path

import psycopg
import pytest
from tests.commands.conftest import Cli, Start, line_of

from changming.infra.settings import PREFIX
from changming.kernel.messages import Lang
from changming.trust.identity import Role

LINK = re.compile(r"http://127\.0\.0\.1:8300/desk/sign-in/[\w-]{40,}$", re.MULTILINE)


def everybody(desk: Cli) -> list[tuple[str, str, bool]]:
    rows = desk("staff", "list", "--json").document
    assert all(row.keys() == {"name", "role", "disabled_at"} for row in rows)
    return [(row["name"], row["role"], row["disabled_at"] is not None) for row in rows]


@pytest.mark.parametrize("lang", Lang)
def test_an_empty_desk_says_how_to_begin(desk: Cli, lang: Lang) -> None:
    assert everybody(desk) == []
    assert "changming staff add" in desk("staff", "list", lang=lang).out


def test_staff_come_and_go(desk: Cli, fresh_dsn: str) -> None:
    added = desk("staff", "add", "值班员 2 号")
    assert added.code == 0
    (first,) = LINK.findall(added.out)
    assert desk("staff", "add", "主管 1 号", "--role", Role.SUPERVISOR.value).code == 0
    assert everybody(desk) == [("主管 1 号", "supervisor", False), ("值班员 2 号", "agent", False)]

    (second,) = LINK.findall(desk("staff", "link", "值班员 2 号").out)
    assert first != second
    with psycopg.connect(fresh_dsn) as connection:
        dumped = str(connection.execute("select * from sign_in_link").fetchall())
    assert second.rpartition("/")[2] not in dumped

    gone = desk("staff", "disable", "值班员 2 号", lang=Lang.EN)
    assert (gone.code, gone.out) == (0, "Disabled: 值班员 2 号\n")
    assert everybody(desk) == [("主管 1 号", "supervisor", False), ("值班员 2 号", "agent", True)]
    shown = desk("staff", "list").out.splitlines()
    assert [line.split("\t")[2] for line in shown] == ["在用", "已停用"]


@pytest.mark.parametrize(
    "words",
    [("disable", "值班员 9 号"), ("link", "值班员 9 号"), ("add", "值班员 2 号"), ("add", ""), ("link", "值班员 3 号")],
)
def test_what_cannot_be_done_is_said(desk: Cli, words: tuple[str, ...]) -> None:
    desk("staff", "add", "值班员 2 号")
    desk("staff", "add", "值班员 3 号")
    desk("staff", "disable", "值班员 3 号")
    before = everybody(desk)
    for lang in Lang:
        ran = desk("staff", *words, lang=lang)
        assert (ran.code, ran.out) == (1, "")
        assert len(ran.err.splitlines()) == 2
    assert everybody(desk) == before


def test_a_public_address_is_in_the_link(desk: Cli) -> None:
    desk.patch.setenv("CHANGMING_PUBLIC_URL", "https://desk.example/")
    assert "https://desk.example/desk/sign-in/" in desk("staff", "add", "值班员 2 号").out


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgresql://u:secret@127.0.0.1:1/x", "127.0.0.1"),
        ("host=/nowhere dbname=x", "/nowhere"),
        ("secret", "postgresql://"),
    ],
)
def test_a_database_that_cannot_be_reached_is_said_without_its_password(cli: Cli, url: str, said: str) -> None:
    ran = cli("staff", "list", "--database-url", url)
    assert (ran.code, ran.out) == (1, "")
    assert said in ran.err
    assert "secret" not in ran.err


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("CHANGMING_PROT", "1", "port"),
        ("CHANGMING_PORT", "x", "port"),
        ("CHANGMING_CONFIG", "/nowhere.toml", "/nowhere.toml"),
    ],
)
def test_a_broken_setting_is_said(desk: Cli, name: str, value: str, said: str) -> None:
    desk.patch.setenv(name, value)
    ran = desk("staff", "list")
    assert (ran.code, ran.out) == (1, "")
    assert said in ran.err


def test_the_link_leads_to_where_the_desk_serves(desk: Cli, start: Start, fresh_dsn: str, tmp_path: Path) -> None:
    left = tmp_path / "address"
    place = {f"{PREFIX}DATABASE_URL": fresh_dsn, f"{PREFIX}KEYS": str(tmp_path / "keys")}
    serving = start("serve", "--port", "0", env=place)
    found = re.search(r"http://127\.0\.0\.1:\d+", line_of(serving))
    assert found is not None
    assert left.read_text(encoding="utf-8") == f"{found[0]}\n"
    assert f"{found[0]}/desk/sign-in/" in desk("staff", "add", "值班员 2 号").out
    assert f"{found[0]}/desk/sign-in/" in desk("staff", "link", "值班员 2 号").out
    chosen = desk("staff", "link", "值班员 2 号", "--public-url", "https://desk.example")
    assert "https://desk.example/desk/sign-in/" in chosen.out
    serving.send_signal(signal.SIGTERM)
    serving.communicate(timeout=30)
    assert not left.exists()
    assert LINK.search(desk("staff", "link", "值班员 2 号").out)


@pytest.mark.parametrize("broken", [b"", b"\xff\xfe", b"file:///etc", b"http://a b", b"http://a\nhttp://b"])
def test_what_is_no_plain_address_is_not_believed(desk: Cli, tmp_path: Path, broken: bytes) -> None:
    (tmp_path / "address").write_bytes(broken)
    assert LINK.search(desk("staff", "add", "值班员 2 号").out)


def test_an_address_that_is_taken_is_said_in_plain_words(desk: Cli) -> None:
    with socket.create_server(("127.0.0.1", 0)) as door:
        ran = desk("serve", "--port", str(door.getsockname()[1]))
    assert ran.code == 1
    assert os.strerror(errno.EADDRINUSE) in ran.err
    assert "attempting to bind" not in ran.err
