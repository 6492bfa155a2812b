"""Signed notes, checkpoints, cosignatures and proofs: one spelling, and only genuine ones open."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from changming.trust.ledger.checkpoints import Checkpoint, cosign, cosigned_at, open_checkpoint, sign_checkpoint
from changming.trust.ledger.note import (
    COSIGNATURE,
    Note,
    NoteError,
    Signature,
    Signer,
    Verifier,
    decode_base64,
    decode_number,
    open_note,
    sign_note,
)
from changming.trust.ledger.proof import InclusionProof
from changming.trust.ledger.tree import Tree, leaf_hash

LOG = Signer.parse("PRIVATE+KEY+desk.example/audit+07102844+AQABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f")
WITNESS = Signer(
    "witness.example/regulator",
    Signer.parse("PRIVATE+KEY+witness.example/regulator+4d0cba0b+ASAhIiMkJSYnKCkqKywtLi8wMTIzNDU2Nzg5Ojs8PT4/").private,
    COSIGNATURE,
)
ENTRIES = [b"entry %d" % i for i in range(11)]
TREE = Tree(map(leaf_hash, ENTRIES))
CHECKPOINT = Checkpoint(LOG.name, 11, TREE.root())
NOTE = sign_checkpoint(CHECKPOINT, LOG)
PROOF = InclusionProof(6, tuple(TREE.inclusion_proof(6)), NOTE)


def test_a_checkpoint_opens_with_its_key() -> None:
    assert open_checkpoint(NOTE, LOG.verifier) == CHECKPOINT
    assert Verifier.parse(LOG.verifier.vkey()) == LOG.verifier
    assert Signer.parse(LOG.skey()).verifier == LOG.verifier
    assert LOG.skey() not in repr(LOG)


def test_no_bit_of_a_checkpoint_can_change() -> None:
    for bit in range(len(NOTE) * 8):
        with pytest.raises(NoteError):
            open_checkpoint(_flip(NOTE, bit), LOG.verifier)


def test_no_bit_of_a_proof_can_change() -> None:
    data = PROOF.encode()
    assert InclusionProof.parse(data) == PROOF
    assert PROOF.verify(ENTRIES[6], LOG.verifier) == CHECKPOINT
    for bit in range(len(data) * 8):
        with pytest.raises(NoteError):
            InclusionProof.parse(_flip(data, bit)).verify(ENTRIES[6], LOG.verifier)
    for other in (ENTRIES[5], b"", ENTRIES[6] + b"\n"):
        with pytest.raises(NoteError):
            PROOF.verify(other, LOG.verifier)


@given(st.binary(max_size=40))
def test_extra_data_travels_with_a_proof(extra: bytes) -> None:
    proof = InclusionProof(PROOF.index, PROOF.hashes, PROOF.checkpoint, extra)
    assert InclusionProof.parse(proof.encode()) == proof


def test_the_proof_of_the_only_entry_has_no_hashes() -> None:
    note = sign_checkpoint(Checkpoint(LOG.name, 1, leaf_hash(b"a")), LOG)
    proof = InclusionProof.parse(InclusionProof(0, (), note).encode())
    assert proof.verify(b"a", LOG.verifier).size == 1


PROOF_LINES = PROOF.encode().decode().split("\n")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        PROOF.encode().replace(b"@v1", b"@v2"),
        PROOF.encode().replace(b"index 6", b"index 06"),
        PROOF.encode().replace(b"index 6", b"index +6"),
        PROOF.encode().replace(b"index 6", b"index 6 "),
        PROOF.encode().replace(b"index 6", b"Index 6"),
        PROOF.encode().replace(b"index 6\n", b""),
        PROOF.encode().replace(b"index 6", b"extra !\nindex 6"),
        PROOF.encode().replace(b"index 6", b"extra\nindex 6"),
        PROOF.encode().replace(b"\n", b"\r\n"),
        PROOF.encode().replace(b"index 6\n", b"index 6\nAA==\n"),
        PROOF.encode().replace(b"index 6\n", b"index 6\n" + base64.b64encode(bytes(32)) * 64),
        PROOF.encode().replace(b"index 6\n", b"index 6\n" + (base64.b64encode(bytes(32)) + b"\n") * 64),
        PROOF.encode().replace(b"index", "ｉndex".encode()),
        b"\n".join(line.encode() for line in PROOF_LINES[:3]),
    ],
)
def test_a_malformed_proof_is_refused(data: bytes) -> None:
    with pytest.raises(NoteError):
        InclusionProof.parse(data).verify(ENTRIES[6], LOG.verifier)


ROOT = base64.b64encode(bytes(32)).decode()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        f"a\n1\n{ROOT}",
        f"a\n01\n{ROOT}\n",
        f"a\n+1\n{ROOT}\n",
        f"a\n-1\n{ROOT}\n",
        f"a\n 1\n{ROOT}\n",
        f"a\n1_0\n{ROOT}\n",
        f"a\n１\n{ROOT}\n",
        f"a\n{2**63}\n{ROOT}\n",
        f"a\n{'9' * 5000}\n{ROOT}\n",
        f"\n1\n{ROOT}\n",
        f"a\n\n{ROOT}\n",
        "a\n1\n\n",
        "a\n1\n",
        f"a\n1\n{ROOT}\n\n",
        f"a\n1\n{ROOT}\nextension\n\n",
        f"a\n1\n{ROOT[:-1]}\n",
        f"a\n1\n{ROOT[:-2]}B=\n",
        f"a\n1\n {ROOT}\n",
        f"a\n1\n{base64.b64encode(bytes(31)).decode()}\n",
        f"a\n1\n{base64.b64encode(bytes(33)).decode()}\n",
    ],
)
def test_a_malformed_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(NoteError):
        Checkpoint.parse(text)


def test_extension_lines_are_read_and_kept() -> None:
    text = f"a\n1\n{ROOT}\nfirst\nsecond\n"
    assert Checkpoint.parse(text).extensions == ("first", "second")
    assert Checkpoint.parse(text).text() == text


LINE = Note.parse(NOTE).signatures[0].line()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"text\n",
        b"text\n\n",
        f"text\n\n{LINE}"[:-1].encode(),
        f"text\n{LINE}".encode(),
        f"text\n\n{LINE}\n".encode(),
        f"text\n\n{LINE}{LINE[2:]}".encode(),
        f"te\x07xt\n\n{LINE}".encode(),
        f"te\rxt\n\n{LINE}".encode(),
        f"te\x00xt\n\n{LINE}".encode(),
        b"te\xffxt\n\n" + LINE.encode(),
        f"text\n\n{LINE.replace('— ', '- ')}".encode(),
        f"text\n\n{LINE.replace('— ', '—  ')}".encode(),
        f"text\n\n{LINE.replace('desk', 'de+sk')}".encode(),
        ("text\n\n" + LINE.replace("desk", "de\u3000sk")).encode(),
        ("text\n\n" + LINE.replace("desk", "de\u00a0sk")).encode(),
        "text\n\n— desk.example/audit \n".encode(),
        "text\n\n— desk.example/audit BxAoRA==\n".encode(),
        "text\n\n— desk.example/audit BxAoRB\n".encode(),
        ("text\n\n" + LINE * 101).encode(),
        ("a" * 1_000_001 + "\n\n" + LINE).encode(),
    ],
)
def test_a_malformed_note_is_refused(data: bytes) -> None:
    with pytest.raises(NoteError):
        Note.parse(data)


def test_the_text_ends_at_the_last_empty_line() -> None:
    note = sign_note("first\n\nsecond\n", [LOG])
    assert open_note(note, [LOG.verifier]).text == "first\n\nsecond\n"
    with pytest.raises(NoteError):
        sign_note("no newline", [LOG])
    with pytest.raises(NoteError):
        sign_note("bell\x07\n", [LOG])


def test_unknown_keys_are_ignored_and_known_ones_must_be_right() -> None:
    stranger = Signer.generate("stranger.example/log")
    note = sign_note("text\n", [stranger, LOG])
    assert open_note(note, [LOG.verifier]).text == "text\n"
    with pytest.raises(NoteError, match="no signature"):
        open_note(sign_note("text\n", [stranger]), [LOG.verifier])
    namesake = Signer.generate(LOG.name)
    with pytest.raises(NoteError, match="no signature"):
        open_note(sign_note("text\n", [namesake]), [LOG.verifier])
    wrong = Signature(LOG.name, LOG.verifier.key_id, bytes(64))
    right = LOG.sign("text\n")
    with pytest.raises(NoteError, match="wrong"):
        open_note(Note("text\n", (right, wrong)).encode(), [LOG.verifier])
    short = Signature(LOG.name, LOG.verifier.key_id, b"short")
    with pytest.raises(NoteError, match="wrong"):
        open_note(Note("text\n", (short,)).encode(), [LOG.verifier])


def test_a_checkpoint_of_another_log_is_refused() -> None:
    foreign = sign_note(Checkpoint("other.example/log", 11, TREE.root()).text(), [LOG])
    with pytest.raises(NoteError, match="another log"):
        open_checkpoint(foreign, LOG.verifier)
    with pytest.raises(NoteError):
        sign_checkpoint(Checkpoint("other.example/log", 11, TREE.root()), LOG)
    with pytest.raises(NoteError):
        sign_checkpoint(Checkpoint(WITNESS.name, 11, TREE.root()), WITNESS)
    with pytest.raises(NoteError):
        open_checkpoint(NOTE, WITNESS.verifier)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\u2003b", "a\x00", "a\n"])
def test_a_key_name_has_its_form(name: str) -> None:
    with pytest.raises(NoteError):
        Signer.generate(name)


@pytest.mark.parametrize(
    "vkey",
    [
        "",
        "desk.example/audit",
        "desk.example/audit+07102844",
        "desk.example/audit+07102845+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4",
        "desk.example/audit+07102844+AgOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4",
        "desk.example/audit+07102844+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4=",
        "desk.example/audit+07102844+AQOhB7/zzhC",
        "desk.example/other+07102844+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4",
        "desk.example/audit+0710284A+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4",
    ],
)
def test_a_malformed_key_is_refused(vkey: str) -> None:
    with pytest.raises(NoteError):
        Verifier.parse(vkey)
    with pytest.raises(NoteError) as refused:
        Signer.parse("PRIVATE+KEY+" + vkey)
    assert "AQOh" not in str(refused.value)
    with pytest.raises(NoteError):
        Signer.parse(vkey)


@pytest.mark.parametrize("text", ["A", "AA", "AA=", "AB==", "AA==\n", " AA==", "A A==", "AA==AA==", "AA-_", "é"])
def test_base64_has_one_spelling(text: str) -> None:
    with pytest.raises(NoteError):
        decode_base64(text)


@given(st.integers(0, 2**63 - 1))
def test_numbers_have_one_spelling(number: int) -> None:
    assert decode_number(str(number)) == number
    for other in (f"0{number}", f"+{number}", f" {number}", f"{number}\n", str(number + 2**63), f"{number}.0"):
        with pytest.raises(NoteError):
            decode_number(other)


def test_a_witness_says_when() -> None:
    line = cosign(CHECKPOINT.text(), WITNESS, time_s=1_679_315_147)
    note = Note(CHECKPOINT.text(), (*Note.parse(NOTE).signatures, line))
    assert open_checkpoint(note.encode(), LOG.verifier) == CHECKPOINT
    assert cosigned_at(Note.parse(note.encode()), WITNESS.verifier) == 1_679_315_147
    message = b"cosignature/v1\ntime 1679315147\n" + CHECKPOINT.text().encode()
    assert line.blob == (1_679_315_147).to_bytes(8, "big") + WITNESS.private.sign(message)
    assert Verifier.parse(WITNESS.verifier.vkey()) == WITNESS.verifier
    for bit in range(len(line.blob) * 8):
        changed = Note(note.text, (Signature(line.name, line.key_id, _flip(line.blob, bit)),))
        with pytest.raises(NoteError):
            cosigned_at(changed, WITNESS.verifier)
    with pytest.raises(NoteError, match="no cosignature"):
        cosigned_at(Note.parse(NOTE), WITNESS.verifier)
    with pytest.raises(NoteError):
        cosigned_at(Note(note.text, (Signature(line.name, line.key_id, line.blob[:8]),)), WITNESS.verifier)
    for bad in (-1, 2**63):
        with pytest.raises(NoteError):
            cosign(CHECKPOINT.text(), WITNESS, time_s=bad)
    with pytest.raises(NoteError):
        cosign(CHECKPOINT.text(), LOG, time_s=1)
    with pytest.raises(NoteError):
        cosign("no checkpoint\n", WITNESS, time_s=1)


def _flip(data: bytes, bit: int) -> bytes:
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)
