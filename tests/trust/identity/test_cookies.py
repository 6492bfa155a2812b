import base64
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from changming.kernel.ids import SessionId, StaffId
from changming.kernel.personal import Personal
from changming.trust.identity import Role, Session, Staff, StaffSession, check_csrf, cookie_value, csrf_token
from changming.trust.identity.cookies import new_token, read_cookie_value, reference_digest, token_digest
from changming.trust.identity.model import SessionKind
from changming.trust.vault import Keyring

NOW = datetime(2026, 11, 21, 18, 10, tzinfo=UTC)
ID = SessionId(UUID("6f1c9a52-3b1e-4f6e-9a43-0d4d3e3c8a11"))
SESSION = Session(ID, NOW, NOW)
OTHER = Session(SessionId(UUID(int=9)), NOW, NOW)
STAFF = StaffSession(ID, Staff(StaffId(UUID(int=1)), "值班员 7 号", Role.AGENT, NOW, None), NOW, NOW)
VISITOR = SessionKind.VISITOR


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keyring:
    return Keyring.open_or_create(tmp_path_factory.mktemp("k") / "keys", now=NOW)


def test_a_cookie_comes_back(keys: Keyring) -> None:
    value = cookie_value(keys, SESSION)
    assert read_cookie_value(keys, VISITOR, value) == ID
    assert len(value) == 66
    assert set(value) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


def test_no_changed_character_passes(keys: Keyring) -> None:
    value = cookie_value(keys, SESSION)
    for position in range(len(value)):
        for character in "Aa0_-=":
            forged = value[:position] + character + value[position + 1 :]
            assert (read_cookie_value(keys, VISITOR, forged) == ID) is (forged == value)


@given(st.text(max_size=140))
def test_no_invented_cookie_passes(keys: Keyring, text: str) -> None:
    assert read_cookie_value(keys, VISITOR, text) is None


def test_every_other_shape_is_refused(keys: Keyring, tmp_path: Path) -> None:
    value = cookie_value(keys, SESSION)
    raw = base64.urlsafe_b64decode(value + "==")
    shapes = [
        "",
        value[:-1],
        value + "A",
        value + "==",
        value + "\n",
        " " + value,
        value.replace("-", "+").replace("_", "/") + "=",
        base64.urlsafe_b64encode(b"\x02" + raw[1:]).rstrip(b"=").decode(),
        base64.urlsafe_b64encode(raw[:17]).rstrip(b"=").decode(),
        base64.urlsafe_b64encode(raw[:33]).rstrip(b"=").decode(),
        base64.urlsafe_b64encode(raw[:17] + bytes(32)).rstrip(b"=").decode(),
        str(ID),
    ]
    assert [read_cookie_value(keys, VISITOR, shape) for shape in shapes] == [None] * len(shapes)
    stranger = Keyring.open_or_create(tmp_path / "other", now=NOW)
    assert read_cookie_value(keys, VISITOR, cookie_value(stranger, SESSION)) is None


def test_a_cookie_of_one_kind_is_never_the_other(keys: Keyring) -> None:
    assert read_cookie_value(keys, SessionKind.STAFF, cookie_value(keys, STAFF)) == ID
    assert read_cookie_value(keys, SessionKind.STAFF, cookie_value(keys, SESSION)) is None
    assert read_cookie_value(keys, VISITOR, cookie_value(keys, STAFF)) is None


def test_a_form_token_is_good_for_its_session_alone(keys: Keyring) -> None:
    tokens = {csrf_token(keys, SESSION) for _ in range(10)}
    assert len(tokens) == 10, "salted: compression gives nothing away"
    assert all(check_csrf(keys, SESSION, token) for token in tokens)
    token = tokens.pop()
    assert not check_csrf(keys, OTHER, token)
    assert not check_csrf(keys, STAFF, token)
    assert not check_csrf(keys, SESSION, cookie_value(keys, SESSION))
    assert not any(check_csrf(keys, SESSION, bad) for bad in ("", "x", token[:-1], token + "A", "令牌", token[::-1]))


def test_link_tokens_are_long_random_and_boxed() -> None:
    tokens = {new_token() for _ in range(100)}
    assert len(tokens) == 100
    assert {len(token.reveal()) for token in tokens} == {43}
    assert "<personal>" in repr(tokens)
    assert len({token_digest(token) for token in tokens}) == 100
    assert len(token_digest(Personal("\ud800"))) == 32, "half a character is simply an unknown token"


def test_a_reference_is_stored_as_a_keyed_hash(keys: Keyring, tmp_path: Path) -> None:
    stranger = Keyring.open_or_create(tmp_path / "other", now=NOW)
    assert reference_digest(keys, "CM7K2M9QXR") == reference_digest(keys, "CM7K2M9QXR")
    assert reference_digest(keys, "CM7K2M9QXR") != reference_digest(stranger, "CM7K2M9QXR")
