"""``changming guide``: the next question of a service, and where the answers lead; no server, no database."""

import argparse

import msgspec

from changming.commands.bundled import bundled_edition
from changming.commands.terminal import DONE, WrongUsage, argument, say, say_json, terminal_lang, without_pauses
from changming.infra.clock import now as read_clock
from changming.kernel.instants import local_date, parse_date
from changming.kernel.messages import Lang, text
from changming.web.api.guide_shapes import GuideAnswer, GuideRequest
from changming.web.api.guides import guided


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of ``guide``."""
    lang = terminal_lang()
    parser.add_argument("service", metavar="SERVICE", help=text("cli.option.guided", lang))
    parser.add_argument("--need-by", metavar="DATE", help=text("cli.option.need_by", lang))
    parser.add_argument(
        "--answer", action="append", default=[], metavar="KEY=VALUE", help=text("cli.option.answer", lang)
    )
    parser.add_argument("--json", action="store_true", help=text("cli.option.json", lang))


def run(arguments: argparse.Namespace) -> int:
    """Say where the answers lead and what is asked next.

    Raises:
        WrongUsage: ``option_invalid`` naming the option.
        ChangmingError: ``guide_unknown``, ``answer_not_valid``.
    """
    answers = {}
    for pair in arguments.answer:
        name, equals, value = argument(pair).partition("=")
        if not equals or not name.strip():
            raise WrongUsage("option_invalid", option="--answer", given=pair)
        answers[name.strip()] = value.strip()
    try:
        need_by = None if arguments.need_by is None else parse_date(arguments.need_by)
    except ValueError:
        raise WrongUsage("option_invalid", option="--need-by", given=arguments.need_by) from None
    with without_pauses():
        edition = bundled_edition()
    request, lang = GuideRequest(answers, need_by), terminal_lang()
    found = guided(edition, argument(arguments.service), request, on=local_date(read_clock()), lang=lang)
    if arguments.json:
        say_json(msgspec.to_builtins(found))
    else:
        _show(found, lang)
    return DONE


def _show(found: GuideAnswer, lang: Lang) -> None:
    say(found.title)
    say(found.text)
    for stop in found.services:
        say(f"· {stop.title} ({text(f'guide.stop.{stop.standing}', lang)})")
    for route in found.routes:
        say(f"{text('guide.routes' if route.fits else 'guide.routes.open', lang)} · {route.title}")
    for item in found.checklist:
        say(f"  [ ] {item.wordings[0]['text']}")
    say(found.next_step)
    if found.question is not None:
        say()
        say(
            f"{found.question.text} {text('guide.progress', lang, n=len(found.counted) + 1, left=found.questions_left)}"
        )
        for value, words in zip(found.question.values, found.question.options, strict=True):
            say(f"  --answer {found.question.input}={value}    {words}")
        if not found.question.values:
            say(f"  --answer {found.question.input}=…")
