"""How a key is wrapped and a field is sealed, byte by byte. docs/reference/vault.md describes the format.

Field:    suite(1) ‖ key id(16) ‖ nonce(12) ‖ ciphertext ‖ tag(16)
Key:      suite(1) ‖ nonce(12) ‖ wrapped key(32) ‖ tag(16)

Every nonce is 96 random bits (NIST SP 800-38D section 8.2.2); a subject's key stays far below 2^32 of them. GCM does
not commit to its key, so the key id is both in the blob and in the associated data.
"""

import os
import struct
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from changming.trust.vault.fields import FieldId
from changming.trust.vault.model import VaultBroken

AES_256_GCM: Final = 1
"""The suite byte. Others (SM4-GCM) get their own number; an unknown one is refused."""
KEY_BYTES: Final = 32
_SUITE: Final = bytes([AES_256_GCM])
_NONCE: Final = 12
_TAG: Final = 16
_FIELD_HEAD: Final = 1 + 16
WRAPPED_KEY_BYTES: Final = 1 + _NONCE + KEY_BYTES + _TAG


def wrap_key(outer: AESGCM, key: bytes, aad: bytes) -> bytes:
    """``key`` (32 bytes) under ``outer``, bound to ``aad``."""
    nonce = os.urandom(_NONCE)
    return _SUITE + nonce + outer.encrypt(nonce, key, aad)


def unwrap_key(outer: AESGCM, blob: bytes, aad: bytes, *, what: str) -> bytes:
    """The key inside ``blob``; VaultBroken naming ``what`` if anything about it is not as it was wrapped."""
    if len(blob) != WRAPPED_KEY_BYTES or blob[0] != AES_256_GCM:
        raise VaultBroken(what)
    return _decrypt(outer, blob[1 : 1 + _NONCE], blob[1 + _NONCE :], aad, what=what)


def data_key_aad(subject_id: UUID, key_id: UUID, epoch: int) -> bytes:
    """What a wrapped data key is bound to: ``dek|v1|`` ‖ subject ‖ key id ‖ epoch."""
    return b"dek|v1|" + subject_id.bytes + key_id.bytes + struct.pack(">I", epoch)


class FieldCipher:
    """One subject's data key, ready to seal and open fields.

    Args:
        subject_id: whose key it is.
        key_id: which key it is.
        key: the 32 plain bytes.
    """

    __slots__ = ("_aead", "_head", "_tail")

    def __init__(self, subject_id: UUID, key_id: UUID, key: bytes) -> None:
        self._aead = AESGCM(key)
        self._head = _SUITE + key_id.bytes
        self._tail = subject_id.bytes + key_id.bytes

    def _aad(self, field: bytes, row: UUID, part: int) -> bytes:
        return b"field|v1|" + struct.pack(">HI", len(field), part) + field + row.bytes + self._tail

    def seal(self, field: bytes, row: UUID, part: int, plain: bytes) -> bytes:
        """``plain`` sealed, bound to its field, row and part."""
        nonce = os.urandom(_NONCE)
        return self._head + nonce + self._aead.encrypt(nonce, plain, self._aad(field, row, part))

    def open(self, field: bytes, row: UUID, part: int, blob: bytes) -> bytes:
        """The plain bytes; VaultBroken if the blob is not what was sealed for this field, row, part and subject."""
        what = field.decode("ascii", "replace")
        if blob[:_FIELD_HEAD] != self._head:
            raise VaultBroken(what)
        nonce = blob[_FIELD_HEAD : _FIELD_HEAD + _NONCE]
        return _decrypt(self._aead, nonce, blob[_FIELD_HEAD + _NONCE :], self._aad(field, row, part), what=what)


def index_field(field: FieldId) -> bytes:
    """The name under which a field's inner fingerprint is sealed; it differs from every field's own name."""
    return f"{field.value}#index".encode()


def _decrypt(aead: AESGCM, nonce: bytes, ciphertext: bytes, aad: bytes, *, what: str) -> bytes:
    try:
        return aead.decrypt(nonce, ciphertext, aad)
    except (InvalidTag, ValueError):  # ValueError: a blob cut so short that no nonce is left
        raise VaultBroken(what) from None
