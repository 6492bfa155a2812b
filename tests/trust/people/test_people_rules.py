from datetime import UTC, datetime
from uuid import UUID

import pytest

from changming.kernel.decisions import Refusal
from changming.kernel.ids import Pseudonym, SubjectId
from changming.kernel.messages import Lang
from changming.kernel.personal import Personal
from changming.trust.people import KEPT, ContactKind, Receipt, ReceiptId, Subject, SubjectKind, decide_contact
from changming.trust.people.rules import NORMALISER, decide_link

NOW = datetime(2026, 11, 21, 18, 10, tzinfo=UTC)
PHONE, EMAIL = ContactKind.PHONE, ContactKind.EMAIL


@pytest.mark.parametrize(
    ("kind", "written", "canonical"),
    [
        (PHONE, "13812345678", "+8613812345678"),
        (PHONE, " 138-1234-5678 ", "+8613812345678"),
        (PHONE, "138 1234 5678", "+8613812345678"),
        (PHONE, "１３８１２３４５６７８", "+8613812345678"),
        (PHONE, "+86 138 1234 5678", "+8613812345678"),
        (PHONE, "8613812345678", "+8613812345678"),
        (PHONE, "0086 13812345678", "+8613812345678"),
        (PHONE, "010-12345678", "+861012345678"),
        (PHONE, "（0571）1234567", "+865711234567"),
        (PHONE, "0755 1234 5678", "+8675512345678"),
        (PHONE, "+44 20 7946 0958", "+442079460958"),
        (PHONE, "+852 5123 4567", "+85251234567"),
        (EMAIL, "Wang@Example.CN", "wang@example.cn"),
        (EMAIL, " wang.xm+card@mail.example.cn ", "wang.xm+card@mail.example.cn"),
        (EMAIL, "ｗａｎｇ＠example.cn", "wang@example.cn"),
    ],
)
def test_the_canonical_form(kind: ContactKind, written: str, canonical: str) -> None:
    assert NORMALISER == 1
    assert decide_contact(kind, Personal(written)) == Personal(canonical)
    assert decide_contact(kind, Personal(canonical)) == Personal(canonical), "the form is its own form"


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        (PHONE, ""),
        (PHONE, "12345"),
        (PHONE, "12812345678"),
        (PHONE, "1381234567"),
        (PHONE, "138123456789"),
        (PHONE, "电话13812345678"),
        (PHONE, "+0138123456"),
        (PHONE, "+86138١٢٣٤٥٦٧٨"),
        (PHONE, "13812345678\ud800"),
        (PHONE, "+1234567890123456"),
        (EMAIL, ""),
        (EMAIL, "wang"),
        (EMAIL, "wang@"),
        (EMAIL, "wang@localhost"),
        (EMAIL, "wang@@example.cn"),
        (EMAIL, "wang..xm@example.cn"),
        (EMAIL, "wang xm@example.cn"),
        (EMAIL, "wang@example.cn\nbcc: all@example.cn"),
        (EMAIL, "王@example.cn"),
        (EMAIL, "a" * 65 + "@example.cn"),
        (EMAIL, "a@" + "b" * 63 + ("." + "c" * 63) * 3 + ".cn"),
    ],
)
def test_what_is_no_contact_is_refused(kind: ContactKind, written: str) -> None:
    assert decide_contact(kind, Personal(written)) == Refusal(f"contact_{kind.value}_bad", 422)


def _subject(number: int, kind: SubjectKind, *, erased: bool = False) -> Subject:
    return Subject(SubjectId(UUID(int=number)), Pseudonym(UUID(int=number)), kind, NOW if erased else None)


VISITOR, PERSON = _subject(1, SubjectKind.VISITOR), _subject(2, SubjectKind.PERSON)
COMPANY, OTHER = _subject(3, SubjectKind.ORGANISATION), _subject(4, SubjectKind.PERSON)


@pytest.mark.parametrize(
    ("visitor", "person", "linked_to", "code"),
    [
        (VISITOR, PERSON, None, None),
        (VISITOR, COMPANY, None, None),
        (VISITOR, PERSON, PERSON, None),
        (VISITOR, PERSON, OTHER, "subject_already_linked"),
        (PERSON, OTHER, None, "subject_link_kinds"),
        (VISITOR, VISITOR, None, "subject_link_kinds"),
        (_subject(1, SubjectKind.VISITOR, erased=True), PERSON, None, "subject_erased"),
        (VISITOR, _subject(2, SubjectKind.PERSON, erased=True), None, "subject_erased"),
    ],
)
def test_who_is_linked_to_whom(visitor: Subject, person: Subject, linked_to: Subject | None, code: str | None) -> None:
    refusal = decide_link(visitor, person, linked_to)
    assert (refusal and refusal.code) == code


def test_a_receipt_says_in_both_languages_what_is_kept_and_why() -> None:
    receipt = Receipt(ReceiptId(UUID(int=1)), (VISITOR.id,), NOW, NOW)
    assert receipt.kept == KEPT
    chinese, english = "".join(receipt.kept_in_words(Lang.ZH)), "".join(receipt.kept_in_words(Lang.EN))
    assert "《网络安全法》第二十三条" in chinese
    assert "《个人信息保护法》第四十七条" in chinese
    assert "article 23(3)" in english
    assert "article 47" in english
