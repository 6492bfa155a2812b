"""``changming ledger export|verify|prove|audit|adopt``: the record that proves itself.

``verify``, and ``prove`` on an exported folder, import nothing that could reach a database or read settings: a
regulator runs them on a folder and a key.
"""

import argparse
import sys
from pathlib import Path

from changming.commands.terminal import (
    DONE,
    REFUSED,
    WrongUsage,
    add_database,
    say,
    say_json,
    tell,
    terminal_lang,
)
from changming.commands.usage import add_act, existing_file, whole_number
from changming.kernel.messages import text
from changming.trust.ledger import LedgerTampered


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of ``ledger``."""
    lang = terminal_lang()
    acts = parser.add_subparsers(dest="act", required=True, metavar="export|verify|prove|audit|adopt")
    _configure_offline(acts)
    export = add_act(acts, "ledger", "export")
    export.add_argument("folder", type=Path, metavar="DIR", help=text("cli.ledger.to_folder", lang))
    audit = add_act(acts, "ledger", "audit")
    adopt = add_act(acts, "ledger", "adopt")
    adopt.add_argument("file", type=existing_file, metavar="FILE", help=text("cli.ledger.adopt_file", lang))
    for act in (export, audit, adopt):
        add_database(act)


def _configure_offline(acts: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    lang = terminal_lang()
    verify = add_act(acts, "ledger", "verify")
    verify.add_argument("folder", type=Path, metavar="DIR", help=text("cli.ledger.folder", lang))
    verify.add_argument("--key", required=True, metavar="VKEY", help=text("cli.ledger.key", lang))
    verify.add_argument("--older", type=existing_file, metavar="FILE", help=text("cli.ledger.older", lang))
    verify.add_argument("--witness", action="append", default=[], metavar="VKEY", help=text("cli.ledger.witness", lang))
    verify.add_argument("--json", action="store_true", help=text("cli.option.json", lang))
    prove = add_act(acts, "ledger", "prove")
    prove.add_argument("index", type=whole_number, metavar="INDEX", help=text("cli.ledger.index", lang))
    prove.add_argument("--folder", type=Path, metavar="DIR", help=text("cli.ledger.prove_folder", lang))
    prove.add_argument("--key", metavar="VKEY", help=text("cli.ledger.prove_key", lang))
    add_database(prove)


def run(arguments: argparse.Namespace) -> int:
    """Do the one thing asked; faults are named on stderr, exit code 1.

    Raises:
        WrongUsage: ``option_lonely`` when ``prove`` has one of ``--folder`` and ``--key`` without the other.
    """
    try:
        if arguments.act == "verify":
            return _verify(arguments)
        if arguments.act == "prove" and (arguments.folder is not None or arguments.key is not None):
            return _prove_from(arguments)
        return _with_desk(arguments)
    except LedgerTampered as tampered:
        for fault in tampered.faults:
            tell(fault.describe(terminal_lang()))
        tell(tampered.next_step(terminal_lang()))
        return REFUSED


def _verify(arguments: argparse.Namespace) -> int:
    from changming.trust.ledger import verify

    older = arguments.older.read_bytes() if arguments.older else None
    checkpoint = verify(arguments.folder, arguments.key, older=older, witnesses=arguments.witness)
    origin, size, root = checkpoint.origin, checkpoint.size, checkpoint.root.hex()
    if arguments.json:
        say_json({"origin": origin, "size": size, "root": root})
    else:
        say(text("cli.ledger.verified", terminal_lang(), origin=origin, size=size, root=root))
    return DONE


def _prove_from(arguments: argparse.Namespace) -> int:
    from changming.trust.ledger import prove_from

    for option in ("folder", "key"):
        if getattr(arguments, option) is None:
            raise WrongUsage("option_lonely", option=f"--{option}")
    return _write(prove_from(arguments.folder, arguments.index, arguments.key))


def _with_desk(arguments: argparse.Namespace) -> int:
    from changming.commands import ledger_desk
    from changming.commands.desk import place_of, settings_of

    settings = settings_of(arguments)
    lang = terminal_lang()
    if arguments.act == "adopt":
        size = ledger_desk.adopt(settings, arguments.file)
        say(text("cli.ledger.adopted", lang, size=size))
        return DONE
    with place_of(settings) as place:
        keys = ledger_desk.keys_of(settings, place)
        if arguments.act == "export":
            checkpoint = ledger_desk.export_log(place, keys, arguments.folder)
            say(text("cli.ledger.exported", lang, size=checkpoint.size, folder=arguments.folder))
            say(text("cli.ledger.check_with", lang, folder=arguments.folder, key=keys.signer.verifier.vkey()))
        elif arguments.act == "audit":
            audited = ledger_desk.audit(place, keys)
            say(text("cli.ledger.audited", lang, size=audited.checkpoint.size, waiting=audited.unsigned))
        else:
            return _write(ledger_desk.prove_entry(place, arguments.index))
    return DONE


def _write(proof: bytes) -> int:
    sys.stdout.buffer.write(proof)
    return DONE
