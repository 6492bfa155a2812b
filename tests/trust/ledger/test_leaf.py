"""The leaf has one form, and nothing personal fits into it."""

import dataclasses
import hashlib
import json
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from changming.kernel.actors import DESK, OPERATOR, Actor, ActorKind
from changming.kernel.ids import EventId, Pseudonym
from changming.trust.ledger.actions import Action
from changming.trust.ledger.leaf import MAX_BYTES, LeafError, decode_leaf, encode_leaf
from changming.trust.ledger.model import Event

NOW = datetime(2026, 11, 21, 18, 10, tzinfo=UTC)
ID = EventId(UUID("01a1ff4d-04c0-72f5-97f4-2b8c826c25bf"))
SUBJECT = Pseudonym(UUID("1c2afb55-d29a-4660-a70f-777eafba2700"))
STAFF = Actor(ActorKind.STAFF, UUID("ebf91cb6-f83f-4adb-b791-ac6a700c682f"))
CASE = "case/fc963f54-d2be-4841-b4a6-97393753b86a"
EVENT = Event(Action.CASE_TAKE, STAFF, SUBJECT, CASE, "case-work", (str(ID), "approval/7"), detail=b"sealed")


def test_a_leaf_is_these_very_bytes() -> None:
    digest = hashlib.sha256(b"sealed").hexdigest()
    assert (
        encode_leaf(EVENT, ID, now=NOW)
        == (
            '{"action":"staff:case:take","actor":"staff/ebf91cb6-f83f-4adb-b791-ac6a700c682f",'
            '"approvals":["01a1ff4d-04c0-72f5-97f4-2b8c826c25bf","approval/7"],'
            f'"detail_sha256":"{digest}","id":"01a1ff4d-04c0-72f5-97f4-2b8c826c25bf",'
            f'"object":"{CASE}","purpose":"case-work","result":"ok",'
            '"subject":"1c2afb55-d29a-4660-a70f-777eafba2700","time":"2026-11-21T18:10:00Z","version":1}'
        ).encode()
    )


def test_a_leaf_reads_back_as_it_was_written() -> None:
    leaf = decode_leaf(encode_leaf(EVENT, ID, now=NOW))
    assert (leaf.id, leaf.time, leaf.actor, leaf.action) == (ID, NOW, str(STAFF), "staff:case:take")
    assert (leaf.subject, leaf.object, leaf.approvals) == (SUBJECT, CASE, (str(ID), "approval/7"))


@pytest.mark.parametrize("actor", [DESK, OPERATOR, STAFF, Actor(ActorKind.VISITOR, ID)])
@pytest.mark.parametrize(
    "thing",
    [
        "",
        CASE,
        "pack/passport/urgent@2026.11.22",
        "field/message.body",
        "epoch/3",
        "clock/first-response/0",
        "x/" + "a" * 64,
    ],
)
def test_ids_and_slugs_fit(actor: Actor, thing: str) -> None:
    event = Event(Action.CASE_OPEN, actor, object=thing)
    assert decode_leaf(encode_leaf(event, ID, now=NOW)).object == thing


PERSONAL = [
    "张三",
    "case/张三",
    "13812345678",
    "case/13812345678",
    "case/138-1234-5678",
    "case/1381234",
    "110101199001011234",
    "resident-id/110101199001011234",
    "passport/e12345678",
    "passport/E12345678",
    "case/a1-3812-3456",
    "zhang.san@example.com",
    "mail/zhang@example.com",
    "case/Zhang San",
    "case/zhang san",
    "case/ ",
    CASE + "\n",
    CASE + "/",
    "/" + CASE,
    "x/" + "a" * 65,
    "../case",
    "case/%31",
    "case/x@13812345678",
]


@pytest.mark.parametrize("text", PERSONAL)
@pytest.mark.parametrize("field", ["object", "purpose", "result", "approvals"])
def test_personal_text_is_refused_and_not_repeated(field: str, text: str) -> None:
    value: object = (text,) if field == "approvals" else text
    event = dataclasses.replace(EVENT, **{field: value})  # type: ignore[arg-type]  # the field is chosen by the table
    with pytest.raises(LeafError) as refused:
        encode_leaf(event, ID, now=NOW)
    assert field.rstrip("s") in str(refused.value)
    assert text.strip() not in str(refused.value) or text.strip() in {"", "/"}


def _changed(**fields: object) -> bytes:
    base = json.loads(encode_leaf(EVENT, ID, now=NOW)) | fields
    return json.dumps(base, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()


GOOD = encode_leaf(EVENT, ID, now=NOW)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"{}",
        b"null",
        b"\xff",
        GOOD + b"\n",
        GOOD.replace(b":", b": ", 1),
        GOOD.replace(b'"version":1', b'"version":1.0'),
        GOOD.replace(b'"version":1', b'"version":true'),
        GOOD.replace(b'"version":1', b'"version":2'),
        GOOD.replace(b'"result":"ok"', b'"result":"ok","result":"ok"'),
        GOOD.replace(b'"ok"', b'"\\u006fk"'),
        b'{"version":1,' + GOOD[1:].replace(b',"version":1', b""),
        _changed(extra="x"),
        _changed(result=1.5),
        _changed(result=None),
        _changed(actor="visitor"[:-1]),
        _changed(action="case:take"),
        _changed(time="2026-11-21T18:10:00+00:00"),
        _changed(time="2026-13-21T18:10:00Z"),
        _changed(subject="13812345678"),
        _changed(detail_sha256="A" * 64),
        _changed(approvals="case/1"),
        _changed(approvals=[1]),
        _changed(approvals=["approval/1"] * 65),
        b"[" * 50_000,
        b'"' + b"a" * MAX_BYTES + b'"',
    ],
)
def test_any_other_form_is_refused(data: bytes) -> None:
    with pytest.raises(LeafError):
        decode_leaf(data)


@given(st.integers(0, len(GOOD) * 8 - 1))
def test_a_flipped_bit_is_refused_or_read_as_another_leaf(bit: int) -> None:
    changed = bytearray(GOOD)
    changed[bit // 8] ^= 1 << bit % 8
    try:
        other = decode_leaf(bytes(changed))
    except LeafError:
        return
    assert other != decode_leaf(GOOD)


def test_every_action_is_source_subject_action() -> None:
    sources = {action.value.split(":")[0] for action in Action}
    assert sources == {"citizen", "staff", "desk", "operator"}
    for action in Action:
        assert decode_leaf(encode_leaf(Event(action, DESK), ID, now=NOW)).action == action.value
