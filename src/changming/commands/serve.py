"""``changming serve``: portal, console, API and background work."""

import argparse
import asyncio
from contextlib import closing
from datetime import datetime

from changming.app import Desk, data_folder
from changming.commands.address import left_address
from changming.commands.desk import place_of, settings_of
from changming.commands.terminal import DONE, add_database, say, terminal_lang
from changming.commands.usage import whole_number
from changming.infra.clock import now as read_clock
from changming.kernel.messages import text
from changming.trust.identity import Role, add_staff, list_staff, new_sign_in_link
from changming.worker import listen, serve

FIRST_STAFF = "值班员 1 号"


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of ``serve``."""
    lang = terminal_lang()
    add_database(parser)
    parser.add_argument("--host", metavar="ADDRESS", help=text("cli.serve.host", lang))
    parser.add_argument("--port", type=whole_number, metavar="PORT", help=text("cli.serve.port", lang))
    parser.add_argument("--tls-cert", metavar="FILE", help=text("cli.serve.tls_cert", lang))
    parser.add_argument("--tls-key", metavar="FILE", help=text("cli.serve.tls_key", lang))
    parser.add_argument("--behind-proxy", action="store_true", default=None, help=text("cli.serve.proxy", lang))
    parser.add_argument("--public-url", metavar="URL", help=text("cli.serve.public_url", lang))
    parser.add_argument("--staff-link", action="store_true", help=text("cli.serve.staff_link", lang))


def run(arguments: argparse.Namespace) -> int:
    """Serve until asked to stop."""
    settings = settings_of(arguments)
    lang = terminal_lang()

    async def ready(desk: Desk, address: str) -> None:
        left.write(address)
        say(text("cli.serve.ready", lang, address=address))
        if arguments.staff_link:
            token = await _staff_link(desk, now=read_clock())
            say(text("cli.staff.link_ready", lang, address=f"{address}/desk/sign-in/{token}"))

    with closing(listen(settings)) as door, place_of(settings) as place, left_address(data_folder(settings)) as left:
        asyncio.run(serve(settings, place, door, ready=ready))
    say(text("cli.serve.stopped", lang))
    return DONE


async def _staff_link(desk: Desk, *, now: datetime) -> str:
    """A one-time link for the first active member of staff, who is made when there is nobody."""
    async with desk.house.database.act() as tx:
        active = [staff for staff in await list_staff(tx) if staff.disabled_at is None]
        if active:
            return (await new_sign_in_link(tx, active[0].id, now=now)).reveal()
        _, token = await add_staff(tx, FIRST_STAFF, Role.SUPERVISOR, now=now)
        return token.reveal()
