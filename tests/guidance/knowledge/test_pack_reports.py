"""What ``packs check`` and ``packs list`` show."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from changming.guidance.knowledge import Pack, check_packs, edition_of, list_packs, run_examples, weakest
from changming.guidance.knowledge.reading.pack import PackReading
from changming.kernel.catalogue import SourceStatus
from changming.kernel.messages import Lang

NOW = date(2026, 11, 22)


@pytest.fixture
def folder(tmp_path: Path, sample: str) -> Path:
    (tmp_path / "passport").mkdir()
    (tmp_path / "passport" / "renew.yaml").write_text(sample, encoding="utf-8")
    return tmp_path


def test_a_clean_folder(folder: Path) -> None:
    report = check_packs(folder, on=NOW)
    assert (report.faults, report.warnings, report.packs, report.examples, report.clean) == ((), (), 1, 5, True)


def test_an_empty_folder(tmp_path: Path) -> None:
    report = check_packs(tmp_path, on=NOW)
    assert [fault.code for fault in report.faults] == ["no_packs"]
    assert not report.clean


@pytest.mark.parametrize(("on", "late"), [(date(2026, 12, 22), 0), (date(2026, 12, 23), 2), (date(2028, 1, 1), 5)])
def test_sources_past_their_review_are_warnings(folder: Path, on: date, late: int) -> None:
    report = check_packs(folder, on=on)
    assert [fault.code for fault in report.warnings] == ["review_due"] * late
    assert report.clean


def test_faults_of_reading_and_of_examples_stand_together(folder: Path, sample: str) -> None:
    (folder / "safety.yaml").write_text(sample, encoding="utf-8")
    path = folder / "passport" / "renew.yaml"
    path.write_text(sample.replace("values: {fee: 120, ", "values: {fee: 121, "), encoding="utf-8")
    shown = [fault.show(Lang.EN) for fault in check_packs(folder, on=NOW).faults]
    place = f"{folder.name}/passport/renew.yaml:132: tests[0].expect.values.fee: "
    assert shown == [
        place + "Example 'an adult at home on the day of the change': expected 121, found 120",
        f"{folder.name}/safety.yaml:1: service: The service is passport/renew, but the file lies at safety.",
    ]


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("status: answered\n", "status: ask\n", "status"),
        ("routes: [online, local]", "routes: [online]", "routes"),
        ("maybe: []", "maybe: [away]", "maybe"),
        ("materials: [old-book, photo, signature, copy]", "materials: [photo]", "materials"),
        ("says: [online, fee, validity, post]", "says: [hurry]", "says"),
        ("silent: [hurry]", "silent: [fee]", "silent"),
        ("question: expires", "question: none", "question"),
        ("question: expires", "question: age", "question"),
        ("post_fee: 15", "post_fee: none", "values.post_fee"),
        ("values: {fee: open}", "values: {fee: 120}", "values.fee"),
        ("values: {fee: none}", "values: {fee: 160}", "values.fee"),
        ("office: 出入境管理局}", "office: 公安局}", "values.office"),
        ("validity: 10,", "validity: 10, pilots: '110000',", "values.pilots"),
    ],
)
def test_an_example_that_fails_says_what_was_found(
    changed: Callable[..., PackReading], old: str, new: str, key: str
) -> None:
    pack = changed((old, new)).pack
    assert pack is not None
    assert [fault.path.partition(".expect.")[2] for fault in run_examples(pack)] == [key]


def test_the_samples_examples_hold(pack: Pack) -> None:
    assert run_examples(pack) == ()


def test_a_list_of_packs(pack: Pack) -> None:
    (line,) = list_packs(edition_of([pack]), on=NOW, lang=Lang.EN)
    assert (line.service, line.title, line.version, line.phrasings) == ("passport/renew", "Sample", "2026.11.22", 5)
    assert (line.hands_over, line.weakest, line.next_review) == (False, SourceStatus.SECONDARY, date(2026, 12, 22))
    assert (line.overdue, line.digest) == (False, pack.digest)
    assert list_packs(edition_of([pack]), on=date(2026, 12, 23), lang=Lang.ZH)[0].overdue


def test_a_text_is_worth_its_weakest_source() -> None:
    assert weakest([SourceStatus.LAW_TEXT, SourceStatus.NAMED, SourceStatus.PRESS]) is SourceStatus.NAMED
    assert weakest([SourceStatus.OFFICIAL]) is SourceStatus.OFFICIAL
