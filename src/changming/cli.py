"""The command line: ``changming COMMAND …``."""

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module

from changming import __version__
from changming.commands import COMMANDS, Command
from changming.commands.terminal import refuse, terminal_lang
from changming.kernel.errors import ChangmingError
from changming.kernel.messages import text


def _parser(wanted: str | None) -> argparse.ArgumentParser:
    """All commands by name; only the wanted one's module is imported, so that ``ask`` starts fast."""
    lang = terminal_lang()
    parser = argparse.ArgumentParser(prog="changming", description=text("cli.description", lang))
    parser.add_argument("--version", action="version", version=f"changming {__version__}")
    commands = parser.add_subparsers(dest="command", metavar=text("cli.command", lang), required=True)
    for command in COMMANDS:
        help_text = text(f"cli.{command.name}.help", lang)
        sub = commands.add_parser(command.name, help=help_text, description=help_text)
        if command.name == wanted:
            import_module(command.module).configure(sub)
    return parser


def _named(arguments: Sequence[str]) -> Command | None:
    names = {command.name: command for command in COMMANDS}
    return next((names[word] for word in arguments if word in names), None)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit code: 0 done, 1 refused or failed with the next step on stderr, 2 wrong usage."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    command = _named(words)
    parsed = _parser(command.name if command else None).parse_args(words)
    if command is None:  # pragma: no cover - argparse has refused already
        return 2
    try:
        code: int = import_module(command.module).run(parsed)
    except ChangmingError as error:
        return refuse(error)
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    return code


if __name__ == "__main__":
    sys.exit(main())
