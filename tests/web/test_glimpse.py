"""An automatic answer's glimpse in the thread ends where a sentence or a word ends."""

import pytest

from changming.web.portal.case import glimpse


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ("短的。", "短的。"),
        ("第一行。\n第二行。", "第一行。"),
        ("Short enough.\nMore.", "Short enough."),
        ("Bring your ID card. Then go to the office of the place", "Bring your ID card. …"),
        ("Bring your resident identity card and then the photographs", "Bring your resident identity …"),
        (
            "请带好居民身份证和户口簿。然后到派出所办理，办理的时候当场拍照，不用另外带照片。",
            "请带好居民身份证和户口簿。 …",
        ),
        ("请带好居民身份证和户口簿，然后到派出所去办理的时候当场拍照不用另外带照片", "请带好居民身份证和户口簿 …"),
        ("字" * 40, "字" * 30 + "…"),
        ("It costs 3.50 yuan at the window of the office", "It costs 3.50 yuan at the …"),
    ],
)
def test_a_glimpse_ends_where_words_end(body: str, shown: str) -> None:
    assert glimpse(body, 30) == shown
