import asyncio
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest

from changming.infra.postgres import Database, Tx
from changming.kernel.actors import OPERATOR, Actor, ActorKind
from changming.kernel.errors import ChangmingError
from changming.kernel.ids import Pseudonym, SubjectId, random_id
from changming.kernel.personal import Personal
from changming.trust.vault import (
    ERASED_EVERYWHERE,
    KEEP_OLD_EPOCH,
    ROTATE_EVERY,
    FieldId,
    Keyring,
    Sealer,
    VaultBroken,
    add_index,
    add_key,
    destroy_key,
    find_indexed,
    opener,
    rotate,
    sealer,
    vault_status,
    view,
)
from changming.trust.vault.keyring import SUBFOLDER
from changming.trust.vault.model import KeyRow

BODY, PHONE = FieldId.MESSAGE_BODY, FieldId.CONTACT_PHONE
TEXT, NUMBER = Personal("临时身份证"), Personal("+8613812345678")
ROW = UUID(int=7)
AT_ONCE = timedelta(0)


async def _subject(database: Database, keyring: Keyring, now: datetime) -> tuple[SubjectId, Sealer]:
    subject_id = SubjectId(random_id())
    async with database.act() as tx:
        own = await add_key(tx, keyring, subject_id, Pseudonym(random_id()), now=now)
        await add_index(tx, keyring, own, field=PHONE, row=random_id(), normalised=NUMBER)
    return subject_id, own


async def _found(database: Database, keyring: Keyring) -> set[SubjectId]:
    async with database.read() as tx:
        return {subject_id for subject_id, _ in await find_indexed(tx, keyring, PHONE, NUMBER)}


async def _key_row(database: Database, subject_id: SubjectId) -> KeyRow:
    async with database.read() as tx:
        row = await (await tx.execute("select * from data_key where subject_id = %s", (subject_id,))).fetchone()
    assert row is not None
    return KeyRow.from_row(row)


async def test_what_was_sealed_opens_and_is_found_after_two_rotations(
    sealing: Database, keyring: Keyring, now: datetime
) -> None:
    subject_id, own = await _subject(sealing, keyring, now)
    blob = own.seal(BODY, ROW, TEXT)
    first = await rotate(sealing, keyring, actor=OPERATOR, now=now + ROTATE_EVERY)
    assert (first.epoch, first.data_keys, first.index_rows, first.destroyed) == (2, 1, 1, ())
    later = now + ROTATE_EVERY + KEEP_OLD_EPOCH
    second = await rotate(sealing, keyring, actor=OPERATOR, now=later)
    assert (second.epoch, second.destroyed) == (3, (1,))
    viewing = await view(
        sealing,
        actor=Actor(ActorKind.STAFF, UUID(int=3)),
        subject_id=subject_id,
        case_id=None,
        fields=frozenset({BODY}),
        purpose="case-work",
        now=later,
    )
    async with sealing.act() as tx:
        assert (await opener(tx, keyring, viewing, now=later)).open(BODY, ROW, blob) == TEXT
    assert await _found(sealing, keyring) == {subject_id}


async def test_a_backup_from_before_the_erasure_dies_with_its_epoch(
    database: Database, keyring: Keyring, now: datetime
) -> None:
    """The naive plan fails here: the wrapped key lies in the same backup as what it opens."""
    gone, own = await _subject(database, keyring, now)
    stays, _ = await _subject(database, keyring, now)
    blob = own.seal(BODY, ROW, TEXT)
    backup = await _key_row(database, gone)
    async with database.act() as tx:
        await destroy_key(tx, gone, now=now)
    assert keyring.cipher(backup).open(b"message.body", ROW, 0, blob).decode() == TEXT.reveal()

    await rotate(database, keyring, actor=OPERATOR, now=now + ROTATE_EVERY)
    keyring.cipher(backup)  # a younger backup can still be restored
    await rotate(database, keyring, actor=OPERATOR, now=now + ERASED_EVERYWHERE)
    with pytest.raises(VaultBroken) as broken:
        keyring.cipher(backup)
    assert broken.value.code == "epoch_gone"
    assert await _found(database, keyring) == {stays}
    assert (await _key_row(database, gone)).epoch is None
    assert (await _key_row(database, stays)).epoch == 3


async def test_a_backup_younger_than_the_promise_opens_at_any_moment(
    database: Database, keyring: Keyring, now: datetime
) -> None:
    subject_id, _ = await _subject(database, keyring, now)
    await rotate(database, keyring, actor=OPERATOR, now=now + ROTATE_EVERY)
    taken = now + 2 * ROTATE_EVERY - timedelta(seconds=1)
    backup = await _key_row(database, subject_id)
    await rotate(database, keyring, actor=OPERATOR, now=now + 2 * ROTATE_EVERY)
    keyring.cipher(backup)
    assert taken + KEEP_OLD_EPOCH < now + 3 * ROTATE_EVERY


async def test_rotation_is_recorded(database: Database, keyring: Keyring, now: datetime) -> None:
    await rotate(database, keyring, actor=OPERATOR, now=now, keep=AT_ONCE)
    async with database.read() as tx:
        rows = await (await tx.execute("select leaf from ledger_outbox order by event_id")).fetchall()
    leaves = b" ".join(bytes(row["leaf"]) for row in rows)
    for part in (b"operator:key:rotate", b"epoch/2", b"operator:key:destroy", b"epoch/1"):
        assert part in leaves


async def test_status_tells_what_rests_on_which_epoch(database: Database, keyring: Keyring, now: datetime) -> None:
    gone, _ = await _subject(database, keyring, now)
    await _subject(database, keyring, now)
    async with database.act() as tx:
        await destroy_key(tx, gone, now=now)
    begun = keyring.epochs[0].created_at
    status = await vault_status(database, keyring)
    assert [(e.epoch.number, e.data_keys, e.index_rows) for e in status.epochs] == [(1, 1, 1)]
    assert (status.erased_subjects, status.rotation_due_at) == (1, begun + ROTATE_EVERY)
    await rotate(database, keyring, actor=OPERATOR, now=now)
    status = await vault_status(database, keyring)
    assert [(e.epoch.number, e.data_keys, e.index_rows) for e in status.epochs] == [(1, 0, 0), (2, 1, 1)]


async def test_a_desk_that_works_meanwhile_loses_nothing(
    database: Database, keyring: Keyring, key_folder: Path, now: datetime
) -> None:
    elsewhere = Keyring.open_or_create(key_folder, now=now)
    made: list[SubjectId] = []

    async def work(number: int) -> None:
        for turn in range(15):
            subject_id, _ = await _subject(database, (keyring, elsewhere)[number % 2], now)
            made.append(subject_id)
            if turn % 5 == 4:
                async with database.act() as tx:
                    await destroy_key(tx, made.pop(), now=now)

    async def turn() -> None:
        for _ in range(3):
            await asyncio.sleep(0.01)
            await rotate(database, keyring, actor=OPERATOR, now=now, keep=AT_ONCE)

    await asyncio.gather(turn(), *(work(number) for number in range(3)))
    await rotate(database, keyring, actor=OPERATOR, now=now, keep=AT_ONCE)
    async with database.read() as tx:
        for subject_id in made:
            await sealer(tx, elsewhere, subject_id)
    assert await _found(database, elsewhere) == set(made)
    assert len(keyring.epochs) == 1


async def test_two_rotations_do_not_run_beside_each_other(database: Database, keyring: Keyring, now: datetime) -> None:
    async def one() -> str:
        try:
            await rotate(database, keyring, actor=OPERATOR, now=now)
        except ChangmingError as refused:
            return refused.code
        return "done"

    assert sorted(await asyncio.gather(one(), one())) == ["done", "rotation_running"]
    assert (await rotate(database, keyring, actor=OPERATOR, now=now)).epoch == 3, "the lock is free again"


async def test_no_row_comes_to_rest_on_a_destroyed_epoch(
    database: Database, keyring: Keyring, key_folder: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that overslept the rotation wraps under a lost key: refused loudly, and right at its next look."""
    asleep = Keyring.open_or_create(key_folder, now=now)
    await rotate(database, keyring, actor=OPERATOR, now=now, keep=AT_ONCE)
    monkeypatch.setattr(asleep, "_look", lambda: None)
    with pytest.raises(psycopg.errors.CheckViolation, match="epoch 1 is destroyed"):
        await _subject(database, asleep, now)
    monkeypatch.undo()
    subject_id, _ = await _subject(database, asleep, now)
    assert (await _key_row(database, subject_id)).epoch == 2


async def test_a_writer_in_flight_is_waited_for(
    database: Database, keyring: Keyring, key_folder: Path, now: datetime
) -> None:
    """Its insert was let in before the epoch was closed, and commits while the closing waits: its row is moved, too."""
    other = Keyring.open_or_create(key_folder, now=now)
    subject_id = SubjectId(random_id())
    inserted, may_commit = asyncio.Event(), asyncio.Event()

    async def write() -> None:
        async with database.act() as tx:
            await add_key(tx, other, subject_id, Pseudonym(random_id()), now=now)
            inserted.set()
            await may_commit.wait()

    writing = asyncio.create_task(write())
    await inserted.wait()
    rotating = asyncio.create_task(rotate(database, keyring, actor=OPERATOR, now=now, keep=AT_ONCE))
    await asyncio.sleep(0.3)
    assert not rotating.done()
    may_commit.set()
    await writing
    done = await rotating
    assert (done.epoch, done.data_keys, done.destroyed) == (2, 1, (1,))
    row = await _key_row(database, subject_id)
    assert row.epoch == 2
    keyring.cipher(row)
    assert [epoch.number for epoch in keyring.epochs] == [2]


async def test_a_transaction_that_does_not_end_destroys_nothing(
    database: Database, keyring: Keyring, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("changming.trust.vault.rotation._TRIES", 2)
    subject_id, _ = await _subject(database, keyring, now)
    async with database.act() as tx:
        await tx.execute("select from data_key where subject_id = %s for update", (subject_id,))
        with pytest.raises(ChangmingError) as busy:
            await rotate(database, keyring, actor=OPERATOR, now=now, keep=AT_ONCE)
    assert busy.value.code == "vault_busy"
    assert (await _key_row(database, subject_id)).epoch == 1
    assert {epoch.number for epoch in keyring.epochs} == {1, 2}
    assert (await rotate(database, keyring, actor=OPERATOR, now=now, keep=AT_ONCE)).destroyed == (1, 2)


async def test_a_writer_that_waited_for_the_closing_is_refused_the_old_epoch(
    database: Database, keyring: Keyring, now: datetime
) -> None:
    """The statement was sent before the epoch was closed, and its trigger looks after that."""
    subject_id = SubjectId(random_id())
    async with database.act() as closing:
        await closing.execute("lock table data_key, blind_index in share row exclusive mode")

        async def write() -> None:
            async with database.act() as tx:
                await add_key(tx, keyring, subject_id, Pseudonym(random_id()), now=now)

        writing = asyncio.create_task(write())
        await _until_waiting(database)
        await closing.execute("insert into destroyed_epoch (number, destroyed_at) values (1, %s)", (now,))
    with pytest.raises(psycopg.errors.CheckViolation):
        await writing


async def _until_waiting(database: Database) -> None:
    async with database.read() as tx:
        for _ in range(200):
            cursor = await tx.execute("select count(*) as n from pg_locks where not granted")
            row: Any = await cursor.fetchone()
            if row["n"]:
                return
            await asyncio.sleep(0.01)
    raise AssertionError("the writer does not wait")


async def test_a_killed_rotation_is_finished_by_the_next(
    database: Database, keyring: Keyring, key_folder: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(number: int) -> None:
        raise SystemError(number)

    subject_id, _ = await _subject(database, keyring, now)
    monkeypatch.setattr(keyring, "destroy_epoch", killed)
    with pytest.raises(SystemError):
        await rotate(database, keyring, actor=OPERATOR, now=now, keep=AT_ONCE)
    monkeypatch.undo()
    first = key_folder / SUBFOLDER / "epoch-000001.json"
    assert first.exists()
    done = await rotate(database, keyring, actor=OPERATOR, now=now)
    assert not first.exists()
    assert (done.epoch, (await _key_row(database, subject_id)).epoch) == (3, 3)


async def test_a_broken_key_row_stops_the_rotation_before_anything_is_destroyed(
    database: Database, keyring: Keyring, now: datetime
) -> None:
    subject_id, _ = await _subject(database, keyring, now)
    async with database.act() as tx:
        await tx.execute("update data_key set wrapped = %s where subject_id = %s", (bytes(61), subject_id))
    with pytest.raises(VaultBroken):
        await rotate(database, keyring, actor=OPERATOR, now=now, keep=AT_ONCE)
    assert {epoch.number for epoch in keyring.epochs} == {1, 2}


async def test_an_index_gives_nothing_away(tx: Tx, keyring: Keyring, tmp_path: Path, now: datetime) -> None:
    subject_id = SubjectId(random_id())
    own = await add_key(tx, keyring, subject_id, Pseudonym(random_id()), now=now)
    row = random_id()
    await add_index(tx, keyring, own, field=PHONE, row=row, normalised=NUMBER)
    assert await find_indexed(tx, keyring, PHONE, NUMBER) == ((subject_id, row),)
    assert await find_indexed(tx, keyring, FieldId.CONTACT_EMAIL, NUMBER) == ()
    assert await find_indexed(tx, keyring, PHONE, Personal("+8613812345679")) == ()
    other_house = Keyring.open_or_create(tmp_path / "other", now=now)
    assert await find_indexed(tx, other_house, PHONE, NUMBER) == ()
    await destroy_key(tx, subject_id, now=now)
    left: Any = await (await tx.execute("select count(*) as n from blind_index")).fetchone()
    assert left["n"] == 0
