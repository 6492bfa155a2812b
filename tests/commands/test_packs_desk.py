"""Publishing, taking back, replaying and looking back from the command line."""

from pathlib import Path

import psycopg
import pytest
from tests.commands.conftest import Cli
from tests.editorial.conftest import RENEW, another, text_of


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Another version of an entry."""
    path = tmp_path / "renew.yaml"
    path.write_text(another(RENEW, "（新）"), encoding="utf-8")
    return path


def test_a_file_becomes_a_draft_that_waits_for_a_second_person(desk: Cli, fresh_dsn: str, file: Path) -> None:
    nobody = desk("packs", "publish", str(file), "--by", "编辑 1 号")
    assert nobody.code == 1
    assert desk("staff", "add", "坐席 1 号").code == 0
    assert desk("packs", "publish", str(file), "--by", "坐席 1 号").code == 1
    assert desk("staff", "add", "编辑 1 号", "--role", "editor").code == 0
    ran = desk("packs", "publish", str(file), "--by", "编辑 1 号")
    assert ran.code == 0, ran.err
    assert "请另一位编辑" in ran.out
    with psycopg.connect(fresh_dsn) as database:
        assert database.execute("select service, state from draft").fetchall() == [(RENEW, "submitted")]
        assert database.execute("select number from edition_head").fetchone() == (1,)


def test_a_file_with_faults_is_refused_with_its_lines(desk: Cli, file: Path, fresh_dsn: str) -> None:
    file.write_text(text_of(RENEW).replace("status: official", "status: offcial", 1), encoding="utf-8")
    desk("staff", "add", "编辑 1 号", "--role", "editor")
    ran = desk("packs", "publish", str(file), "--by", "编辑 1 号")
    assert ran.code == 1
    assert f"{RENEW}.yaml:" in ran.err
    assert "offcial" in ran.err
    with psycopg.connect(fresh_dsn) as database:
        assert database.execute("select count(*) from draft").fetchone() == (0,)


def test_an_entry_is_taken_back_and_the_history_says_so(desk: Cli, fresh_dsn: str) -> None:
    before = desk("ask", "护照快过期了怎么换", "--database-url", fresh_dsn, "--json")
    assert before.code == 1  # this desk has never started: there is no edition yet
    assert desk("packs", "history", RENEW).code == 0
    before = desk("ask", "护照快过期了怎么换", "--database-url", fresh_dsn, "--json")
    assert before.code == 1  # looking back adopts nothing
    assert desk("packs", "retract", RENEW, "--reason", " ").code == 1
    before = desk("ask", "护照快过期了怎么换", "--database-url", fresh_dsn, "--json")
    assert before.document["answer"]["status"] == "answered"
    ran = desk("packs", "retract", RENEW, "--reason", "费用写错")
    assert ran.code == 0, ran.err
    assert "第 2 版" in ran.out
    after = desk("ask", "护照快过期了怎么换", "--database-url", fresh_dsn, "--json")
    assert after.document["answer"]["status"] != "answered"
    assert desk("packs", "retract", RENEW, "--reason", "费用写错").code == 1
    told = desk("packs", "history", RENEW, "--json").document
    assert [(row["edition"], row["cause"], row["by"]) for row in told] == [(2, "retract", None), (1, "bundled", None)]
    assert told[0]["digest"] is None
    assert "撤回" in desk("packs", "history", RENEW).out


def test_a_replay_says_which_past_questions_are_answered_otherwise(desk: Cli, fresh_dsn: str, file: Path) -> None:
    assert desk("packs", "replay", RENEW, str(file)).code == 1  # there is no edition yet
    assert desk("packs", "retract", RENEW, "--reason", " ").code == 1  # refused, but the release is adopted
    with psycopg.connect(fresh_dsn, autocommit=True) as database:
        database.execute(
            "insert into consulted (service, digest, day, given, times) "
            "select service, digest, '2026-11-20', '{\"age\": \"34\"}', 3 from edition_pack where service = %s",
            (RENEW,),
        )
    asked = text_of(RENEW).replace("护照快过期了怎么换\n", "护照快过期了怎么换新的\n", 1)
    file.write_text(asked, encoding="utf-8")
    same = desk("packs", "replay", RENEW, str(file), "--json").document
    assert (same["consultations"], same["same"], same["changed"], same["unpredicted"]) == (3, 1, [], [])
    file.write_text(
        text_of(RENEW).replace("value: 120", "value: 130").replace("fee: 120", "fee: 130"), encoding="utf-8"
    )
    ran = desk("packs", "replay", RENEW, str(file), "--json")
    assert ran.code == 0
    assert (ran.document["same"], ran.document["changed"]) == (0, [{"age": "34"}])
    assert ran.document["unpredicted"] == []
    assert "3 次咨询" in desk("packs", "replay", RENEW, str(file)).out


def test_an_unknown_service_is_named(desk: Cli, file: Path) -> None:
    for words in (("retract", "passport/nothing", "--reason", "x"), ("history", "x"), ("replay", "x", str(file))):
        ran = desk("packs", *words)
        assert ran.code == 1
        assert "没有这个服务" in ran.err
