from datetime import datetime
from uuid import UUID

import pytest

from changming.infra import blobs
from changming.infra.postgres import Tx
from changming.kernel.errors import ChangmingError
from changming.kernel.ids import random_id


def _seal(blob_id: UUID, position: int, chunk: bytes) -> bytes:
    return blob_id.bytes + bytes([position]) + chunk[::-1]


def _unseal(blob_id: UUID, position: int, sealed: bytes) -> bytes:
    assert sealed[:17] == blob_id.bytes + bytes([position])
    return sealed[17:][::-1]


@pytest.mark.parametrize("size", [0, 1, blobs.CHUNK_BYTES, blobs.CHUNK_BYTES + 1, 3 * blobs.CHUNK_BYTES])
async def test_what_was_written_is_read(tx: Tx, now: datetime, size: int) -> None:
    content = bytes(n % 251 for n in range(size))
    blob_id = await blobs.write(tx, content, subject_id=random_id(), seal=_seal, now=now)
    assert b"".join([chunk async for chunk in blobs.read(tx, blob_id, unseal=_unseal)]) == content
    await blobs.drop(tx, blob_id)
    assert [chunk async for chunk in blobs.read(tx, blob_id, unseal=_unseal)] == []


async def test_too_large_is_refused(tx: Tx, now: datetime) -> None:
    with pytest.raises(ChangmingError) as refused:
        await blobs.write(tx, bytes(blobs.MAX_BYTES + 1), subject_id=random_id(), seal=_seal, now=now)
    assert refused.value.code == "file_too_large"
