"""A consultation in words: statements with their citations, the quiet tag, the question, the hand-over."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date

import pytest

from changming.guidance.knowledge import (
    ChecklistItem,
    Consultation,
    EntryKind,
    Form,
    Pack,
    Statement,
    Unit,
    consult,
    show_amount,
)
from changming.guidance.knowledge.reading.pack import PackReading
from changming.kernel.catalogue import AnswerStatus, SourceStatus
from changming.kernel.errors import ChangmingError
from changming.kernel.messages import Lang

NOW = date(2026, 11, 22)
ADULT = {"reason": "expiring", "age": "30", "home": "220100", "city": "220100", "staff": "false"}
KNOWN = {**ADULT, "expires": "2027-01-01", "leaves": "2026-12-01"}


def ask(pack: Pack, given: Mapping[str, str], on: date = NOW, lang: Lang = Lang.ZH) -> Consultation:
    return consult(pack, on=on, given=given, lang=lang)


def test_an_answer_in_both_languages(pack: Pack) -> None:
    zh, en = ask(pack, KNOWN), ask(pack, KNOWN, lang=Lang.EN)
    assert zh.status is en.status is AnswerStatus.ANSWERED
    assert zh.text.split("\n") == [
        "可以网上办，7 个工作日内办好。（请以窗口答复为准）",
        "工本费 120 元。",
        "有效期 10 年。",
        "邮寄 15 元。（请以窗口答复为准）",
        "由出入境管理局办理。",
    ]
    assert en.text.split("\n") == [
        "You can apply online; it takes up to 7 working days. (to be confirmed with the office)",
        "The fee is CNY 120.",
        "Valid for 10 years.",
        "Postage is CNY 15. (to be confirmed with the office)",
        "The exit-entry office handles it.",
    ]
    assert (zh.next_step, en.next_step, zh.question) == ("先预约。", "Book first.", None)


def test_every_statement_is_cited_by_number(pack: Pack) -> None:
    found = ask(pack, KNOWN)
    assert [c.number for c in found.citations] == list(range(1, len(found.citations) + 1))
    by_number = {citation.number: citation for citation in found.citations}
    online = found.statements[0]
    assert [by_number[n].source for n in online.citation_numbers] == ["2025 年通知", "某市指南"]
    rows: list[Statement | ChecklistItem] = [*found.statements, *found.checklist]
    for row in rows:
        assert row.citation_numbers
        assert row.certain is all(by_number[n].status.certain for n in row.citation_numbers)


def test_a_citation_names_edition_source_and_period(pack: Pack) -> None:
    notice = ask(pack, KNOWN, lang=Lang.EN).citations[0]
    assert notice.entry == "passport/renew@2026.11.22"
    assert (notice.title, notice.source) == ("Sample notice", "2025 年通知")
    assert notice.url == "https://www.nia.gov.cn/a"
    assert (notice.status, notice.valid_from, notice.valid_to) == (SourceStatus.OFFICIAL, date(2025, 11, 20), None)


def test_an_unverified_source_is_never_cited(pack: Pack) -> None:
    for on in (NOW, date(2025, 11, 19), date(2023, 1, 1)):
        for given in ({}, ADULT, KNOWN):
            assert all(citation.status.showable for citation in ask(pack, given, on).citations)


def test_an_open_question_comes_with_an_answer(pack: Pack) -> None:
    found = ask(pack, {})
    assert found.status is AnswerStatus.ANSWERED
    assert [(row.id, row.decided) for row in found.statements] == [
        ("online", False),
        ("validity", False),
        ("where", True),
    ]
    assert found.question is not None
    assert (found.question.input, found.question.text, found.question.why) == (
        "reason",
        "为什么换？",
        "原因不同，办法不同。",
    )
    assert found.question.options == ("快过期", "丢了", "页满")
    assert found.question.values == ("expiring", "lost", "full")
    for option in found.question.options:
        assert ask(pack, {"reason": option}).question != found.question


@pytest.mark.parametrize(("lang", "options"), [(Lang.ZH, ("是", "否")), (Lang.EN, ("Yes", "No"))])
def test_yes_and_no_are_options(pack: Pack, lang: Lang, options: tuple[str, str]) -> None:
    given = {key: value for key, value in ADULT.items() if key != "staff"}
    question = ask(pack, given, lang=lang).question
    assert question is not None
    assert (question.input, question.options, question.values) == ("staff", options, ("true", "false"))


def test_numbers_dates_and_places_have_no_options(pack: Pack) -> None:
    question = ask(pack, {"reason": "lost"}).question
    assert question is not None
    assert (question.input, question.options, question.values) == ("age", (), ())


def test_the_checklist_of_a_case(pack: Pack) -> None:
    child = ask(pack, {**KNOWN, "age": "9"})
    assert [(item.material, item.form, item.required) for item in child.checklist] == [
        ("old-book", Form.ORIGINAL, True),
        ("photo", Form.DIGITAL, True),
        ("guardian", Form.ORIGINAL, True),
        ("copy", Form.COPY, False),
    ]
    assert child.checklist[1].spec == "exit-entry-photo"
    open_item = next(item for item in ask(pack, {}).checklist if item.material == "guardian")
    assert (open_item.text, open_item.required) == ("未满 16 周岁：监护人陪同", False)


def test_routes_that_fit_or_may_fit(pack: Pack) -> None:
    assert [(way.id, way.fits) for way in ask(pack, KNOWN).routes] == [("online", True), ("local", True)]
    assert {way.fits for way in ask(pack, {}).routes} == {False}


@pytest.mark.parametrize(
    ("given", "name"),
    [
        (KNOWN, "平台"),  # the first route that fits
        ({**KNOWN, "staff": "true"}, "窗口"),
        ({**KNOWN, "city": "330100"}, "平台"),  # its route names no place: the pack's own
        ({}, "平台"),
    ],
)
def test_where_it_is_done(pack: Pack, given: Mapping[str, str], name: str) -> None:
    entry = ask(pack, given).entry
    assert entry.name == name
    cited = ask(pack, given).citations[entry.citation_number - 1]
    assert entry.certain is cited.status.certain


def test_a_date_before_the_pack_speaks_is_handed_over(pack: Pack) -> None:
    gone = ask(pack, KNOWN, date(2023, 12, 31))
    assert (gone.status, gone.statements, gone.checklist, gone.routes) == (AnswerStatus.HANDOVER, (), (), ())
    assert "热线 12367" in gone.text
    assert (gone.entry.kind, gone.entry.phone, gone.next_step) == (EntryKind.HOTLINE, "12367", "先预约。")


def test_a_date_without_a_figure_is_handed_over_with_what_is_certain(pack: Pack) -> None:
    """The checker refuses such a pack; should one be judged all the same, the figure is not guessed."""
    fee = replace(pack.values["fee"], rows=pack.values["fee"].rows[:1])
    found = ask(replace(pack, values={**pack.values, "fee": fee}), KNOWN)
    assert found.status is AnswerStatus.HANDOVER
    assert [row.id for row in found.statements] == ["online", "validity", "post", "where"]
    assert "160" not in found.text
    assert found.text.endswith("官方咨询：热线 12367。也可以转给人工。")


HANDOVER = """
service: passport/renew
version: 2026.11.22
transition: accepted_at
since: 2024-01-01
title: {zh: 样例, en: Sample}
phrasings: [护照快到期了怎么换]
sources:
  law: {title: {zh: 样例法, en: Sample law}, ref: 第一条, status: law_text, checked: 2026-11-22, review_by: 2027-05-22}
entries:
  hotline: {name: {zh: 热线, en: Hotline}, kind: hotline, phone: "12367", source: law}
entry: {ask: hotline}
next_step: [{text: {zh: 先打电话。, en: Call first.}}]
tests: [{name: hands over, at: 2026-11-22, expect: {status: handover}}]
"""


@pytest.fixture
def bare(reading: Callable[[str], PackReading]) -> Pack:
    outcome = reading(HANDOVER)
    assert outcome.faults == ()
    assert outcome.pack is not None
    return outcome.pack


def test_a_pack_without_statements_hands_over_to_the_official_place(bare: Pack) -> None:
    found = ask(bare, {}, lang=Lang.EN)
    assert found.status is AnswerStatus.HANDOVER
    assert found.text == (
        'We hold nothing reliable to show you about "Sample". Ask the office: Hotline 12367. '
        "We can also pass you to a person."
    )
    assert [citation.title for citation in found.citations] == ["Sample law"]


def test_nothing_but_a_question_is_an_ask(reading: Callable[[str], PackReading]) -> None:
    asking = (
        HANDOVER
        + """
inputs:
  age: {type: int, min: 0, max: 130, ask: {zh: 几岁？, en: How old?}, why: {zh: 因, en: So}}
answer:
  - {id: old, text: {zh: 可以办。, en: You can.}, when: {age: {ge: 16}}, sources: [law]}
"""
    )
    pack = reading(asking.replace("status: handover", "status: ask")).pack
    assert pack is not None
    first = ask(pack, {})
    assert (first.status, first.text, first.statements) == (AnswerStatus.ASK, "几岁？", ())
    assert ask(pack, {"age": "16"}).status is AnswerStatus.ANSWERED
    nothing = ask(pack, {"age": "unknown"})
    assert (nothing.status, nothing.question) == (AnswerStatus.HANDOVER, None)
    assert "热线 12367" in nothing.text
    assert ask(pack, {"age": "15"}).status is AnswerStatus.HANDOVER


def test_a_wrong_answer_is_refused(pack: Pack) -> None:
    with pytest.raises(ChangmingError, match="answer_not_valid"):
        ask(pack, {"age": "old"})


@pytest.mark.parametrize("unit", list(Unit))
def test_every_unit_has_words(unit: Unit) -> None:
    for lang in Lang:
        for n in (1, 3):
            assert str(n) in show_amount(n, unit, lang)
    assert show_amount(1, Unit.WORKING_DAY, Lang.EN) == "1 working day"
