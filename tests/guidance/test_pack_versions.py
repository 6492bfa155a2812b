"""Edits of shipped packs: every past question that gets another answer was foreseen, and the comparison is complete."""

import re
from collections.abc import Callable
from datetime import date

import pytest

from changming.guidance.knowledge import Pack, decision_diff, read_text, replay, structural_diff
from changming.infra.resources import project_dir

SERVICES = ("passport/renew", "household/birth-registration", "life-event/newborn", "resident-id/temporary", "safety")
EDITS: dict[str, Callable[[str], str]] = {
    "statuses": lambda source: source.replace("status: secondary", "status: official"),
    "figures": lambda source: re.sub(r"value: (\d+)", lambda found: f"value: {int(found[1]) + 5}", source),
    "ages": lambda source: re.sub(r"(lt|ge): 16\b", r"\1: 18", source),
    "dates": lambda source: source.replace("from: 2025-11-20", "from: 2025-12-20"),
    "truths": lambda source: source.replace("is: true", "is: false"),
    "wording": lambda source: source.replace("。", "！"),
}


def read(service: str, edit: Callable[[str], str]) -> Pack | None:
    source = (project_dir("packs") / f"{service}.yaml").read_text(encoding="utf-8")
    return read_text(f"{service}.yaml", edit(source).encode(), service=service).pack


@pytest.mark.parametrize("service", SERVICES)
def test_whatever_an_editor_changes_is_foreseen_for_everybody_in_the_examples(service: str, today: date) -> None:
    old = read(service, str)
    assert old is not None
    records = [(on, example.given) for example in old.tests for on in (example.at, today) if on >= old.since]
    tried = changed = 0
    for new in (*(read(service, edit) for edit in EDITS.values()), None):
        if new == old or (new is not None and new.digest == old.digest):
            continue
        tried += 1
        found = replay(old, new, records)
        assert found.unpredicted == ()
        changed += len(found.changed)
        assert structural_diff(old, new)
    assert tried >= 2
    assert changed >= len(records)
    whole = decision_diff(None, old, since=old.since, until=date(2028, 12, 31))
    assert whole.exhaustive
    assert {change.piece[0] for change in whole.changed} >= {"statements", "next_step", "place"}
