from datetime import date
from pathlib import Path
from shutil import copytree

import pytest
from tests.commands.conftest import ROOT, Cli

from changming.guidance.knowledge import check_packs
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


def test_of_the_bundled_packs_none_may_be_missing(packs: Path) -> None:
    assert check_packs(packs, on=date(2026, 11, 22)).clean
    report = check_packs(packs, on=date(2026, 11, 22), complete=True)
    assert {fault.code for fault in report.faults} == {"no_pack"}
    assert {fault.file for fault in report.faults} == {
        f"packs/{service}.yaml" for service in SERVICES if not (packs / f"{service}.yaml").exists()
    }
    assert not check_packs(ROOT / "packs", on=date(2026, 11, 22), complete=True).faults


@pytest.mark.parametrize("lang", Lang)
def test_a_pack_is_shown_as_a_citizen_and_as_an_editor_reads_it(cli: Cli, lang: Lang) -> None:
    ran = cli("packs", "show", "passport/renew", "--on", "2026-11-22", lang=lang)
    assert ran.code == 0
    assert ("  fee\t120 元\tfee-2019" if lang is Lang.ZH else "  fee\tCNY 120\tfee-2019") in ran.out
    assert "law_text" in ran.out
    assert "derived.at_home" not in ran.out
    listed = cli("packs", "show", "passport/renew", "--on", "2026-11-22", "--cel", lang=lang)
    assert listed.out.startswith(ran.out)
    assert "  derived.at_home: same_city(hukou_city, apply_city)" in listed.out


def test_a_shown_pack_is_one_document_that_knows_its_date(cli: Cli) -> None:
    ran = cli("packs", "show", "passport/renew", "--on", "2024-05-05", "--json").document
    assert ran["on"] == "2024-05-05"
    assert ran["answer"]["status"] == "answered"
    assert [one["value"] for one in ran["figures"] if one["value"] == "fee"] == ["fee"]
    late = {one["id"] for one in ran["sources"] if not one["in_force"]}
    assert "online-2024" in late
    assert "conditions" not in ran
    assert cli("packs", "show", "safety", "--cel", "--json").document["conditions"] is not None


def test_what_cannot_be_shown_says_what_to_do(cli: Cli, packs: Path) -> None:
    missing = cli("packs", "show", "passport/renew", str(packs))
    assert (missing.code, missing.out) == (1, "")
    assert "changming packs list" in missing.err
    assert cli("packs", "show", "safety", "--on", "soon").code == 2
    assert cli("packs", "show", "safety", str(packs / "nowhere")).code == 1
    assert cli("packs", "diff", str(packs), str(packs / "nowhere")).code == 1


def test_two_versions_are_compared_row_by_row_and_case_by_case(cli: Cli, tmp_path: Path) -> None:
    old = ROOT / "packs/passport/renew.yaml"
    new = tmp_path / "draft.yaml"
    new.write_text(old.read_text(encoding="utf-8").replace("value: 120", "value: 130", 1), encoding="utf-8")
    ran = cli("packs", "diff", str(old), str(new))
    assert ran.code == 0
    assert "  ~ values.fee.rows[2019-07-01].value: 120 → 130" in ran.out
    assert "由“工本费每本 120 元。”改为“工本费每本 130 元。”" in ran.out
    (one,) = cli("packs", "diff", str(old), str(new), "--json").document["services"]
    assert (one["service"], one["exhaustive"], one["reordered"]) == ("passport/renew", True, False)
    assert [row["after"] for row in one["rows"]] == ["130"]
    assert {answer["section"] for answer in one["answers"]} == {"statements", "values"}
    assert all(answer["from"] == "2019-07-01" for answer in one["answers"])


def test_folders_are_compared_service_by_service(cli: Cli, packs: Path, tmp_path: Path) -> None:
    assert cli("packs", "diff", str(packs), str(packs), lang=Lang.EN).out == "Both versions say the same.\n"
    copytree(packs, tmp_path / "later/packs")
    (tmp_path / "later/packs/driver-licence/renew.yaml").unlink()
    found = cli("packs", "diff", str(packs), str(tmp_path / "later/packs"), "--json").document["services"]
    assert [one["service"] for one in found] == ["driver-licence/renew"]
    assert {row["kind"] for row in found[0]["rows"]} == {"removed"}
    break_it(packs)
    refused = cli("packs", "diff", str(packs / "driver-licence/electronic.yaml"), str(packs))
    assert refused.code == 1
    assert "electronic.yaml:" in refused.err
