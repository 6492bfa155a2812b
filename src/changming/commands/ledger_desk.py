"""The parts of ``changming ledger`` that need the desk's database and keys."""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from changming.app import LEDGER_KEYS, Place, keys_folder
from changming.commands.desk import database_of
from changming.editorial import SignedEditions, find_altered, find_head
from changming.infra.clock import now as read_clock
from changming.infra.settings import Settings
from changming.trust.ledger import (
    Audited,
    Checkpoint,
    Fault,
    LedgerTampered,
    Remembered,
    Sequencer,
    Signer,
    adopt_checkpoint,
    audit_database,
    export,
    find_waiting,
    open_or_create_signer,
    prove,
)

_MOST_WAITING: Final = 10_000
"""Acts that are read while they wait for their place; with more of them no edition is missed in the ledger."""


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
    """Compare every row of the ledger with the signed checkpoint, then the editions with the ledger.

    Raises:
        LedgerTampered: with everything that was altered.
    """
    signed = SignedEditions()
    newest = asyncio.run(_waiting(place, signed))
    audited = audit_database(place.dsn, keys.signer.verifier.vkey(), look=signed.look)

    async def compare() -> list[Fault]:
        async with database_of(place) as database, database.read() as tx:
            return await find_altered(tx, signed, named_to=newest if audited.unsigned == 0 else 0)

    if faults := asyncio.run(compare()):
        raise LedgerTampered(faults)
    return audited


async def _waiting(place: Place, signed: SignedEditions) -> int:
    """Up to which edition the ledger must name all by now, with what still waits for its place in it."""
    async with database_of(place) as database, database.read() as tx:
        head, waiting = await find_head(tx), await find_waiting(tx, limit=_MOST_WAITING)
    for leaf in waiting:
        signed.look(leaf)
    return 0 if head is None or len(waiting) == _MOST_WAITING else head.number


def prove_entry(place: Place, index: int) -> bytes:
    """The ``.tlog-proof`` of one entry."""

    async def act() -> bytes:
        async with database_of(place) as database, database.read() as tx:
            return await prove(tx, index)

    return asyncio.run(act())
