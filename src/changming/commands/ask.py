"""``changming ask``: a question answered from the bundled packs; no server, no database."""

import argparse
import json
import sys
import time
from collections.abc import Callable
from datetime import date
from typing import TypeVar

from changming.commands.batch import lines_of
from changming.commands.terminal import DONE, REFUSED, say, terminal_lang
from changming.guidance.answers import Query, Result, answer, ask_batch, index_of, language_of
from changming.guidance.knowledge import load_edition
from changming.infra.clock import now as read_clock
from changming.infra.resources import project_dir
from changming.kernel.catalogue import AnswerStatus
from changming.kernel.errors import ChangmingError
from changming.kernel.instants import parse_instant
from changming.kernel.messages import Lang, text

T = TypeVar("T")


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of ``ask``."""
    lang = terminal_lang()
    parser.add_argument("text", nargs="?", help=text("cli.option.question", lang))
    parser.add_argument("--at", metavar="ISO", help=text("cli.option.at", lang))
    parser.add_argument("--city", metavar="NAME", help=text("cli.option.city", lang))
    parser.add_argument("--need-by", metavar="DATE", help=text("cli.option.need_by", lang))
    parser.add_argument(
        "--answer", action="append", default=[], metavar="KEY=VALUE", help=text("cli.option.answer", lang)
    )
    parser.add_argument("--json", action="store_true", help=text("cli.option.json", lang))
    parser.add_argument("--batch", metavar="FILE", help=text("cli.option.batch", lang))


def run(arguments: argparse.Namespace) -> int:
    """Answer one question or a batch; a refusal of the question itself ends with exit code 1.

    Raises:
        ChangmingError: ``option_invalid`` naming the option; ``question_empty`` without a question.
    """
    edition = load_edition(project_dir("packs"))
    if arguments.batch is not None:
        index_of(edition)
        with lines_of(arguments.batch) as lines:
            for found in ask_batch(lines, edition, now=read_clock(), timer=time.perf_counter):
                say(json.dumps(found, ensure_ascii=False))
        return DONE
    query = _query(arguments)
    index_of(edition)
    began = time.perf_counter()
    result = answer(edition, query)
    ms = round((time.perf_counter() - began) * 1000, 2)
    if arguments.json:
        say(json.dumps(result.to_json(ms=ms), ensure_ascii=False))
    else:
        _show(result, language_of(result.masked, query.lang))
    return REFUSED if result.answer.status is AnswerStatus.REFUSED else DONE


def _query(arguments: argparse.Namespace) -> Query:
    given = arguments.text if arguments.text is not None else sys.stdin.read()
    if not given.strip():
        raise ChangmingError("question_empty", status=422)
    answers = {}
    for pair in arguments.answer:
        name, equals, value = pair.partition("=")
        if not equals or not name:
            raise ChangmingError("option_invalid", option="--answer", given=pair)
        answers[name.strip()] = value.strip()
    at = read_clock() if arguments.at is None else _parsed("--at", arguments.at, parse_instant)
    need_by = None if arguments.need_by is None else _parsed("--need-by", arguments.need_by, date.fromisoformat)
    return Query(given, at, arguments.city, need_by, answers, lang=terminal_lang())


def _parsed(option: str, given: str, parse: Callable[[str], T]) -> T:
    try:
        return parse(given)
    except ValueError:
        raise ChangmingError("option_invalid", option=option, given=given) from None


def _show(result: Result, lang: Lang) -> None:
    said = result.answer
    say(said.text)
    if said.checklist:
        say()
        say(text("cli.ask.checklist", lang))
        for item in said.checklist:
            say(f"  - {item.text}")
    if said.question is not None:
        say()
        say(said.question.text)
        for value, option in zip(said.question.values, said.question.options, strict=True):
            say(f"  --answer {said.question.input}={value}    {option}")
    for candidate in said.candidates:
        say(f"  --answer service={candidate.service}    {candidate.title}")
    if said.citations:
        say()
    for one in said.citations:
        say(f"[{one.number}] {one.title} {one.source}".rstrip())
