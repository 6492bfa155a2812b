import gzip
from pathlib import Path

import pytest

from changming.infra.http import Assets


def test_an_address_names_the_content_and_an_old_one_is_gone(tmp_path: Path) -> None:
    (tmp_path / "vendor").mkdir()
    (tmp_path / "vendor" / "a.css").write_text("x" * 2000)
    assets = Assets(tmp_path, "/static")
    before = assets.url("vendor/a.css")
    found = assets.find(before.removeprefix("/static/"))
    assert found is not None
    assert found.media_type.startswith("text/css")
    assert found.packed is not None
    assert gzip.decompress(found.packed) == found.plain == b"x" * 2000
    (tmp_path / "vendor" / "a.css").write_text("y")
    after = Assets(tmp_path, "/static")
    assert after.url("vendor/a.css") != before
    assert after.find(before.removeprefix("/static/")) is None


def test_only_what_was_read_at_the_start_is_served(tmp_path: Path) -> None:
    (tmp_path / "a.css").write_text("x")
    assets = Assets(tmp_path, "/static")
    for address in ("a.css", "../a.css", "", "/etc/passwd"):
        assert assets.find(address) is None
    with pytest.raises(KeyError):
        assets.url("b.css")


def test_a_file_of_an_unknown_kind_is_refused_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "a.exe").write_bytes(b"x")
    with pytest.raises(ValueError, match=r"a\.exe"):
        Assets(tmp_path, "/static")
