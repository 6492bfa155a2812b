"""``changming worker``: another process for background work."""

import argparse
import asyncio

from changming.commands.desk import place_of, settings_of
from changming.commands.terminal import DONE, add_database, say, terminal_lang
from changming.kernel.messages import text
from changming.worker import work


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of ``worker``."""
    add_database(parser)


def run(arguments: argparse.Namespace) -> int:
    """Work until asked to stop."""
    settings = settings_of(arguments)
    lang = terminal_lang()
    with place_of(settings) as place:
        asyncio.run(work(settings, place, ready=lambda: say(text("cli.worker.ready", lang))))
    say(text("cli.worker.stopped", lang))
    return DONE
