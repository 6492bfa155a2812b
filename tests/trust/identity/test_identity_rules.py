from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from changming.kernel.decisions import Refusal
from changming.kernel.ids import CaseId, StaffId, SubjectId
from changming.kernel.messages import Lang
from changming.trust.identity import Grant, Role, SecretLink, SecretLinkId, Staff, canonical_reference, covers
from changming.trust.identity.model import SignInLink
from changming.trust.identity.rules import decide_exchange, decide_sign_in, decide_staff_name

NOW = datetime(2026, 11, 21, 18, 10, tzinfo=UTC)
LATER = NOW + timedelta(minutes=15)
SUBJECT, OTHER = SubjectId(UUID(int=1)), SubjectId(UUID(int=2))
CASE, CASE_2 = CaseId(UUID(int=3)), CaseId(UUID(int=4))


def _link(*, attempts: int = 0, used: bool = False, dead: bool = False) -> SecretLink:
    used_at, dead_at = NOW if used else None, NOW if dead else None
    return SecretLink(SecretLinkId(UUID(int=5)), SUBJECT, CASE, b"", attempts, LATER, used_at, dead_at)


@pytest.mark.parametrize(
    ("link", "matches", "now", "refusal"),
    [
        (_link(), True, NOW, None),
        (_link(attempts=4), True, NOW, None),
        (_link(), True, LATER - timedelta(microseconds=1), None),
        (_link(), True, LATER, Refusal("link_expired", 410)),
        (_link(), False, LATER, Refusal("link_expired", 410)),
        (_link(used=True), True, NOW, Refusal("link_used", 410)),
        (_link(dead=True), True, NOW, Refusal("link_dead", 410)),
        (_link(), False, NOW, Refusal("link_wrong_reference", 403, {"left": 4})),
        (_link(attempts=3), False, NOW, Refusal("link_wrong_reference", 403, {"left": 1})),
        (_link(attempts=4), False, NOW, Refusal("link_dead", 410)),
        (None, False, NOW, Refusal("link_unknown", 404)),
    ],
)
def test_what_a_secret_link_opens(*, link: SecretLink | None, matches: bool, now: datetime, refusal: object) -> None:
    assert decide_exchange(link, reference_matches=matches, now=now) == refusal


def _sign_in(*, used: bool = False, dead: bool = False, disabled: bool = False) -> SignInLink:
    staff = Staff(StaffId(UUID(int=6)), "值班员 7 号", Role.AGENT, NOW, NOW if disabled else None)
    return SignInLink(UUID(int=7), staff, LATER, NOW if used else None, NOW if dead else None)


@pytest.mark.parametrize(
    ("link", "now", "refusal"),
    [
        (_sign_in(), NOW, None),
        (_sign_in(), LATER, Refusal("sign_in_expired", 410)),
        (_sign_in(dead=True), NOW, Refusal("sign_in_expired", 410)),
        (_sign_in(used=True), NOW, Refusal("sign_in_used", 410)),
        (_sign_in(disabled=True, used=True), LATER, Refusal("staff_disabled", 403)),
        (None, NOW, Refusal("sign_in_unknown", 404)),
    ],
)
def test_what_a_sign_in_link_opens(link: SignInLink | None, now: datetime, refusal: object) -> None:
    assert decide_sign_in(link, now=now) == refusal


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("值班员 7 号", "值班员 7 号"),
        ("  Agent 7 ", "Agent 7"),
        ("x" * 40, "x" * 40),
        ("工号 1234", "工号 1234"),
        ("", None),
        ("   ", None),
        ("x" * 41, None),
        ("a\nb", None),
        ("a\u202eb", None),
        ("王 13812345678", None),
        ("工号 12345", None),
    ],
)
def test_a_work_name(name: str, kept: str | None) -> None:
    assert decide_staff_name(name) == (kept if kept is not None else Refusal("staff_name_bad", 422))


@pytest.mark.parametrize(
    "typed", ["CM-7K2M-9QXR", "cm7k2m9qxr", " cm 7k2m 9qxr ", "ＣＭ－７Ｋ２Ｍ－９ＱＸＲ", "cm–7k2m–9qxr"]
)
def test_a_reference_is_compared_as_people_type_it(typed: str) -> None:
    assert canonical_reference(typed) == "CM7K2M9QXR"


@pytest.mark.parametrize(
    ("grants", "case_id", "covered"),
    [
        ((Grant(SUBJECT, CASE),), CASE, True),
        ((Grant(SUBJECT, None),), CASE, True),
        ((Grant(SUBJECT, None),), None, True),
        ((Grant(SUBJECT, CASE),), None, False),
        ((Grant(SUBJECT, CASE),), CASE_2, False),
        ((Grant(OTHER, None), Grant(OTHER, CASE)), CASE, False),
        ((Grant(OTHER, None), Grant(SUBJECT, CASE)), CASE, True),
        ((), CASE, False),
    ],
)
def test_what_a_session_may_see(*, grants: tuple[Grant, ...], case_id: CaseId | None, covered: bool) -> None:
    assert covers(grants, SUBJECT, case_id) is covered


def test_every_role_has_its_words() -> None:
    assert {role.in_words(Lang.ZH) for role in Role} == {"客服", "主管", "知识编辑", "安全", "运维"}
    assert len({role.in_words(Lang.EN) for role in Role}) == len(Role)
