from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from changming.kernel.actors import DESK, OPERATOR, Actor, ActorKind
from changming.kernel.decisions import Refusal
from changming.kernel.ids import EventId, SubjectId
from changming.trust.vault import OWN_DATA, OWN_ONLY, SENSITIVE, FieldId, Viewing
from changming.trust.vault.model import MINT, Epoch, StoredViewing, ViewingRequest
from changming.trust.vault.rules import decide_destroy, decide_field, decide_open, decide_view

NOW = datetime(2026, 11, 21, 18, 10, tzinfo=UTC)
QUARTER = timedelta(minutes=15)
SUBJECT = SubjectId(UUID(int=1))
VISITOR = Actor(ActorKind.VISITOR, UUID(int=2))
STAFF = Actor(ActorKind.STAFF, UUID(int=3))
BODY = frozenset({FieldId.MESSAGE_BODY})
PHONE = frozenset({FieldId.CONTACT_PHONE})
TOKEN = frozenset({FieldId.SECRET_LINK_TOKEN})


@pytest.mark.parametrize(
    ("actor", "fields", "purpose", "lifetime", "allowed"),
    [
        (STAFF, BODY, "case-work", QUARTER, True),
        (STAFF, PHONE, "case-work", QUARTER, True),
        (DESK, PHONE, "deliver", QUARTER, True),
        (OPERATOR, BODY, "export-own-data", timedelta(seconds=1), True),
        (VISITOR, BODY | PHONE | TOKEN, OWN_DATA, timedelta(days=180), True),
        (STAFF, BODY, "case-work", QUARTER + timedelta(seconds=1), False),
        (STAFF, TOKEN, "case-work", QUARTER, False),
        (STAFF, BODY | TOKEN, "case-work", QUARTER, False),
        (STAFF, BODY, OWN_DATA, QUARTER, False),
        (DESK, BODY, OWN_DATA, QUARTER, False),
        (VISITOR, BODY, "case-work", QUARTER, False),
        (Actor(ActorKind.VISITOR), BODY, OWN_DATA, QUARTER, False),
    ],
)
def test_who_may_see_what(
    *, actor: Actor, fields: frozenset[FieldId], purpose: str, lifetime: timedelta, allowed: bool
) -> None:
    found = decide_view(ViewingRequest(actor, SUBJECT, None, fields, purpose, lifetime))
    assert found == (None if allowed else Refusal("viewing_refused", 403))


@pytest.mark.parametrize("purpose", ["", "x", "Case", "case work", "王小明 13800138000", "a" * 41, "a\n"])
def test_a_purpose_is_a_word_and_never_free_text(purpose: str) -> None:
    with pytest.raises(ValueError, match="free text"):
        decide_view(ViewingRequest(STAFF, SUBJECT, None, BODY, purpose, QUARTER))


@pytest.mark.parametrize(("fields", "lifetime"), [(frozenset(), QUARTER), (BODY, timedelta(0))])
def test_an_empty_request_is_a_defect(fields: frozenset[FieldId], lifetime: timedelta) -> None:
    with pytest.raises(ValueError, match="at least one field"):
        decide_view(ViewingRequest(STAFF, SUBJECT, None, fields, "case-work", lifetime))


@pytest.mark.parametrize(
    ("actor", "fields", "purpose", "single_use"),
    [(STAFF, BODY, "case-work", False), (STAFF, BODY | PHONE, "case-work", True), (VISITOR, PHONE, OWN_DATA, False)],
)
def test_sensitive_fields_open_once_for_anyone_but_the_person(
    *, actor: Actor, fields: frozenset[FieldId], purpose: str, single_use: bool
) -> None:
    assert ViewingRequest(actor, SUBJECT, None, fields, purpose, QUARTER).single_use is single_use


def _viewing(fields: frozenset[FieldId] = BODY) -> Viewing:
    return Viewing(
        id=UUID(int=9),
        actor=STAFF,
        subject_id=SUBJECT,
        case_id=None,
        fields=fields,
        purpose="case-work",
        granted_at=NOW,
        expires_at=NOW + QUARTER,
        single_use=False,
        event_id=EventId(UUID(int=8)),
        mint=MINT,
    )


@pytest.mark.parametrize(
    ("stored", "at", "code"),
    [
        (StoredViewing(_viewing(), sealed=True, ended=False), NOW, None),
        (StoredViewing(_viewing(), sealed=True, ended=False), NOW + QUARTER - timedelta(microseconds=1), None),
        (StoredViewing(_viewing(), sealed=True, ended=False), NOW + QUARTER, "viewing_expired"),
        (StoredViewing(_viewing(), sealed=True, ended=False), NOW - timedelta(microseconds=1), "viewing_expired"),
        (StoredViewing(_viewing(), sealed=True, ended=True), NOW, "viewing_expired"),
        (StoredViewing(_viewing(), sealed=False, ended=False), NOW, "viewing_unknown"),
        (StoredViewing(_viewing(BODY | PHONE), sealed=True, ended=False), NOW, "viewing_unknown"),
        (None, NOW, "viewing_unknown"),
    ],
)
def test_when_a_proof_opens(stored: StoredViewing | None, at: datetime, code: str | None) -> None:
    refusal = decide_open(_viewing(), stored, now=at)
    assert (refusal and refusal.code) == code


def test_a_field_that_the_proof_does_not_name_stays_closed() -> None:
    assert decide_field(_viewing(), FieldId.MESSAGE_BODY) is None
    assert decide_field(_viewing(), FieldId.CONTACT_PHONE) == Refusal(
        "viewing_outside", 403, {"field": "contact.phone"}
    )


@pytest.mark.parametrize(("age_days", "doomed"), [(14, ()), (15, (1,)), (29, (1,)), (30, (1, 2))])
def test_an_epoch_is_destroyed_after_its_time_and_the_current_one_never(age_days: int, doomed: tuple[int, ...]) -> None:
    begun = [NOW, NOW, NOW + timedelta(days=15)]
    epochs = (Epoch(1, begun[0], begun[1]), Epoch(2, begun[1], begun[2]), Epoch(3, begun[2], None))
    assert decide_destroy(epochs, keep=timedelta(days=15), now=NOW + timedelta(days=age_days)) == doomed


def test_field_names_are_for_ever() -> None:
    """These stand in every ciphertext; changing one makes what was sealed unreadable."""
    known = {"message.body", "contact.phone", "contact.email", "secret-link.token"}
    assert known <= {field.value for field in FieldId}
    assert all(field.value.isascii() and "#" not in field.value for field in FieldId)
    assert not SENSITIVE & OWN_ONLY
