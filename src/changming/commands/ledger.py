"""``changming ledger export|verify|prove|audit``: the record that proves itself.

``verify`` imports nothing that could reach a database or read settings: a regulator runs it on a folder and a key.
"""

import argparse
import json
import sys
from pathlib import Path

from changming.commands.terminal import DONE, REFUSED, add_database, say, tell, terminal_lang
from changming.kernel.messages import text
from changming.trust.ledger import LedgerTampered


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of ``ledger``."""
    lang = terminal_lang()
    acts = parser.add_subparsers(dest="act", required=True, metavar="export|verify|prove|audit")
    export = acts.add_parser("export", help=text("cli.ledger.export", lang))
    export.add_argument("folder", type=Path, metavar="DIR")
    add_database(export)
    verify = acts.add_parser("verify", help=text("cli.ledger.verify", lang))
    verify.add_argument("folder", type=Path, metavar="DIR")
    verify.add_argument("--key", required=True, metavar="VKEY", help=text("cli.ledger.key", lang))
    verify.add_argument("--older", type=Path, metavar="FILE", help=text("cli.ledger.older", lang))
    verify.add_argument("--json", action="store_true", help=text("cli.option.json", lang))
    prove = acts.add_parser("prove", help=text("cli.ledger.prove", lang))
    prove.add_argument("index", type=int, metavar="INDEX")
    add_database(prove)
    audit = acts.add_parser("audit", help=text("cli.ledger.audit", lang))
    add_database(audit)


def run(arguments: argparse.Namespace) -> int:
    """Do the one thing asked; faults are named on stderr, exit code 1."""
    try:
        if arguments.act == "verify":
            return _verify(arguments)
        return _with_desk(arguments)
    except LedgerTampered as tampered:
        for fault in tampered.faults:
            tell(fault.describe(terminal_lang()))
        tell(tampered.next_step(terminal_lang()))
        return REFUSED


def _verify(arguments: argparse.Namespace) -> int:
    from changming.trust.ledger import verify

    older = arguments.older.read_bytes() if arguments.older else None
    checkpoint = verify(arguments.folder, arguments.key, older=older)
    found = {"origin": checkpoint.origin, "size": checkpoint.size, "root": checkpoint.root.hex()}
    if arguments.json:
        say(json.dumps(found))
    else:
        say(text("cli.ledger.verified", terminal_lang(), **found))  # type: ignore[arg-type] # only the text's fields
    return DONE


def _with_desk(arguments: argparse.Namespace) -> int:
    from changming.commands import ledger_desk
    from changming.commands.desk import place_of, settings_of

    settings = settings_of(arguments)
    lang = terminal_lang()
    with place_of(settings) as place:
        keys = ledger_desk.keys_of(settings, place)
        if arguments.act == "export":
            checkpoint = ledger_desk.export_log(place, keys, arguments.folder)
            say(text("cli.ledger.exported", lang, size=checkpoint.size, folder=arguments.folder))
            say(text("cli.ledger.check_with", lang, folder=arguments.folder, key=keys.signer.verifier.vkey()))
        elif arguments.act == "audit":
            audited = ledger_desk.audit(place, keys)
            size, waiting = audited.checkpoint.size, audited.unsigned
            say(text("cli.ledger.audited", lang, size=size, waiting=waiting))
        else:
            sys.stdout.buffer.write(ledger_desk.prove_entry(place, arguments.index))
    return DONE
