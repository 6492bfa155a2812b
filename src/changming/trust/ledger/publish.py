"""What anybody may read of the log over HTTP (c2sp.org/tlog-tiles): checkpoint, tiles, entry bundles, and proofs.

Only what stands under the signed checkpoint is given out.
"""

from dataclasses import dataclass
from typing import Final

from changming.infra.postgres import Tx
from changming.kernel.errors import ChangmingError
from changming.kernel.ids import EventId
from changming.trust.ledger import store
from changming.trust.ledger.checkpoints import Checkpoint
from changming.trust.ledger.note import Note
from changming.trust.ledger.proof import InclusionProof
from changming.trust.ledger.tiles import WIDTH, TileName, encode_bundle, hashes_at, nodes_from, tiles_for
from changming.trust.ledger.tree import inclusion_proof

IMMUTABLE: Final = "public, max-age=31536000, immutable"
FRESH: Final = "public, max-age=1"
_TEXT: Final = "text/plain; charset=utf-8"
_BYTES: Final = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Resource:
    """Bytes to serve, with their content type and Cache-Control."""

    body: bytes
    content_type: str
    cache_control: str


async def resource(tx: Tx, path: str) -> Resource | None:
    """What stands at ``path`` below ``/ledger/``: ``checkpoint``, ``tile/<L>/<N>[.p/<W>]``, ``tile/entries/…``.

    None (404) for any other path, and for what does not stand under the signed checkpoint yet.
    """
    if path == "checkpoint":
        note = await checkpoint(tx)
        return None if note is None else Resource(note, _TEXT, FRESH)
    name = TileName.parse(path)
    if name is None:
        return None
    if name.level is None:
        body = await entry_bundle(tx, name.position, name.width)
    else:
        body = await tile(tx, name.level, name.position, name.width)
    return None if body is None else Resource(body, _BYTES, IMMUTABLE)


async def checkpoint(tx: Tx) -> bytes | None:
    """The newest signed checkpoint, a signed note; None before the first one."""
    stored = await store.find_checkpoint(tx)
    return None if stored is None else stored.note


async def tile(tx: Tx, level: int, index: int, width: int = WIDTH) -> bytes | None:
    """``width`` hashes of tile ``index`` on ``level``: 32 bytes each; None when not all of them are signed yet."""
    stored = await store.find_checkpoint(tx)
    if stored is None or index * WIDTH + width > hashes_at(stored.size, level):
        return None
    name = TileName(level, index, width)
    tiles = await store.get_tiles(tx, [name], await store.get_head(tx))
    return store.prefix(tiles.get((level, index)), width)


async def entry_bundle(tx: Tx, index: int, width: int = WIDTH) -> bytes | None:
    """``width`` entries of bundle ``index``, each after its length; None when not all of them are signed yet."""
    stored = await store.find_checkpoint(tx)
    start = index * WIDTH
    if stored is None or start + width > stored.size:
        return None
    entries = await store.get_entries(tx, start, start + width)
    return encode_bundle(entries) if len(entries) == width else None


async def prove(tx: Tx, index: int) -> bytes:
    """The ``.tlog-proof`` of entry ``index`` under the newest signed checkpoint (c2sp.org/tlog-proof@v1).

    Raises:
        ChangmingError: ``ledger_no_such_entry`` (404) when no signed entry has this index.
    """
    stored = await store.find_checkpoint(tx)
    size = 0 if stored is None else stored.size
    if stored is None or not 0 <= index < size:
        raise ChangmingError("ledger_no_such_entry", status=404, index=index, size=size)
    tiles = await store.get_tiles(tx, tiles_for(index, size), await store.get_head(tx))
    node = nodes_from(lambda level, position, _: tiles[level, position], size)
    return InclusionProof(index, tuple(inclusion_proof(index, size, node)), stored.note).encode()


async def prove_event(tx: Tx, event_id: EventId) -> bytes:
    """The ``.tlog-proof`` of an event, by its id.

    Raises:
        ChangmingError: ``ledger_no_such_entry`` (404) when it does not stand under the signed checkpoint.
    """
    index = await store.find_index(tx, event_id)
    return await prove(tx, -1 if index is None else index)


def read_checkpoint(note: bytes) -> Checkpoint:
    """What a checkpoint says, unverified: for showing it. Whoever relies on it verifies it first.

    Raises:
        NoteError: it is malformed.
    """
    return Checkpoint.parse(Note.parse(note).text)
