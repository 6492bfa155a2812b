"""The parser of the command line, whose own words come from the catalogue in the terminal's language."""

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, NoReturn

from changming.commands.terminal import WRONG_USAGE, tell, terminal_lang
from changming.kernel.messages import Lang, catalogue, text

_OF_ARGPARSE: Final = "cli.argparse."


@cache
def _chinese() -> dict[str, str]:
    """The Chinese of argparse's own English."""
    return {entry["en"]: entry["zh"] for key, entry in catalogue().items() if key.startswith(_OF_ARGPARSE)}


def _translated(english: str) -> str:
    return english if terminal_lang() is Lang.EN else _chinese().get(english, english)


def _translated_count(one: str, many: str, count: int) -> str:
    return _translated(one if count == 1 else many)


class Parser(argparse.ArgumentParser):
    """argparse in two languages; wrong usage ends with the next step. Options are never guessed from a beginning."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401 - handed through
        # argparse asks gettext, whose catalogues are binary files found by locale; ours is the house's one catalogue.
        vars(argparse).update({"_": _translated, "ngettext": _translated_count})
        super().__init__(**{"allow_abbrev": False, **options})

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and how to find out what is right; exit code 2."""
        lang = terminal_lang()
        self.print_usage(sys.stderr)
        tell(text("cli.wrong_usage", lang, command=self.prog, problem=message))
        tell(text("cli.wrong_usage.next", lang, command=self.prog))
        raise SystemExit(WRONG_USAGE)


@dataclass(frozen=True, slots=True)
class Act:
    """One act of a command whose acts stand in several modules. Its help is the text ``cli.<command>.<name>``."""

    name: str
    configure: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], int]


def add_act(
    acts: "argparse._SubParsersAction[argparse.ArgumentParser]", command: str, name: str
) -> argparse.ArgumentParser:
    """An act of a command with its line of help, the text ``cli.<command>.<name>``."""
    said = text(f"cli.{command}.{name}", terminal_lang())
    return acts.add_parser(name, help=said, description=said)


def whole_number(given: str) -> int:
    """An option's value that is a whole number, 0 or more."""
    if not (given.isascii() and given.isdigit()) or len(given) > 18:  # noqa: PLR2004 - below 2**63 for certain
        raise argparse.ArgumentTypeError(text("cli.not_a_number", terminal_lang(), given=given[:40]))
    return int(given)


def existing_file(given: str) -> Path:
    """An option's value that names a file."""
    path = Path(given)
    if not path.is_file():
        raise argparse.ArgumentTypeError(text("cli.no_such_file", terminal_lang(), given=given))
    return path
