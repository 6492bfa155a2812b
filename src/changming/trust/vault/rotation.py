"""Rotation: a new epoch, every live key and index moved to it, old epochs destroyed after their time.

Deleting a key row does not reach the backups, for the wrapped key lies in them too. What reaches them is the end of
the key that wrapped it: an erased subject is not moved to the new epoch, so with the old one's key every copy dies.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Final, LiteralString

import psycopg

from changming.infra.postgres import Database, Queries, Tx
from changming.kernel.actors import Actor
from changming.kernel.errors import ChangmingError
from changming.trust.ledger import Action, Event, record
from changming.trust.vault.envelope import index_field
from changming.trust.vault.fields import FieldId
from changming.trust.vault.keyring import Keyring
from changming.trust.vault.model import (
    KEEP_OLD_EPOCH,
    ROTATE_EVERY,
    EpochCount,
    KeyRow,
    Rotation,
    VaultStatus,
)
from changming.trust.vault.rules import decide_destroy

_Q = Queries(__package__)
_LOCK_KEY: Final = 0x6368616E676D0003
_BATCH: Final = 1000
_TRIES: Final = 200
_PAUSE_S: Final = 0.05


async def rotate(
    database: Database, keyring: Keyring, *, actor: Actor, now: datetime, keep: timedelta = KEEP_OLD_EPOCH
) -> Rotation:
    """Begin an epoch, move every live key and blind index to it, and destroy the epochs retired for ``keep``.

    Run it every ``ROTATE_EVERY``; then an erased subject is unreadable in every copy after ``ERASED_EVERYWHERE``, and
    a backup younger than ``keep`` can be restored for certain. Safe beside a working desk, and safe to run again
    after it was killed at any point. Batches of a thousand rows, each its own transaction.

    Args:
        database: holds the wrapped keys.
        keyring: holds the epoch keys, outside the database.
        actor: who rotates.
        now: the present instant.
        keep: how long a retired epoch's key is kept; zero ends every older backup at once.

    Raises:
        ChangmingError: ``rotation_running`` (409) beside another rotation; ``vault_busy`` (503) when a long
            transaction holds rows back, then nothing was destroyed.
        VaultBroken: a key row or fingerprint did not open; nothing was destroyed.
    """
    async with _alone(database):
        await _finish_destroyed(database, keyring)
        epoch = keyring.begin_epoch(now=now)
        data_keys, index_rows = await _move(database, keyring, epoch)
        async with database.act() as tx:
            await record(tx, Event(Action.KEY_ROTATE, actor, object=f"epoch/{epoch}"), now=now)
        doomed = decide_destroy(keyring.epochs, keep=keep, now=now)
        for number in doomed:
            while not await _destroy(database, keyring, number, actor=actor, now=now):
                more = await _move(database, keyring, epoch)
                data_keys, index_rows = data_keys + more[0], index_rows + more[1]
    return Rotation(epoch, data_keys, index_rows, doomed)


async def vault_status(database: Database, keyring: Keyring) -> VaultStatus:
    """The epochs with their rows, the number of erased subjects, and when the next rotation is due."""
    async with database.read() as tx:
        keys = await _counts(tx, _Q("count_keys"))
        indexes = await _counts(tx, _Q("count_indexes"))
        erased = await (await tx.execute(_Q("count_erased"))).fetchone()
    epochs = tuple(EpochCount(e, keys.get(e.number, 0), indexes.get(e.number, 0)) for e in keyring.epochs)
    return VaultStatus(epochs, erased["rows"] if erased else 0, epochs[-1].epoch.created_at + ROTATE_EVERY)


@asynccontextmanager
async def _alone(database: Database) -> AsyncIterator[None]:
    async with database.read() as guard:
        row = await (await guard.execute(_Q("rotation_lock"), {"key": _LOCK_KEY})).fetchone()
        if row is None or not row["held"]:
            raise ChangmingError("rotation_running", status=409)
        try:
            yield
        finally:
            await guard.execute(_Q("rotation_unlock"), {"key": _LOCK_KEY})


async def _finish_destroyed(database: Database, keyring: Keyring) -> None:
    """A rotation that was killed between its commit and the key file left the file behind."""
    async with database.read() as tx:
        numbers = {row["number"] for row in await (await tx.execute(_Q("destroyed_epochs"))).fetchall()}
    for number in sorted(numbers & {epoch.number for epoch in keyring.epochs}):
        keyring.destroy_epoch(number)


async def _move(database: Database, keyring: Keyring, epoch: int) -> tuple[int, int]:
    data_keys = index_rows = 0
    for _ in range(_TRIES):
        while moved := await _rewrap_batch(database, keyring, epoch):
            data_keys += moved
        while moved := await _renew_batch(database, keyring, epoch):
            index_rows += moved
        async with database.read() as tx:
            row = await (await tx.execute(_Q("older_rows"), {"epoch": epoch})).fetchone()
        if row is None or not row["waiting"]:
            return data_keys, index_rows
        await asyncio.sleep(_PAUSE_S)
    raise ChangmingError("vault_busy", status=503)


async def _rewrap_batch(database: Database, keyring: Keyring, epoch: int) -> int:
    async with database.act() as tx:
        rows = await (await tx.execute(_Q("keys_to_rewrap"), {"epoch": epoch, "limit": _BATCH})).fetchall()
        moved = [keyring.rewrap(KeyRow.from_row(row), epoch) for row in rows]
        if moved:
            names = {"subject_ids": [m.subject_id for m in moved], "wrapped": [m.wrapped for m in moved]}
            await tx.execute(_Q("rewrap_keys"), {"epoch": epoch, **names})
    return len(moved)


async def _renew_batch(database: Database, keyring: Keyring, epoch: int) -> int:
    async with database.act() as tx:
        rows = await (await tx.execute(_Q("indexes_to_renew"), {"epoch": epoch, "limit": _BATCH})).fetchall()
        digests = []
        for row in rows:
            field = FieldId(row["field"])
            cipher = keyring.cipher(KeyRow.from_row(row))
            fingerprint = cipher.open(index_field(field), row["row_id"], 0, bytes(row["fingerprint_sealed"]))
            digests.append(keyring.index(epoch, field, fingerprint))
        if rows:
            names = {"row_ids": [row["row_id"] for row in rows], "fields": [row["field"] for row in rows]}
            await tx.execute(_Q("renew_indexes"), {"epoch": epoch, **names, "digests": digests})
    return len(rows)


async def _destroy(database: Database, keyring: Keyring, number: int, *, actor: Actor, now: datetime) -> bool:
    """False where a late writer came to rest on the epoch. Its rows are refused for ever before the key file goes.

    Writers are held for the moment of the check: one that was let in before is seen by it, and the trigger of one that
    comes after sees this commit.
    """
    async with database.act() as tx:
        try:
            await tx.execute("set local lock_timeout = '5s'")
            await tx.execute(_Q("hold_writers"))
        except psycopg.errors.LockNotAvailable:
            raise ChangmingError("vault_busy", status=503) from None
        row = await (await tx.execute(_Q("rows_on_epoch"), {"number": number})).fetchone()
        if row is None or row["used"]:
            return False
        await tx.execute(_Q("mark_destroyed"), {"number": number, "now": now})
        await record(tx, Event(Action.KEY_DESTROY, actor, object=f"epoch/{number}"), now=now)
    keyring.destroy_epoch(number)
    return True


async def _counts(tx: Tx, statement: LiteralString) -> dict[int, int]:
    return {row["epoch"]: row["rows"] for row in await (await tx.execute(statement)).fetchall()}
