"""The database against the signed checkpoint: whoever rewrites a row is found out, by audit and by export."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from changming.infra.postgres import Tx
from changming.kernel.actors import DESK
from changming.kernel.errors import ChangmingError
from changming.kernel.ids import EventId, Pseudonym, random_id
from changming.trust.ledger import (
    Action,
    Event,
    LedgerTampered,
    Problem,
    Signer,
    audit_database,
    checkpoint,
    export,
    prove,
    prove_event,
    read_checkpoint,
    record,
    resource,
    tile,
    verify,
)
from changming.trust.ledger.leaf import decode_leaf
from changming.trust.ledger.proof import InclusionProof
from changming.trust.ledger.tiles import names_of

if TYPE_CHECKING:
    from tests.trust.ledger.conftest import Log


def audit(log: "Log") -> set[tuple[str, Problem, int | None]]:
    with pytest.raises(LedgerTampered) as tampered:
        audit_database(log.database.dsn, log.vkey)
    return {(fault.where, fault.problem, fault.index) for fault in tampered.value.faults}


async def test_an_export_is_what_is_published(log: "Log", tmp_path: Path, now: datetime) -> None:
    ids = await log.record(700)
    await log.seal()
    folder = tmp_path / "deep" / "export"
    signed = export(log.database.dsn, folder, vkey=log.vkey, now=now)
    assert signed == verify(folder, log.vkey) == await log.checkpoint()
    assert signed.size == 700
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} - {"vkey"}
    assert files == {name.path() for name in names_of(700)} | {"checkpoint"}
    async with log.database.read() as tx:
        for name in files:
            found = await resource(tx, name)
            assert found is not None
            assert found.body == (folder / name).read_bytes()
            kind = "text/plain; charset=utf-8" if name == "checkpoint" else "application/octet-stream"
            assert found.content_type == kind
            assert ("immutable" in found.cache_control) == (name != "checkpoint")
        await _narrower_tiles_are_served_too(tx, folder)
        leaves = await log.leaves()
        for index in (0, 255, 256, 511, 512, 699):
            proof = InclusionProof.parse(await prove(tx, index))
            assert proof.verify(leaves[index], log.signer.verifier) == signed
        proof = InclusionProof.parse(await prove_event(tx, ids[300]))
        assert decode_leaf(leaves[proof.index]).id == ids[300]
        for missing in (-1, 700):
            with pytest.raises(ChangmingError) as refused:
                await prove(tx, missing)
            assert refused.value.code == "ledger_no_such_entry"
        with pytest.raises(ChangmingError):
            await prove_event(tx, EventId(random_id()))
    await log.seal()
    assert decode_leaf((await log.leaves())[-1]).action == Action.LEDGER_EXPORT


async def _narrower_tiles_are_served_too(tx: Tx, folder: Path) -> None:
    """Earlier checkpoints may have asked for them; beyond the signed size nothing is given out."""
    full = (folder / "tile/0/000").read_bytes()
    narrow = await resource(tx, "tile/0/000.p/7")
    assert narrow is not None
    assert narrow.body == full[: 7 * 32]
    assert await tile(tx, 0, 2, 100) == (folder / "tile/0/002.p/188").read_bytes()[: 100 * 32]
    for path in (
        "tile/0/002",
        "tile/0/002.p/189",
        "tile/0/003.p/1",
        "tile/entries/002",
        "tile/2/000.p/1",
        "tile/63/000",
    ):
        assert await resource(tx, path) is None
    for path in ("", "tile", "tile/0/0", "checkpoint/", "vkey", "tile/0/x001/000", "../checkpoint"):
        assert await resource(tx, path) is None


async def test_before_the_first_seal_there_is_nothing(log: "Log", tmp_path: Path, now: datetime) -> None:
    await log.record(1)
    async with log.database.read() as tx:
        assert await checkpoint(tx) is None
        assert await resource(tx, "checkpoint") is None
        assert await resource(tx, "tile/0/000.p/1") is None
        assert await resource(tx, "tile/entries/000.p/1") is None
        with pytest.raises(ChangmingError):
            await prove(tx, 0)
    for attempt in (
        lambda: audit_database(log.database.dsn, log.vkey),
        lambda: export(log.database.dsn, tmp_path / "export", vkey=log.vkey, now=now),
    ):
        with pytest.raises(ChangmingError) as refused:
            attempt()
        assert refused.value.code == "ledger_nothing_sealed"
    await log.seal()
    async with log.database.read() as tx:
        note = await checkpoint(tx)
        assert note is not None
        assert read_checkpoint(note) == await log.checkpoint()
    assert audit_database(log.database.dsn, log.vkey).unsigned == 0


async def test_what_is_not_signed_yet_is_not_shown(log: "Log", monkeypatch: pytest.MonkeyPatch) -> None:
    await log.fill(3)
    with monkeypatch.context() as broken:
        broken.setattr(type(log.sequencer), "_sign", _cannot)
        await log.record(4)
        with pytest.raises(ChangmingError):
            await log.sequencer.run_once()
    await log.sequencer.close()
    async with log.database.read() as tx:
        assert await resource(tx, "tile/0/000.p/3") is not None
        assert await resource(tx, "tile/0/000.p/4") is None
        assert await resource(tx, "tile/entries/000.p/4") is None
        with pytest.raises(ChangmingError):
            await prove(tx, 3)
    assert audit_database(log.database.dsn, log.vkey).unsigned == 4


async def _cannot(*_: object) -> None:
    raise OSError("no space left on device")


REWRITE = (
    "update ledger_entry set leaf = convert_to(replace(convert_from(leaf, 'UTF8'), 'message/', 'massage/'), 'UTF8')"
)
REHASH = """
update ledger_tile set hashes = overlay(
  hashes placing (select sha256('\\x00'::bytea || leaf) from ledger_entry where index = 300) from 44 * 32 + 1
) where level = 0 and position = 1
"""
SWAP = """
update ledger_entry set index = 2000 - index where index in (1, 2);
update ledger_entry set index = case index when 1999 then 2 else 1 end where index > 1000
"""
ATTACKS = {
    "a leaf": (f"{REWRITE} where index = 300", {("ledger_entry", Problem.CHANGED, 300)}),
    "a leaf at the edge": (f"{REWRITE} where index = 599", {("ledger_entry", Problem.CHANGED, 599)}),
    "two leaves": (
        f"{REWRITE} where index in (3, 400)",
        {("ledger_entry", Problem.CHANGED, 3), ("ledger_entry", Problem.CHANGED, 400)},
    ),
    "a leaf and its tile": (
        f"{REWRITE} where index = 300; {REHASH}",
        {("ledger_tile 0/1", Problem.CHANGED, None), ("ledger_entry", Problem.DISAGREES, 256)},
    ),
    "an entry less": ("delete from ledger_entry where index = 300", {("ledger_entry", Problem.MISSING, 300)}),
    "the last entry less": ("delete from ledger_entry where index = 599", {("ledger_entry", Problem.MISSING, 599)}),
    "two entries swapped": (
        SWAP,
        {("ledger_entry", Problem.CHANGED, 1), ("ledger_entry", Problem.CHANGED, 2)},
    ),
    "a tile": (
        "update ledger_tile set hashes = set_byte(hashes, 99, 255 - get_byte(hashes, 99)) where position = 1",
        {("ledger_tile 0/1", Problem.CHANGED, None)},
    ),
    "a tile less": ("delete from ledger_tile where position = 1", {("ledger_tile 0/1", Problem.MISSING, None)}),
    "a tile more": (
        "insert into ledger_tile select 0, 2, hashes from ledger_tile where position = 1",
        {("ledger_tile", Problem.UNEXPECTED, 2)},
    ),
    "an entry more": (
        "insert into ledger_entry select 600, gen_random_uuid(), null, leaf from ledger_entry where index = 1",
        {("ledger_entry", Problem.UNEXPECTED, 600)},
    ),
    "the edge": (
        "update ledger_head set edge[1] = set_byte(edge[1], 5, 255 - get_byte(edge[1], 5))",
        {("ledger_head edge 0", Problem.CHANGED, None), ("ledger_head", Problem.CHANGED, None)},
    ),
    "the head's root": ("update ledger_head set root = sha256('x')", {("ledger_head", Problem.CHANGED, None)}),
    "the head's size": ("update ledger_head set size = 700", {("ledger_head", Problem.MALFORMED, None)}),
    "a smaller tree": (
        "update ledger_head set size = 0, root = sha256(''), edge = '{}'",
        {("ledger_head", Problem.FORKED, None)},
    ),
    "the checkpoint": (
        "update ledger_checkpoint set note = replace(note, '600', '599')",
        {("ledger_checkpoint", Problem.NOT_GENUINE, None)},
    ),
    "whom it concerns": (
        "update ledger_entry set pseudonym = gen_random_uuid() where index = 7",
        {("ledger_entry", Problem.COLUMN, 7)},
    ),
    "which event it is": (
        "update ledger_entry set event_id = gen_random_uuid() where index = 8",
        {("ledger_entry", Problem.COLUMN, 8)},
    ),
    "a detail": (
        "update ledger_detail set detail_sealed = 'other'",
        {("ledger_detail", Problem.CHANGED, 0)},
    ),
}


async def test_every_rewritten_row_is_named(log: "Log", now: datetime) -> None:
    async with log.database.act() as tx:
        await record(tx, Event(Action.PERSONAL_DATA_VIEW, DESK, detail=b"sealed"), now=now)
    await log.seal()
    await log.record(598, Pseudonym(random_id()))
    await log.record(1)
    await log.seal()
    audited = audit_database(log.database.dsn, log.vkey)
    assert (audited.checkpoint.size, audited.unsigned) == (600, 0)
    for name, (attack, expected) in ATTACKS.items():
        async with log.attacked(attack):
            assert audit(log) == expected, name
    assert audit_database(log.database.dsn, log.vkey) == audited
    stranger = Signer.generate(log.signer.name).verifier.vkey()
    with pytest.raises(LedgerTampered):
        audit_database(log.database.dsn, stranger)


async def test_a_deleted_detail_is_no_fault(log: "Log", now: datetime) -> None:
    async with log.database.act() as tx:
        await record(tx, Event(Action.PERSONAL_DATA_VIEW, DESK, detail=b"sealed"), now=now)
    await log.seal()
    async with log.attacked("delete from ledger_detail"):
        assert audit_database(log.database.dsn, log.vkey).checkpoint.size == 1


async def test_an_export_refuses_rows_that_do_not_give_the_signed_root(
    log: "Log", tmp_path: Path, now: datetime
) -> None:
    await log.fill(300)
    folder = tmp_path / "export"
    for attack, where in {
        f"{REWRITE} where index = 270": "tile/entries/001.p/44 [270]",
        "delete from ledger_entry where index = 4": "ledger_entry [4]",
        "delete from ledger_tile": "ledger_tile 0/0",
        "update ledger_head set edge[1] = set_byte(edge[1], 5, 255 - get_byte(edge[1], 5))": "tile/0/001.p/44",
    }.items():
        async with log.attacked(attack):
            with pytest.raises(LedgerTampered) as tampered:
                export(log.database.dsn, folder, vkey=log.vkey, now=now)
        assert tampered.value.fields["where"] == where
        assert _names(tmp_path) == {log.folder.name}


async def test_an_export_replaces_only_an_earlier_one_of_the_same_log(
    log: "Log", tmp_path: Path, now: datetime
) -> None:
    await log.fill(10)
    folder = tmp_path / "export"
    folder.mkdir()
    assert export(log.database.dsn, folder, vkey=log.vkey, now=now).size == 10
    await log.fill(20)
    assert export(log.database.dsn, folder, vkey=log.vkey, now=now).size == 31
    assert verify(folder, log.vkey).size == 31

    (folder / "checkpoint").write_bytes((folder / "checkpoint").read_bytes().replace(b"\n31\n", b"\n30\n"))
    with pytest.raises(LedgerTampered):  # somebody's evidence is not overwritten
        export(log.database.dsn, folder, vkey=log.vkey, now=now)
    assert b"\n30\n" in (folder / "checkpoint").read_bytes()

    for target in (tmp_path, tmp_path / "export" / "vkey"):
        with pytest.raises(ChangmingError) as refused:
            export(log.database.dsn, target, vkey=log.vkey, now=now)
        assert refused.value.code == "ledger_export_target"
    with pytest.raises(ChangmingError) as gone:
        export("host=/nowhere dbname=none", tmp_path / "other", vkey=log.vkey, now=now)
    assert gone.value.code == "database_unavailable"
    assert _names(tmp_path) == {"export", log.folder.name}


def _names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}
