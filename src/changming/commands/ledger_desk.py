"""The parts of ``changming ledger`` that need the desk's database and keys."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

from changming.app import LEDGER_KEYS, Place, keys_folder
from changming.commands.desk import database_of
from changming.infra.clock import now as read_clock
from changming.infra.settings import Settings
from changming.trust.ledger import (
    Audited,
    Checkpoint,
    Remembered,
    Sequencer,
    Signer,
    adopt_checkpoint,
    audit_database,
    export,
    open_or_create_signer,
    prove,
)


@dataclass(frozen=True, slots=True)
class Keys:
    """The log's key and what it remembers."""

    signer: Signer
    remembered: Remembered


def keys_of(settings: Settings, place: Place) -> Keys:
    """The log's key beside this desk."""
    folder = place.keys / LEDGER_KEYS
    signer = open_or_create_signer(folder, settings.ledger_origin)
    return Keys(signer, Remembered(folder, settings.ledger_origin))


def adopt(settings: Settings, file: Path) -> int:
    """Go on from a checkpoint kept elsewhere, after ``ledger.state`` was lost; how many entries it covers.

    Needs the log's key and no database.
    """
    note = file.read_bytes()
    return adopt_checkpoint(keys_folder(settings) / LEDGER_KEYS, note, settings.ledger_origin).size


def export_log(place: Place, keys: Keys, folder: Path) -> Checkpoint:
    """Seal what waits, unless a running desk does it, then export."""
    asyncio.run(_seal(place, keys))
    return export(place.dsn, folder, vkey=keys.signer.verifier.vkey(), now=read_clock())


async def _seal(place: Place, keys: Keys) -> None:
    async with database_of(place) as database:
        sequencer = Sequencer(database, keys.signer, keys.signer.name, keys.remembered)
        try:
            while await sequencer.run_once():
                pass
        finally:
            await sequencer.close()


def audit(place: Place, keys: Keys) -> Audited:
    """Compare every row with the signed checkpoint."""
    return audit_database(place.dsn, keys.signer.verifier.vkey())


def prove_entry(place: Place, index: int) -> bytes:
    """The ``.tlog-proof`` of one entry."""

    async def act() -> bytes:
        async with database_of(place) as database, database.read() as tx:
            return await prove(tx, index)

    return asyncio.run(act())
