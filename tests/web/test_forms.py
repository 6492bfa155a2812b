import pytest

from changming.kernel.errors import ChangmingError
from changming.web.forms import parse_form


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"text=%ff%fe", "text_broken"),
        (b"text=\xff", "text_broken"),
        (b"text=%ed%a0%80", "text_broken"),
        (b"text=a%00b", "text_broken"),
        (b"&".join(b"a%d=1" % n for n in range(100)), "form_too_many_fields"),
    ],
)
def test_what_is_not_a_form_of_ours_is_refused(body: bytes, code: str) -> None:
    with pytest.raises(ChangmingError) as refused:
        parse_form(body)
    assert (refused.value.code, refused.value.status) == (code, 400)


def test_a_form_keeps_its_text_and_shows_it_to_nobody() -> None:
    form = parse_form("text=护照+丢了%0D%0A😀&empty=".encode())
    assert form.get("text") == "护照 丢了\n😀"
    assert form.get("empty") == form.get("absent") == ""
    assert "护照" not in repr(form)
    assert "护照" not in repr(form.personal("text"))


def test_token_and_key_are_not_part_of_the_act() -> None:
    one = parse_form(b"form_token=a&form_key=1&text=x")
    same = parse_form(b"text=x&form_key=2&form_token=b")
    other = parse_form(b"form_token=a&form_key=1&text=y")
    assert one.canonical() == same.canonical() != other.canonical()
