"""The ledger's tables. Nobody else touches them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeAlias

from changming.infra.postgres import Queries, Tx
from changming.kernel.ids import EventId, Pseudonym
from changming.trust.ledger.tiles import WIDTH, Edge, FullTile, TileName
from changming.trust.ledger.tree import HASH_BYTES

QUERIES: Final = Queries(__package__)
Row: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Head:
    """The tree as the database keeps it: its edge and the root stored beside."""

    edge: Edge
    root: bytes

    @property
    def size(self) -> int:
        """How many entries have their place."""
        return self.edge.size


@dataclass(frozen=True, slots=True)
class Stored:
    """The newest signed checkpoint as it is stored: a signed note, and the size it speaks of."""

    size: int
    note: bytes
    signed_at: datetime


async def add_to_outbox(tx: Tx, event_id: EventId, pseudonym: Pseudonym | None, leaf: bytes) -> None:
    """One row for one act."""
    await tx.execute(QUERIES("outbox_add"), _outbox_row(event_id, pseudonym, leaf))


async def add_to_outbox_with_detail(
    tx: Tx, event_id: EventId, pseudonym: Pseudonym | None, leaf: bytes, detail: bytes
) -> None:
    """One row for one act and its sealed detail beside, in one statement."""
    row = _outbox_row(event_id, pseudonym, leaf) | {"detail_sealed": detail}
    await tx.execute(QUERIES("outbox_add_with_detail"), row)


async def add_all_to_outbox(tx: Tx, rows: Sequence[tuple[EventId, Pseudonym | None, bytes]]) -> None:
    """Several rows in one statement."""
    if not rows:
        return
    event_ids, pseudonyms, leaves = map(list, zip(*rows, strict=True))
    values = {"event_ids": event_ids, "pseudonyms": pseudonyms, "leaves": leaves}
    await tx.execute(QUERIES("outbox_add_all"), values)


def _outbox_row(event_id: EventId, pseudonym: Pseudonym | None, leaf: bytes) -> dict[str, Any]:
    return {"event_id": event_id, "pseudonym": pseudonym, "leaf": leaf}


async def take_from_outbox(tx: Tx, limit: int) -> list[tuple[EventId, bytes]]:
    """Ids and leaves that wait for their place, at most ``limit``, oldest first."""
    cursor = await tx.execute(QUERIES("outbox_take"), {"limit": limit}, binary=True)
    return [(EventId(row["event_id"]), row["leaf"]) for row in await cursor.fetchall()]


async def move_to_entries(tx: Tx, event_ids: Sequence[EventId], *, size: int) -> int:
    """Give the taken rows the places from ``size`` on, in this order; how many were moved."""
    cursor = await tx.execute(QUERIES("outbox_move"), {"event_ids": list(event_ids), "size": size})
    return cursor.rowcount


async def outbox_state(tx: Tx) -> tuple[int, datetime | None]:
    """How many events wait for their place, and since when the oldest."""
    cursor = await tx.execute(QUERIES("outbox_state"))
    row = await cursor.fetchone()
    return (row["waiting"], row["oldest_at"]) if row else (0, None)


async def get_head(tx: Tx) -> Head:
    """The tree as it stands; ValueError when its edge is not that of its size."""
    cursor = await tx.execute(QUERIES("head_get"), binary=True)
    (row,) = await cursor.fetchall()
    return Head(Edge(row["size"], tuple(row["edge"])), row["root"])


async def advance_head(tx: Tx, head: Head, *, old_size: int) -> bool:
    """Store the grown tree; False when somebody else grew it since ``old_size``."""
    values = {"size": head.size, "root": head.root, "edge": list(head.edge.partials), "old_size": old_size}
    cursor = await tx.execute(QUERIES("head_advance"), values)
    return cursor.rowcount == 1


async def add_tiles(tx: Tx, tiles: Iterable[FullTile]) -> None:
    """Store tiles that became full."""
    rows = [{"level": tile.level, "position": tile.position, "hashes": tile.hashes} for tile in tiles]
    if rows:
        async with tx.cursor() as cursor:
            await cursor.executemany(QUERIES("tile_add"), rows)


async def get_tiles(tx: Tx, names: Sequence[TileName], head: Head) -> dict[tuple[int, int], bytes]:
    """The bytes of the tiles asked for, full ones whole, those at the edge as wide as they are now."""
    wanted = {"levels": [name.level for name in names], "positions": [name.position for name in names]}
    cursor = await tx.execute(QUERIES("tiles_get"), wanted, binary=True)
    found = {(row["level"], row["position"]): row["hashes"] for row in await cursor.fetchall()}
    for level, partial in enumerate(head.edge.partials):
        if partial:
            found[level, (head.size >> 8 * level) // WIDTH] = partial
    return {key: found[key] for name in names if (key := (name.level or 0, name.position)) in found}


def prefix(hashes: bytes | None, width: int) -> bytes | None:
    """The first ``width`` hashes; None when there are fewer."""
    if hashes is None or len(hashes) < width * HASH_BYTES:
        return None
    return hashes[: width * HASH_BYTES]


async def get_entries(tx: Tx, start: int, stop: int) -> list[bytes]:
    """The leaves from ``start`` to before ``stop`` that exist."""
    cursor = await tx.execute(QUERIES("entries_get"), {"start": start, "stop": stop}, binary=True)
    return [row["leaf"] for row in await cursor.fetchall()]


async def find_checkpoint(tx: Tx) -> Stored | None:
    """The newest signed checkpoint; None before the first one."""
    cursor = await tx.execute(QUERIES("checkpoint_get"))
    row = await cursor.fetchone()
    return Stored(row["size"], row["note"].encode(), row["signed_at"]) if row else None


async def put_checkpoint(tx: Tx, size: int, note: bytes) -> None:
    """Store a newer checkpoint."""
    await tx.execute(QUERIES("checkpoint_put"), {"size": size, "note": note.decode()})


async def is_sealed(tx: Tx, event_id: EventId) -> bool:
    """Whether the event stands under the newest signed checkpoint."""
    cursor = await tx.execute(QUERIES("event_sealed"), {"event_id": event_id})
    row = await cursor.fetchone()
    return bool(row and row["sealed"])


async def find_index(tx: Tx, event_id: EventId) -> int | None:
    """The place of an event in the tree; None while it has none."""
    cursor = await tx.execute(QUERIES("event_index"), {"event_id": event_id})
    row = await cursor.fetchone()
    return int(row["index"]) if row else None


async def get_trace(tx: Tx, pseudonym: Pseudonym, limit: int) -> list[tuple[int, bytes]]:
    """Index and leaf of the newest entries about one pseudonym."""
    cursor = await tx.execute(QUERIES("trace_get"), {"pseudonym": pseudonym, "limit": limit}, binary=True)
    return [(row["index"], row["leaf"]) for row in await cursor.fetchall()]


async def find_detail(tx: Tx, event_id: EventId) -> bytes | None:
    """The sealed detail of an event; None when it has none or it was deleted."""
    cursor = await tx.execute(QUERIES("detail_get"), {"event_id": event_id}, binary=True)
    row = await cursor.fetchone()
    return bytes(row["detail_sealed"]) if row else None


async def forget_details(tx: Tx, pseudonym: Pseudonym) -> int:
    """Delete the sealed details about one pseudonym; how many."""
    cursor = await tx.execute(QUERIES("details_forget"), {"pseudonym": pseudonym})
    return cursor.rowcount


async def try_sequencer_lock(tx: Tx, key: int) -> bool:
    """Whether this connection is now the only sequencer, until it closes."""
    cursor = await tx.execute(QUERIES("sequencer_lock"), {"key": key})
    row = await cursor.fetchone()
    return bool(row and row["held"])
