"""What the commands that need the desk share: settings, the place, a transaction."""

import argparse
import os
import tomllib
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import fields
from pathlib import Path

from changming.app import Place, located
from changming.commands.terminal import tell, terminal_lang
from changming.infra.logs import configure_logs
from changming.infra.postgres import Database
from changming.infra.postgres.embedded import Stage
from changming.infra.settings import Settings, load_settings
from changming.kernel.errors import ChangmingError
from changming.kernel.messages import text


def settings_of(arguments: argparse.Namespace) -> Settings:
    """The settings from file, environment and the command's own options.

    Raises:
        ChangmingError: ``config_unreadable``, or what ``load_settings`` refuses.
    """
    named = os.environ.get("CHANGMING_CONFIG")
    names = {f.name for f in fields(Settings)}
    overrides = {name: value for name, value in vars(arguments).items() if name in names}
    try:
        settings = load_settings(os.environ, file=Path(named) if named else None, overrides=overrides)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as unreadable:
        raise ChangmingError("config_unreadable", path=named, reason=type(unreadable).__name__) from unreadable
    configure_logs(settings.log_level)
    return settings


def _tell_stage(stage: Stage, seconds: int) -> None:
    tell(text(f"embedded.{stage.value}", terminal_lang(), seconds=seconds))


@contextmanager
def place_of(settings: Settings) -> Iterator[Place]:
    """The desk's place, telling on stderr what takes long."""
    with located(settings, tell=_tell_stage) as place:
        yield place


@asynccontextmanager
async def database_of(place: Place) -> AsyncIterator[Database]:
    """A small pool for a command."""
    async with Database(place.dsn, size=2) as database:
        yield database
