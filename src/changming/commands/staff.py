"""``changming staff add|list|disable|link``: who serves at the console."""

import argparse
import asyncio
from datetime import datetime

from changming.app import data_folder
from changming.commands.address import read_address
from changming.commands.desk import database_of, place_of, settings_of
from changming.commands.terminal import DONE, add_database, argument, say, say_json, terminal_lang
from changming.commands.usage import add_act
from changming.infra.clock import now as read_clock
from changming.infra.postgres import Tx
from changming.infra.settings import Settings
from changming.kernel.errors import ChangmingError
from changming.kernel.instants import iso
from changming.kernel.messages import text
from changming.trust.identity import Role, Staff, add_staff, disable_staff, list_staff, new_sign_in_link


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of ``staff``."""
    lang = terminal_lang()
    acts = parser.add_subparsers(dest="act", required=True, metavar="add|list|disable|link")
    for act in ("add", "disable", "link"):
        one = add_act(acts, "staff", act)
        one.add_argument("name", metavar="NAME", help=text("cli.staff.name", lang))
        add_database(one)
        if act != "disable":
            one.add_argument("--public-url", metavar="URL", help=text("cli.serve.public_url", lang))
        if act == "add":
            roles = [role.value for role in Role]
            one.add_argument("--role", choices=roles, default=Role.AGENT.value, help=text("cli.staff.role", lang))
    every = add_act(acts, "staff", "list")
    every.add_argument("--json", action="store_true", help=text("cli.option.json", lang))
    add_database(every)


def run(arguments: argparse.Namespace) -> int:
    """Do the one thing asked."""
    settings = settings_of(arguments)

    async def act() -> None:
        async with database_of(place) as database, database.act() as tx:
            await _act(tx, arguments, settings, now=read_clock())

    with place_of(settings) as place:
        asyncio.run(act())
    return DONE


async def _act(tx: Tx, arguments: argparse.Namespace, settings: Settings, *, now: datetime) -> None:
    lang = terminal_lang()
    if arguments.act == "list":
        _show(await list_staff(tx), as_json=arguments.json)
        return
    if arguments.act == "add":
        _, token = await add_staff(tx, argument(arguments.name), Role(arguments.role), now=now)
    else:
        staff = await _named(tx, arguments.name)
        if arguments.act == "disable":
            await disable_staff(tx, staff.id, now=now)
            say(text("cli.staff.disabled", lang, name=staff.name))
            return
        token = await new_sign_in_link(tx, staff.id, now=now)
    served = read_address(data_folder(settings))
    base = settings.public_url or served or f"http://{settings.host}:{settings.port}"
    say(text("cli.staff.link_ready", lang, address=f"{base.rstrip('/')}/desk/sign-in/{token.reveal()}"))


async def _named(tx: Tx, name: str) -> Staff:
    for staff in await list_staff(tx):
        if staff.name == name:
            return staff
    raise ChangmingError("staff_missing", status=404)


def _show(everybody: tuple[Staff, ...], *, as_json: bool) -> None:
    lang = terminal_lang()
    if as_json:
        rows = [
            {"name": s.name, "role": s.role.value, "disabled_at": iso(s.disabled_at) if s.disabled_at else None}
            for s in everybody
        ]
        say_json(rows)
        return
    for staff in everybody:
        state = "cli.staff.off" if staff.disabled_at else "cli.staff.on"
        say(f"{staff.name}\t{staff.role.value}\t{text(state, lang)}")
    if not everybody:
        say(text("cli.staff.nobody", lang))
