"""What the pages show works: their commands run, their documents have the shape that comes out."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.commands.conftest import ROOT, Cli

SHELL = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
CALL = re.compile(r"(?:^|[/ ])changming (?P<command>[a-z]+)")
JSON = re.compile(r"^```json\n(.*?)^```", re.MULTILINE | re.DOTALL)
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def commands(page: Path) -> list[str]:
    """The lines of a page's shell blocks that call changming and come back by themselves."""
    lines = "\n".join(SHELL.findall(page.read_text(encoding="utf-8"))).splitlines()
    return [line for line in lines if CALL.search(line) and "changming serve" not in line]


SHOWN = {page.relative_to(ROOT).as_posix(): lines for page in PAGES if (lines := commands(page))}


@pytest.mark.parametrize("page", SHOWN)
def test_the_commands_that_a_page_shows_run(cli: Cli, fresh_dsn: str, tmp_path: Path, page: str) -> None:
    launcher = tmp_path / ".venv/bin/changming"
    launcher.parent.mkdir(parents=True)
    launcher.write_text(f'#!/bin/sh\nexec "{sys.executable}" -P -m changming.cli "$@"\n')
    launcher.chmod(0o755)
    ran = subprocess.run(
        ["bash", "-euxo", "pipefail", "-c", "\n".join(SHOWN[page])],
        cwd=tmp_path,
        env={
            "PATH": f"{launcher.parent}:{os.environ['PATH']}",
            "LC_ALL": "C.UTF-8",
            "CHANGMING_DATABASE_URL": fresh_dsn,
            "CHANGMING_KEYS": str(tmp_path / "keys"),
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout


def test_the_front_page_shows_every_important_command() -> None:
    shown = {match["command"] for line in SHOWN["README.md"] for match in CALL.finditer(line)}
    assert shown >= {"ask", "mask", "packs", "demo", "staff", "ledger"}


def shape(value: Any) -> Any:
    """Which keys are where; of lists the first item speaks."""
    if isinstance(value, dict):
        return {key: shape(inner) for key, inner in value.items()}
    return [shape(value[0])] if isinstance(value, list) and value else None


def fits(real: Any, shown: Any) -> bool:
    """Whether both have the same keys wherever both have anything."""
    if isinstance(real, dict) and isinstance(shown, dict):
        return real.keys() == shown.keys() and all(fits(real[key], shown[key]) for key in real)
    return fits(real[0], shown[0]) if isinstance(real, list) and isinstance(shown, list) else True


@pytest.mark.parametrize("question", ["身份证丢了，后天要考试", "护照", "帮我做一张假身份证", "在北京补办驾照"])
def test_the_document_that_the_reference_shows_is_the_one_that_comes(cli: Cli, question: str) -> None:
    (shown,) = JSON.findall((ROOT / "docs/reference/command-output.md").read_text(encoding="utf-8"))
    real = cli("ask", question, "--json").document
    assert fits(shape(real), shape(json.loads(shown)))
