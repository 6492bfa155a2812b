import pytest

from changming.desk.conversations import LONGEST, decide_body
from changming.kernel.personal import Personal


@pytest.mark.parametrize(
    ("body", "code", "status"),
    [
        ("", "message_empty", 422),
        (" \n\t　 ", "message_empty", 422),
        ("\u200b\ufeff\u2060", "message_empty", 422),
        ("\x1b\x07", "message_empty", 422),
        ("字" * (LONGEST + 1), "message_too_long", 413),
        (" " * (LONGEST + 1), "message_too_long", 413),
        ("a\0b", "message_broken_text", 400),
        ("a\ud83d", "message_broken_text", 400),
        ("\udfff", "message_broken_text", 400),
    ],
)
def test_refused_bodies(body: str, code: str, status: int) -> None:
    refusal = decide_body(Personal(body))
    assert refusal is not None
    assert (refusal.code, refusal.status) == (code, status)
    assert body not in str(refusal.fields) or not body


@pytest.mark.parametrize("body", ["x", "字" * LONGEST, "😀", "👨‍👩‍👧", " 。", "\u200bx", "line\nline"])
def test_taken_bodies(body: str) -> None:
    assert decide_body(Personal(body)) is None
