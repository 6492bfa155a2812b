"""Blind indexes: finding a row by its value without storing the value, only what the desk must look up.

digest = HMAC(key of epoch and field, fingerprint)[:16], fingerprint = HMAC(key of field, normalised value). The
fingerprint is stored too, sealed under the subject's key, so that a rotation renews the index without opening what
the person gave, and an erased subject's fingerprint is as dead as the rest.
"""

from uuid import UUID

from changming.infra.postgres import Queries, Tx
from changming.kernel.ids import SubjectId
from changming.kernel.personal import Personal
from changming.trust.vault.fields import FieldId
from changming.trust.vault.keyring import Keyring
from changming.trust.vault.sealing import Sealer, utf8

_Q = Queries(__package__)


async def add_index(
    tx: Tx, keyring: Keyring, sealer: Sealer, *, field: FieldId, row: UUID, normalised: Personal
) -> None:
    """Make the row findable by the field's value.

    Args:
        tx: the act's transaction.
        keyring: holds the index keys.
        sealer: of the row's subject.
        field: which field, with its own index key.
        row: the row that is found.
        normalised: the value in its canonical form; two spellings of one value must be equal here.
    """
    fingerprint = keyring.fingerprint(field, utf8(normalised))
    names = {
        "row_id": row,
        "field": field.value,
        "subject_id": sealer.subject_id,
        "fingerprint_sealed": sealer.seal_fingerprint(field, row, fingerprint),
    }
    epoch = keyring.current
    digest = keyring.index(epoch, field, fingerprint)
    await tx.execute(_Q("add_index"), {**names, "epoch": epoch, "digest": digest})


async def find_indexed(
    tx: Tx, keyring: Keyring, field: FieldId, normalised: Personal
) -> tuple[tuple[SubjectId, UUID], ...]:
    """The subjects and rows with this value, oldest first, whatever epoch their index is in."""
    fingerprint = keyring.fingerprint(field, utf8(normalised))
    digests = [keyring.index(epoch.number, field, fingerprint) for epoch in keyring.epochs]
    cursor = await tx.execute(_Q("find_indexed"), {"digests": digests, "field": field.value})
    return tuple((SubjectId(row["subject_id"]), row["row_id"]) for row in await cursor.fetchall())


async def drop_index(tx: Tx, row: UUID) -> None:
    """Forget every index of a row that is deleted or gets another value."""
    await tx.execute(_Q("drop_indexes_of_row"), {"row_id": row})
