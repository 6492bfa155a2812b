import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg
import pytest
from tests.commands.conftest import ROOT, Cli

from changming.kernel.messages import Lang
from changming.trust.ledger.checkpoints import cosign, open_checkpoint
from changming.trust.ledger.note import COSIGNATURE, Note, Signer, Verifier
from changming.trust.ledger.proof import InclusionProof
from changming.trust.ledger.tiles import decode_bundle


@pytest.fixture
def log(desk: Cli, tmp_path: Path) -> Path:
    """A folder with an exported log of two entries: a new member of staff, and their sign-in link."""
    assert desk("staff", "add", "值班员 1 号").code == 0
    ran = desk("ledger", "export", str(tmp_path / "log"))
    assert ran.code == 0, ran.err
    return tmp_path / "log"


def vkey(log: Path) -> str:
    return (log / "vkey").read_text().strip()


def entries(log: Path) -> list[bytes]:
    (bundle,) = (log / "tile/entries/000.p").iterdir()
    return decode_bundle(bundle.read_bytes(), int(bundle.name))


def test_an_export_says_how_to_check_it(desk: Cli, log: Path) -> None:
    ran = desk("ledger", "export", str(log), lang=Lang.EN)
    assert ran.code == 0
    assert f"changming ledger verify {log} --key '{vkey(log)}'" in ran.out


def test_a_verified_log_tells_its_root(desk: Cli, log: Path) -> None:
    ran = desk("ledger", "verify", str(log), "--key", vkey(log), "--json")
    checkpoint = open_checkpoint((log / "checkpoint").read_bytes(), Verifier.parse(vkey(log)))
    assert ran.code == 0
    assert ran.document == {"origin": checkpoint.origin, "size": checkpoint.size, "root": checkpoint.root.hex()}
    assert len(entries(log)) == checkpoint.size >= 2
    assert checkpoint.root.hex() in desk("ledger", "verify", str(log), "--key", vkey(log)).out


OFFLINE = """
import socket, sqlite3, sys
def refused(*_, **__):
    raise AssertionError("it reached for the network")
socket.socket = socket.create_connection = refused
from changming.cli import main
code = main(sys.argv[1:])
near = ("psycopg", "changming.infra", "changming.app", "changming.desk", "changming.web", "asyncio")
print(sorted(name for name in sys.modules if name.startswith(near)), file=sys.stderr)
sys.exit(code)
"""


@pytest.mark.parametrize("words", [("verify", "{log}", "--json"), ("prove", "0", "--folder", "{log}")])
def test_whoever_verifies_needs_neither_database_nor_settings(desk: Cli, log: Path, words: tuple[str, ...]) -> None:
    named = [word.format(log=log) for word in words]
    ran = subprocess.run(
        [sys.executable, "-P", "-c", OFFLINE, "ledger", *named, "--key", vkey(log)],
        cwd="/",
        env={"CHANGMING_PORT": "a broken setting", "DATABASE_URL": "a broken one, too", "LC_ALL": "en_US.UTF-8"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (0, "[]\n")
    assert ran.stdout


def files(log: Path) -> list[str]:
    return [path.relative_to(log).as_posix() for path in sorted(log.rglob("*")) if path.is_file()]


@pytest.mark.parametrize("lang", Lang)
def test_one_flipped_byte_is_named(desk: Cli, log: Path, lang: Lang) -> None:
    assert {"checkpoint", "vkey", "tile/0/000.p/2", "tile/entries/000.p/2"} <= {*files(log)}
    key = vkey(log)
    for name in files(log):
        whole = (log / name).read_bytes()
        (log / name).write_bytes(whole[:-3] + bytes([whole[-3] ^ 1]) + whole[-2:])
        ran = desk("ledger", "verify", str(log), "--key", key, lang=lang)
        assert (ran.code, ran.out) == (1, "")
        assert name in ran.err
        assert len(ran.err.splitlines()) >= 2
        (log / name).write_bytes(whole)
    assert desk("ledger", "verify", str(log), "--key", key).code == 0


def test_an_earlier_checkpoint_shows_that_nothing_was_cut_off(desk: Cli, log: Path, tmp_path: Path) -> None:
    older = tmp_path / "older"
    older.write_bytes((log / "checkpoint").read_bytes())
    desk("staff", "add", "值班员 2 号")
    assert desk("ledger", "export", str(log)).code == 0
    assert desk("ledger", "verify", str(log), "--key", vkey(log), "--older", str(older)).code == 0
    newer = tmp_path / "newer"
    newer.write_bytes((log / "checkpoint").read_bytes())
    (tmp_path / "log").rename(tmp_path / "gone")
    assert desk("ledger", "verify", str(tmp_path / "gone"), "--key", vkey(tmp_path / "gone")).code == 0
    (tmp_path / "gone/checkpoint").write_bytes(older.read_bytes())
    cut = desk("ledger", "verify", str(tmp_path / "gone"), "--key", vkey(tmp_path / "gone"), "--older", str(newer))
    assert cut.code == 1


def test_witnesses_must_have_cosigned(desk: Cli, log: Path) -> None:
    key, file = vkey(log), log / "checkpoint"
    witnesses = [Signer.generate(f"witness.example/{name}", kind=COSIGNATURE) for name in "ab"]
    text = Note.parse(file.read_bytes()).text
    verify = ("ledger", "verify", str(log), "--key", key)
    asked = [word for one in witnesses for word in ("--witness", one.verifier.vkey())]
    assert desk(*verify, *asked).code == 1
    file.write_bytes(file.read_bytes() + cosign(text, witnesses[0], time_s=1_800_000_000).line().encode())
    assert desk(*verify, *asked[:2]).code == 0
    alone = desk(*verify, *asked)
    assert alone.code == 1
    assert "checkpoint" in alone.err
    file.write_bytes(file.read_bytes() + cosign(text, witnesses[1], time_s=1_800_000_000).line().encode())
    assert desk(*verify, *asked).code == 0


def test_an_entry_is_proved_from_the_desk_and_from_a_folder(desk: Cli, log: Path) -> None:
    key = vkey(log)
    from_desk = desk("ledger", "prove", "1").out
    from_folder = desk("ledger", "prove", "1", "--folder", str(log), "--key", key).out
    assert from_desk == from_folder
    proof = InclusionProof.parse(from_desk.encode())
    assert proof.verify(entries(log)[1], Verifier.parse(key)).size == len(entries(log))


@pytest.mark.parametrize("where", ["desk", "folder"])
def test_an_entry_that_is_not_there_is_said(desk: Cli, log: Path, where: str) -> None:
    offline = () if where == "desk" else ("--folder", str(log), "--key", vkey(log))
    ran = desk("ledger", "prove", "99", *offline)
    assert (ran.code, ran.out) == (1, "")
    assert "99" in ran.err


@pytest.mark.parametrize("lonely", [("--folder", "."), ("--key", "x")])
def test_folder_and_key_go_together(cli: Cli, lonely: tuple[str, ...]) -> None:
    assert cli("ledger", "prove", "1", *lonely).code == 2


@pytest.mark.parametrize("key", ["", "x", "a+b+c"])
def test_a_key_that_is_none_is_said(cli: Cli, key: str, tmp_path: Path) -> None:
    ran = cli("ledger", "verify", str(tmp_path), "--key", key)
    assert ran.code == 1
    assert "vkey" in ran.err


def test_a_folder_without_a_log_is_said(desk: Cli, log: Path, tmp_path: Path) -> None:
    for folder in (tmp_path / "nowhere", tmp_path):
        ran = desk("ledger", "verify", str(folder), "--key", vkey(log))
        assert ran.code == 1
        assert "checkpoint" in ran.err


def test_an_export_leaves_other_people_s_files_alone(desk: Cli, tmp_path: Path) -> None:
    desk("staff", "add", "值班员 1 号")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/letter").write_text("dear")
    ran = desk("ledger", "export", str(tmp_path / "mine"))
    assert ran.code == 1
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["letter"]


def test_an_audit_finds_a_rewritten_row(desk: Cli, log: Path, fresh_dsn: str) -> None:
    assert desk("ledger", "audit").code == 0
    with psycopg.connect(fresh_dsn) as superuser:
        superuser.execute("alter table ledger_entry disable trigger user")
        superuser.execute("update ledger_entry set leaf = overlay(leaf placing 'x' from 40 for 1) where index = 1")
    ran = desk("ledger", "audit")
    assert ran.code == 1
    assert "1" in ran.err


AGAIN = "select 2, service, digest from edition_pack where number = 1 and service = 'passport/renew'"
BACK = "(select digest from edition where number = 1)"
SLIPPED_IN = f"""
with copied as (insert into edition select 3, digest, 'restore', services, null, now() from edition where number = 1),
  packs as (insert into edition_pack select 3, service, digest from edition_pack where number = 1)
update edition_head set number = 3, digest = {BACK}
"""
REWRITTEN = {
    "update pack_version set document = replace(document, '120', '12') where service = 'passport/renew'": "renew@",
    "update pack_version set version = '2001.01.01' where service = 'passport/renew'": "renew@2001.01.01",
    "delete from edition_pack where number = 2 and service = 'safety'": "edition 2",
    f"insert into edition_pack {AGAIN}": "edition 2",
    f"update edition_head set number = 1, digest = {BACK}": "edition_head",
    SLIPPED_IN: "edition 3",
}


@pytest.mark.parametrize(("rewritten", "named"), REWRITTEN.items(), ids=range(len(REWRITTEN)))
def test_an_audit_finds_a_rewritten_entry(
    desk: Cli, fresh_dsn: str, tmp_path: Path, rewritten: str, named: str
) -> None:
    assert desk("packs", "retract", "passport/renew", "--reason", "费用写错").code == 0
    assert desk("ledger", "audit").code == 1  # nothing is sealed yet
    assert desk("ledger", "export", str(tmp_path / "log")).code == 0
    ran = desk("ledger", "audit")
    assert ran.code == 0, ran.err
    with psycopg.connect(fresh_dsn) as superuser:
        superuser.execute(rewritten)
    ran = desk("ledger", "audit")
    assert ran.code == 1
    assert named in ran.err


def test_a_lost_state_is_adopted_from_a_kept_checkpoint(desk: Cli, log: Path, tmp_path: Path) -> None:
    (tmp_path / "keys/ledger/ledger.state").unlink()
    lost = desk("ledger", "export", str(log))
    assert lost.code == 1
    assert "changming ledger adopt" in lost.err

    assert desk("ledger", "adopt", str(ROOT / "README.md")).code == 1
    adopted = desk("ledger", "adopt", str(log / "checkpoint"))
    assert adopted.code == 0, adopted.err
    assert str(len(entries(log))) in adopted.out
    older = tmp_path / "older"
    older.write_bytes((log / "checkpoint").read_bytes())
    assert desk("ledger", "export", str(log)).code == 0

    behind = desk("ledger", "adopt", str(older))
    assert behind.code == 1
    assert "ledger.state" in behind.err


def test_an_export_is_in_the_next_one(desk: Cli, log: Path) -> None:
    assert desk("ledger", "export", str(log)).code == 0
    leaves: list[dict[str, Any]] = [json.loads(entry) for entry in entries(log)]
    acts = [leaf["action"].removeprefix("operator:") for leaf in leaves]
    assert acts[2:] == ["ledger:export"]
    assert {*acts[:2]} == {"staff:add", "staff-link:make"}
