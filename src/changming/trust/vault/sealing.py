"""Sealing a subject's fields, opening them with a proof, and destroying their key."""

import os
from datetime import datetime
from typing import Final
from uuid import UUID

from changming.infra.postgres import Queries, Tx
from changming.kernel.actors import Actor
from changming.kernel.errors import ChangmingError
from changming.kernel.ids import Pseudonym, SubjectId, random_id
from changming.kernel.personal import Personal
from changming.trust.vault.envelope import KEY_BYTES, WRAPPED_KEY_BYTES, FieldCipher, index_field
from changming.trust.vault.fields import FieldId
from changming.trust.vault.keyring import Keyring
from changming.trust.vault.model import KeyRow, StoredViewing, VaultBroken, Viewing
from changming.trust.vault.rules import decide_field, decide_open

_Q = Queries(__package__)
_ZEROS: Final = bytes(WRAPPED_KEY_BYTES)


class Sealer:
    """Seals fields of one subject. It holds the plain data key: keep it no longer than its transaction."""

    __slots__ = ("_cipher", "subject_id")

    def __init__(self, subject_id: SubjectId, cipher: FieldCipher) -> None:
        self.subject_id = subject_id
        self._cipher = cipher

    def seal(self, field: FieldId, row: UUID, value: Personal) -> bytes:
        """The text as a blob that opens only for this field, this row and this subject.

        Raises:
            ChangmingError: ``text_not_unicode`` (400) for a text with half a character (a lone surrogate).
        """
        return self._cipher.seal(field.value.encode(), row, 0, utf8(value))

    def seal_bytes(self, field: FieldId, row: UUID, plain: bytes, *, part: int = 0) -> bytes:
        """Bytes as a blob that opens only here; ``part`` numbers the chunks of an upload, so that none can move."""
        return self._cipher.seal(field.value.encode(), row, part, plain)

    def seal_fingerprint(self, field: FieldId, row: UUID, fingerprint: bytes) -> bytes:
        """A fingerprint of ``Keyring.fingerprint`` as a blob, for the vault's own blind index."""
        return self._cipher.seal(index_field(field), row, 0, fingerprint)


class Opener:
    """Opens the fields that a proof names, of the subject that it names."""

    __slots__ = ("_cipher", "_viewing")

    def __init__(self, viewing: Viewing, cipher: FieldCipher) -> None:
        self._viewing = viewing
        self._cipher = cipher

    def open(self, field: FieldId, row: UUID, blob: bytes) -> Personal:
        """The text that was sealed for this field and row.

        Raises:
            ChangmingError: ``viewing_outside`` (403) for a field that the proof does not name.
            VaultBroken: the blob is not what was sealed here.
        """
        plain = self.open_bytes(field, row, blob)
        try:
            return Personal(plain.decode())
        except UnicodeDecodeError:
            raise VaultBroken(field.value) from None

    def open_bytes(self, field: FieldId, row: UUID, blob: bytes, *, part: int = 0) -> bytes:
        """The bytes that were sealed for this field, row and part; errors as ``open``."""
        refusal = decide_field(self._viewing, field)
        if refusal is not None:
            raise refusal.as_error()
        return self._cipher.open(field.value.encode(), row, part, bytes(blob))


async def add_key(tx: Tx, keyring: Keyring, subject_id: SubjectId, pseudonym: Pseudonym, *, now: datetime) -> Sealer:
    """Make and keep a data key for a new subject; a Sealer without reading it back.

    One statement whose result is not awaited, so that the caller may send it in a pipeline with the rest of its act.

    Args:
        tx: the act's transaction.
        keyring: wraps the key under its current epoch.
        subject_id: the new subject.
        pseudonym: the subject's name in the ledger, so that a viewing can be recorded under it.
        now: the present instant.
    """
    key_id, key = random_id(), os.urandom(KEY_BYTES)
    row = keyring.new_data_key(subject_id, key_id, key)
    names = {"subject_id": subject_id, "key_id": key_id, "epoch": row.epoch, "wrapped": row.wrapped}
    await tx.execute(_Q("add_key"), {**names, "pseudonym": pseudonym, "now": now})
    return Sealer(subject_id, FieldCipher(subject_id, key_id, key))


async def sealer(tx: Tx, keyring: Keyring, subject_id: SubjectId) -> Sealer:
    """The Sealer of a subject, by exactly one SELECT. Keys are never cached: an erasure holds in the next call.

    Raises:
        ChangmingError: ``subject_unknown`` (404), ``subject_erased`` (410).
        VaultBroken: the key row does not unwrap.
    """
    row = await (await tx.execute(_Q("find_key"), {"subject_id": subject_id})).fetchone()
    if row is None:
        raise ChangmingError("subject_unknown", status=404)
    return Sealer(subject_id, keyring.cipher(KeyRow.from_row(row)))


async def opener(tx: Tx, keyring: Keyring, viewing: Viewing, *, now: datetime) -> Opener:
    """An Opener for a proof that still holds: stored as it is in hand, sealed, not ended, not expired.

    One SELECT; a proof that opens once is spent by a second statement.

    Raises:
        ChangmingError: ``subject_unknown`` (404), ``subject_erased`` (410), ``viewing_unknown`` or
            ``viewing_expired`` (403).
        VaultBroken: the key row does not unwrap.
    """
    names = {"id": viewing.id, "subject_id": viewing.subject_id}
    row = await (await tx.execute(_Q("find_proof"), names)).fetchone()
    if row is None:
        raise ChangmingError("subject_unknown", status=404)
    key = KeyRow(viewing.subject_id, row["key_id"], row["epoch"], bytes(row["wrapped"]))
    if key.epoch is None:
        raise ChangmingError("subject_erased", status=410)
    stored = None if row["id"] is None else StoredViewing(Viewing.from_row(row), row["sealed"], row["ended"])
    refusal = decide_open(viewing, stored, now=now)
    if refusal is not None:
        raise refusal.as_error()
    if viewing.single_use:
        spent = await (await tx.execute(_Q("spend_viewing"), {"id": viewing.id, "now": now})).fetchone()
        if spent is None:
            raise ChangmingError("viewing_expired", status=403)
    return Opener(viewing, keyring.cipher(key))


async def destroy_key(tx: Tx, subject_id: SubjectId, *, now: datetime) -> bool:
    """Make everything sealed for a subject unreadable; False if it was already.

    The wrapped key is overwritten with zeros and its row stays as a tombstone; the blind indexes are deleted and the
    proofs about the subject end. Older copies of the row die with their epoch: see ``rotate``.
    """
    names = {"subject_id": subject_id, "now": now}
    erased = await (await tx.execute(_Q("erase_key"), {**names, "zeros": _ZEROS})).fetchone()
    await tx.execute(_Q("drop_indexes_of_subject"), names)
    await tx.execute(_Q("end_viewings_of_subject"), names)
    return erased is not None


async def end_viewings(tx: Tx, actor: Actor, *, now: datetime) -> None:
    """End every live proof of somebody who may look no longer, e.g. when their session ends."""
    await tx.execute(_Q("end_viewings_of_actor"), {"actor_kind": actor.kind.value, "actor_id": actor.id, "now": now})


def utf8(value: Personal) -> bytes:
    """The text as UTF-8; ``text_not_unicode`` (400) if it holds half a character."""
    try:
        return value.reveal().encode()
    except UnicodeEncodeError:
        pass  # its message shows the text, so the refusal is raised outside and carries nothing of it
    raise ChangmingError("text_not_unicode", status=400)
