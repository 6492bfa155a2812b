"""``changming packs publish|retract|replay|history``: the entries of a desk, in its database."""

import argparse
import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final, TypeVar

from changming.commands.terminal import DONE, REFUSED, add_database, argument, say, say_json, tell, terminal_lang
from changming.commands.usage import Act, existing_file
from changming.kernel.errors import ChangmingError
from changming.kernel.messages import text

T = TypeVar("T")
_SERVICE: Final = re.compile(r"^service:\s*[\"']?([a-z0-9/-]+)", re.MULTILINE)


def _configure_publish(parser: argparse.ArgumentParser) -> None:
    lang = terminal_lang()
    parser.add_argument("files", metavar="FILE", nargs="+", type=existing_file, help=text("cli.packs.file", lang))
    parser.add_argument("--by", metavar="NAME", required=True, help=text("cli.packs.by", lang))
    add_database(parser)


def _configure_retract(parser: argparse.ArgumentParser) -> None:
    lang = terminal_lang()
    parser.add_argument("service", metavar="SERVICE", help=text("cli.packs.service", lang))
    parser.add_argument("--reason", metavar="TEXT", required=True, help=text("cli.packs.reason", lang))
    add_database(parser)


def _configure_replay(parser: argparse.ArgumentParser) -> None:
    lang = terminal_lang()
    parser.add_argument("service", metavar="SERVICE", help=text("cli.packs.service", lang))
    parser.add_argument("file", metavar="FILE", type=existing_file, help=text("cli.packs.file", lang))
    parser.add_argument("--json", action="store_true", help=text("cli.option.json", lang))
    add_database(parser)


def _configure_history(parser: argparse.ArgumentParser) -> None:
    lang = terminal_lang()
    parser.add_argument("service", metavar="SERVICE", help=text("cli.packs.service", lang))
    parser.add_argument("--json", action="store_true", help=text("cli.option.json", lang))
    add_database(parser)


def _with_desk(arguments: argparse.Namespace, act: Callable[[Any], Awaitable[T]], *, reads: bool = False) -> T:
    """Do something with the desk's database; unless it only ``reads``, the release is adopted first as at a start."""
    import asyncio

    from changming.app import bundled_edition, release_of
    from changming.commands.desk import database_of, place_of, settings_of
    from changming.editorial import adopt_release
    from changming.infra.clock import now as read_clock

    async def run() -> T:
        async with database_of(place) as database:
            if not reads:
                async with database.act() as tx:
                    await adopt_release(tx, release_of(bundled_edition()), now=read_clock())
            return await act(database)

    with place_of(settings_of(arguments)) as place:
        return asyncio.run(run())


def service_in(authored: str, file: Path) -> str:
    """The service that a file says it is about.

    Raises:
        ChangmingError: ``entry_missing`` (404) when it names none of the catalogue.
    """
    from changming.kernel.catalogue import SERVICES

    found = _SERVICE.search(authored)
    service = found[1] if found else file.stem
    if service not in SERVICES:
        raise ChangmingError("entry_missing", status=404, service=service)
    return service


def _known(given: str) -> str:
    from changming.kernel.catalogue import SERVICES

    service = argument(given)
    if service not in SERVICES:
        raise ChangmingError("entry_missing", status=404, service=service)
    return service


def _publish(arguments: argparse.Namespace) -> int:
    """Submit drafts in the name of a colleague; a second person puts them into force at the console.

    Raises:
        ChangmingError: ``staff_missing``, ``staff_role``, ``entry_missing``; the refusal of a draft.
    """
    from changming.commands.packs_editions import submit_files

    lang = terminal_lang()
    texts = {}
    for file in arguments.files:
        authored = file.read_text(encoding="utf-8", errors="replace")
        texts[service_in(authored, file)] = authored
    done = _with_desk(arguments, lambda database: submit_files(database, texts, argument(arguments.by)))
    for service, faults in done:
        for fault in faults:
            tell(fault.show(lang))
        if not faults:
            say(text("cli.packs.submitted", lang, service=service))
    return REFUSED if any(faults for _, faults in done) else DONE


def _retract(arguments: argparse.Namespace) -> int:
    """Take an entry out of force at once.

    Raises:
        ChangmingError: ``entry_missing``, ``entry_not_in_force``, ``reason_missing``, ``reason_too_long``.
    """
    from changming.commands.packs_editions import take_back

    service, reason = _known(arguments.service), argument(arguments.reason)
    number = _with_desk(arguments, lambda database: take_back(database, service, reason))
    say(text("cli.packs.retracted", terminal_lang(), service=service, number=number))
    return DONE


def _replay(arguments: argparse.Namespace) -> int:
    """Ask what was really asked of the version in force and of a file.

    Raises:
        ChangmingError: ``entry_missing``, ``edition_none``.
    """
    from changming.commands.packs_editions import replay_file

    lang, service = terminal_lang(), _known(arguments.service)
    authored = arguments.file.read_text(encoding="utf-8", errors="replace")
    found = _with_desk(arguments, lambda database: replay_file(database, service, authored), reads=True)
    if found.impact is None:
        for fault in found.checked.faults:
            tell(fault.show(lang))
        return REFUSED
    replayed, records = found.impact.replayed, found.impact.records
    figures = {
        "service": service,
        "consultations": sum(one.times for one in records),
        "same": replayed.same,
        "changed": [dict(records[at].given) for at in replayed.changed],
        "unpredicted": [dict(records[at].given) for at in replayed.unpredicted],
    }
    if arguments.json:
        say_json(figures)
    else:
        n, changed = figures["consultations"], len(replayed.changed)
        say(text("knowledge.replay.figures", lang, n=n, same=replayed.same, changed=changed))
        for at in replayed.changed:
            mark = text("knowledge.replay.unforeseen", lang) if at in replayed.unpredicted else ""
            say(f"  {records[at].day} {dict(records[at].given)} {mark}".rstrip())
    return REFUSED if replayed.unpredicted else DONE


def _history(arguments: argparse.Namespace) -> int:
    """When which version was in force.

    Raises:
        ChangmingError: ``entry_missing``.
    """
    from changming.commands.packs_editions import history_of
    from changming.kernel.instants import iso, show_instant

    lang, service = terminal_lang(), _known(arguments.service)
    rows, names = _with_desk(arguments, lambda database: history_of(database, service), reads=True)
    if arguments.json:
        say_json(
            [
                {
                    "edition": row.number,
                    "cause": row.cause.value,
                    "version": row.version or None,
                    "digest": row.digest or None,
                    "by": names.get(row.staff_id),
                    "at": iso(row.published_at),
                }
                for row in rows
            ]
        )
        return DONE
    for row in rows:
        cause = text(f"knowledge.cause.{row.cause}", lang)
        by = names.get(row.staff_id) or text("knowledge.by_desk", lang)
        parts = (str(row.number), show_instant(row.published_at, lang), cause, row.version or "–", by, row.digest[:12])
        say("\t".join(parts))
    return DONE


ACTS: Final = (
    Act("publish", _configure_publish, _publish),
    Act("retract", _configure_retract, _retract),
    Act("replay", _configure_replay, _replay),
    Act("history", _configure_history, _history),
)
