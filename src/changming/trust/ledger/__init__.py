"""The tamper-evident ledger: C2SP tiles, signed checkpoints, proofs. Recording, sealing, exporting, verifying."""

from changming.trust.ledger.actions import Action
from changming.trust.ledger.leaf import LeafError
from changming.trust.ledger.model import Event, Leaf
from changming.trust.ledger.service import record, record_many, wait_sealed

__all__ = ["Action", "Event", "Leaf", "LeafError", "record", "record_many", "wait_sealed"]
