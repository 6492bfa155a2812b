"""``changming mask``: personal data in a text, masked."""

import argparse

from changming.commands.batch import lines_of
from changming.commands.terminal import DONE, say, say_json, terminal_lang, text_given
from changming.kernel.lines import Json, each_line, get_text
from changming.kernel.masking import mask
from changming.kernel.messages import text


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of ``mask``."""
    lang = terminal_lang()
    given = parser.add_mutually_exclusive_group()
    given.add_argument("text", metavar="TEXT", nargs="?", help=text("cli.option.text", lang))
    given.add_argument("--batch", metavar="FILE", help=text("cli.option.batch", lang))
    parser.add_argument("--json", action="store_true", help=text("cli.option.json", lang))


def run(arguments: argparse.Namespace) -> int:
    """Mask the text, standard input, or a batch."""
    if arguments.batch is not None:
        with lines_of(arguments.batch) as lines:
            for found in each_line(lines, lambda line: _masked(get_text(line)), lang=terminal_lang()):
                say_json(found)
        return DONE
    given = text_given(arguments.text)
    if arguments.json:
        say_json(_masked(given))
    else:
        say(mask(given).text)
    return DONE


def _masked(given: str) -> Json:
    """``{"masked": …, "found": [{"kind", "start", "end"}]}``; offsets count the characters of what was given."""
    masked = mask(given)
    found = [{"kind": one.kind.value, "start": one.start, "end": one.end} for one in masked.found]
    return {"masked": masked.text, "found": found}
