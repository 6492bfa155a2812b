import tomllib
from pathlib import Path

import pytest

from changming.guidance.answers.screens import is_about, screen
from changming.guidance.knowledge import Edition
from changming.guidance.triage import read
from changming.kernel.catalogue import RefusalKind

CASES = tomllib.loads((Path(__file__).parent / "screening_cases.toml").read_text(encoding="utf-8"))
REFUSED = [(text, kind) for kind in ("forgery", "personal_data", "unsafe") for text in CASES[kind]]
SERVED = [text for group in ("look_alikes", "ordinary", "not_personal_data") for text in CASES[group]]


@pytest.mark.parametrize(("text", "kind"), REFUSED, ids=[text for text, _ in REFUSED])
def test_requests_are_refused(text: str, kind: str) -> None:
    assert screen(read(text).text).refusal == RefusalKind(kind)


@pytest.mark.parametrize("text", SERVED, ids=SERVED)
def test_look_alikes_and_ordinary_questions_are_not(text: str) -> None:
    assert screen(read(text).text).refusal is None


def test_there_are_enough_of_each() -> None:
    assert len(CASES["forgery"]) >= 60
    assert len(CASES["look_alikes"]) >= 20


def test_a_question_about_forgery_is_known_as_one() -> None:
    assert screen(read("有人说能帮我办假驾照，靠谱吗").text).about
    assert not screen(read("护照到期了怎么换").text).about


def test_no_phrasing_of_a_pack_is_refused(shipped: Edition) -> None:
    refused = [
        phrase
        for pack in shipped.packs.values()
        for phrase in (*pack.phrasings, *pack.phrasings_en)
        if screen(read(phrase).text).refusal is not None
    ]
    assert refused == []


@pytest.mark.parametrize(
    ("topic", "text"),
    [
        ("greeting", "你好"),
        ("greeting", "Hello"),
        ("thanks", "好的，谢谢"),
        ("thanks", "ok thanks"),
        ("vague", "我要办证"),
        ("vague", "急！"),
        ("other_documents", "房产证丢了"),
        ("other_documents", "how do I get a US visa"),
        ("ours", "出入境窗口在哪"),
    ],
)
def test_topics(topic: str, text: str) -> None:
    assert is_about(topic, read(text).text)


@pytest.mark.parametrize(
    "text", ["请假条怎么写", "假期窗口开门吗", "假如护照丢了怎么办", "请病假去补身份证行吗", "放假期间能办证吗"]
)
def test_a_day_off_is_nothing_false(text: str) -> None:
    assert screen(read(text).text).refusal is None
