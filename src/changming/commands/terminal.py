"""What a command says, and to whom: results on stdout, reasons on stderr, in the terminal's language."""

import argparse
import os
import sys

from changming.kernel.errors import ChangmingError
from changming.kernel.messages import Audience, Lang, text

DONE, REFUSED, WRONG_USAGE = 0, 1, 2
"""Exit codes of the contract."""


def terminal_lang() -> Lang:
    """English where the locale says so, else Chinese."""
    locale = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return Lang.EN if locale.startswith("en") else Lang.ZH


def say(line: str = "") -> None:
    """A line of the result."""
    sys.stdout.write(f"{line}\n")


def tell(line: str) -> None:
    """A line about the work, beside the result."""
    sys.stderr.write(f"{line}\n")


def refuse(error: ChangmingError) -> int:
    """Why not and what next, on stderr; the exit code for a refusal."""
    lang = terminal_lang()
    tell(error.message(lang, Audience.STAFF))
    tell(error.next_step(lang, Audience.STAFF))
    return REFUSED


def add_database(parser: argparse.ArgumentParser) -> None:
    """The options of every command that needs the desk's database."""
    lang = terminal_lang()
    parser.add_argument("--data", metavar="DIR", help=text("cli.option.data", lang))
    parser.add_argument("--database-url", metavar="URL", help=text("cli.option.database_url", lang))
