"""The packs beside the code are clean, and the reference says everything an author may write."""

from datetime import date
from enum import StrEnum
from itertools import product
from pathlib import Path

import pytest

from changming.guidance.knowledge import check_packs, consult, load_edition
from changming.guidance.knowledge.conditions import Op
from changming.guidance.knowledge.kinds import (
    Bound,
    CheckSpec,
    EntryKind,
    Form,
    InputKind,
    Slot,
    StepKind,
    Transition,
    Unit,
    ValueKind,
)
from changming.guidance.knowledge.reading import pack as pack_reading
from changming.guidance.knowledge.regions import RegionLevel
from changming.kernel.catalogue import AnswerStatus, SourceStatus
from changming.kernel.messages import Lang

ROOT = Path(__file__).resolve().parents[3]
WRITTEN_ON = date(2026, 11, 22)


def test_the_shipped_packs_have_no_faults_and_nothing_was_overdue_when_they_were_written() -> None:
    report = check_packs(ROOT / "packs", on=WRITTEN_ON)
    assert [fault.show(Lang.EN) for fault in report.faults] == []
    assert [fault.show(Lang.EN) for fault in report.warnings] == []
    assert report.examples >= 2 * report.packs


def test_every_shipped_pack_speaks_with_sources_in_both_languages() -> None:
    for pack, lang in product(load_edition(ROOT / "packs").packs.values(), Lang):
        found = consult(pack, on=WRITTEN_ON, given={}, lang=lang)
        assert found.text
        assert found.next_step
        assert found.citations
        assert all(row.citation_numbers for row in found.statements)
        assert found.status is not AnswerStatus.HANDOVER or not pack.answer


@pytest.mark.parametrize(
    "words",
    [
        Bound,
        CheckSpec,
        EntryKind,
        Form,
        InputKind,
        Op,
        RegionLevel,
        Slot,
        SourceStatus,
        StepKind,
        Transition,
        Unit,
        ValueKind,
    ],
)
def test_the_reference_names_every_word_of_the_format(words: type[StrEnum]) -> None:
    reference = (ROOT / "docs" / "reference" / "packs.md").read_text(encoding="utf-8")
    assert [word.value for word in words if word.value not in reference] == []


def test_the_reference_lists_every_key_of_a_pack() -> None:
    reference = (ROOT / "docs" / "reference" / "packs.md").read_text(encoding="utf-8")
    keys = (*pack_reading._REQUIRED, *pack_reading._OPTIONAL)
    assert [key for key in keys if f"`{key}`" not in reference] == []
