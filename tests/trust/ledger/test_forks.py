"""What was signed once is never signed otherwise: the key folder remembers, whatever the database says."""

import asyncio
import stat
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from psycopg import sql

from changming.infra.postgres import Database
from changming.kernel.actors import DESK
from changming.kernel.errors import ChangmingError
from changming.trust.ledger import (
    Action,
    Event,
    Remembered,
    Sequencer,
    adopt_checkpoint,
    open_or_create_signer,
    record,
)
from changming.trust.ledger.checkpoints import sign_checkpoint
from changming.trust.ledger.keys import KEY_FILE, STATE_FILE, Signed, would_fork
from changming.trust.ledger.note import NoteError, Signer
from changming.trust.ledger.tiles import Edge
from changming.trust.ledger.tree import leaf_hash

if TYPE_CHECKING:
    from tests.trust.ledger.conftest import Log

ORIGIN = "desk.example/ledger"


async def _refused(sequencer: Sequencer) -> str:
    with pytest.raises(ChangmingError) as refused:
        await sequencer.run_once()
    await sequencer.close()
    return refused.value.code


def _copy(dsn: str, name: str) -> str:
    """A backup: the database as it is now, under another name."""
    server = psycopg.conninfo.make_conninfo(dsn, dbname="postgres")
    source = str(psycopg.conninfo.conninfo_to_dict(dsn)["dbname"])
    with psycopg.connect(server, autocommit=True) as admin:
        copy = sql.SQL("create database {} template {}").format(sql.Identifier(name), sql.Identifier(source))
        admin.execute(copy)
    return psycopg.conninfo.make_conninfo(dsn, dbname=name)


def _drop(dsn: str) -> None:
    server = psycopg.conninfo.make_conninfo(dsn, dbname="postgres")
    name = str(psycopg.conninfo.conninfo_to_dict(dsn)["dbname"])
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


async def test_a_restored_backup_refuses_to_sign(log: "Log", now: datetime) -> None:
    await log.fill(300)
    await log.database.pool.close()
    name = str(psycopg.conninfo.conninfo_to_dict(log.database.dsn)["dbname"])
    backup = _copy(log.database.dsn, f"{name}_backup")
    try:
        async with Database(log.database.dsn) as live:
            await _record(live, now)
            sequencer = Sequencer(live, log.signer, ORIGIN, log.remembered)
            assert await sequencer.run_once() == 1
            await sequencer.close()
        signed = log.remembered.read()
        assert signed.size == 301
        async with Database(backup) as restored:
            await _record(restored, now)
            await _record(restored, now)
            sequencer = Sequencer(restored, log.signer, ORIGIN, log.remembered)
            assert await _refused(sequencer) == "ledger_would_fork"
            async with restored.read() as tx:
                cursor = await tx.execute(
                    "select size, (select size from ledger_head) as head,"
                    " (select count(*) from ledger_outbox) as waiting from ledger_checkpoint"
                )
                assert await cursor.fetchall() == [{"waiting": 2, "size": 300, "head": 300}]
            assert log.remembered.read() == signed
    finally:
        _drop(backup)


async def _record(database: Database, now: datetime) -> None:
    async with database.act() as tx:
        await record(tx, Event(Action.CASE_OPEN, DESK), now=now)


def _forged_head(count: int) -> str:
    """A whole and consistent tree of ``count`` other entries."""
    edge, _ = Edge().grow([leaf_hash(b"forged %d" % i) for i in range(count)])
    partials = ", ".join(f"'\\x{partial.hex()}'::bytea" for partial in edge.partials)
    return f"update ledger_head set size = {count}, root = '\\x{edge.root().hex()}', edge = array[{partials}]"


@pytest.mark.parametrize("count", [1, 3, 4, 200])
async def test_another_tree_is_not_signed_whatever_its_size(log: "Log", count: int) -> None:
    await log.fill(3)
    signed, state = await log.checkpoint(), (log.folder / STATE_FILE).read_bytes()
    await log.attack(_forged_head(count))
    await log.record(1)
    assert await _refused(log.sequencer) == "ledger_would_fork"
    assert (await log.checkpoint(), (log.folder / STATE_FILE).read_bytes()) == (signed, state)


async def test_a_root_that_is_not_that_of_the_edge_is_not_signed(log: "Log") -> None:
    await log.fill(3)
    await log.attack("update ledger_head set root = sha256('another')")
    await log.record(1)
    assert await _refused(log.sequencer) == "ledger_would_fork"


async def test_a_head_that_is_no_tree_is_damage(log: "Log") -> None:
    await log.fill(3)
    await log.attack("update ledger_head set size = 7")
    await log.record(1)
    assert await _refused(log.sequencer) == "ledger_rows_damaged"


async def test_a_row_in_the_way_is_damage_and_nothing_is_lost(log: "Log") -> None:
    await log.fill(1)
    await log.attack("insert into ledger_entry (index, event_id, leaf) values (1, gen_random_uuid(), 'x')")
    await log.record(2)
    assert await _refused(log.sequencer) == "ledger_rows_damaged"
    await log.attack("delete from ledger_entry where index = 1")
    assert (await log.seal()).size == 3


async def test_a_crash_after_the_commit_is_finished_by_the_next_turn(
    log: "Log", monkeypatch: pytest.MonkeyPatch
) -> None:
    await log.fill(2)

    def full(*_: object) -> None:
        raise OSError("no space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(Remembered, "advance", full)
        await log.record(260)
        assert await _refused(log.sequencer) == "ledger_state_unwritable"
    assert (await log.checkpoint()).size == 2
    assert len(await log.leaves()) == 262
    assert await log.sequencer.run_once() == 0
    assert (await log.checkpoint()).size == log.remembered.read().size == 262


async def test_a_refusal_after_the_commit_is_not_forgotten(log: "Log", monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process advanced the state meanwhile: the next turn refuses again, although nothing waits any more."""
    await log.record(1)
    await log.sequencer.run_once()

    def overtaken(*_: object) -> None:
        raise would_fork(2, 3)

    await log.record(1)
    with monkeypatch.context() as broken:
        broken.setattr(Remembered, "advance", overtaken)
        for _ in range(2):
            with pytest.raises(ChangmingError) as refused:
                await log.sequencer.run_once()
            assert refused.value.code == "ledger_would_fork"
    assert await log.sequencer.run_once() == 0
    assert (await log.checkpoint()).size == 2


async def test_a_crash_after_remembering_is_finished_by_the_next_turn(
    log: "Log", monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr("changming.trust.ledger.store.put_checkpoint", _gone)
        await log.record(5)
        assert await _refused(log.sequencer) == "database_unavailable"
    assert log.remembered.read().size == 5
    assert await log.sequencer.run_once() == 0
    assert (await log.checkpoint()).size == 5


async def _gone(*_: object) -> None:
    raise psycopg.OperationalError("the connection is gone")


async def test_a_lost_state_is_refused_until_it_is_adopted(log: "Log") -> None:
    old = await log.fill(2)
    new = await log.fill(2)
    state = log.folder / STATE_FILE
    state.unlink()
    await log.record(1)
    assert await _refused(log.sequencer) == "ledger_state_lost"
    with pytest.raises(ChangmingError) as lost:
        open_or_create_signer(log.folder, ORIGIN)
    assert lost.value.code == "ledger_state_lost"

    adopt_checkpoint(log.folder, sign_checkpoint(old, log.signer), ORIGIN)
    assert await _refused(log.sequencer) == "ledger_would_fork"  # the database holds a later signature
    with pytest.raises(ChangmingError) as foreign:
        adopt_checkpoint(log.folder, sign_checkpoint(new, log.signer).replace(b"\n4\n", b"\n5\n"), ORIGIN)
    assert foreign.value.code == "ledger_key_mismatch"
    assert adopt_checkpoint(log.folder, sign_checkpoint(new, log.signer), ORIGIN) == Signed(4, new.root)
    assert await log.sequencer.run_once() == 1
    with pytest.raises(ChangmingError) as backwards:
        adopt_checkpoint(log.folder, sign_checkpoint(old, log.signer), ORIGIN)
    assert backwards.value.code == "ledger_checkpoint_behind"


async def test_a_damaged_state_is_mended_only_by_the_log_s_own_checkpoint(log: "Log") -> None:
    newest = sign_checkpoint(await log.fill(3), log.signer)
    (log.folder / STATE_FILE).write_text("changming ledger")
    with pytest.raises(ChangmingError) as other_log:
        adopt_checkpoint(log.folder, newest, "another.example/ledger")
    assert other_log.value.code == "ledger_key_mismatch"
    assert adopt_checkpoint(log.folder, newest, ORIGIN).size == 3
    await log.record(1)
    assert await log.sequencer.run_once() == 1

    (log.folder / KEY_FILE).unlink()
    with pytest.raises(ChangmingError) as keyless:
        adopt_checkpoint(log.folder, newest, ORIGIN)
    assert keyless.value.code == "ledger_key_lost"


@pytest.mark.parametrize(
    "content",
    [
        "",
        "changming ledger state v1\n",
        "desk.example/ledger\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
        "changming ledger state v1\nother.example/log\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
        "changming ledger state v1\ndesk.example/ledger\n00\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
        "changming ledger state v1\ndesk.example/ledger\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
    ],
)
def test_a_state_of_another_form_is_lost(tmp_path: Path, content: str) -> None:
    open_or_create_signer(tmp_path / "keys", ORIGIN)
    (tmp_path / "keys" / STATE_FILE).write_text(content)
    with pytest.raises(ChangmingError) as lost:
        Remembered(tmp_path / "keys", ORIGIN).read()
    assert lost.value.code == "ledger_state_lost"


def test_the_state_only_grows(tmp_path: Path) -> None:
    open_or_create_signer(tmp_path, ORIGIN)
    state = Remembered(tmp_path, ORIGIN)
    first, second = Signed(3, bytes(32)), Signed(5, bytes(32))
    state.advance(Signed(), first)
    state.advance(first, second)
    state.advance(second, second)
    for old, new in [(first, Signed(6, bytes(32))), (second, first), (second, Signed(5, b"a" * 32))]:
        with pytest.raises(ChangmingError) as refused:
            state.advance(old, new)
        assert refused.value.code == "ledger_would_fork"
    assert state.read() == second
    assert {path.name for path in tmp_path.iterdir()} == {KEY_FILE, STATE_FILE, "ledger.lock"}


def test_the_key_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "keys"
    signer = open_or_create_signer(folder, ORIGIN)
    assert open_or_create_signer(folder, ORIGIN).verifier == signer.verifier
    assert {stat.S_IMODE((folder / name).stat().st_mode) for name in (KEY_FILE, STATE_FILE)} == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert Remembered(folder, ORIGIN).read() == Signed()


def _code(folder: Path, origin: str = ORIGIN) -> str:
    with pytest.raises(ChangmingError) as refused:
        open_or_create_signer(folder, origin)
    return refused.value.code


def test_a_key_that_cannot_be_trusted_is_refused(tmp_path: Path) -> None:
    open_or_create_signer(tmp_path, ORIGIN)
    assert _code(tmp_path, "other.example/log") == "ledger_key_mismatch"
    key = tmp_path / KEY_FILE
    key.chmod(0o640)
    assert _code(tmp_path) == "ledger_key_exposed"
    key.chmod(0o600)
    content = key.read_text()
    for broken in ("", content[:-5] + "\n", content + "\n", content.replace("PRIVATE", "PUBLIC")):
        key.write_text(broken)
        assert _code(tmp_path) == "ledger_key_unreadable"
    key.unlink()
    Remembered(tmp_path, ORIGIN).advance(Signed(), Signed(1, bytes(32)))
    assert _code(tmp_path) == "ledger_key_lost"
    with pytest.raises(NoteError):
        open_or_create_signer(tmp_path, "not a name")


async def test_a_sequencer_signs_only_for_its_own_origin(database: Database, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="own origin"):
        Sequencer(database, Signer.generate("a"), "b", Remembered(tmp_path, "b"))


async def test_the_running_sequencer_tells_why_it_does_not_seal_and_heals(
    log: "Log", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("changming.trust.ledger.sequencer.RETRY_S", 0.02)
    state = log.folder / STATE_FILE
    kept = state.read_bytes()
    state.unlink()
    working = asyncio.create_task(log.sequencer.run())
    await log.record(1)
    await _until(lambda: log.sequencer.fault is not None)
    assert log.sequencer.fault is not None
    assert log.sequencer.fault.code == "ledger_state_lost"
    state.write_bytes(kept)
    await _until(lambda: log.sequencer.fault is None)
    assert (await log.checkpoint()).size == 1
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)


async def _until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not true():  # noqa: ASYNC110 - what is waited for is an attribute that people read
            await asyncio.sleep(0.01)
