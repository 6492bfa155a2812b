"""The reference tells of everything that can be set, called or go wrong."""

import argparse
import subprocess
from dataclasses import fields
from importlib import import_module

from tests.arch.guards import documents
from tests.arch.guards.source import ROOT

from changming.commands import COMMANDS
from changming.infra.settings import Settings
from changming.kernel.errors import codes

REFERENCE = "\n".join(page.read_text(encoding="utf-8") for page in sorted((ROOT / "docs/reference").glob("*.md")))

TEXTS = {"", ".py", ".md", ".toml", ".sh", ".sql", ".yaml", ".html", ".css", ".js", ".in", ".lock"}


def test_every_setting_is_in_the_reference() -> None:
    assert list(documents.unmentioned("setting", (one.name for one in fields(Settings)), REFERENCE)) == []


def test_every_error_code_is_in_the_reference() -> None:
    assert list(documents.unmentioned("error code", codes(), REFERENCE)) == [], "run: make docs"


def test_every_command_and_option_is_in_the_reference() -> None:
    page = (ROOT / "docs/reference/commands.md").read_text(encoding="utf-8")
    assert list(documents.unmentioned("command", (one.name for one in COMMANDS), page)) == []
    for command in COMMANDS:
        parser = argparse.ArgumentParser()
        import_module(command.module).configure(parser)
        assert list(documents.unmentioned("option", documents.options(parser) - {"-h", "--help"}, page)) == []


def test_every_make_target_is_in_the_reference() -> None:
    page = (ROOT / "docs/reference/commands-make.md").read_text(encoding="utf-8")
    targets = documents.make_targets((ROOT / "Makefile").read_text(encoding="utf-8"))
    assert {"run", "test", "check"} <= targets
    assert [target for target in sorted(targets) if f"`make {target}`" not in page] == []


def test_the_commands_that_pages_show_exist() -> None:
    targets = documents.make_targets((ROOT / "Makefile").read_text(encoding="utf-8"))
    names = {one.name for one in COMMANDS}
    for page in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))):
        assert list(documents.unknown_commands(page.read_text(encoding="utf-8"), names, targets)) == [], page


def test_every_dependency_has_its_reason() -> None:
    run_in = (ROOT / "requirements/run.in").read_text(encoding="utf-8")
    page = (ROOT / "docs/dependencies.md").read_text(encoding="utf-8")
    assert list(documents.unexplained_dependencies(run_in, page)) == []


def test_no_file_tells_of_the_machine_it_was_made_on() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    files = {}
    for name in filter(None, listed.split("\0")):
        path = ROOT / name
        if path.is_file() and path.suffix in TEXTS:
            files[name] = path.read_text(encoding="utf-8")
    assert list(documents.machine_paths(files)) == []
