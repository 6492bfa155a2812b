"""The command line: ``changming COMMAND …``."""

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Final

from changming import __version__
from changming.commands import COMMANDS, Command
from changming.commands.terminal import DONE, prepare_streams, refuse, terminal_lang, without_pauses
from changming.commands.usage import Parser
from changming.kernel.errors import ChangmingError
from changming.kernel.messages import text

INTERRUPTED: Final = 130
"""The exit code of a command that Ctrl+C ended: 128 and the signal's number, as shells have it."""


def _parser(wanted: str | None) -> argparse.ArgumentParser:
    """All commands by name; only the wanted one's module is imported, so that ``ask`` starts fast."""
    lang = terminal_lang()
    parser = Parser(prog="changming", description=text("cli.description", lang))
    version = text("cli.option.version", lang)
    parser.add_argument("--version", action="version", version=f"changming {__version__}", help=version)
    commands = parser.add_subparsers(dest="command", metavar=text("cli.command", lang), required=True)
    for command in COMMANDS:
        help_text = text(f"cli.{command.name}.help", lang)
        sub = commands.add_parser(command.name, help=help_text, description=help_text)
        if command.name == wanted:
            import_module(command.module).configure(sub)
    return parser


def _named(arguments: Sequence[str]) -> Command | None:
    """The command that the first word without a dash names."""
    names = {command.name: command for command in COMMANDS}
    return next((names.get(word) for word in arguments if not word.startswith("-")), None)


def _run(words: Sequence[str]) -> int:
    command = _named(words)
    try:
        with without_pauses():
            parsed = _parser(command.name if command else None).parse_args(words)
    except SystemExit as ended:  # argparse has shown help, or said what is wrong
        return ended.code if isinstance(ended.code, int) else DONE
    code: int = import_module(f"changming.commands.{parsed.command}").run(parsed)
    return code


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit code: 0 done, 1 refused or failed with the next step on stderr, 2 wrong usage.

    A reader who closes the pipe ends the command calmly with 0, Ctrl+C with 130.
    """
    prepare_streams()
    try:
        code = _run(list(sys.argv[1:] if arguments is None else arguments))
        sys.stdout.flush()
    except ChangmingError as error:
        return refuse(error)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        _forget_output()
        return DONE
    except OSError as error:
        if error.filename is None:
            _forget_output()
        reason, path = error.strerror or type(error).__name__, error.filename or "-"
        return refuse(ChangmingError("system_refused", reason=reason, path=path))
    return code


def _forget_output() -> None:
    """What nobody takes goes nowhere, so that the interpreter's own last flush stays silent."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


if __name__ == "__main__":
    sys.exit(main())
