"""What may happen to a case, and what becomes of it and its promises. Pure: facts in, a change or a refusal out."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from changming.desk.cases.model import Case, CaseEventKind, CaseState, NewEvent
from changming.desk.cases.promises import Promises
from changming.desk.clocks import CURRENT, Cause, Clock, Versions
from changming.kernel.actors import DESK, Actor, ActorKind
from changming.kernel.catalogue import Level
from changming.kernel.decisions import Refusal
from changming.kernel.ids import StaffId
from changming.kernel.instants import iso
from changming.trust.ledger import Action

RESOLVED: Final = Refusal("case_resolved")


@dataclass(frozen=True, slots=True)
class Facts:
    """A case with all its clocks and the versions they rest on, as they stand under the case's row lock."""

    case: Case
    clocks: tuple[Clock, ...]
    versions: Versions

    def promises(self, actor: Actor, now: datetime) -> Promises:
        """Its clocks in the hands of whoever acts."""
        return Promises(self.case.id, self.clocks, self.versions, actor, now)


@dataclass(frozen=True, slots=True)
class Change:
    """What an act makes of a case: its new state, all its clocks, what the history and the ledger say.

    Where a decision gives None instead, nothing changes.
    """

    case: Case
    clocks: tuple[Clock, ...]
    event: NewEvent
    action: Action | None


def decide_open(facts: Facts, actor: Actor, *, now: datetime) -> Change:
    """A new case with the clocks of its level, running."""
    promises = facts.promises(actor, now).started(facts.case.level)
    action = Action.CASE_OPEN_BY_STAFF if actor.kind is ActorKind.STAFF else Action.CASE_OPEN
    return _change(facts.case, promises, CaseEventKind.OPENED, action, {"level": facts.case.level.value})


def decide_take(facts: Facts, staff: StaffId, *, over: bool, now: datetime) -> Change | Refusal | None:
    """The case gets ``staff`` as its named owner. Taking one's own case again changes nothing.

    ``over`` takes it from a colleague, which is an act of its own: their shift is over, or their account is gone.
    """
    case = facts.case
    if case.resolved:
        return RESOLVED
    if case.owner_id == staff:
        return None
    if case.owner_id is not None and not over:
        return Refusal("case_taken", fields={"owner": case.owner_id})
    promises = facts.promises(_staff(staff), now).owner_named()
    owned = replace(case, owner_id=staff)
    if case.owner_id is None:
        return _change(owned, promises, CaseEventKind.TAKEN, Action.CASE_TAKE, {"to": str(staff)})
    told = {"from": str(case.owner_id), "to": str(staff)}
    return _change(owned, promises, CaseEventKind.TAKEN_OVER, Action.CASE_TAKE_OVER, told)


def decide_hand_over(facts: Facts, staff: StaffId, to: StaffId, *, now: datetime) -> Change | Refusal:
    """The owner gives the case to a colleague."""
    if refusal := _not_owner(facts.case, staff):
        return refusal
    if staff == to:
        return Refusal("hand_over_to_self", 422)
    told = {"from": str(staff), "to": str(to)}
    promises = facts.promises(_staff(staff), now)
    return _change(replace(facts.case, owner_id=to), promises, CaseEventKind.HANDED_OVER, Action.CASE_HANDOVER, told)


def decide_reply(facts: Facts, staff: StaffId, *, now: datetime) -> Change | Refusal:
    """A person of the desk has spoken: first contact is made, and a promised update is given."""
    if refusal := _not_owner(facts.case, staff):
        return refusal
    promises = facts.promises(_staff(staff), now).contacted(facts.case.level)
    return _change(replace(facts.case, contacted=True), promises, CaseEventKind.REPLIED, Action.CASE_REPLY)


def decide_ask(facts: Facts, staff: StaffId, *, now: datetime) -> Change | Refusal:
    """The owner asks the person for something: a contact too; the resolution waits, where the level lets it."""
    if refusal := _not_owner(facts.case, staff):
        return refusal
    promises = facts.promises(_staff(staff), now).contacted(facts.case.level).waiting()
    case = replace(facts.case, contacted=True, state=CaseState.WAITING_FOR_PERSON)
    told = {"until": iso(promises.waiting_until)} if promises.waiting_until else {}
    return _change(case, promises, CaseEventKind.ASKED, Action.CASE_ASK, told)


def decide_receive(facts: Facts, actor: Actor, *, now: datetime) -> Change | None:
    """The person wrote: waiting for them ends now. After the resolution it is noted and starts nothing by itself.

    The message itself is recorded where it is received.
    """
    case, promises = facts.case, facts.promises(actor, now)
    if case.resolved and case.wrote_again_at is None:
        return _change(replace(case, wrote_again_at=now), promises, CaseEventKind.WROTE_AGAIN)
    if case.state is CaseState.WAITING_FOR_PERSON:
        case = replace(case, state=CaseState.WAITING_FOR_US)
        return _change(case, promises.resumed(Cause.PERSON_WROTE), CaseEventKind.PERSON_WROTE)
    return None


def decide_wait_over(facts: Facts, *, now: datetime) -> Change | None:
    """The longest wait is over without a word: the case is ours again. None where that is not (yet) so."""
    case = facts.case
    if case.waiting_until is None or now < case.waiting_until:
        return None
    promises = facts.promises(DESK, now).resumed(Cause.PAUSE_RAN_OUT)
    case = replace(case, state=CaseState.WAITING_FOR_US)
    return _change(case, promises, CaseEventKind.WAIT_OVER, Action.CASE_WAIT_OVER)


def decide_level(facts: Facts, staff: StaffId, level: Level, *, now: datetime) -> Change | Refusal:
    """Another level: running clocks are re-timed with both deadlines on record; stopped ones are never touched."""
    case = facts.case
    if case.resolved:
        return RESOLVED
    if case.owner_id not in {None, staff}:
        return Refusal("case_not_yours", fields={"owner": case.owner_id})
    if case.level is level:
        return Refusal("level_same", 422)
    promises = facts.promises(_staff(staff), now).retimed(level, Cause.LEVEL_CHANGED)
    if case.owner_id is not None:
        promises = promises.owner_named()
    told = {"from": case.level.value, "to": level.value, **_deadlines(facts, promises)}
    return _change(replace(case, level=level), promises, CaseEventKind.LEVEL_CHANGED, Action.CASE_RELEVEL, told)


def decide_policy(facts: Facts, *, now: datetime) -> Change | None:
    """Running clocks under the present policy; None where they are already, or the case is resolved."""
    if facts.case.resolved or all(not c.running or c.policy_id == CURRENT.id for c in facts.clocks):
        return None
    promises = facts.promises(DESK, now).retimed(facts.case.level, Cause.POLICY_CHANGED)
    told = _deadlines(facts, promises)
    return _change(facts.case, promises, CaseEventKind.POLICY_CHANGED, Action.CLOCK_RETIME, told)


def decide_agreed_date(facts: Facts, staff: StaffId, until: datetime, *, now: datetime) -> Change | Refusal:
    """The date of the resolution that a dedicated case's owner and the person agreed on."""
    if refusal := _not_owner(facts.case, staff):
        return refusal
    if facts.case.level is not Level.DEDICATED:
        return Refusal("date_only_dedicated", 422)
    promises = facts.promises(_staff(staff), now).agreed(until, facts.case.level)
    if isinstance(promises, Refusal):
        return promises
    told = _deadlines(facts, promises)
    return _change(facts.case, promises, CaseEventKind.DATE_AGREED, Action.CASE_AGREE, told)


def decide_resolve(facts: Facts, staff: StaffId, *, with_answer: bool, now: datetime) -> Change | Refusal:
    """The desk's answer or act is given: every clock is judged at this moment.

    Where nobody has spoken to the person yet, it takes an answer to resolve.
    """
    if refusal := _not_owner(facts.case, staff):
        return refusal
    if not with_answer and not facts.case.contacted:
        return Refusal("answer_first", 422)
    promises = facts.promises(_staff(staff), now).stopped(Cause.RESOLVED)
    case = replace(facts.case, state=CaseState.RESOLVED, resolved_at=now, contacted=True)
    return _change(case, promises, CaseEventKind.RESOLVED, Action.CASE_RESOLVE)


def decide_reopen(facts: Facts, actor: Actor, *, now: datetime) -> Change | Refusal:
    """A resolved case is taken up again by an explicit act: new clocks run from now, the old ones stay as they are."""
    case = facts.case
    if not case.resolved:
        return Refusal("case_not_resolved")
    promises = facts.promises(actor, now).started(case.level)
    if case.owner_id is not None:
        promises = promises.owner_named()
    case = replace(
        case,
        state=CaseState.WAITING_FOR_US,
        resolved_at=None,
        wrote_again_at=None,
        contacted=False,
        round=case.round + 1,
    )
    action = Action.CASE_REOPEN_BY_STAFF if actor.kind is ActorKind.STAFF else Action.CASE_REOPEN
    return _change(case, promises, CaseEventKind.REOPENED, action)


def decide_acknowledge(facts: Facts, staff: StaffId, *, now: datetime) -> Change | Refusal:
    """What the person wrote after the resolution (a thanks) needs nothing more."""
    if not facts.case.resolved or facts.case.wrote_again_at is None:
        return Refusal("nothing_to_acknowledge")
    case = replace(facts.case, wrote_again_at=None)
    promises = facts.promises(_staff(staff), now)
    return _change(case, promises, CaseEventKind.ACKNOWLEDGED, Action.CASE_ACKNOWLEDGE)


def decide_end(facts: Facts, actor: Actor, *, now: datetime) -> Change | None:
    """The subject is erased: nothing can be read or answered any more, so nothing is promised any more."""
    if facts.case.resolved:
        return None
    promises = facts.promises(actor, now).stopped(Cause.ERASED)
    case = replace(facts.case, state=CaseState.RESOLVED, resolved_at=now)
    return _change(case, promises, CaseEventKind.ENDED, Action.CASE_END)


def _change(
    case: Case,
    promises: Promises,
    kind: CaseEventKind,
    action: Action | None = None,
    facts: Mapping[str, str] | None = None,
) -> Change:
    """The change, with what the case row repeats of its clocks for the queue."""
    nearest = promises.nearest
    case = replace(
        case,
        next_due_at=nearest.due_at if nearest else None,
        next_due_kind=nearest.kind if nearest else None,
        waiting_until=promises.waiting_until,
        events=case.events + 1,
    )
    return Change(case, promises.clocks, NewEvent(kind, facts or {}), action)


def _deadlines(facts: Facts, promises: Promises) -> dict[str, str]:
    """The deadlines that a change moved, before and after."""
    before = {(clock.kind, clock.round): clock.due_at for clock in facts.clocks}
    told = {}
    for clock in promises.clocks:
        old = before.get((clock.kind, clock.round))
        if clock.running and old != clock.due_at:
            told[f"{clock.kind}_after"] = iso(clock.due_at)
            if old is not None:
                told[f"{clock.kind}_before"] = iso(old)
    return told


def _not_owner(case: Case, staff: StaffId) -> Refusal | None:
    if case.resolved:
        return RESOLVED
    if case.owner_id is None:
        return Refusal("case_not_taken")
    if case.owner_id != staff:
        return Refusal("case_not_yours", fields={"owner": case.owner_id})
    return None


def _staff(staff: StaffId) -> Actor:
    return Actor(ActorKind.STAFF, staff)
