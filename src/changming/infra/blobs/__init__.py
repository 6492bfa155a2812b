"""Sealed uploads are rows: 256 kB chunks, up to 20 MB. This module keeps bytes; features keep their meaning."""

from changming.infra.blobs.store import CHUNK_BYTES, MAX_BYTES, BlobId, drop, read, write

__all__ = ["CHUNK_BYTES", "MAX_BYTES", "BlobId", "drop", "read", "write"]
