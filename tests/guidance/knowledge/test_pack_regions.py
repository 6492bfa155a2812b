"""Places by their codes."""

import pytest

from changming.guidance.knowledge.regions import RegionLevel, is_coarse, is_code, same, within, within_any


@pytest.mark.parametrize(
    ("text", "expected"),
    [("110000", True), ("220102", True), ("010000", False), ("11000", False), ("1100000", False), ("长春", False)],
)
def test_codes(text: str, *, expected: bool) -> None:
    assert is_code(text) is expected


@pytest.mark.parametrize(
    ("place", "region", "expected"),
    [
        ("220102", "220100", True),
        ("220100", "220100", True),
        ("220102", "220000", True),
        ("110101", "110000", True),
        ("110100", "110000", True),
        ("220000", "220100", None),
        ("220100", "220102", None),
        ("220200", "220100", False),
        ("230000", "220100", False),
    ],
)
def test_within(place: str, region: str, *, expected: bool | None) -> None:
    assert within(place, region) is expected


def test_within_any_is_true_before_it_is_open() -> None:
    assert within_any("220000", ("220100", "220000")) is True
    assert within_any("220000", ("220100", "330000")) is None
    assert within_any("220000", ()) is False


@pytest.mark.parametrize(
    ("first", "second", "city", "province"),
    [
        ("220102", "220100", True, True),
        ("220102", "220202", False, True),
        ("220102", "230102", False, False),
        ("110000", "110101", True, True),
        ("500101", "500230", True, True),
        ("220000", "220102", None, True),
        ("220000", "230102", False, False),
        ("429004", "429005", False, True),
        ("429004", "429004", True, True),
        ("429000", "429004", None, True),
        ("810000", "810001", True, True),
    ],
)
def test_same(first: str, second: str, *, city: bool | None, province: bool) -> None:
    for a, b in ((first, second), (second, first)):
        assert same(a, b, RegionLevel.CITY) is city
        assert same(a, b, RegionLevel.PROVINCE) is province


def test_coarse() -> None:
    assert [is_coarse(code, RegionLevel.CITY) for code in ("220000", "220100", "110000", "429000")] == [
        True,
        False,
        False,
        True,
    ]
    assert not is_coarse("220000", RegionLevel.PROVINCE)
