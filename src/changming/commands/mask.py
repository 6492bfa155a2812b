"""``changming mask``: personal data in a text, masked."""

import argparse
import json
import sys

from changming.commands.batch import lines_of
from changming.commands.terminal import DONE, say, terminal_lang
from changming.guidance.answers import mask_batch, masked_json
from changming.kernel.messages import text


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of ``mask``."""
    lang = terminal_lang()
    parser.add_argument("text", nargs="?", help=text("cli.option.text", lang))
    parser.add_argument("--json", action="store_true", help=text("cli.option.json", lang))
    parser.add_argument("--batch", metavar="FILE", help=text("cli.option.batch", lang))


def run(arguments: argparse.Namespace) -> int:
    """Mask the text, standard input, or a batch."""
    if arguments.batch is not None:
        with lines_of(arguments.batch) as lines:
            for found in mask_batch(lines):
                say(json.dumps(found, ensure_ascii=False))
        return DONE
    given = arguments.text
    if given is None:
        sys.stdin.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr] # a text stream here
        given = sys.stdin.read().removesuffix("\n")
    found = masked_json(given)
    say(json.dumps(found, ensure_ascii=False) if arguments.json else found["masked"])
    return DONE
