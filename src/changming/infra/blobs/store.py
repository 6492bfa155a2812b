"""The rows of ``blob`` and ``blob_chunk``."""

from collections.abc import AsyncIterator, Callable
from datetime import datetime
from typing import NewType
from uuid import UUID

from changming.infra.postgres import Queries, Tx
from changming.kernel.errors import ChangmingError
from changming.kernel.ids import new_id

BlobId = NewType("BlobId", UUID)
CHUNK_BYTES = 256 * 1024
MAX_BYTES = 20 * 1024 * 1024
_Q = Queries(__package__)


async def write(
    tx: Tx, content: bytes, *, subject_id: UUID, seal: Callable[[UUID, int, bytes], bytes], now: datetime
) -> BlobId:
    """Seal and keep ``content`` in the act's transaction.

    Args:
        tx: the act's transaction.
        content: the plain bytes; they are sealed chunk by chunk and never stored as they are.
        subject_id: whose data it is.
        seal: ``(blob id, position, plain chunk) -> sealed chunk``, bound to both.
        now: the present instant.

    Raises:
        ChangmingError: ``file_too_large`` (413) above 20 MB.
    """
    if len(content) > MAX_BYTES:
        raise ChangmingError("file_too_large", status=413, limit_mb=MAX_BYTES // (1024 * 1024))
    blob_id = BlobId(new_id(now))
    await tx.execute(_Q("begin"), {"id": blob_id, "subject_id": subject_id, "size": len(content), "now": now})
    for position, start in enumerate(range(0, len(content), CHUNK_BYTES)):
        sealed = seal(blob_id, position, content[start : start + CHUNK_BYTES])
        await tx.execute(_Q("add_chunk"), {"id": blob_id, "position": position, "sealed": sealed})
    await tx.execute(_Q("complete"), {"id": blob_id})
    return blob_id


async def read(tx: Tx, blob_id: BlobId, *, unseal: Callable[[UUID, int, bytes], bytes]) -> AsyncIterator[bytes]:
    """The plain chunks in order; nothing for an unknown or incomplete upload."""
    cursor = await tx.execute(_Q("chunks"), {"id": blob_id})
    position = 0
    async for row in cursor:
        yield unseal(blob_id, position, bytes(row["content_sealed"]))
        position += 1


async def drop(tx: Tx, blob_id: BlobId) -> None:
    """Remove the upload and its chunks."""
    await tx.execute(_Q("drop"), {"id": blob_id})
