"""From the database to a folder that proves itself without it."""

import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from changming.kernel.actors import OPERATOR, Actor
from changming.kernel.errors import ChangmingError
from changming.kernel.ids import EventId, new_id
from changming.trust.ledger.actions import Action
from changming.trust.ledger.audit import Connection, Rows, connect, snapshot
from changming.trust.ledger.check import Unreadable
from changming.trust.ledger.checkpoints import Checkpoint
from changming.trust.ledger.faults import Fault, LedgerTampered
from changming.trust.ledger.folder import CHECKPOINT, VKEY, read_vkey, verify
from changming.trust.ledger.leaf import encode_leaf
from changming.trust.ledger.model import Event
from changming.trust.ledger.store import QUERIES
from changming.trust.ledger.tiles import TileName, encode_bundle, names_of


def export(dsn: str, folder: Path, *, vkey: str, now: datetime, actor: Actor = OPERATOR) -> Checkpoint:
    """Write the signed log as a C2SP folder: ``checkpoint``, ``vkey``, ``tile/…``, ``tile/entries/…``.

    The export is itself recorded first. The folder appears whole or not at all, and only after it passed ``verify``;
    an earlier export in its place is replaced only by a log that extends it.

    Args:
        dsn: the database.
        folder: where to; it does not exist, is empty, or holds an earlier export of this log.
        vkey: the log's verifier string, from outside the database.
        now: when the export is made.
        actor: who makes it.

    Returns:
        The checkpoint that the folder proves.

    Raises:
        LedgerTampered: the rows do not give the signed root, or the log does not extend the earlier export.
        ChangmingError: ``ledger_export_target`` (409) when the folder holds something else,
            ``ledger_nothing_sealed``, ``ledger_bad_vkey``, ``database_unavailable``.
    """
    key = read_vkey(vkey)
    folder = folder.absolute()
    older = _earlier(folder)
    with connect(dsn) as connection:
        _record(connection, actor, now)
        with snapshot(connection), _beside(folder) as fresh:
            rows = Rows(connection, key)
            _write(fresh / CHECKPOINT, rows.note)
            _write(fresh / VKEY, f"{key.vkey()}\n".encode())
            for name in names_of(rows.checkpoint.size):
                _write(fresh / name.path(), _read(rows, name))
            checkpoint = verify(fresh, vkey, older=older)
            _put(fresh, folder)
    return checkpoint


def _earlier(folder: Path) -> bytes | None:
    """The checkpoint of an earlier export in the same place."""
    if (folder / CHECKPOINT).is_file():
        return (folder / CHECKPOINT).read_bytes()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ChangmingError("ledger_export_target", status=409, path=str(folder))
    return None


def _record(connection: Connection, actor: Actor, now: datetime) -> None:
    event = Event(Action.LEDGER_EXPORT, actor)
    event_id = EventId(new_id(now))
    row = {"event_id": event_id, "pseudonym": None, "leaf": encode_leaf(event, event_id, now=now)}
    connection.execute(QUERIES("outbox_add"), row)


def _read(rows: Rows, name: TileName) -> bytes:
    try:
        return encode_bundle(rows.entries(name)) if name.level is None else rows.hashes(name)
    except Unreadable as fault:
        raise LedgerTampered([Fault(rows.where(name), fault.problem, fault.index)]) from fault


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


@contextmanager
def _beside(folder: Path) -> Iterator[Path]:
    """A folder under construction on the same file system; gone when the work fails."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    fresh = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}")
    fresh.mkdir()
    try:
        yield fresh
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _put(fresh: Path, folder: Path) -> None:
    if not folder.exists():
        fresh.rename(folder)
        return
    old = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}")
    folder.rename(old)
    fresh.rename(folder)
    shutil.rmtree(old)
