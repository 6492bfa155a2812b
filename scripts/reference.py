"""Writes docs/reference/errors.md and docs/reference/commands.md from the catalogue and the parsers: ``make docs``."""  # noqa: INP001 - a script, no package

import argparse
import os
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from changming.commands import COMMANDS
from changming.kernel.errors import codes
from changming.kernel.messages import catalogue

REFERENCE = Path(__file__).resolve().parents[1] / "docs" / "reference"


def errors_page() -> Iterator[str]:
    """Every error code with what happened and what to do, in both languages."""
    yield "# Error codes · 错误码"
    yield ""
    yield "Written by `make docs` from `src/changming/kernel/texts`. Words in braces are filled in."
    for code in sorted(codes()):
        happened, then = (catalogue()[f"error.{code}.{part}"] for part in ("message", "next_step"))
        yield ""
        yield f"## `{code}`"
        yield ""
        yield f"{happened['zh']} {then['zh']}"
        yield ""
        yield f"{happened['en']} {then['en']}"


def _parsers(name: str, parser: argparse.ArgumentParser) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    yield name, parser
    for action in parser._actions:  # noqa: SLF001 - argparse has no public way to its acts
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001 - as above
            for act, inner in action.choices.items():
                yield from _parsers(f"{name} {act}", inner)


def commands_page() -> Iterator[str]:
    """Every command, its acts and options."""
    yield "# Commands · 命令"
    yield ""
    yield "Written by `make docs` from the commands themselves; what they print, their exit codes and languages are in"
    yield "[command-output.md](command-output.md)."
    for command in COMMANDS:
        root = argparse.ArgumentParser(prog=f"changming {command.name}")
        import_module(command.module).configure(root)
        yield ""
        yield f"## `changming {command.name}`"
        yield ""
        summary = catalogue()[f"cli.{command.name}.help"]
        yield f"{summary['zh']} {summary['en']} Who may: {command.may}."
        for name, parser in _parsers(f"changming {command.name}", root):
            rows = [a for a in parser._actions if not isinstance(a, argparse._HelpAction | argparse._SubParsersAction)]  # noqa: SLF001 - as above
            if not rows:
                continue
            yield ""
            yield f"| `{name}` | {parser.description or ''} |"
            yield "|---|---|"
            yield from map(_row, rows)


def _row(row: argparse.Action) -> str:
    shown = ", ".join(f"`{option}`" for option in row.option_strings) or f"`{row.metavar or row.dest}`"
    value = f" `{row.metavar}`" if row.option_strings and row.metavar else ""
    if row.choices and not row.metavar:
        value = f" `{'|'.join(row.choices)}`".replace("|", "\\|")
    meaning = (row.help or "").replace("|", "\\|")
    return f"| {shown}{value} | {meaning} |"


def main(folder: Path) -> None:
    """Write both pages."""
    os.environ["LC_ALL"] = "en_US.UTF-8"  # the options' help in English, whoever writes the page
    for name, page in (("errors.md", errors_page), ("commands.md", commands_page)):
        (folder / name).write_text("\n".join((*page(), "")), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if sys.argv[1:] else REFERENCE)
