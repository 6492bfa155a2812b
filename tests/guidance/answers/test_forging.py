"""Requests for false papers in many voices, and what looks like them and is served."""

import tomllib
from pathlib import Path

import pytest

from changming.guidance.answers.forging import canonical, is_built_like_forgery
from changming.guidance.answers.screens import screen
from changming.guidance.triage import read

CASES = tomllib.loads((Path(__file__).parent / "forging_cases.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("text", CASES["refused"])
def test_a_request_for_a_false_paper_is_refused(text: str) -> None:
    """Standing in with another face, or a number that is somebody's, is refused by its own name."""
    assert screen(read(text).text).refusal is not None


@pytest.mark.parametrize("text", CASES["served"])
def test_what_only_looks_like_one_is_served(text: str) -> None:
    assert screen(read(text).text).refusal is None


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("S F Z 一张", "身份证一张"),
        ("身-份-证", "身份证"),
        ("护 zhao 高 fang", "护照高仿"),
        ("复kè一个", "复刻一个"),
        ("a real passport", "a real passport"),
    ],
)
def test_disguises_are_undone(text: str, plain: str) -> None:
    assert canonical(read(text).text) == plain


def test_kinds_far_from_each_other_make_no_request() -> None:
    assert is_built_like_forgery("高仿的身份证")
    assert not is_built_like_forgery("高仿的包" + "很好看也很便宜" * 5 + "身份证到期了怎么换")
