"""``changming vault status|rotate|erase``: the keys, and the erasure of one subject."""

import argparse
import asyncio
import uuid

from changming.app import Place
from changming.commands.desk import database_of, place_of, settings_of
from changming.commands.terminal import DONE, WRONG_USAGE, add_database, say, tell, terminal_lang
from changming.commands.usage import add_act
from changming.infra.clock import now as read_clock
from changming.kernel.actors import OPERATOR
from changming.kernel.ids import SubjectId
from changming.kernel.instants import local_date, show_date, show_instant
from changming.kernel.messages import text
from changming.trust.people import erase
from changming.trust.vault import Keyring, rotate, vault_status


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of ``vault``."""
    lang = terminal_lang()
    acts = parser.add_subparsers(dest="act", required=True, metavar="status|rotate|erase")
    for act in ("status", "rotate", "erase"):
        one = add_act(acts, "vault", act)
        add_database(one)
        if act == "erase":
            one.add_argument("subject", metavar="SUBJECT", help=text("cli.vault.subject", lang))
            one.add_argument("--yes", action="store_true", help=text("cli.vault.yes", lang))


def run(arguments: argparse.Namespace) -> int:
    """Do the one thing asked."""
    if arguments.act == "erase" and not arguments.yes:
        tell(text("cli.vault.confirm", terminal_lang()))
        return WRONG_USAGE
    settings = settings_of(arguments)
    acts = {"status": _status, "rotate": _rotate, "erase": _erase}
    with place_of(settings) as place:
        return asyncio.run(acts[arguments.act](place, arguments))


async def _status(place: Place, _: argparse.Namespace) -> int:
    lang = terminal_lang()
    keyring = Keyring.open_or_create(place.keys, now=read_clock())
    async with database_of(place) as database:
        status = await vault_status(database, keyring)
    for one in status.epochs:
        began = show_date(local_date(one.epoch.created_at), lang)
        say(text("cli.vault.epoch", lang, number=one.epoch.number, began=began, keys=one.data_keys))
    due = show_instant(status.rotation_due_at, lang)
    say(text("cli.vault.due", lang, erased=status.erased_subjects, due=due))
    return DONE


async def _rotate(place: Place, _: argparse.Namespace) -> int:
    now = read_clock()
    keyring = Keyring.open_or_create(place.keys, now=now)
    async with database_of(place) as database:
        done = await rotate(database, keyring, actor=OPERATOR, now=now)
    destroyed = len(done.destroyed)
    say(text("cli.vault.rotated", terminal_lang(), epoch=done.epoch, keys=done.data_keys, destroyed=destroyed))
    return DONE


async def _erase(place: Place, arguments: argparse.Namespace) -> int:
    lang = terminal_lang()
    try:
        subject_id = SubjectId(uuid.UUID(arguments.subject))
    except ValueError:
        tell(text("cli.vault.no_subject", lang))
        return WRONG_USAGE
    async with database_of(place) as database, database.act() as tx:
        receipt = await erase(tx, subject_id, actor=OPERATOR, now=read_clock())
    by = show_date(local_date(receipt.everywhere_by), lang)
    say(text("cli.vault.erased", lang, receipt=receipt.id, by=by))
    for line in receipt.kept_in_words(lang):
        say(line)
    return DONE
