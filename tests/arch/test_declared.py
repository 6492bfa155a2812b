"""Closed by default: whatever can be called says who may call it."""

import importlib.util
from pathlib import Path
from typing import Any, cast

from litestar import Litestar
from tests.arch.guards import declared
from tests.arch.guards.source import modules

from changming.app import JOBS, JOBS_MAY
from changming.commands import COMMANDS
from changming.editorial import Editions
from changming.guidance.knowledge import load_edition
from changming.infra.clock import now
from changming.infra.live import Hub
from changming.infra.postgres import Database
from changming.infra.resources import project_dir
from changming.infra.settings import Settings
from changming.trust.vault import Keyring
from changming.web import House, build
from changming.web.gate import DEGREES, MAY, limits


def application(folder: Path) -> tuple[House, Litestar]:
    """The whole application. Nothing of it is run, so its database need not be there."""
    keyring = Keyring.open_or_create(folder / "keys", now=now())
    house = House(Database(""), keyring, Editions(load_edition(project_dir("packs"))), Settings(), Hub(""), now)
    return house, build(house)


async def test_every_route_says_who_may(tmp_path: Path) -> None:
    house, app = application(tmp_path)
    # The framework answers OPTIONS for every path by itself; as nobody declares those, the gate refuses them.
    handlers = [
        (route.path, cast("declared.Handler", handler))
        for route in app.routes
        for handler in getattr(route, "route_handlers", [getattr(route, "route_handler", None)])
        if handler.handler_name != "options_handler"
    ]
    assert len(handlers) > 10
    assert list(declared.undeclared_routes(handlers, MAY, DEGREES)) == []
    named = {cast("Any", handler).opt["limit"] for _, handler in handlers if "limit" in handler.opt}
    assert named <= limits(house).keys()


def test_every_command_says_who_may_and_is_there() -> None:
    assert list(declared.undeclared_commands(COMMANDS)) == []


def test_every_kind_of_work_has_its_handler() -> None:
    assert JOBS_MAY == "desk"
    assert list(declared.unhandled_jobs(modules(), JOBS)) == []


def test_the_guards_see_the_modules_that_run() -> None:
    for module in modules():
        assert importlib.util.find_spec(module.name.removesuffix(".__init__")) is not None
