"""Who may do what with an entry. Pure; every "no" is a value."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from changming.editorial.model import Bundled, Draft, DraftState, Retraction
from changming.kernel.decisions import Refusal
from changming.kernel.ids import StaffId

LONGEST_REASON: Final = 500


@dataclass(frozen=True, slots=True)
class Findings:
    """What is known of a draft's text at the moment of decision.

    ``version`` and ``digest`` are those of its pack; empty while the text has faults. ``overdue`` are the sources past
    their ``review_by``; ``unpredicted`` counts replayed answers that change although no cell of the decision diff says
    so. ``against`` is the digest of the version that it was compared with.
    """

    faults: int
    version: str = ""
    digest: str = ""
    overdue: tuple[str, ...] = ()
    unpredicted: int = 0
    against: str | None = None


@dataclass(frozen=True, slots=True)
class InForce:
    """The version of the entry in force now; both empty where there is none."""

    digest: str | None = None
    version: str = ""


@dataclass(frozen=True, slots=True)
class Adoption:
    """What a release changes: versions ``adopted`` into the edition, and those that ``wait`` for editors."""

    adopted: Mapping[str, str]
    waiting: tuple[str, ...]


def decide_save(draft: Draft, *, revision: int) -> Refusal | None:
    """Whether a draft may be written over: it is open, and nobody saved since the writer read it."""
    if draft.state is not DraftState.OPEN:
        return Refusal("draft_not_open", 409)
    return None if draft.revision == revision else Refusal("draft_changed", 409)


def decide_submit(draft: Draft, found: Findings, in_force: InForce, *, revision: int) -> Refusal | None:
    """Whether a second person can be asked to look at it."""
    return decide_save(draft, revision=revision) or decide_text(draft, found, in_force)


def decide_text(draft: Draft, found: Findings, in_force: InForce) -> Refusal | None:
    """Whether the text could go into force now, whoever approves it."""
    reasons = (
        (found.faults, Refusal("draft_faulty", 422, {"count": found.faults})),
        (found.digest == in_force.digest, Refusal("draft_same", 409)),
        (not draft.base_digest == found.against == in_force.digest, Refusal("draft_stale", 409)),
        (
            found.version < in_force.version,
            Refusal("draft_version", 422, {"version": found.version, "newest": in_force.version}),
        ),
        (found.overdue, Refusal("draft_review_due", 422, {"sources": ", ".join(found.overdue)})),
        (found.unpredicted, Refusal("draft_unpredicted", 409, {"count": found.unpredicted})),
    )
    return next((refusal for holds, refusal in reasons if holds), None)


def decide_approve(
    draft: Draft, found: Findings, in_force: InForce, *, staff: StaffId, revision: int
) -> Refusal | None:
    """Whether this person may put the draft into force: never one of its authors, and only what they have read."""
    if draft.state is not DraftState.SUBMITTED:
        return Refusal("draft_not_submitted", 409)
    if draft.revision != revision:
        return Refusal("draft_changed", 409)
    if staff in draft.authors:
        return Refusal("draft_own", 403)
    return decide_text(draft, found, in_force)


def decide_return(draft: Draft, *, revision: int) -> Refusal | None:
    """Whether a submitted draft goes back to its authors. Authors may take it back themselves."""
    if draft.state is not DraftState.SUBMITTED:
        return Refusal("draft_not_submitted", 409)
    return None if draft.revision == revision else Refusal("draft_changed", 409)


def decide_withdraw(draft: Draft, *, staff: StaffId) -> Refusal | None:
    """Whether a draft is given up: by one of its authors."""
    if not draft.state.live:
        return Refusal("draft_not_open", 409)
    return None if staff in draft.authors else Refusal("draft_not_yours", 403)


def decide_retract(in_force: InForce, *, seen: str, reason: str) -> Refusal | None:
    """Whether an entry is taken out of force: at once, by one person, with a reason, and the version they have read."""
    if in_force.digest is None:
        return Refusal("entry_not_in_force", 409)
    if in_force.digest != seen:
        return Refusal("entry_changed", 409)
    if not reason.strip():
        return Refusal("reason_missing", 422)
    return Refusal("reason_too_long", 422, {"longest": LONGEST_REASON}) if len(reason) > LONGEST_REASON else None


def decide_second_look(retraction: Retraction, in_force: InForce, *, staff: StaffId) -> Refusal | None:
    """Whether this person may confirm a retraction or put the entry back: never who retracted it."""
    if retraction.outcome is not None or in_force.digest is not None:
        return Refusal("retraction_settled", 409)
    return Refusal("retraction_own", 403) if staff == retraction.staff_id else None


def decide_adoption(
    in_force: Mapping[str, str],
    known: Mapping[str, Bundled],
    bundle: Mapping[str, str],
    *,
    seen_before: frozenset[str] = frozenset(),
    first: bool = False,
) -> Adoption:
    """What of a release goes into force by itself.

    Args:
        in_force: digests by service of the edition in force.
        known: what the release before brought.
        bundle: digests by service that this release brings.
        seen_before: digests that an earlier release brought; an older process that starts again adopts nothing.
        first: there is no edition yet; everything is adopted.
    """
    adopted: dict[str, str] = {}
    waiting: list[str] = []
    for service, digest in bundle.items():
        before = known[service].digest if service in known else None
        if in_force.get(service) == digest or (not first and digest in seen_before):
            continue
        if first or in_force.get(service) == before:
            adopted[service] = digest
        else:
            waiting.append(service)
    return Adoption(adopted, tuple(waiting))
