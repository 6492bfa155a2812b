"""The tamper-evident ledger: C2SP tiles, signed checkpoints, proofs. Recording, sealing, publishing, verifying.

The names are loaded when they are first used, so that ``verify`` runs where there is neither a database nor a driver
for one. No submodule has the name of a public function.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from changming.trust.ledger.actions import Action
    from changming.trust.ledger.audit import Audited, audit_database
    from changming.trust.ledger.checkpoints import Checkpoint
    from changming.trust.ledger.exporting import export
    from changming.trust.ledger.faults import Fault, LedgerTampered, Problem
    from changming.trust.ledger.folder import prove_from, verify
    from changming.trust.ledger.keys import DEFAULT_ORIGIN, Remembered, adopt_checkpoint, open_or_create_signer
    from changming.trust.ledger.leaf import LeafError
    from changming.trust.ledger.model import Event, Leaf
    from changming.trust.ledger.note import Signer, Verifier
    from changming.trust.ledger.publish import (
        Resource,
        checkpoint,
        entry_bundle,
        prove,
        prove_event,
        read_checkpoint,
        resource,
        tile,
    )
    from changming.trust.ledger.sequencer import Sequencer
    from changming.trust.ledger.service import (
        Unsealed,
        find_detail,
        find_trace,
        find_waiting,
        forget_details,
        record,
        record_many,
        unsealed,
        wait_sealed,
    )
else:
    _HOMES = {
        "actions": "Action",
        "audit": "Audited audit_database",
        "checkpoints": "Checkpoint",
        "exporting": "export",
        "faults": "Fault LedgerTampered Problem",
        "folder": "prove_from verify",
        "keys": "DEFAULT_ORIGIN Remembered adopt_checkpoint open_or_create_signer",
        "leaf": "LeafError",
        "model": "Event Leaf",
        "note": "Signer Verifier",
        "publish": "Resource checkpoint entry_bundle prove prove_event read_checkpoint resource tile",
        "sequencer": "Sequencer",
        "service": "Unsealed find_detail find_trace find_waiting forget_details "
        "record record_many unsealed wait_sealed",
    }
    _HOME_OF = {name: home for home, names in _HOMES.items() for name in names.split()}

    def __getattr__(name: str) -> object:
        if name not in _HOME_OF:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)


__all__ = [
    "DEFAULT_ORIGIN",
    "Action",
    "Audited",
    "Checkpoint",
    "Event",
    "Fault",
    "Leaf",
    "LeafError",
    "LedgerTampered",
    "Problem",
    "Remembered",
    "Resource",
    "Sequencer",
    "Signer",
    "Unsealed",
    "Verifier",
    "adopt_checkpoint",
    "audit_database",
    "checkpoint",
    "entry_bundle",
    "export",
    "find_detail",
    "find_trace",
    "find_waiting",
    "forget_details",
    "open_or_create_signer",
    "prove",
    "prove_event",
    "prove_from",
    "read_checkpoint",
    "record",
    "record_many",
    "resource",
    "tile",
    "unsealed",
    "verify",
    "wait_sealed",
]
