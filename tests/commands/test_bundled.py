from pathlib import Path

import pytest

from changming.commands import bundled
from changming.guidance.knowledge import Edition, load_edition
from changming.infra.resources import project_dir

PACK = "passport/renew"


@pytest.fixture
def packs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one pack that stands for the bundled ones."""
    folder = tmp_path / "packs"
    (folder / "passport").mkdir(parents=True)
    (folder / f"{PACK}.yaml").write_bytes((project_dir("packs") / f"{PACK}.yaml").read_bytes())
    monkeypatch.setattr(bundled, "project_dir", lambda _name: folder)
    return folder


@pytest.fixture
def readings(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Every folder that was read as a whole."""
    read: list[Path] = []

    def reading(folder: Path) -> Edition:
        read.append(folder)
        return load_edition(folder)

    monkeypatch.setattr(bundled, "load_edition", reading)
    return read


def test_the_packs_are_read_once_until_they_change(packs: Path, readings: list[Path], tmp_path: Path) -> None:
    first = bundled.bundled_edition(tmp_path / "kept")
    again = bundled.bundled_edition(tmp_path / "kept")
    assert len(readings) == 1
    assert again.digest == first.digest
    assert again.packs[PACK].document == first.packs[PACK].document

    file = packs / f"{PACK}.yaml"
    file.write_text(file.read_text(encoding="utf-8") + "\n# a remark\n", encoding="utf-8")
    bundled.bundled_edition(tmp_path / "kept")
    assert len(readings) == 2


def test_what_is_kept_and_no_compiled_edition_is_made_anew(
    packs: Path, readings: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundled, "read_kept", lambda _path, _key: "{}")
    assert PACK in bundled.bundled_edition(tmp_path / "kept").packs
    assert readings == [packs]


def test_where_nothing_can_be_kept_the_packs_are_read_every_time(
    packs: Path, readings: list[Path], tmp_path: Path
) -> None:
    nowhere = tmp_path / "missing" / "kept"
    for _ in range(2):
        assert PACK in bundled.bundled_edition(nowhere).packs
    assert readings == [packs, packs]
