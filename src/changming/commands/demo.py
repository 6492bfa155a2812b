"""``changming demo``: a believable day of invented people and cases, for a fresh desk."""

import argparse
import asyncio
import tomllib
from importlib import resources

from changming.app import Place, open_desk
from changming.commands.demo_acts import Player
from changming.commands.desk import place_of, settings_of
from changming.commands.terminal import DONE, add_database, progress, say, terminal_lang
from changming.desk.cases import QueueView, find_queue
from changming.infra.clock import now as read_clock
from changming.infra.settings import Settings
from changming.kernel.errors import ChangmingError
from changming.kernel.messages import text


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of ``demo``."""
    add_database(parser)


def run(arguments: argparse.Namespace) -> int:
    """Fill the desk.

    Raises:
        ChangmingError: ``demo_not_fresh`` when the desk already has cases; invented ones are not put among real ones.
    """
    settings = settings_of(arguments)
    with place_of(settings) as place:
        asyncio.run(_fill(settings, place))
    return DONE


async def _fill(settings: Settings, place: Place) -> None:
    lang = terminal_lang()
    day = tomllib.loads(resources.files("changming.commands").joinpath("demo_day.toml").read_text(encoding="utf-8"))
    async with open_desk(settings, place, with_worker=False) as desk:
        async with desk.house.database.read() as tx:
            if await find_queue(tx, QueueView.ALL, limit=1):
                raise ChangmingError("demo_not_fresh", status=409)
        player = await Player.with_staff(desk.house, day["staff"], now=read_clock())
        stories = day["stories"]
        for number, story in enumerate(stories, start=1):
            await player.play(story, now=read_clock())
            progress(number, len(stories))
    say(text("cli.demo.done", lang, stories=len(stories)))
