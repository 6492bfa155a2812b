"""What a command says, and to whom: results on stdout, reasons on stderr, in the terminal's language."""

import argparse
import gc
import io
import json
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, TextIO

from changming.kernel.errors import ChangmingError
from changming.kernel.messages import Audience, Lang, text

DONE, REFUSED, WRONG_USAGE = 0, 1, 2
"""Exit codes of the contract."""

_BAR: Final = 30
_NO_CHARACTER: Final = re.compile("[\ud800-\udfff]")


class WrongUsage(ChangmingError):  # noqa: N818 - the contract's words for exit code 2
    """The command line itself is at fault, not what it asks for."""


def terminal_lang() -> Lang:
    """English where the locale says so, else Chinese."""
    locale = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return Lang.EN if locale.startswith("en") else Lang.ZH


def prepare_streams() -> None:
    """Results are UTF-8 wherever they go; only a terminal keeps its own encoding, and gets ``?`` for what it lacks."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:  # closed by whoever started us
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115, PTH123 - lives as long as we do
        elif isinstance(stream, io.TextIOWrapper):
            # Line by line, a log or a supervisor reads the address and the sign-in link while the service runs.
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="replace", line_buffering=True)


def plain(words: str) -> str:
    """The words with U+FFFD, one for one, for what is no character: half a pair of surrogates, a broken byte."""
    return _NO_CHARACTER.sub("\N{REPLACEMENT CHARACTER}", words)


def argument(given: str) -> str:
    """A text argument as UTF-8, also where the locale is not: its bytes as they were typed, U+FFFD for broken ones."""
    if _NO_CHARACTER.search(given) is None:
        return given
    try:
        return os.fsencode(given).decode("utf-8", "replace")
    except UnicodeEncodeError:  # from another program than a shell
        return plain(given)


def say(line: str = "") -> None:
    """A line of the result, handed on at once: whoever reads it may be waiting."""
    sys.stdout.write(f"{plain(line)}\n")
    sys.stdout.flush()


def say_json(document: Any) -> None:  # noqa: ANN401 - whatever JSON can say
    """One JSON document as a line of its own."""
    say(json.dumps(document, ensure_ascii=False))


def tell(line: str) -> None:
    """A line about the work, beside the result."""
    sys.stderr.write(f"{plain(line)}\n")


def progress(done: int, of: int) -> None:
    """How far long work has come, beside the result: a bar on a terminal, else a plain line."""
    if not sys.stderr.isatty():
        tell(f"{done}/{of}")
        return
    full = _BAR * done // of
    end = "\n" if done == of else ""
    sys.stderr.write(f"\r[{'#' * full}{'.' * (_BAR - full)}] {done}/{of}{end}")
    sys.stderr.flush()


def refuse(error: ChangmingError) -> int:
    """Why not and what next, on stderr; the exit code for it."""
    lang = terminal_lang()
    tell(error.message(lang, Audience.STAFF))
    tell(error.next_step(lang, Audience.STAFF))
    return WRONG_USAGE if isinstance(error, WrongUsage) else REFUSED


def standard_input() -> TextIO:
    """Standard input as UTF-8, with U+FFFD for broken bytes; empty when there is none."""
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(encoding="utf-8-sig", errors="replace")
    return sys.stdin or io.StringIO()


def text_given(given: str | None) -> str:
    """The TEXT of a command: its argument, else what is piped in, without the last newline.

    Raises:
        WrongUsage: ``text_missing`` when there is no argument and standard input is a terminal.
    """
    if given is not None:
        return argument(given)
    stream = standard_input()
    if stream.isatty():
        raise WrongUsage("text_missing")
    return stream.read().removesuffix("\n")


@contextmanager
def without_pauses() -> Iterator[None]:
    """No garbage collection while a command makes what it keeps to its end: a tenth of the start of ``ask``."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def add_database(parser: argparse.ArgumentParser) -> None:
    """The options of every command that needs the desk's database."""
    lang = terminal_lang()
    parser.add_argument("--data", metavar="DIR", help=text("cli.option.data", lang))
    parser.add_argument("--database-url", metavar="URL", help=text("cli.option.database_url", lang))
