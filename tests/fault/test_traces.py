"""What looks for traces finds them: each is planted once."""

import base64
import json
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest
from tests.fault.traces import Found, Search, assert_no_trace, dump, find_traces, forms, traces_in_files

from changming.infra.postgres.embedded import Binaries, open_server

WORD = "司徒小满"
NUMBER = "110101199003072316"


def places(found: list[Found]) -> str:
    return " | ".join(one.place for one in found)


def test_nothing_is_found_where_nothing_is(fresh_dsn: str, tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text("欧阳小满 110101199003072324", encoding="utf-8")
    assert_no_trace(fresh_dsn, [tmp_path], [WORD, NUMBER])


@pytest.mark.parametrize("word", [WORD, NUMBER, "a b+c/d"])
@pytest.mark.parametrize("before", range(4))
def test_every_form_of_a_word_is_found_in_a_file(tmp_path: Path, word: str, before: int) -> None:
    said = "一" * before + word + "二"
    written = {
        "utf-8": said.encode(),
        "utf-16-le": said.encode("utf-16-le"),
        "utf-16-be": said.encode("utf-16-be"),
        "gb18030": said.encode("gb18030"),
        "hex": said.encode().hex().encode(),
        "HEX": said.encode().hex().upper().encode(),
        "base64": base64.b64encode(b"x" * before + said.encode()),
        "base64url": base64.urlsafe_b64encode(b"x" * before + said.encode()),
        "base64 of utf-16": base64.b64encode(b"x" * before + said.encode("utf-16-le")),
        "json": json.dumps(said).encode(),
        "percent": quote(said, safe="").encode(),
    }
    for name, content in written.items():
        (tmp_path / "planted").write_bytes(b"\0" * 100 + content + b"\0" * 100)
        assert find_traces(None, [tmp_path], [word]), name


def test_a_word_across_two_blocks_of_a_file_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.fault.traces._BLOCK", 64)
    search = Search([WORD])
    for at in range(40, 80):
        (tmp_path / "planted").write_bytes(b"." * at + WORD.encode() + b"." * 100)
        assert places(list(traces_in_files(search, [tmp_path]))).endswith(f"planted at byte {at}")


def test_a_file_is_named_and_so_is_a_telling_file_name(tmp_path: Path) -> None:
    (tmp_path / "server.log").write_text(f"tel {NUMBER}")
    (tmp_path / f"{WORD}.pdf").write_bytes(b"")
    with pytest.raises(AssertionError, match=r"server\.log at byte 4") as failed:
        assert_no_trace(None, [tmp_path], [WORD, NUMBER])
    assert "the name of a file" in str(failed.value)


def test_a_folder_that_is_not_there_is_no_proof(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="nothing was looked at"):
        assert_no_trace(None, [tmp_path / "nowhere"], [WORD])
    with pytest.raises(ValueError, match="too short"):
        assert_no_trace(None, [tmp_path], ["张"])
    with pytest.raises(ValueError, match="nothing to look for"):
        assert_no_trace(None, [tmp_path], [])


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("text", f"你好，{WORD}。"),
        ("text", base64.b64encode(b"12" + WORD.encode()).decode()),
        ("jsonb", json.dumps({"a": [WORD]})),
        ("json", json.dumps({"a": [WORD]})),
        ("bytea", b"\0\1" + WORD.encode()),
        ("bytea", WORD.encode("utf-16-le")),
        ("bytea[]", [b"\0", WORD.encode()]),
        ("text[]", [f"\\x{WORD.encode().hex()}"]),
    ],
)
def test_a_planted_value_is_found_and_its_table_named(fresh_dsn: str, kind: str, value: object) -> None:
    with psycopg.connect(fresh_dsn, autocommit=True) as connection:
        connection.execute(f"create table planted (id integer, held {kind})")
        connection.execute("insert into planted values (1, %s)", (value,))
    found = find_traces(fresh_dsn, [], [WORD])
    assert "public.planted, line " in places(found)


@pytest.mark.fault
@pytest.mark.pg15
def test_a_deleted_row_is_found_in_the_files_of_the_server(test_binaries: Binaries, fault_folder: Path) -> None:
    with open_server(fault_folder / "desk", binaries=test_binaries) as server:
        with psycopg.connect(server.dsn, autocommit=True) as connection:
            connection.execute("create table planted (said text)")
            connection.execute("insert into planted values (%s)", (WORD,))
            connection.execute("delete from planted")
        assert WORD.encode() not in dump(server.dsn)
        assert "/pg_wal/" in places(find_traces(server.dsn, [fault_folder], [WORD]))
    assert find_traces(None, [fault_folder], [WORD])
    assert_no_trace(None, [fault_folder], [NUMBER])


def test_forms_are_long_enough_to_mean_something() -> None:
    written = [form for _, form in forms("abcdef")]
    assert len(written) > 10
    assert all(len(form) >= 6 for form in written)
