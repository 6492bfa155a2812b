"""Static files under addresses that name their content, so that a browser may keep them for a year."""

import gzip
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

_TYPES: Final = MappingProxyType(
    {
        ".css": "text/css; charset=utf-8",
        ".js": "text/javascript; charset=utf-8",
        ".svg": "image/svg+xml",
        ".txt": "text/plain; charset=utf-8",
    }
)
FOR_A_YEAR: Final = "public, max-age=31536000, immutable"
_HASH_CHARS: Final = 12
_WORTH_PACKING: Final = 1024


@dataclass(frozen=True, slots=True)
class Asset:
    """One static file: its address part, its bytes plain and packed (gzip, RFC 1952), its media type."""

    address: str
    media_type: str
    plain: bytes
    packed: bytes | None


class Assets:
    """All files of one folder, read once.

    Args:
        folder: holds the files; sub-folders are part of the names.
        prefix: where they are served, e.g. ``/static``.

    Raises:
        ValueError: a file's kind has no media type here.
    """

    def __init__(self, folder: Path, prefix: str) -> None:
        self.prefix = prefix
        found = {path.relative_to(folder).as_posix(): path.read_bytes() for path in _files(folder)}
        self._by_name = {name: _asset(name, content) for name, content in found.items()}
        self._by_address = {asset.address: asset for asset in self._by_name.values()}

    def url(self, name: str) -> str:
        """The address of the file ``name`` with the hash of its content; KeyError for a file that is not there."""
        return f"{self.prefix}/{self._by_name[name].address}"

    def find(self, address: str) -> Asset | None:
        """The asset served at ``address`` below the prefix, or None: an old hash is not found either."""
        return self._by_address.get(address)


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file())


def _asset(name: str, content: bytes) -> Asset:
    stem, dot, suffix = name.rpartition(".")
    kind = dot + suffix
    if kind not in _TYPES:
        raise ValueError(f"{name} has no media type; add its ending to {__name__}")
    digest = hashlib.sha256(content).hexdigest()[:_HASH_CHARS]
    packed = gzip.compress(content, mtime=0) if len(content) >= _WORTH_PACKING else None
    return Asset(f"{stem}.{digest}{kind}", _TYPES[kind], content, packed)
