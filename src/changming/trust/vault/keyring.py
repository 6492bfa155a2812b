"""The keys outside PostgreSQL: root → epoch keys and a seed, unwrapped once at start and held in memory."""

import base64
import hashlib
import hmac
import json
import os
import re
import struct
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Self
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from changming.kernel.errors import ChangmingError
from changming.kernel.ids import SubjectId
from changming.kernel.instants import iso, parse_instant
from changming.trust.vault.envelope import KEY_BYTES, FieldCipher, data_key_aad, unwrap_key, wrap_key
from changming.trust.vault.fields import FieldId
from changming.trust.vault.folder import (
    check_private,
    create_file,
    create_together,
    make_private,
    overwrite_and_remove,
    read_private,
)
from changming.trust.vault.model import Epoch, KeyRow, VaultBroken
from changming.trust.vault.provider import ROOT_FILE, FileProvider, WrapProvider

SUBFOLDER: Final = "keyring"
INDEX_BYTES: Final = 16
_SEED_FILE: Final = "seed.json"
_SEED_AAD: Final = b"changming|seed|v1"
_EPOCH_FILE: Final = re.compile(r"epoch-(\d{6})\.json")


class Keyring:
    """Epoch keys by number, and keys derived for cookies, idempotency and blind indexes.

    The seed is wrapped by the root key like an epoch key, so that ``derive`` also works where the root key sits in a
    device that gives nothing out. It is never rotated: a new seed ends every session and empties every blind index.

    Args:
        folder: holds ``epoch-NNNNNN.json`` and ``seed.json``.
        provider: holds the root key.
    """

    def __init__(self, folder: Path, provider: WrapProvider) -> None:
        self._folder = folder
        self._provider = provider
        self._seed = self._unwrap_file(_SEED_FILE, _SEED_AAD)[1]
        self._derived: dict[str, bytes] = {}
        self._seen = 0
        self._keys: dict[int, bytes] = {}
        self._begun: dict[int, datetime] = {}
        self._aeads: dict[int, AESGCM] = {}
        self._index_keys: dict[tuple[int, FieldId], bytes] = {}
        self.reload()

    @classmethod
    def open_or_create(cls, folder: Path, *, now: datetime) -> Self:
        """The keyring in ``folder/keyring``, made on first use: all its files at once or none.

        Args:
            folder: the key folder, outside the database and its backups; made with mode 0700 if missing.
            now: the present instant; it dates the first epoch.

        Raises:
            ChangmingError: ``keys_too_open``, ``keys_not_owned``, ``keys_incomplete``, ``keys_damaged``, each with
                the path; ``VaultBroken`` when the root key is not the one that wrapped the others.
        """
        make_private(folder)
        own = folder / SUBFOLDER
        if not own.is_dir():
            root = os.urandom(KEY_BYTES)
            provider = FileProvider(root)
            files = {
                ROOT_FILE: root.hex().encode(),
                _SEED_FILE: _wrapped_json(provider, _SEED_AAD, now),
                _epoch_file(1): _wrapped_json(provider, _epoch_aad(1), now),
            }
            create_together(own, files)
        check_private(own)
        return cls(own, FileProvider.open(own / ROOT_FILE))

    def __repr__(self) -> str:
        return f"<Keyring of {len(self._keys)} epochs>"

    @property
    def current(self) -> int:
        """The number of the epoch that wraps new keys; a look at the folder's time sees another process's rotation."""
        self._look()
        return max(self._keys)

    @property
    def epochs(self) -> tuple[Epoch, ...]:
        """The epochs whose keys are held, oldest first."""
        self._look()
        numbers = sorted(self._keys)
        ends = [self._begun[number] for number in numbers[1:]]
        return tuple(
            Epoch(number, self._begun[number], end) for number, end in zip(numbers, [*ends, None], strict=True)
        )

    def derive(self, purpose: str) -> bytes:
        """A 32-byte key for one purpose (HKDF-SHA256, RFC 5869), the same at every call and in every process."""
        if purpose not in self._derived:
            self._derived[purpose] = _hkdf(self._seed, f"changming|derive|v1|{purpose}")
        return self._derived[purpose]

    def new_data_key(self, subject_id: SubjectId, key_id: UUID, key: bytes) -> KeyRow:
        """The row that keeps ``key`` for a subject, under the current epoch."""
        return self._wrap(subject_id, key_id, self.current, key)

    def rewrap(self, row: KeyRow, epoch: int) -> KeyRow:
        """The same data key under another epoch."""
        return self._wrap(row.subject_id, row.key_id, epoch, self._data_key(row))

    def cipher(self, row: KeyRow) -> FieldCipher:
        """The cipher of a stored data key.

        Raises:
            VaultBroken: the row was changed or belongs to another subject or epoch; with code ``epoch_gone`` when
                the epoch's key was destroyed, as after restoring a backup that is too old.
            ChangmingError: ``subject_erased`` (410) for the row of an erased subject.
        """
        return FieldCipher(row.subject_id, row.key_id, self._data_key(row))

    def fingerprint(self, field: FieldId, normalised: bytes) -> bytes:
        """The inner keyed hash of a value that is looked up: 32 bytes, stored only sealed under the subject's key."""
        return hmac.digest(self.derive(f"index|{field.value}"), normalised, hashlib.sha256)

    def index(self, epoch: int, field: FieldId, fingerprint: bytes) -> bytes:
        """The blind index of a fingerprint in one epoch: 16 bytes, dead once the epoch's key is destroyed."""
        name = (epoch, field)
        if name not in self._index_keys:
            self._index_keys[name] = _hkdf(self._epoch_key(epoch), f"changming|index|v1|{field.value}")
        return hmac.digest(self._index_keys[name], fingerprint, hashlib.sha256)[:INDEX_BYTES]

    def reload(self) -> None:
        """Read the folder again: another process may have begun or destroyed an epoch."""
        self._seen = self._folder.stat().st_mtime_ns
        found = {int(m[1]) for path in self._folder.iterdir() if (m := _EPOCH_FILE.fullmatch(path.name))}
        for gone in self._keys.keys() - found:
            self._forget(gone)
        for number in found - self._keys.keys():
            self._begun[number], self._keys[number] = self._unwrap_file(_epoch_file(number), _epoch_aad(number))
            self._aeads[number] = AESGCM(self._keys[number])
        if not self._keys:
            raise ChangmingError("keys_incomplete", status=500, path=self._folder / _epoch_file(1))

    def begin_epoch(self, *, now: datetime) -> int:
        """Make the key of the next epoch, durable before it is used; its number.

        One at a time: ``rotate`` holds the lock.
        """
        self.reload()
        number = self.current + 1
        create_file(self._folder / _epoch_file(number), _wrapped_json(self._provider, _epoch_aad(number), now))
        self.reload()
        return number

    def destroy_epoch(self, number: int) -> None:
        """Destroy an epoch's key for good. ``rotate`` calls it once the database has no row on it and accepts none.

        Raises:
            ValueError: for the current epoch.
        """
        if number == self.current:
            raise ValueError("the current epoch's key is not destroyed")
        path = self._folder / _epoch_file(number)
        if path.exists():
            overwrite_and_remove(path)
        self._forget(number)

    def _look(self) -> None:
        if self._folder.stat().st_mtime_ns != self._seen:
            self.reload()

    def _wrap(self, subject_id: SubjectId, key_id: UUID, epoch: int, key: bytes) -> KeyRow:
        self._epoch_key(epoch)
        wrapped = wrap_key(self._aeads[epoch], key, data_key_aad(subject_id, key_id, epoch))
        return KeyRow(subject_id, key_id, epoch, wrapped)

    def _data_key(self, row: KeyRow) -> bytes:
        if row.epoch is None:
            raise ChangmingError("subject_erased", status=410)
        self._epoch_key(row.epoch)
        aad = data_key_aad(row.subject_id, row.key_id, row.epoch)
        return unwrap_key(self._aeads[row.epoch], row.wrapped, aad, what="data key")

    def _epoch_key(self, number: int) -> bytes:
        if number not in self._keys:
            self.reload()
        if number not in self._keys:
            raise VaultBroken(f"epoch {number}", code="epoch_gone")
        return self._keys[number]

    def _forget(self, number: int) -> None:
        held: dict[int, Any]
        for held in (self._keys, self._begun, self._aeads):
            held.pop(number, None)
        for name in [name for name in self._index_keys if name[0] == number]:
            del self._index_keys[name]

    def _unwrap_file(self, name: str, aad: bytes) -> tuple[datetime, bytes]:
        path = self._folder / name
        content = read_private(path)
        try:
            entry = json.loads(content)
            begun, wrapped = parse_instant(entry["created_at"]), base64.b64decode(entry["wrapped"], validate=True)
        except (ValueError, KeyError, TypeError):
            raise ChangmingError("keys_damaged", status=500, path=path) from None
        return begun, self._provider.unwrap(wrapped, aad=aad)


def _epoch_file(number: int) -> str:
    return f"epoch-{number:06d}.json"


def _epoch_aad(number: int) -> bytes:
    return b"changming|epoch|v1|" + struct.pack(">I", number)


def _wrapped_json(provider: WrapProvider, aad: bytes, now: datetime) -> bytes:
    wrapped = base64.b64encode(provider.wrap(os.urandom(KEY_BYTES), aad=aad)).decode()
    return json.dumps({"created_at": iso(now), "wrapped": wrapped}, indent=1).encode()


def _hkdf(key: bytes, info: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=info.encode()).derive(key)
