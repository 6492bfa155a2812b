"""Personal data at rest: sealed per subject, opened with a recorded proof, erased by destroying a key.

See docs/reference/vault.md for formats and operation, docs/adr/0003-vault.md for the decisions.
"""

from changming.trust.vault.fields import OWN_ONLY, SENSITIVE, FieldId
from changming.trust.vault.index import add_index, drop_index, find_indexed
from changming.trust.vault.keyring import Keyring
from changming.trust.vault.model import (
    ERASED_EVERYWHERE,
    KEEP_OLD_EPOCH,
    LONGEST_VIEWING,
    OWN_DATA,
    ROTATE_EVERY,
    Rotation,
    VaultBroken,
    VaultStatus,
    Viewing,
)
from changming.trust.vault.provider import FileProvider, WrapProvider
from changming.trust.vault.rotation import rotate, vault_status
from changming.trust.vault.sealing import Opener, Sealer, add_key, destroy_key, end_viewings, opener, sealer
from changming.trust.vault.viewings import view

__all__ = [
    "ERASED_EVERYWHERE",
    "KEEP_OLD_EPOCH",
    "LONGEST_VIEWING",
    "OWN_DATA",
    "OWN_ONLY",
    "ROTATE_EVERY",
    "SENSITIVE",
    "FieldId",
    "FileProvider",
    "Keyring",
    "Opener",
    "Rotation",
    "Sealer",
    "VaultBroken",
    "VaultStatus",
    "Viewing",
    "WrapProvider",
    "add_index",
    "add_key",
    "destroy_key",
    "drop_index",
    "end_viewings",
    "find_indexed",
    "opener",
    "rotate",
    "sealer",
    "vault_status",
    "view",
]
