"""``changming packs show|diff``: one pack as a citizen and an editor read it; two versions side by side."""

import argparse
import re
from dataclasses import asdict
from datetime import date, timedelta
from itertools import chain
from pathlib import Path
from typing import Any, Final

from changming.commands.packs_check import folder_of
from changming.commands.terminal import DONE, WrongUsage, argument, say, say_json, terminal_lang
from changming.commands.usage import Act
from changming.guidance.knowledge import (
    CellChange,
    Consultation,
    DecisionDiff,
    Pack,
    PackFaults,
    Sheet,
    consult,
    decision_diff,
    load_edition,
    read_text,
    sheet_of,
    show_change,
    structural_diff,
)
from changming.guidance.triage import place_name
from changming.infra.clock import now as read_clock
from changming.kernel.errors import ChangmingError
from changming.kernel.instants import local_date, parse_date
from changming.kernel.messages import Lang, text

_AHEAD: Final = timedelta(days=731)
"""How far beyond today two versions are compared: two years, as packs speak."""

_SERVICE: Final = re.compile(rb"^service:\s*[\"']?([a-z0-9/-]+)", re.MULTILINE)


def _configure_show(parser: argparse.ArgumentParser) -> None:
    lang = terminal_lang()
    parser.add_argument("service", metavar="SERVICE", help=text("cli.packs.service", lang))
    parser.add_argument("folder", metavar="DIR", nargs="?", type=Path, help=text("cli.packs.folder", lang))
    parser.add_argument("--on", metavar="DATE", help=text("cli.packs.on", lang))
    parser.add_argument("--cel", action="store_true", help=text("cli.packs.cel", lang))
    parser.add_argument("--json", action="store_true", help=text("cli.option.json", lang))


def _show(arguments: argparse.Namespace) -> int:
    """One pack on a date.

    Raises:
        WrongUsage: ``option_invalid`` for a date that is none.
        ChangmingError: ``packs_missing``; ``pack_missing`` when the folder has no pack for the service.
    """
    lang = terminal_lang()
    on = _day(arguments.on)
    packs = load_edition(folder_of(arguments)).packs
    service = argument(arguments.service)
    if service not in packs:
        raise ChangmingError("pack_missing", status=404, service=service)
    pack = packs[service]
    answer, sheet = consult(pack, on=on, given={}, lang=lang), sheet_of(pack, on=on, lang=lang)
    if arguments.json:
        say_json(_document(pack, on, answer, sheet, cel=arguments.cel))
        return DONE
    for line in chain(_head(pack, on, lang), _answer_lines(answer, lang), _sheet_lines(sheet, lang)):
        say(line)
    for path, words in sheet.conditions if arguments.cel else ():
        say(f"  {path}: {words}")
    return DONE


def _day(given: str | None) -> date:
    if given is None:
        return local_date(read_clock())
    try:
        return parse_date(given)
    except ValueError:
        raise WrongUsage("option_invalid", option="--on", given=given) from None


def _head(pack: Pack, on: date, lang: Lang) -> list[str]:
    return [f"{pack.entry_id}\t{pack.title.say(lang)}\t{on}", text("cli.packs.show.digest", lang, digest=pack.digest)]


def _answer_lines(answer: Consultation, lang: Lang) -> list[str]:
    return [
        text("cli.packs.show.answer", lang, status=answer.status.value),
        *(f"  {line}" for line in answer.text.splitlines()),
        *(f"  - {item.text}" for item in answer.checklist),
        *(f"  ? {answer.question.text}" for _ in range(1) if answer.question),
        f"  → {answer.next_step}",
        f"  → {answer.entry.contact}",
    ]


def _sheet_lines(sheet: Sheet, lang: Lang) -> list[str]:
    def mark(*, in_force: bool, overdue: bool) -> str:
        words = [text("cli.packs.show.not_in_force", lang)] if not in_force else []
        return " ".join([*words, *([text("cli.packs.show.overdue", lang)] if overdue else [])])

    found = [text("cli.packs.show.sources", lang)]
    for one in sheet.sources:
        marks = mark(in_force=one.in_force, overdue=one.overdue)
        words = (f"  {one.id}", one.status.value, one.title, one.ref, one.review_by.isoformat(), marks)
        found.append("\t".join(filter(None, words)))
    found.append(text("cli.packs.show.figures", lang))
    found += ["\t".join(filter(None, (f"  {one.value}", one.shown, one.when, one.source))) for one in sheet.figures]
    found.append(text("cli.packs.show.ways", lang))
    found += ["\t".join(filter(None, (f"  {one.id}", one.channel, one.title, one.when))) for one in sheet.ways]
    found.append(text("cli.packs.show.conflicts", lang))
    return found + [f"  {one.about}: {', '.join(one.sources)} → {one.kept or '—'}" for one in sheet.conflicts]


def _document(pack: Pack, on: date, answer: Consultation, sheet: Sheet, *, cel: bool) -> dict[str, Any]:
    """The same as JSON; periods are ISO dates or null."""
    found = {"service": pack.service, "version": pack.version, "digest": pack.digest, "on": on.isoformat()}
    shown = {"answer": asdict(answer), **asdict(sheet)}
    if not cel:
        del shown["conditions"]
    return {**found, **_plain(shown)}


def _plain(node: Any) -> Any:  # noqa: ANN401 - whatever a dataclass holds
    if isinstance(node, dict):
        return {key: _plain(value) for key, value in node.items()}
    if isinstance(node, list | tuple):
        return [_plain(one) for one in node]
    return node.isoformat() if isinstance(node, date) else node


def _configure_diff(parser: argparse.ArgumentParser) -> None:
    lang = terminal_lang()
    parser.add_argument("old", metavar="OLD", type=Path, help=text("cli.packs.old", lang))
    parser.add_argument("new", metavar="NEW", type=Path, help=text("cli.packs.new", lang))
    parser.add_argument("--json", action="store_true", help=text("cli.option.json", lang))


def _diff(arguments: argparse.Namespace) -> int:
    """What differs between two files or folders, and whose answer, from the first day either speaks about.

    Raises:
        ChangmingError: ``packs_missing`` for a path that does not exist; ``packs_faulty``.
    """
    lang = terminal_lang()
    until = local_date(read_clock()) + _AHEAD
    old, new = _packs(arguments.old), _packs(arguments.new)
    found: list[dict[str, Any]] = []
    for service in sorted({*old, *new}):
        pair = (old.get(service), new.get(service))
        changes = structural_diff(*pair)
        if not changes:
            continue
        whose = decision_diff(*pair, since=min(pack.since for pack in pair if pack), until=until)
        rows = [(one.path, one.kind.value, one.before, one.after) for one in changes]
        said = [show_change(one, lang, place=place_name) for one in whose.changed]
        if arguments.json:
            found.append(_difference(service, rows, said, whose))
            continue
        say(text("cli.packs.diff.head", lang, service=service, rows=len(rows), cells=whose.cells, changed=len(said)))
        for path, kind, before, after in rows:
            say(f"  {_SIGNS[kind]} {path}: " + " → ".join(word for word in (before, after) if word is not None))
        for line in said:
            say(f"  * {line}")
        if not whose.exhaustive:
            say(text("cli.packs.diff.sampled", lang))
    if arguments.json:
        say_json({"services": found})
    elif all(old.get(service) == new.get(service) for service in {*old, *new}):
        say(text("cli.packs.diff.same", lang))
    return DONE


_SIGNS: Final = {"added": "+", "removed": "-", "changed": "~"}


def _difference(service: str, rows: list[Any], said: list[str], whose: DecisionDiff) -> dict[str, Any]:
    keys = ("path", "kind", "before", "after")
    return {
        "service": service,
        "rows": [dict(zip(keys, row, strict=True)) for row in rows],
        "cells": whose.cells,
        "exhaustive": whose.exhaustive,
        "reordered": whose.moved,
        "answers": [_cell(one, words) for one, words in zip(whose.changed, said, strict=True)],
    }


def _cell(change: CellChange, words: str) -> dict[str, Any]:
    section, name = change.piece
    period = {"from": _plain(change.on.start), "to": _plain(change.on.end)}
    told = {"before": change.before, "after": change.after, "decided": change.decided, "words": words}
    return {"section": section, "id": name, **period, **told}


def _packs(path: Path) -> dict[str, Pack]:
    """The packs of a file or a folder by service."""
    if path.is_dir():
        return dict(load_edition(path).packs)
    if not path.is_file():
        raise ChangmingError("packs_missing", status=404, path=str(path))
    data = path.read_bytes()
    named = _SERVICE.search(data)
    reading = read_text(path.name, data, service=named[1].decode() if named else "")
    if reading.pack is None:
        raise PackFaults(reading.faults)
    return {reading.pack.service: reading.pack}


ACTS = (Act("show", _configure_show, _show), Act("diff", _configure_diff, _diff))
