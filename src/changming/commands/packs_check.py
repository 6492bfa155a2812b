"""``changming packs check|list``: a folder of packs."""

import argparse
from dataclasses import asdict
from pathlib import Path

from changming.commands.terminal import DONE, REFUSED, say, say_json, tell, terminal_lang
from changming.commands.usage import Act
from changming.guidance.knowledge import check_packs, list_packs, load_edition
from changming.infra.clock import now as read_clock
from changming.infra.resources import project_dir
from changming.kernel.errors import ChangmingError
from changming.kernel.instants import local_date
from changming.kernel.messages import text


def add_folder(parser: argparse.ArgumentParser) -> None:
    """The options of an act on a folder of packs."""
    lang = terminal_lang()
    parser.add_argument("folder", metavar="DIR", nargs="?", type=Path, help=text("cli.packs.folder", lang))
    parser.add_argument("--json", action="store_true", help=text("cli.option.json", lang))


def folder_of(arguments: argparse.Namespace) -> Path:
    """The folder that was named, or the bundled one.

    Raises:
        ChangmingError: ``packs_missing`` when there is no such folder.
    """
    folder: Path = arguments.folder or project_dir("packs")
    if not folder.is_dir():
        raise ChangmingError("packs_missing", status=404, path=str(folder))
    return folder


def _check(arguments: argparse.Namespace) -> int:
    """All faults at once, each with file and line; of the bundled packs none may be missing."""
    lang = terminal_lang()
    report = check_packs(folder_of(arguments), on=local_date(read_clock()), complete=arguments.folder is None)
    if arguments.json:
        found = {
            "clean": report.clean,
            "packs": report.packs,
            "examples": report.examples,
            "faults": [fault.show(lang) for fault in report.faults],
            "warnings": [fault.show(lang) for fault in report.warnings],
        }
        say_json(found)
        return DONE if report.clean else REFUSED
    for fault in report.faults + report.warnings:
        tell(fault.show(lang))
    if not report.clean:
        tell(text("cli.packs.broken", lang, faults=len(report.faults)))
        return REFUSED
    late = len(report.warnings)
    say(text("cli.packs.clean", lang, packs=report.packs, examples=report.examples, warnings=late))
    return DONE


def _list(arguments: argparse.Namespace) -> int:
    """Every pack with what an editor looks for; ``packs_faulty`` when faulty ones are listed."""
    lang = terminal_lang()
    edition = load_edition(folder_of(arguments))
    lines = list_packs(edition, on=local_date(read_clock()), lang=lang)
    if arguments.json:
        packs = [{**asdict(line), "next_review": line.next_review.isoformat()} for line in lines]
        say_json({"digest": edition.digest, "packs": packs})
        return DONE
    for line in lines:
        say(f"{line.service}@{line.version}\t{line.title}\t{line.weakest}\t{line.next_review}")
    say(text("cli.packs.digest", lang, packs=len(lines), digest=edition.digest))
    return DONE


ACTS = (Act("check", add_folder, _check), Act("list", add_folder, _list))
