"""Who holds the root key. A file is the embedded default; OpenBao transit or PKCS#11 are the same two verbs."""

from pathlib import Path
from typing import Final, Protocol, Self

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from changming.kernel.errors import ChangmingError
from changming.trust.vault.envelope import KEY_BYTES, unwrap_key, wrap_key
from changming.trust.vault.folder import read_private

ROOT_FILE: Final = "root.key"


class WrapProvider(Protocol):
    """Wraps and unwraps 32-byte keys; the root key itself never leaves it. Called at start and at rotation only."""

    def wrap(self, key: bytes, *, aad: bytes) -> bytes:
        """The wrapped key, bound to ``aad`` (a transit engine's ``associated_data``)."""
        ...

    def unwrap(self, blob: bytes, *, aad: bytes) -> bytes:
        """The key; VaultBroken if the blob was changed or was wrapped for something else."""
        ...


class FileProvider:
    """The root key in a 0600 file. Whoever can read the file and the database can open everything.

    Args:
        root: the 32 bytes of the root key.
    """

    __slots__ = ("_aead",)

    def __init__(self, root: bytes) -> None:
        self._aead = AESGCM(root)

    @classmethod
    def open(cls, path: Path) -> Self:
        """The provider of the root key in ``path``, 64 hexadecimal digits.

        Raises:
            ChangmingError: ``keys_damaged`` for other content; see ``read_private`` for the rest.
        """
        try:
            root = bytes.fromhex(read_private(path).decode("ascii"))
        except ValueError:
            root = b""
        if len(root) != KEY_BYTES:
            raise ChangmingError("keys_damaged", status=500, path=path)
        return cls(root)

    def wrap(self, key: bytes, *, aad: bytes) -> bytes:
        """``key`` under the root key, AES-256-GCM."""
        return wrap_key(self._aead, key, aad)

    def unwrap(self, blob: bytes, *, aad: bytes) -> bytes:
        """The key inside ``blob``."""
        return unwrap_key(self._aead, blob, aad, what="root key")
