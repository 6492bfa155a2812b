import os
from pathlib import Path

import pytest

from changming.infra.kept import keep, read_kept

KEY = "ab" * 32


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "folder" / "name"


def test_what_was_kept_is_read_under_its_key_alone(path: Path) -> None:
    assert keep(path, KEY, "换证\n两行")
    assert read_kept(path, KEY) == "换证\n两行"
    assert read_kept(path, "cd" * 32) is None
    assert keep(path, KEY, "later")
    assert read_kept(path, KEY) == "later"
    assert [one.name for one in path.parent.iterdir()] == ["name"]


def test_only_the_user_may_read_or_write_it(path: Path) -> None:
    keep(path, KEY, "text")
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("damage", [b"", b"\n", b"\xff\xfe\n", b"no key\nbody"])
def test_a_damaged_file_is_not_read(path: Path, damage: bytes) -> None:
    keep(path, KEY, "text")
    path.write_bytes(damage)
    assert read_kept(path, KEY) is None


def test_a_file_that_was_cut_off_or_changed_is_not_read(path: Path) -> None:
    keep(path, KEY, "text")
    whole = path.read_bytes()
    path.write_bytes(whole[:-1])
    assert read_kept(path, KEY) is None
    path.write_bytes(whole[:-1] + b"T")
    assert read_kept(path, KEY) is None
    path.write_bytes(whole)
    assert read_kept(path, KEY) == "text"


@pytest.mark.parametrize("open_to", [0o620, 0o602])
def test_a_file_that_others_may_write_is_not_read(path: Path, open_to: int) -> None:
    keep(path, KEY, "text")
    path.chmod(open_to)
    assert read_kept(path, KEY) is None


def test_a_folder_that_others_may_write_is_neither_read_nor_written(path: Path) -> None:
    keep(path, KEY, "text")
    path.parent.chmod(0o777)
    assert read_kept(path, KEY) is None
    assert not keep(path, KEY, "text")


def test_another_users_file_is_not_read(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(path, KEY, "text")
    monkeypatch.setattr(os, "geteuid", lambda: path.stat().st_uid + 1)
    assert read_kept(path, KEY) is None
    assert not keep(path, KEY, "text")


def test_a_link_is_not_followed(path: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere" / "name"
    keep(elsewhere, KEY, "text")
    path.parent.mkdir(mode=0o700)
    path.symlink_to(elsewhere)
    assert read_kept(path, KEY) is None


def test_where_nothing_can_be_written_nothing_is_kept_and_nothing_left(tmp_path: Path) -> None:
    assert not keep(tmp_path / "no" / "folder" / "name", KEY, "text")
    (tmp_path / "folder" / "name").mkdir(parents=True)
    assert not keep(tmp_path / "folder" / "name", KEY, "text")
    assert [one.name for one in (tmp_path / "folder").iterdir()] == ["name"]
