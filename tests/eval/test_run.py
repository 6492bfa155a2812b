"""The command from its options to its exit code."""

import json
from pathlib import Path

import pytest
from eval.floors import Floor
from eval.reading import read_set

from eval import run


@pytest.fixture(autouse=True)
def results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "results.json"
    monkeypatch.setattr(run, "RESULTS", path)
    monkeypatch.setattr(run, "broken", lambda _measured: ())
    return path


def test_the_part_to_report_is_measured_without_showing_its_texts(
    results: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run.main(["--section", "personal data", "--section", "places", "--worst", "500"]) == 0
    shown = capsys.readouterr().out + results.read_text(encoding="utf-8")
    texts = [item.text for name in ("places", "personal_data") for item in read_set("report", name)]
    assert [text for text in texts if len(text) > 8 and text in shown] == []
    assert "accuracy" in shown


def test_the_texts_are_shown_to_who_asks_for_them(results: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("eval.sections.personal.matched", lambda _gold, _found: {})
    assert run.main(["--section", "personal data", "--show"]) == 0
    shown = results.read_text(encoding="utf-8")
    assert json.dumps(next(item.text for item in read_set("report", "personal_data") if item.expected),
                      ensure_ascii=False) in shown  # fmt: skip


def test_the_part_to_tune_on_names_its_mistakes_with_their_texts(
    results: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("eval.sections.personal.matched", lambda _gold, _found: {})
    assert run.main(["--part", "tune", "--section", "personal data"]) == 0
    document = json.loads(results.read_text(encoding="utf-8"))
    assert document["part"] == "tune"
    assert all("text" in one for one in document["sections"]["personal data"]["mistakes"])


def test_a_broken_floor_ends_with_one(
    results: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    floor = Floor("places", "accuracy", 0.9)
    monkeypatch.setattr(run, "broken", lambda _measured: ((floor, 0.5),))
    assert run.main(["--section", "places"]) == 1
    assert "BROKEN  places: accuracy at least 0.9: 0.500" in capsys.readouterr().out
    assert json.loads(results.read_text(encoding="utf-8"))["broken"] == [str(floor)]


def test_a_changed_frozen_part_ends_with_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(run, "changed_since_frozen", lambda: ("dates.jsonl",))
    assert run.main(["--section", "places"]) == 1
    assert "CHANGED sets/report/dates.jsonl" in capsys.readouterr().out


def test_an_unknown_part_is_wrong_usage() -> None:
    with pytest.raises(SystemExit) as ended:
        run.main(["--part", "both"])
    assert ended.value.code == 2
