from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

import pytest

from changming.desk.cases import Case, CaseEventKind, CaseState, promise_of, rules
from changming.desk.cases.rules import Change, Facts
from changming.desk.clocks import CURRENT, KNOWN, Cause, Clock, ClockKind, Policy, Versions
from changming.kernel.actors import DESK, Actor, ActorKind
from changming.kernel.catalogue import Level
from changming.kernel.decisions import Refusal
from changming.kernel.ids import CaseId, ConversationId, Pseudonym, StaffId, SubjectId, random_id
from changming.kernel.messages import Lang
from changming.trust.ledger import Action

T0 = datetime(2026, 11, 21, 18, 10, tzinfo=UTC)
ANN, BOB = StaffId(random_id()), StaffId(random_id())
VISITOR = Actor(ActorKind.VISITOR, random_id())
STAFF = Actor(ActorKind.STAFF, ANN)


def h(hours: float) -> timedelta:
    return timedelta(hours=hours)


def opened(level: Level = Level.GENERAL, by: Actor = VISITOR) -> Facts:
    case = Case(
        id=CaseId(random_id()),
        reference="CM-0000-0000",
        subject_id=SubjectId(random_id()),
        pseudonym=Pseudonym(random_id()),
        conversation_id=ConversationId(random_id()),
        state=CaseState.WAITING_FOR_US,
        level=level,
        service="resident-id/replace-lost",
        circumstances_sealed=None,
        created_at=T0,
    )
    return after(Facts(case, (), KNOWN), lambda facts: rules.decide_open(facts, by, now=T0))


def after(facts: Facts, decide: Callable[[Facts], Change | Refusal | None]) -> Facts:
    change = decide(facts)
    assert isinstance(change, Change), change
    return Facts(change.case, change.clocks, facts.versions)


def taken(level: Level = Level.GENERAL, at: datetime = T0) -> Facts:
    return after(opened(level), lambda f: rules.decide_take(f, ANN, over=False, now=at))


def replied(facts: Facts, at: datetime) -> Facts:
    return after(facts, lambda f: rules.decide_reply(f, ANN, now=at))


def asked(facts: Facts, at: datetime) -> Facts:
    return after(facts, lambda f: rules.decide_ask(f, ANN, now=at))


def resolved(facts: Facts, at: datetime) -> Facts:
    return after(facts, lambda f: rules.decide_resolve(f, ANN, with_answer=True, now=at))


def clock(facts: Facts, kind: ClockKind, number: int = 1) -> Clock:
    return next(c for c in facts.clocks if c.kind is kind and c.round == number)


def kinds(facts: Facts) -> dict[ClockKind, bool]:
    return {c.kind: c.running for c in facts.clocks}


def change(found: Change | Refusal | None) -> Change:
    assert isinstance(found, Change)
    return found


def code(found: Change | Refusal | None) -> str:
    assert isinstance(found, Refusal)
    return found.code


@pytest.mark.parametrize(
    ("level", "started", "first_due"),
    [
        (Level.CRITICAL, {ClockKind.FIRST_CONTACT, ClockKind.RESOLUTION}, h(1)),
        (Level.URGENT, {ClockKind.FIRST_CONTACT, ClockKind.RESOLUTION}, h(2)),
        (Level.PRIORITY, {ClockKind.FIRST_CONTACT, ClockKind.RESOLUTION}, h(8)),
        (Level.GENERAL, {ClockKind.FIRST_CONTACT, ClockKind.RESOLUTION}, h(24)),
        (Level.DEDICATED, {ClockKind.FIRST_CONTACT, ClockKind.UPDATE}, h(2)),
    ],
)
def test_opening_starts_the_clocks_of_the_level(level: Level, started: set[ClockKind], first_due: timedelta) -> None:
    facts = opened(level)
    assert set(kinds(facts)) == started
    assert (facts.case.next_due_at, facts.case.next_due_kind) == (T0 + first_due, ClockKind.FIRST_CONTACT)


@pytest.mark.parametrize(
    ("by", "action"), [(VISITOR, Action.CASE_OPEN), (STAFF, Action.CASE_OPEN_BY_STAFF), (DESK, Action.CASE_OPEN)]
)
def test_a_case_entered_by_staff_has_the_same_clocks(by: Actor, action: Action) -> None:
    empty = Facts(opened().case, (), KNOWN)
    found = rules.decide_open(empty, by, now=T0)
    assert found.action is action
    assert {c.kind for c in found.clocks} == {ClockKind.FIRST_CONTACT, ClockKind.RESOLUTION}


def test_taking_names_an_owner_and_is_no_first_contact_by_itself() -> None:
    facts = taken()
    assert facts.case.owner_id == ANN
    assert clock(facts, ClockKind.FIRST_CONTACT).running


def test_taking_a_dedicated_case_keeps_its_first_promise() -> None:
    facts = taken(Level.DEDICATED, T0 + h(1))
    contact = clock(facts, ClockKind.FIRST_CONTACT)
    assert (contact.stopped_at, contact.stop_cause) == (T0 + h(1), Cause.OWNER_NAMED)
    assert facts.case.next_due_kind is ClockKind.UPDATE


def test_taking_twice() -> None:
    facts = taken()
    assert rules.decide_take(facts, ANN, over=False, now=T0) is None
    refused = rules.decide_take(facts, BOB, over=False, now=T0)
    assert isinstance(refused, Refusal)
    assert (refused.code, refused.fields) == ("case_taken", {"owner": ANN})
    over = change(rules.decide_take(facts, BOB, over=True, now=T0))
    assert (over.case.owner_id, over.event.kind) == (BOB, CaseEventKind.TAKEN_OVER)
    assert code(rules.decide_take(resolved(facts, T0), BOB, over=True, now=T0)) == "case_resolved"


def test_handing_over() -> None:
    facts = taken()
    found = change(rules.decide_hand_over(facts, ANN, BOB, now=T0))
    assert (found.case.owner_id, found.event.facts) == (BOB, {"from": str(ANN), "to": str(BOB)})
    assert code(rules.decide_hand_over(facts, ANN, ANN, now=T0)) == "hand_over_to_self"
    assert code(rules.decide_hand_over(facts, BOB, ANN, now=T0)) == "case_not_yours"


@pytest.mark.parametrize(
    "decide",
    [
        lambda f, by: rules.decide_reply(f, by, now=T0),
        lambda f, by: rules.decide_ask(f, by, now=T0),
        lambda f, by: rules.decide_resolve(f, by, with_answer=True, now=T0),
        lambda f, by: rules.decide_hand_over(f, by, StaffId(random_id()), now=T0),
        lambda f, by: rules.decide_agreed_date(f, by, T0 + h(1), now=T0),
    ],
)
def test_only_the_owner_acts_in_an_open_case(decide: Callable[[Facts, StaffId], Change | Refusal]) -> None:
    assert code(decide(opened(Level.DEDICATED), ANN)) == "case_not_taken"
    assert code(decide(taken(Level.DEDICATED), BOB)) == "case_not_yours"
    assert code(decide(resolved(taken(Level.DEDICATED), T0), ANN)) == "case_resolved"
    assert isinstance(decide(taken(Level.DEDICATED), ANN), Change)


def test_only_words_of_a_person_are_first_contact() -> None:
    facts = replied(taken(), T0 + h(3))
    contact = clock(facts, ClockKind.FIRST_CONTACT)
    assert (contact.stopped_at, contact.stop_cause, contact.breached_at) == (T0 + h(3), Cause.STAFF_REPLIED, None)
    assert facts.case.contacted
    assert facts.case.next_due_at == T0 + h(72)
    again = replied(facts, T0 + h(4))
    assert clock(again, ClockKind.FIRST_CONTACT).stopped_at == T0 + h(3)


def test_a_late_reply_is_late_even_before_any_sweep() -> None:
    assert clock(replied(taken(), T0 + h(25)), ClockKind.FIRST_CONTACT).breached_at == T0 + h(24)


def test_each_word_in_a_dedicated_case_starts_the_next_update() -> None:
    facts = replied(replied(taken(Level.DEDICATED), T0 + h(10)), T0 + h(100))
    assert clock(facts, ClockKind.UPDATE, 1).stopped_at == T0 + h(10)
    second = clock(facts, ClockKind.UPDATE, 2)
    assert (second.started_at, second.breached_at) == (T0 + h(10), T0 + h(82))
    assert clock(facts, ClockKind.UPDATE, 3).due_at == T0 + h(172)
    assert facts.case.next_due_at == T0 + h(172)


def test_asking_waits_where_the_level_lets_it() -> None:
    facts = asked(taken(), T0 + h(1))
    assert facts.case.state is CaseState.WAITING_FOR_PERSON
    assert facts.case.waiting_until == T0 + h(169)
    assert facts.case.next_due_at == T0 + h(72 + 168)
    assert clock(facts, ClockKind.FIRST_CONTACT).stopped_at == T0 + h(1)
    urgent = asked(taken(Level.URGENT), T0 + h(1))
    assert urgent.case.state is CaseState.WAITING_FOR_PERSON
    assert urgent.case.waiting_until is None
    assert urgent.case.next_due_at == T0 + h(24)
    assert change(rules.decide_ask(urgent, ANN, now=T0 + h(2))).event.facts == {}


def test_the_persons_word_ends_the_waiting() -> None:
    facts = asked(taken(), T0 + h(1))
    found = change(rules.decide_receive(facts, VISITOR, now=T0 + h(6)))
    assert found.event.kind is CaseEventKind.PERSON_WROTE
    assert (found.case.state, found.case.waiting_until) == (CaseState.WAITING_FOR_US, None)
    assert found.case.next_due_at == T0 + h(77)
    assert rules.decide_receive(Facts(found.case, found.clocks, KNOWN), VISITOR, now=T0 + h(7)) is None


def test_a_word_after_the_resolution_starts_nothing() -> None:
    facts = resolved(taken(), T0 + h(1))
    found = change(rules.decide_receive(facts, VISITOR, now=T0 + h(2)))
    assert (found.case.state, found.case.wrote_again_at) == (CaseState.RESOLVED, T0 + h(2))
    assert found.clocks == facts.clocks
    noted = Facts(found.case, found.clocks, KNOWN)
    assert rules.decide_receive(noted, VISITOR, now=T0 + h(3)) is None
    settled = after(noted, lambda f: rules.decide_acknowledge(f, ANN, now=T0 + h(4)))
    assert settled.case.wrote_again_at is None
    assert code(rules.decide_acknowledge(settled, ANN, now=T0 + h(5))) == "nothing_to_acknowledge"
    assert code(rules.decide_acknowledge(taken(), ANN, now=T0)) == "nothing_to_acknowledge"


def test_a_wait_that_ran_out_gives_the_case_back() -> None:
    facts = asked(taken(), T0 + h(1))
    assert rules.decide_wait_over(facts, now=T0 + h(168)) is None
    assert rules.decide_wait_over(taken(), now=T0 + h(500)) is None
    found = change(rules.decide_wait_over(facts, now=T0 + h(170)))
    assert (found.case.state, found.case.waiting_until) == (CaseState.WAITING_FOR_US, None)
    assert found.case.next_due_at == T0 + h(240)


def test_resolving_judges_every_clock_and_needs_an_answer() -> None:
    assert code(rules.decide_resolve(taken(), ANN, with_answer=False, now=T0)) == "answer_first"
    silent = change(rules.decide_resolve(replied(taken(), T0), ANN, with_answer=False, now=T0 + h(1)))
    assert silent.case.resolved
    facts = resolved(taken(), T0 + h(80))
    assert [c.breached_at for c in facts.clocks] == [T0 + h(24), T0 + h(72)]
    assert not any(kinds(facts).values())
    assert (facts.case.next_due_at, facts.case.next_due_kind) == (None, None)


def test_reopening_promises_anew_and_leaves_the_old_promises() -> None:
    facts = resolved(taken(), T0 + h(80))
    again = after(facts, lambda f: rules.decide_reopen(f, VISITOR, now=T0 + h(100)))
    assert (again.case.round, again.case.state, again.case.contacted) == (2, CaseState.WAITING_FOR_US, False)
    assert again.clocks[:2] == facts.clocks
    assert clock(again, ClockKind.FIRST_CONTACT, 2).due_at == T0 + h(124)
    assert code(rules.decide_reopen(again, VISITOR, now=T0)) == "case_not_resolved"
    assert change(rules.decide_reopen(facts, STAFF, now=T0 + h(100))).action is Action.CASE_REOPEN_BY_STAFF
    assert change(rules.decide_reopen(facts, VISITOR, now=T0 + h(100))).action is Action.CASE_REOPEN
    dedicated = after(resolved(taken(Level.DEDICATED), T0), lambda f: rules.decide_reopen(f, VISITOR, now=T0 + h(1)))
    assert clock(dedicated, ClockKind.FIRST_CONTACT, 2).stop_cause is Cause.OWNER_NAMED
    nobody = replace(facts, case=replace(facts.case, owner_id=None))
    assert change(rules.decide_reopen(nobody, VISITOR, now=T0)).case.owner_id is None


def test_another_level_tells_both_deadlines() -> None:
    found = change(rules.decide_level(opened(), ANN, Level.URGENT, now=T0 + h(10)))
    assert found.event.facts == {
        "from": "general",
        "to": "urgent",
        "first_contact_before": "2026-11-22T18:10:00Z",
        "first_contact_after": "2026-11-22T06:10:00Z",
        "resolution_before": "2026-11-24T18:10:00Z",
        "resolution_after": "2026-11-23T04:10:00Z",
    }
    assert found.case.next_due_at == T0 + h(12)


def test_who_may_change_the_level() -> None:
    assert code(rules.decide_level(taken(), BOB, Level.URGENT, now=T0)) == "case_not_yours"
    assert code(rules.decide_level(taken(), ANN, Level.GENERAL, now=T0)) == "level_same"
    assert code(rules.decide_level(resolved(taken(), T0), ANN, Level.URGENT, now=T0)) == "case_resolved"


def test_becoming_dedicated_keeps_the_date_and_adds_updates() -> None:
    facts = after(taken(), lambda f: rules.decide_level(f, ANN, Level.DEDICATED, now=T0 + h(5)))
    assert clock(facts, ClockKind.RESOLUTION).due_at == T0 + h(72)
    assert clock(facts, ClockKind.UPDATE).due_at == T0 + h(77)
    assert clock(facts, ClockKind.FIRST_CONTACT).stop_cause is Cause.OWNER_NAMED
    nobody = after(opened(), lambda f: rules.decide_level(f, ANN, Level.DEDICATED, now=T0 + h(5)))
    assert clock(nobody, ClockKind.FIRST_CONTACT).due_at == T0 + h(7)


def test_leaving_dedicated_promises_a_resolution_and_ends_updates() -> None:
    facts = after(taken(Level.DEDICATED), lambda f: rules.decide_level(f, ANN, Level.PRIORITY, now=T0 + h(5)))
    update = clock(facts, ClockKind.UPDATE)
    assert (update.stopped_at, update.stop_cause) == (T0 + h(5), Cause.LEVEL_CHANGED)
    assert clock(facts, ClockKind.RESOLUTION).due_at == T0 + h(53)


def test_raising_a_waiting_case_to_a_level_that_never_waits() -> None:
    facts = after(asked(taken(), T0 + h(1)), lambda f: rules.decide_level(f, ANN, Level.URGENT, now=T0 + h(2)))
    assert (facts.case.state, facts.case.waiting_until) == (CaseState.WAITING_FOR_PERSON, None)
    assert facts.case.next_due_at == T0 + h(26)


def test_an_agreed_date() -> None:
    facts = taken(Level.DEDICATED)
    found = change(rules.decide_agreed_date(facts, ANN, T0 + h(300), now=T0 + h(1)))
    assert found.event.facts == {"resolution_after": "2026-12-04T06:10:00Z"}
    later = Facts(found.case, found.clocks, KNOWN)
    moved = change(rules.decide_agreed_date(later, ANN, T0 + h(400), now=T0 + h(2)))
    assert moved.event.facts["resolution_before"] == "2026-12-04T06:10:00Z"
    assert sum(c.kind is ClockKind.RESOLUTION for c in moved.clocks) == 1
    assert code(rules.decide_agreed_date(facts, ANN, T0, now=T0 + h(1))) == "date_passed"
    assert code(rules.decide_agreed_date(taken(), ANN, T0 + h(9), now=T0)) == "date_only_dedicated"


def test_a_new_policy_reaches_open_cases_only() -> None:
    old = Policy("older", 1, CURRENT.calendar, MappingProxyType({**CURRENT.levels}))
    versions = Versions({**KNOWN.policies, old.id: old}, KNOWN.calendars)
    facts = taken()
    assert rules.decide_policy(facts, now=T0) is None
    stale = Facts(facts.case, tuple(replace(c, policy_id=old.id) for c in facts.clocks), versions)
    found = change(rules.decide_policy(stale, now=T0 + h(1)))
    assert {c.policy_id for c in found.clocks} == {CURRENT.id}
    assert (found.event.kind, found.action) == (CaseEventKind.POLICY_CHANGED, Action.CLOCK_RETIME)
    done = resolved(stale, T0 + h(1))
    assert rules.decide_policy(done, now=T0 + h(2)) is None
    assert {c.policy_id for c in done.clocks} == {old.id}


def test_the_erased_are_promised_nothing() -> None:
    facts = after(asked(taken(), T0 + h(1)), lambda f: rules.decide_end(f, VISITOR, now=T0 + h(2)))
    assert facts.case.resolved
    assert {c.stop_cause for c in facts.clocks} == {Cause.STAFF_REPLIED, Cause.ERASED}
    assert rules.decide_end(facts, VISITOR, now=T0 + h(3)) is None


def test_the_public_promise_through_a_life() -> None:
    def told(facts: Facts, now: datetime) -> tuple[ClockKind | None, timedelta | None, list[tuple[bool, bool, bool]]]:
        found = promise_of(facts.case, facts.clocks, KNOWN, Lang.ZH, now=now)
        assert bool(found.why) is (found.next is not None)
        return (
            found.next.kind if found.next else None,
            found.remaining,
            [(line.kept_at is not None, line.missed, line.paused) for line in found.lines],
        )

    facts = taken()
    assert told(facts, T0 + h(1)) == (ClockKind.FIRST_CONTACT, h(23), [(False, False, False), (False, False, False)])
    assert told(facts, T0 + h(25)) == (ClockKind.FIRST_CONTACT, h(-1), [(False, True, False), (False, False, False)])
    facts = asked(facts, T0 + h(2))
    assert told(facts, T0 + h(3)) == (ClockKind.RESOLUTION, h(237), [(True, False, False), (False, False, True)])
    facts = resolved(facts, T0 + h(4))
    assert told(facts, T0 + h(5)) == (None, None, [(True, False, False), (True, False, False)])
    facts = after(facts, lambda f: rules.decide_reopen(f, VISITOR, now=T0 + h(6)))
    assert told(facts, T0 + h(6)) == (ClockKind.FIRST_CONTACT, h(24), [(False, False, False), (False, False, False)])


def test_an_agreed_promise_says_so() -> None:
    facts = after(taken(Level.DEDICATED), lambda f: rules.decide_agreed_date(f, ANN, T0 + h(9), now=T0))
    found = promise_of(facts.case, facts.clocks, KNOWN, Lang.EN, now=T0)
    assert found.next is not None
    assert found.next.agreed
    assert found.why == ("This time was agreed with you: Sun 22 Nov 11:10.",)
