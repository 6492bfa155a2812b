from uuid import UUID

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from changming.kernel.errors import ChangmingError
from changming.kernel.ids import SubjectId
from changming.kernel.personal import Personal
from changming.trust.vault import FieldId, Sealer, VaultBroken
from changming.trust.vault.envelope import FieldCipher, data_key_aad, index_field, unwrap_key, wrap_key
from changming.trust.vault.sealing import utf8

KEY = bytes(range(32))
SUBJECT, KEY_ID, ROW = UUID(int=1), UUID(int=2), UUID(int=3)
CIPHER = FieldCipher(SUBJECT, KEY_ID, KEY)
FIELD = b"message.body"


@given(st.text())
def test_any_text_comes_back_as_it_went_in(text: str) -> None:
    blob = CIPHER.seal(FIELD, ROW, 0, utf8(Personal(text)))
    assert CIPHER.open(FIELD, ROW, 0, blob).decode() == text


@given(st.text(st.characters(categories=["Cs"]), min_size=1), st.text())
def test_half_a_character_is_refused_without_a_trace_of_the_text(half: str, rest: str) -> None:
    with pytest.raises(ChangmingError) as refused:
        utf8(Personal(rest + half))
    assert (refused.value.code, refused.value.status) == ("text_not_unicode", 400)
    assert refused.value.__context__ is None


def test_the_format_is_what_the_reference_says() -> None:
    """Built by hand from docs/reference/vault.md, so that a change of the format cannot pass unseen."""
    blob = CIPHER.seal(FIELD, ROW, 7, b"hello")
    assert blob[0] == 1
    assert blob[1:17] == KEY_ID.bytes
    aad = b"field|v1|" + b"\x00\x0c" + b"\x00\x00\x00\x07" + FIELD + ROW.bytes + SUBJECT.bytes + KEY_ID.bytes
    assert AESGCM(KEY).decrypt(blob[17:29], blob[29:], aad) == b"hello"
    assert len(blob) == 1 + 16 + 12 + len("hello") + 16


def test_the_same_text_never_gives_the_same_bytes() -> None:
    assert len({CIPHER.seal(FIELD, ROW, 0, b"same") for _ in range(50)}) == 50


@pytest.mark.parametrize("position", [0, 1, 16, 17, 28, 29, 33, 34, -1])
def test_every_changed_byte_is_loud(position: int) -> None:
    blob = bytearray(CIPHER.seal(FIELD, ROW, 0, b"hello"))
    blob[position] ^= 1
    with pytest.raises(VaultBroken) as broken:
        CIPHER.open(FIELD, ROW, 0, bytes(blob))
    assert (broken.value.code, broken.value.status) == ("vault_broken", 500)


@pytest.mark.parametrize("length", [0, 1, 16, 17, 20, 29, 44, 49])
def test_a_shortened_blob_is_loud(length: int) -> None:
    with pytest.raises(VaultBroken):
        CIPHER.open(FIELD, ROW, 0, CIPHER.seal(FIELD, ROW, 0, b"hello")[:length])


@pytest.mark.parametrize(
    ("cipher", "field", "row", "part"),
    [
        (FieldCipher(SUBJECT, KEY_ID, bytes(32)), FIELD, ROW, 0),
        (FieldCipher(UUID(int=9), KEY_ID, KEY), FIELD, ROW, 0),
        (FieldCipher(SUBJECT, UUID(int=9), KEY), FIELD, ROW, 0),
        (CIPHER, b"contact.phone", ROW, 0),
        (CIPHER, b"message.body#index", ROW, 0),
        (CIPHER, FIELD, UUID(int=9), 0),
        (CIPHER, FIELD, ROW, 1),
    ],
    ids=["key", "subject", "key id", "column", "index", "row", "part"],
)
def test_a_blob_opens_nowhere_else(cipher: FieldCipher, field: bytes, row: UUID, part: int) -> None:
    blob = CIPHER.seal(FIELD, ROW, 0, b"hello")
    with pytest.raises(VaultBroken):
        cipher.open(field, row, part, blob)


def test_an_error_says_which_field_and_nothing_else() -> None:
    with pytest.raises(VaultBroken) as broken:
        CIPHER.open(FIELD, ROW, 0, b"\x01 secret")
    assert broken.value.fields == {"what": "message.body"}


def test_names_of_fields_and_their_indexes_never_meet() -> None:
    names = [field.value.encode() for field in FieldId] + [index_field(field) for field in FieldId]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("change", ["subject", "key id", "epoch", "byte", "suite", "length"])
def test_a_wrapped_key_opens_only_as_what_it_was_wrapped_for(change: str) -> None:
    outer = AESGCM(KEY)
    blob = bytearray(wrap_key(outer, bytes(32), data_key_aad(SUBJECT, KEY_ID, 1)))
    assert unwrap_key(outer, bytes(blob), data_key_aad(SUBJECT, KEY_ID, 1), what="data key") == bytes(32)
    aad = {
        "subject": data_key_aad(UUID(int=9), KEY_ID, 1),
        "key id": data_key_aad(SUBJECT, UUID(int=9), 1),
        "epoch": data_key_aad(SUBJECT, KEY_ID, 2),
    }.get(change, data_key_aad(SUBJECT, KEY_ID, 1))
    if change == "byte":
        blob[20] ^= 1
    if change == "suite":
        blob[0] = 2
    if change == "length":
        del blob[-1]
    with pytest.raises(VaultBroken):
        unwrap_key(outer, bytes(blob), aad, what="data key")


def test_uploads_are_bound_to_their_place() -> None:
    sealer = Sealer(SubjectId(SUBJECT), CIPHER)
    chunks = [sealer.seal_bytes(FieldId.MESSAGE_BODY, ROW, b"chunk", part=part) for part in range(2)]
    assert CIPHER.open(FIELD, ROW, 1, chunks[1]) == b"chunk"
    with pytest.raises(VaultBroken):
        CIPHER.open(FIELD, ROW, 1, chunks[0])
