from pathlib import Path
from shutil import copytree

import pytest
from tests.commands.conftest import ROOT, Cli

from changming.kernel.catalogue import SERVICES
from changming.kernel.messages import Lang


@pytest.fixture
def packs(tmp_path: Path) -> Path:
    """A small folder of packs that is clean."""
    copytree(ROOT / "packs/driver-licence", tmp_path / "packs/driver-licence")
    return tmp_path / "packs"


def break_it(packs: Path) -> int:
    """Take a date's day away; its line."""
    file = packs / "driver-licence/electronic.yaml"
    lines = file.read_text(encoding="utf-8").splitlines()
    at = next(number for number, line in enumerate(lines) if "from: 20" in line or "from: '20" in line)
    lines[at] = lines[at].replace("from: ", "from: soon-", 1)
    file.write_text("\n".join(lines), encoding="utf-8")
    return at + 1


def test_the_bundled_packs_are_clean(cli: Cli) -> None:
    ran = cli("packs", "check")
    assert ran.code == 0, ran.err
    assert str(len(list((ROOT / "packs").rglob("*.yaml")))) in ran.out


def test_the_check_of_a_clean_folder_is_one_document(cli: Cli, packs: Path) -> None:
    ran = cli("packs", "check", str(packs), "--json")
    assert ran.code == 0
    assert ran.document.keys() == {"clean", "packs", "examples", "faults", "warnings"}
    assert ran.document["clean"] is True
    assert ran.document["packs"] == 3
    assert ran.document["examples"] > 3


@pytest.mark.parametrize("lang", Lang)
def test_a_fault_is_named_by_file_and_line(cli: Cli, packs: Path, lang: Lang) -> None:
    line = break_it(packs)
    ran = cli("packs", "check", str(packs), lang=lang)
    assert ran.code == 1
    assert not ran.out
    assert f"packs/driver-licence/electronic.yaml:{line}: " in ran.err

    listed = cli("packs", "check", str(packs), "--json", lang=lang)
    assert listed.code == 1
    assert listed.document["clean"] is False
    assert listed.document["faults"][0] in ran.err

    refused = cli("packs", "list", str(packs), lang=lang)
    assert refused.code == 1
    assert not refused.out
    assert listed.document["faults"][0] in refused.err


def test_packs_are_listed_with_their_edition(cli: Cli) -> None:
    ran = cli("packs", "list", "--json")
    assert ran.code == 0
    assert ran.document.keys() == {"digest", "packs"}
    assert {one["service"] for one in ran.document["packs"]} <= SERVICES.keys()
    plain = cli("packs", "list").out
    assert ran.document["digest"] in plain
    assert all(f"{one['service']}@{one['version']}" in plain for one in ran.document["packs"])


@pytest.mark.parametrize("act", ["check", "list"])
def test_a_folder_that_is_not_there_is_said(cli: Cli, act: str, tmp_path: Path) -> None:
    ran = cli("packs", act, str(tmp_path / "nowhere"))
    assert ran.code == 1
    assert str(tmp_path / "nowhere") in ran.err
    empty = cli("packs", act, str(tmp_path))
    assert empty.code == 1
    assert tmp_path.name in empty.err
