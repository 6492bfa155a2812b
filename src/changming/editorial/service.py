"""Acts that move the edition: adopt what a release brings, publish, retract, look a second time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from changming.editorial import store
from changming.editorial.model import (
    TOPIC,
    Bundled,
    Cause,
    EditionRow,
    Head,
    Outcome,
    PackVersion,
    Retraction,
    RetractionId,
    topic_of,
)
from changming.editorial.rules import InForce, decide_adoption, decide_retract, decide_second_look
from changming.guidance.knowledge import Pack, digest_of
from changming.infra import live
from changming.infra.postgres import Tx
from changming.kernel.actors import DESK, OPERATOR, Actor, ActorKind
from changming.kernel.decisions import Refusal
from changming.kernel.errors import ChangmingError
from changming.kernel.ids import StaffId, new_id
from changming.kernel.masking import mask
from changming.trust.ledger import Action, Event, record


@dataclass(frozen=True, slots=True)
class Release:
    """The packs that came with the software, with the text of each."""

    packs: Mapping[str, Pack]
    authored: Mapping[str, str]


async def adopt_release(tx: Tx, release: Release, *, now: datetime) -> Head:
    """Take over what the release brings and nobody has edited; the rest waits for editors. The edition in force.

    The first time everything is taken over, as edition 1. A version that an earlier release brought is never taken
    over again, so that a process of the old release that starts once more changes nothing.
    """
    await store.lock(tx)
    head = await store.find_head(tx)
    packs = {} if head is None else await store.find_packs(tx, head.number)
    known, seen = await store.find_bundled(tx), await store.find_bundled_digests(tx)
    brought = {service: pack.digest for service, pack in release.packs.items()}
    found = decide_adoption(packs, known, brought, seen_before=seen, first=head is None)
    for service, digest in brought.items():
        if digest in seen:
            continue
        pack = release.packs[service]
        await store.add_version(tx, version_of(pack, release.authored[service], bundled=True, now=now))
        await store.set_bundled(tx, service, Bundled(digest, service in found.waiting))
    if head is not None and not found.adopted:
        return head
    changed = tuple(found.adopted)
    moved = await _move(tx, head, {**packs, **found.adopted}, changed, Cause.BUNDLED, staff=None, now=now)
    place = f"edition/{moved.number}/{moved.digest}"
    await record(tx, Event(Action.EDITION_ADOPT, DESK, object=place), now=now)
    return moved


async def find_in_force(tx: Tx, service: str) -> InForce:
    """The version of an entry in force."""
    head = await store.find_head(tx)
    digest = None if head is None else (await store.find_packs(tx, head.number)).get(service)
    found = None if digest is None else await store.find_version(tx, digest)
    return InForce() if found is None else InForce(found.digest, found.version)


async def put_into_force(tx: Tx, pack: Pack, authored: str, cause: Cause, *, staff: StaffId, now: datetime) -> Head:
    """A new edition with this version of the pack's entry. The caller holds ``store.lock`` and has decided."""
    await store.add_version(tx, version_of(pack, authored, bundled=False, now=now))
    return await _set_entry(tx, pack.service, pack.digest, cause, staff=staff, now=now)


async def retract(
    tx: Tx, service: str, *, seen: str, reason: str, staff: StaffId | None, now: datetime
) -> Retraction | Refusal:
    """Take an entry out of force, at once; a second person looks at it afterwards.

    Args:
        tx: the act's transaction.
        service: whose entry.
        seen: the digest of the version that the person has looked at.
        reason: why, in words; what looks personal in it is masked before it is kept.
        staff: who does it; None is the operator at the command line.
        now: the present instant.
    """
    await store.lock(tx)
    in_force = await find_in_force(tx, service)
    refusal = decide_retract(in_force, seen=seen, reason=reason)
    if refusal is not None or in_force.digest is None:
        return refusal or Refusal("entry_not_in_force")
    head = await _set_entry(tx, service, None, Cause.RETRACT, staff=staff, now=now)
    retraction = Retraction(
        id=RetractionId(new_id(now)),
        service=service,
        digest=in_force.digest,
        number=head.number,
        reason=mask(reason.strip()).text,
        staff_id=staff,
        retracted_at=now,
        outcome=None,
        decided_by=None,
        decided_at=None,
    )
    await store.add_retraction(tx, retraction)
    action = Action.ENTRY_RETRACT_BY_OPERATOR if staff is None else Action.ENTRY_RETRACT
    place = entry_name(service, in_force.version)
    await record(tx, Event(action, actor_of(staff), object=place, approvals=(edition_name(head),)), now=now)
    return retraction


async def confirm_retraction(tx: Tx, retraction_id: RetractionId, *, staff: StaffId, now: datetime) -> Refusal | None:
    """A second person agrees that the entry stays out of force.

    Raises:
        ChangmingError: ``retraction_missing`` (404).
    """
    await store.lock(tx)
    retraction = await _locked(tx, retraction_id)
    if refusal := decide_second_look(retraction, await find_in_force(tx, retraction.service), staff=staff):
        return refusal
    await store.settle_retraction(tx, retraction.id, Outcome.CONFIRMED, staff=staff, now=now)
    await live.publish(tx, TOPIC, "retraction", now=now)
    place = f"retraction/{retraction.id}"
    await record(tx, Event(Action.RETRACTION_CONFIRM, actor_of(staff), object=place), now=now)
    return None


async def restore_entry(tx: Tx, retraction_id: RetractionId, *, staff: StaffId, now: datetime) -> Head | Refusal:
    """A second person puts the retracted version back into force.

    Raises:
        ChangmingError: ``retraction_missing`` (404).
    """
    await store.lock(tx)
    retraction = await _locked(tx, retraction_id)
    if refusal := decide_second_look(retraction, await find_in_force(tx, retraction.service), staff=staff):
        return refusal
    head = await _set_entry(tx, retraction.service, retraction.digest, Cause.RESTORE, staff=staff, now=now)
    await store.settle_retraction(tx, retraction.id, Outcome.RESTORED, staff=staff, now=now)
    place = f"retraction/{retraction.id}"
    event = Event(Action.ENTRY_RESTORE, actor_of(staff), object=place, approvals=(edition_name(head),))
    await record(tx, event, now=now)
    return head


async def dismiss_release(tx: Tx, service: str, *, staff: StaffId, now: datetime) -> Refusal | None:
    """Editors keep their own version although the release brought another one."""
    digest = await store.settle_bundled(tx, service)
    if digest is None:
        return Refusal("release_settled", 409)
    await live.publish(tx, TOPIC, "release", now=now)
    place = f"pack/{service}/{digest}"
    await record(tx, Event(Action.RELEASE_DISMISS, actor_of(staff), object=place), now=now)
    return None


def version_of(pack: Pack, authored: str, *, bundled: bool, now: datetime) -> PackVersion:
    """A pack with its text, as it is kept."""
    return PackVersion(pack.digest, pack.service, pack.version, pack.document, authored, bundled, now)


def actor_of(staff: StaffId | None) -> Actor:
    """Who acts: a member of staff, or the operator at the command line."""
    return OPERATOR if staff is None else Actor(ActorKind.STAFF, staff)


def entry_name(service: str, version: str) -> str:
    """How the ledger calls a version of an entry."""
    return f"pack/{service}@{version}"


def edition_name(head: Head) -> str:
    """How the ledger calls an edition."""
    return f"edition/{head.number}/{head.digest}"


async def _locked(tx: Tx, retraction_id: RetractionId) -> Retraction:
    retraction = await store.lock_retraction(tx, retraction_id)
    if retraction is None:
        raise ChangmingError("retraction_missing", status=404)
    return retraction


async def _set_entry(
    tx: Tx, service: str, digest: str | None, cause: Cause, *, staff: StaffId | None, now: datetime
) -> Head:
    """The next edition, with this version of one service's entry, or without it."""
    head = await store.find_head(tx)
    packs = {} if head is None else await store.find_packs(tx, head.number)
    packs.pop(service, None)
    if digest is not None:
        packs[service] = digest
    return await _move(tx, head, packs, (service,), cause, staff=staff, now=now)


async def _move(
    tx: Tx,
    head: Head | None,
    packs: Mapping[str, str],
    changed: tuple[str, ...],
    cause: Cause,
    *,
    staff: StaffId | None,
    now: datetime,
) -> Head:
    moved = Head(1 if head is None else head.number + 1, digest_of(packs))
    await store.add_edition(tx, EditionRow(moved.number, moved.digest, cause, changed, staff, now), packs)
    await store.set_head(tx, moved, now=now)
    await live.publish_all(tx, [TOPIC, *map(topic_of, changed)], cause.value, now=now)
    return moved
