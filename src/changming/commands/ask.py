"""``changming ask``: a question answered from the bundled packs; no server, no database."""

import argparse
import time
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from changming.commands.batch import lines_of
from changming.commands.bundled import bundled_edition
from changming.commands.terminal import (
    DONE,
    REFUSED,
    WrongUsage,
    argument,
    say,
    say_json,
    tell,
    terminal_lang,
    text_given,
    without_pauses,
)
from changming.guidance.answers import Query, Result, answer, ask_batch, index_of, language_of
from changming.guidance.knowledge import Edition, Question
from changming.infra.clock import now as read_clock
from changming.kernel.catalogue import AnswerStatus
from changming.kernel.errors import ChangmingError
from changming.kernel.instants import parse_date, parse_instant
from changming.kernel.messages import Lang, text

T = TypeVar("T")


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of ``ask``."""
    lang = terminal_lang()
    given = parser.add_mutually_exclusive_group()
    given.add_argument("text", metavar="TEXT", nargs="?", help=text("cli.option.question", lang))
    given.add_argument("--batch", metavar="FILE", help=text("cli.option.batch", lang))
    parser.add_argument("--at", metavar="ISO", help=text("cli.option.at", lang))
    parser.add_argument("--city", metavar="NAME", help=text("cli.option.city", lang))
    parser.add_argument("--need-by", metavar="DATE", help=text("cli.option.need_by", lang))
    parser.add_argument(
        "--answer", action="append", default=[], metavar="KEY=VALUE", help=text("cli.option.answer", lang)
    )
    parser.add_argument("--database-url", metavar="URL", help=text("cli.ask.database_url", lang))
    parser.add_argument("--json", action="store_true", help=text("cli.option.json", lang))


def run(arguments: argparse.Namespace) -> int:
    """Answer one question or a batch; a question that is refused ends with exit code 1, a batch with 0.

    Raises:
        WrongUsage: ``text_missing``; ``option_invalid`` or ``option_not_in_batch`` naming the option.
        ChangmingError: ``question_empty`` without a question, ``answer_not_valid``.
    """
    at = read_clock() if arguments.at is None else _parsed("--at", arguments.at, parse_instant)
    if arguments.batch is not None:
        return _batch(arguments, at)
    query = _query(arguments, at)
    with without_pauses():
        edition = _edition(arguments.database_url)
        began = time.perf_counter()
        result = answer(edition, query)
    ms = round((time.perf_counter() - began) * 1000, 2)
    lang = language_of(result.masked, query.lang)
    if arguments.json:
        say_json(result.to_json(ms=ms))
    else:
        _show(result, lang)
        say()
        say(text("cli.ask.edition", terminal_lang(), digest=edition.digest[:12]))
    if result.answer.status is not AnswerStatus.REFUSED:
        return DONE
    if result.answer.refusal is not None:
        tell(text(f"cli.ask.refused.{result.answer.refusal.value}", lang))
    tell(text("cli.ask.refused.next", lang))
    return REFUSED


def _edition(database_url: str | None) -> Edition:
    """The bundled packs, or a desk's edition in force, with their index built, so that ``ms`` is the answer's alone."""
    edition = bundled_edition() if database_url is None else _of_desk(database_url)
    index_of(edition)
    return edition


def _of_desk(database_url: str) -> Edition:
    """The edition in force of a desk, which is only read.

    Raises:
        ChangmingError: ``edition_none``; ``database_unavailable``.
    """
    import asyncio

    from changming.commands.packs_editions import edition_in_force
    from changming.infra.postgres import Database

    async def read() -> Edition:
        async with Database(database_url, size=1) as database:
            return await edition_in_force(database)

    return asyncio.run(read())


def _batch(arguments: argparse.Namespace, at: datetime) -> int:
    for option, given in (
        ("--city", arguments.city),
        ("--need-by", arguments.need_by),
        ("--answer", arguments.answer or None),
    ):
        if given is not None:
            raise WrongUsage("option_not_in_batch", option=option)
    with lines_of(arguments.batch) as lines:
        with without_pauses():
            edition = _edition(arguments.database_url)
        for found in ask_batch(lines, edition, now=at, timer=time.perf_counter, lang=terminal_lang()):
            say_json(found)
    return DONE


def _query(arguments: argparse.Namespace, at: datetime) -> Query:
    given = text_given(arguments.text)
    if arguments.text is None and not given.strip():
        raise WrongUsage("text_missing")
    if not given.strip():
        raise ChangmingError("question_empty", status=422)
    answers = {}
    for pair in arguments.answer:
        name, equals, value = argument(pair).partition("=")
        if not equals or not name.strip():
            raise WrongUsage("option_invalid", option="--answer", given=pair)
        answers[name.strip()] = value.strip()
    need_by = None if arguments.need_by is None else _parsed("--need-by", arguments.need_by, parse_date)
    city = None if arguments.city is None else argument(arguments.city)
    return Query(given, at, city, need_by, answers, lang=terminal_lang())


def _parsed(option: str, given: str, parse: Callable[[str], T]) -> T:
    try:
        return parse(given)
    except ValueError:
        raise WrongUsage("option_invalid", option=option, given=given) from None


def _show(result: Result, lang: Lang) -> None:
    said = result.answer
    say(said.text)
    if said.checklist:
        say()
        say(text("cli.ask.checklist", lang))
        for item in said.checklist:
            say(text("cli.ask.item" if item.required else "cli.ask.item_if", lang, item=item.text))
    if said.question is not None:
        say()
        _show_question(said.question, lang)
    for candidate in said.candidates:
        say(f"  --answer service={candidate.service}    {candidate.title}")
    if said.citations:
        say()
    for one in said.citations:
        say(" ".join(part for part in (f"[{one.number}]", one.title, one.source, one.url) if part))


def _show_question(asked: Question, lang: Lang) -> None:
    """The question back, with the options that answer it."""
    say(asked.text)
    say(asked.why)
    for value, option in zip(asked.values, asked.options, strict=True):
        say(f"  --answer {asked.input}={value}    {option}")
    if not asked.options:
        say(f"  --answer {asked.input}={text(f'cli.ask.value.{asked.kind.value}', lang)}")
