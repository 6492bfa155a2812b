"""``changming packs check|list``: the policy packs."""

import argparse
from dataclasses import asdict
from pathlib import Path

from changming.commands.terminal import DONE, REFUSED, say, say_json, tell, terminal_lang
from changming.commands.usage import add_act
from changming.guidance.knowledge import check_packs, list_packs, load_edition
from changming.infra.clock import now as read_clock
from changming.infra.resources import project_dir
from changming.kernel.errors import ChangmingError
from changming.kernel.instants import local_date
from changming.kernel.messages import text


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of ``packs``."""
    lang = terminal_lang()
    acts = parser.add_subparsers(dest="act", required=True, metavar="check|list")
    for act in ("check", "list"):
        one = add_act(acts, "packs", act)
        one.add_argument("folder", metavar="DIR", nargs="?", type=Path, help=text("cli.packs.folder", lang))
        one.add_argument("--json", action="store_true", help=text("cli.option.json", lang))


def run(arguments: argparse.Namespace) -> int:
    """Check or list; all faults at once, each with file and line.

    Raises:
        ChangmingError: ``packs_missing`` when there is no such folder; ``packs_faulty`` when faulty ones are listed.
    """
    folder = arguments.folder or project_dir("packs")
    if not folder.is_dir():
        raise ChangmingError("packs_missing", status=404, path=str(folder))
    return _check(folder, as_json=arguments.json) if arguments.act == "check" else _list(folder, as_json=arguments.json)


def _check(folder: Path, *, as_json: bool) -> int:
    lang = terminal_lang()
    report = check_packs(folder, on=local_date(read_clock()))
    if as_json:
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


def _list(folder: Path, *, as_json: bool) -> int:
    lang = terminal_lang()
    edition = load_edition(folder)
    lines = list_packs(edition, on=local_date(read_clock()), lang=lang)
    if as_json:
        packs = [{**asdict(line), "next_review": line.next_review.isoformat()} for line in lines]
        say_json({"digest": edition.digest, "packs": packs})
        return DONE
    for line in lines:
        say(f"{line.service}@{line.version}\t{line.title}\t{line.weakest}\t{line.next_review}")
    say(text("cli.packs.digest", lang, packs=len(lines), digest=edition.digest))
    return DONE
