"""The one that gives events their place, grows the tree and signs it.

Order: rows without a place are numbered and hashed, entries, tiles and head are committed; then the new tree is
remembered outside the database; then it is signed; then the signature is stored. A crash between any two of these
leaves something that the next turn finishes, and never a signature over a tree that is not durable.
"""

import asyncio
from collections.abc import Sequence
from typing import Final

import psycopg
import structlog

from changming.infra.postgres import Connection, Database, Tx
from changming.kernel.errors import ChangmingError
from changming.kernel.ids import EventId
from changming.trust.ledger import store
from changming.trust.ledger.checkpoints import Checkpoint, sign_checkpoint
from changming.trust.ledger.keys import Remembered, Signed, would_fork
from changming.trust.ledger.note import Signer
from changming.trust.ledger.service import seals
from changming.trust.ledger.store import Head
from changming.trust.ledger.tiles import nodes_from, tiles_for
from changming.trust.ledger.tree import consistency_proof, leaf_hash, verify_consistency

LOCK_KEY: Final = 0x6368616E676D0002
MAX_BATCH: Final = 2048
CEILING_S: Final = 0.25
"""Commits of this process wake the sequencer at once; those of others are found after this time."""
PACE_S: Final = 0.05
"""Under load at most one seal in this time, so that sealing never competes with taking in."""
STANDBY_S: Final = 1.0
RETRY_S: Final = 2.0

_log = structlog.get_logger("changming.ledger")


class Sequencer:
    """Seals what was recorded. Any number may run; one at a time works, by an advisory lock on its own connection.

    Args:
        database: whose outbox is sealed; its bell wakes the sequencer, its waiters are woken by it.
        signer: the log's key; its name is the origin.
        origin: the log's name in its checkpoints.
        remembered: what the key signed last, outside the database.
        pace_s: the least time between two seals.
    """

    def __init__(
        self, database: Database, signer: Signer, origin: str, remembered: Remembered, *, pace_s: float = PACE_S
    ) -> None:
        if signer.name != origin:
            raise ValueError("a log signs with the key of its own origin")
        self.fault: ChangmingError | None = None
        """Why nothing is sealed at present; None while all is well. For readiness and alarms."""
        self._database = database
        self._signer = signer
        self._remembered = remembered
        self._pace_s = pace_s
        self._connection: Tx | None = None
        self._stored = -1
        self._settled = False

    async def run(self) -> None:
        """Seal until cancelled. An unreachable database or a refusal to fork is reported and tried again."""
        clock = asyncio.get_running_loop().time
        try:
            while True:
                began = clock()
                sealed = await self._turn()
                if sealed is None:
                    await asyncio.sleep(STANDBY_S if self.fault is None else RETRY_S)
                    continue
                if sealed < MAX_BATCH:
                    await self._database.committed.wait(CEILING_S)
                if sealed:
                    await asyncio.sleep(max(0.0, began + self._pace_s - clock()))
        finally:
            await self.close()

    async def _turn(self) -> int | None:
        try:
            sealed = await self.run_once()
        except ChangmingError as refused:
            if self.fault is None or self.fault.code != refused.code:
                _log.error("ledger_not_sealing", code=refused.code, **refused.fields)
            self.fault = refused
            return None
        if self.fault is not None:
            _log.info("ledger_sealing_again", code=self.fault.code)
        self.fault = None
        return sealed

    async def run_once(self) -> int | None:
        """Seal one batch; how many events, or None when another sequencer is at work.

        Raises:
            ChangmingError: ``ledger_would_fork`` when the database's tree does not extend the last signed one,
                ``ledger_state_lost`` when that is not known, ``ledger_state_unwritable``, ``ledger_rows_damaged`` when
                the rows are no tree, ``database_unavailable``. Nothing is signed then, and nothing is lost.
        """
        try:
            connection = await self._hold()
            if connection is None:
                return None
            return await self._seal(connection)
        except psycopg.OperationalError as gone:
            await self.close()
            raise ChangmingError("database_unavailable", status=503) from gone
        except OSError as unwritable:
            raise ChangmingError("ledger_state_unwritable", status=503) from unwritable
        except (psycopg.Error, ValueError, KeyError) as damaged:
            await self.close()
            raise ChangmingError("ledger_rows_damaged", status=503) from damaged

    async def close(self) -> None:
        """Let go of the lock and its connection."""
        connection, self._connection = self._connection, None
        self._settled = False
        if connection is not None:
            await connection.close()

    async def _hold(self) -> Tx | None:
        if self._connection is not None and not self._connection.closed:
            return self._connection
        await self.close()
        connection = await Connection.open(self._database.dsn)
        if not await store.try_sequencer_lock(connection, LOCK_KEY):
            await connection.close()
            return None
        self._connection = connection
        return connection

    async def _seal(self, tx: Tx) -> int:
        signed = self._remembered.read()
        async with tx.transaction():
            batch = await store.take_from_outbox(tx, MAX_BATCH)
            if self._settled and not batch:
                return 0
            head = await store.get_head(tx)
            await self._require_extends(tx, head, signed)
            if batch:
                head = await _grow(tx, head, batch)
        self._settled = False
        await self._sign(tx, head, signed)
        seals(self._database).announce(event_id for event_id, _ in batch)
        return len(batch)

    async def _require_extends(self, tx: Tx, head: Head, signed: Signed) -> None:
        """The stored tree begins with the last signed one, or nothing is numbered and nothing is signed."""
        if head.edge.root() != head.root or signed.size > head.size:
            raise would_fork(head.size, signed.size)
        if self._settled and signed == Signed(head.size, head.root):
            return
        checkpoint = await store.find_checkpoint(tx)
        self._stored = checkpoint.size if checkpoint else -1
        if self._stored > signed.size:  # the state is older than a signature that already left
            raise would_fork(head.size, self._stored)
        names = tiles_for(max(0, signed.size - 1), head.size)
        tiles = await store.get_tiles(tx, names, head)
        node = nodes_from(lambda level, position, _: tiles[level, position], head.size)
        proof = consistency_proof(signed.size, head.size, node)
        if not verify_consistency(signed.size, head.size, signed.root, head.root, proof):
            raise would_fork(head.size, signed.size)

    async def _sign(self, tx: Tx, head: Head, signed: Signed) -> None:
        if self._stored < head.size:
            new = Signed(head.size, head.root)
            await asyncio.to_thread(self._remembered.advance, signed, new)
            note = sign_checkpoint(Checkpoint(self._signer.name, head.size, head.root), self._signer)
            await store.put_checkpoint(tx, head.size, note)
            self._stored = head.size
        self._settled = True


async def _grow(tx: Tx, head: Head, batch: Sequence[tuple[EventId, bytes]]) -> Head:
    edge, full = head.edge.grow([leaf_hash(leaf) for _, leaf in batch])
    grown = Head(edge, edge.root())
    moved = await store.move_to_entries(tx, [event_id for event_id, _ in batch], size=head.size)
    await store.add_tiles(tx, full)
    if moved != len(batch) or not await store.advance_head(tx, grown, old_size=head.size):
        raise ValueError("the outbox or the head changed under the sequencer")
    return grown
