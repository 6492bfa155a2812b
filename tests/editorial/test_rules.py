"""Who may do what with an entry, as tables."""

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from tests.editorial.conftest import FIRST, RENEW, bundled

from changming.editorial import (
    Bundled,
    Draft,
    DraftId,
    DraftState,
    Findings,
    InForce,
    Outcome,
    Retraction,
    RetractionId,
    Task,
    list_work,
    next_review,
)
from changming.editorial.rules import (
    decide_adoption,
    decide_approve,
    decide_retract,
    decide_return,
    decide_save,
    decide_second_look,
    decide_submit,
    decide_withdraw,
)
from changming.guidance.knowledge import edition_of
from changming.kernel.decisions import Refusal
from changming.kernel.ids import StaffId

AUTHOR, HELPER, SECOND = (StaffId(UUID(int=n)) for n in (1, 2, 3))
AT = datetime(2026, 11, 22, tzinfo=UTC)
OLD, NEW, OTHER = "a" * 64, "b" * 64, "c" * 64
DRAFT = Draft(
    DraftId(UUID(int=9)), RENEW, OLD, "…", 4, DraftState.SUBMITTED, (AUTHOR, HELPER), "", AT, AT, None, None, None
)
FOUND = Findings(faults=0, version="2026.11.23", digest=NEW, against=OLD)
NOW = InForce(OLD, "2026.11.22")


def code(refusal: Refusal | None) -> str:
    return "" if refusal is None else refusal.code


@pytest.mark.parametrize(
    ("draft", "found", "in_force", "staff", "revision", "wanted"),
    [
        (DRAFT, FOUND, NOW, SECOND, 4, ""),
        (DRAFT, FOUND, NOW, AUTHOR, 4, "draft_own"),
        (DRAFT, FOUND, NOW, HELPER, 4, "draft_own"),
        (DRAFT, FOUND, NOW, SECOND, 3, "draft_changed"),
        (replace(DRAFT, state=DraftState.OPEN), FOUND, NOW, SECOND, 4, "draft_not_submitted"),
        (replace(DRAFT, state=DraftState.PUBLISHED), FOUND, NOW, SECOND, 4, "draft_not_submitted"),
        (DRAFT, replace(FOUND, faults=2), NOW, SECOND, 4, "draft_faulty"),
        (DRAFT, FOUND, InForce(OTHER, "2026.11.22"), SECOND, 4, "draft_stale"),
        (DRAFT, replace(FOUND, against=OTHER), NOW, SECOND, 4, "draft_stale"),
        (DRAFT, FOUND, InForce(), SECOND, 4, "draft_stale"),
        (replace(DRAFT, base_digest=None), replace(FOUND, against=None), InForce(), SECOND, 4, ""),
        (DRAFT, replace(FOUND, digest=OLD), NOW, SECOND, 4, "draft_same"),
        (DRAFT, replace(FOUND, version="2026.11.21"), NOW, SECOND, 4, "draft_version"),
        (DRAFT, replace(FOUND, version="2026.11.22"), NOW, SECOND, 4, ""),
        (DRAFT, replace(FOUND, overdue=("fee-2019",)), NOW, SECOND, 4, "draft_review_due"),
        (DRAFT, replace(FOUND, unpredicted=1), NOW, SECOND, 4, "draft_unpredicted"),
    ],
)
def test_who_may_put_a_draft_into_force(
    draft: Draft, found: Findings, in_force: InForce, staff: StaffId, revision: int, *, wanted: str
) -> None:
    assert code(decide_approve(draft, found, in_force, staff=staff, revision=revision)) == wanted


def test_writing_submitting_returning_giving_up() -> None:
    writing = replace(DRAFT, state=DraftState.OPEN)
    assert code(decide_save(writing, revision=4)) == ""
    assert code(decide_save(writing, revision=3)) == "draft_changed"
    assert code(decide_save(DRAFT, revision=4)) == "draft_not_open"
    assert code(decide_submit(writing, FOUND, NOW, revision=4)) == ""
    assert code(decide_submit(writing, replace(FOUND, faults=1), NOW, revision=4)) == "draft_faulty"
    assert code(decide_submit(DRAFT, FOUND, NOW, revision=4)) == "draft_not_open"
    assert code(decide_return(DRAFT, revision=4)) == ""
    assert code(decide_return(DRAFT, revision=5)) == "draft_changed"
    assert code(decide_return(writing, revision=4)) == "draft_not_submitted"
    assert code(decide_withdraw(DRAFT, staff=AUTHOR)) == ""
    assert code(decide_withdraw(DRAFT, staff=SECOND)) == "draft_not_yours"
    assert code(decide_withdraw(replace(DRAFT, state=DraftState.PUBLISHED), staff=AUTHOR)) == "draft_not_open"


@pytest.mark.parametrize(
    ("in_force", "seen", "reason", "wanted"),
    [
        (NOW, OLD, "写错", ""),
        (NOW, NEW, "写错", "entry_changed"),
        (InForce(), OLD, "写错", "entry_not_in_force"),
        (NOW, OLD, "  ", "reason_missing"),
        (NOW, OLD, "长" * 501, "reason_too_long"),
    ],
)
def test_when_an_entry_is_taken_back(in_force: InForce, seen: str, reason: str, wanted: str) -> None:
    assert code(decide_retract(in_force, seen=seen, reason=reason)) == wanted


def test_who_looks_a_second_time() -> None:
    one = Retraction(RetractionId(UUID(int=7)), RENEW, OLD, 2, "写错", AUTHOR, AT, None, None, None)
    assert code(decide_second_look(one, InForce(), staff=SECOND)) == ""
    assert code(decide_second_look(one, InForce(), staff=AUTHOR)) == "retraction_own"
    assert code(decide_second_look(one, NOW, staff=SECOND)) == "retraction_settled"
    assert code(decide_second_look(replace(one, outcome=Outcome.CONFIRMED), InForce(), staff=SECOND)) == (
        "retraction_settled"
    )
    assert code(decide_second_look(replace(one, staff_id=None), InForce(), staff=AUTHOR)) == ""


@pytest.mark.parametrize(
    ("in_force", "known", "bundle", "seen", "wanted"),
    [
        ({"a": "1"}, {"a": "1"}, {"a": "1"}, {"1"}, ({}, ())),  # the same release
        ({"a": "1"}, {"a": "1"}, {"a": "2"}, {"1"}, ({"a": "2"}, ())),  # nobody edited
        ({"a": "9"}, {"a": "1"}, {"a": "2"}, {"1"}, ({}, ("a",))),  # editors wrote their own
        ({}, {"a": "1"}, {"a": "2"}, {"1"}, ({}, ("a",))),  # it was taken back
        ({"a": "2"}, {"a": "2"}, {"a": "1"}, {"1", "2"}, ({}, ())),  # an older release starts again
        ({"a": "2"}, {"a": "1"}, {"a": "2"}, {"1"}, ({}, ())),  # editors wrote what the release brings
        ({}, {}, {"b": "1"}, set(), ({"b": "1"}, ())),  # a new entry
        ({"b": "9"}, {}, {"b": "1"}, set(), ({}, ("b",))),  # editors were faster
        (
            {"a": "1", "c": "5"},
            {"a": "1", "c": "5"},
            {"a": "1"},
            {"1", "5"},
            ({}, ()),
        ),  # gone from the release: it stays
    ],
)
def test_what_a_release_changes(
    in_force: dict[str, str],
    known: dict[str, str],
    bundle: dict[str, str],
    seen: set[str],
    wanted: tuple[dict[str, str], tuple[str, ...]],
) -> None:
    before = {service: Bundled(digest, waiting=False) for service, digest in known.items()}
    found = decide_adoption(in_force, before, bundle, seen_before=frozenset(seen))
    assert (dict(found.adopted), found.waiting) == wanted
    first = decide_adoption({}, {}, bundle, seen_before=frozenset(seen), first=True)
    assert dict(first.adopted) == bundle


def test_the_work_list_begins_with_what_presses_most() -> None:
    packs = [bundled().packs[RENEW], bundled().packs[FIRST]]
    late = min(next_review(pack) for pack in packs)
    retraction = Retraction(RetractionId(UUID(int=7)), "safety", OLD, 2, "写错", SECOND, AT, None, None, None)
    drafts = [
        DRAFT,
        replace(DRAFT, authors=(SECOND,)),
        replace(DRAFT, state=DraftState.OPEN, remark="缺来源"),
        replace(DRAFT, state=DraftState.OPEN, authors=(SECOND,), remark="缺来源"),
    ]
    waiting = {FIRST: Bundled(NEW, waiting=True), RENEW: Bundled(OLD, waiting=False)}
    day = date(late.year + 5, 1, 1)
    work = list_work(edition_of(packs), drafts, [retraction], waiting, me=AUTHOR, on=day)
    assert [item.task for item in work] == [
        *(
            Task.CHECK,
            Task.RETRACTED,
            Task.RETURNED,
            Task.RELEASE,
            Task.REVIEW,
            Task.REVIEW,
            Task.WRITING,
            Task.WAITING,
        ),
    ]
    quiet = list_work(edition_of(packs), [], [], {}, me=AUTHOR, on=late)
    assert quiet == ()
