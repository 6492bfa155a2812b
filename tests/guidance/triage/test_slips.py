import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from changming.guidance.triage import read


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("户照到期了", "护照到期了"),
        ("護罩丢了", "护照丢了"),
        ("hu zhao guo qi zen me ban", "护照 过期 怎么办"),
        ("身分证和身份正", "身份证和身份证"),
        ("驾昭过期", "驾照过期"),
        ("行使证丢了", "行驶证丢了"),
        ("港奥通信证签住", "港澳通行证签注"),
        ("居主证怎么办", "居住证怎么办"),
        ("社宝卡补半", "社保卡补办"),
        ("户口薄", "户口簿"),
        ("my pasport expird", "my passport expired"),
        ("SFZ丢了", "身份证丢了"),
    ],
)
def test_slips_are_put_right(text: str, plain: str) -> None:
    assert read(text).text == plain


@pytest.mark.parametrize(
    "text",
    [
        "身份正确",
        "身份正常",
        "相互照顾",
        "灯的护罩灯",
        "货架照片",
        "派出机构",
        "半年",
        "怎么半天没人",
        "transport",
        "licences",
        "户口部门",
    ],
)
def test_words_that_are_no_slips_stay(text: str) -> None:
    assert read(text).text == text


def test_a_span_leads_back_to_the_words_that_were_written() -> None:
    reading = read("我的hu zhao丢了")
    start = reading.text.index("护照")
    assert reading.quote(start, start + 2) == "hu zhao"
    assert reading.quote(reading.text.index("丢了"), len(reading.text)) == "丢了"
    longer = read("Ｓ.f.z没了")
    assert longer.quote(0, 3) == "Ｓ.f.z"


@given(st.text(alphabet="户照身份正hu zhao驾昭了ａ１\u200b passport", max_size=30))
@settings(deadline=None)
def test_every_character_keeps_a_way_back(text: str) -> None:
    reading = read(text)
    for place in range(len(reading.text)):
        start, end = reading.original_span(place, place + 1)
        assert 0 <= start < end <= len(text)
