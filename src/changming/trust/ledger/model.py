"""What is recorded: one event, before and after it has its place in the tree."""

from dataclasses import dataclass
from datetime import datetime

from changming.kernel.actors import Actor
from changming.kernel.ids import EventId, Pseudonym
from changming.trust.ledger.actions import Action


@dataclass(frozen=True, slots=True)
class Event:
    """One act, told without personal data.

    Args:
        action: which act, from the closed vocabulary.
        actor: who did it; ids are pseudonymous.
        subject: the pseudonym of whom it concerns, never their subject id.
        object: what it was done to, as ``<kind>/<id>``: ``case/<uuid>``, ``pack/passport/urgent@2026.11.22``.
        purpose: why, as a short slug: ``case-work``. A reason in people's own words belongs into ``detail``.
        approvals: ids of the approvals it rests on, as uuids or ``<kind>/<id>``.
        result: how it ended: ``ok`` or an error code.
        detail: sealed bytes kept beside the tree, deletable; the leaf carries only their SHA-256.
    """

    action: Action
    actor: Actor
    subject: Pseudonym | None = None
    object: str = ""
    purpose: str = ""
    approvals: tuple[str, ...] = ()
    result: str = "ok"
    detail: bytes | None = None


@dataclass(frozen=True, slots=True)
class Leaf:
    """A recorded event as it stands in the tree; ``action`` is a string, since a leaf outlives its vocabulary."""

    id: EventId
    time: datetime
    actor: str
    action: str
    subject: Pseudonym | None
    object: str
    purpose: str
    approvals: tuple[str, ...]
    result: str
    detail_sha256: str | None
