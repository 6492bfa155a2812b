"""A whole house on a fresh database, the application on it, and browsers that fill in its forms."""

import asyncio
import itertools
import secrets
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlencode

import httpx
import psycopg
import pytest
from litestar import Litestar

from changming.desk import cases
from changming.editorial import Editions
from changming.guidance.knowledge import Edition, load_edition
from changming.infra.live import Dispatcher, Hub
from changming.infra.postgres import Database
from changming.infra.resources import project_dir
from changming.infra.settings import Settings
from changming.trust.identity import Role, add_staff
from changming.trust.ledger import DEFAULT_ORIGIN, Remembered, Sequencer, open_or_create_signer
from changming.trust.vault import Keyring
from changming.web import House, build

HOST = "http://desk.test"


@dataclass
class Clock:
    """A clock that the test moves."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now

    def move(self, by: timedelta) -> None:
        self.now += by


@pytest.fixture(scope="module")
def clock() -> Clock:
    """From Sunday 22 November 2026, 02:10 in Shanghai on; one for all tests of a file."""
    return Clock(datetime(2026, 11, 21, 18, 10, tzinfo=UTC))


@cache
def bundled_edition() -> Edition:
    """The packs of the checkout, read when the first page asks for them."""
    return load_edition(project_dir("packs"))


@pytest.fixture(scope="module")
def dsn(server_dsn: str, template_dsn: str) -> Iterator[str]:
    """A fresh database for the tests of a file."""
    name = f"web_{secrets.token_hex(6)}"
    template = psycopg.conninfo.conninfo_to_dict(template_dsn)["dbname"]
    with psycopg.connect(server_dsn, autocommit=True) as admin:
        admin.execute(f'create database "{name}" template "{template}"')
    yield psycopg.conninfo.make_conninfo(server_dsn, dbname=name)
    with psycopg.connect(server_dsn, autocommit=True) as admin:
        admin.execute(f'drop database "{name}" with (force)')


@pytest.fixture(scope="module")
async def house(dsn: str, clock: Clock, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """The house with its ledger sealing and its live updates running; one for all tests of a file."""
    async with Database(dsn) as database:
        async for house in _running(database, clock, tmp_path_factory.mktemp("house")):
            yield house


async def _running(database: Database, clock: Clock, folder: Path) -> AsyncIterator[House]:
    keyring = Keyring.open_or_create(folder / "keys", now=clock())
    signer = open_or_create_signer(folder / "keys" / "ledger", DEFAULT_ORIGIN)
    hub = Hub(database.dsn)
    async with database.act() as tx:
        await cases.prepare(tx, now=clock())
    remembered = Remembered(folder / "keys" / "ledger", DEFAULT_ORIGIN)
    work = [
        Sequencer(database, signer, DEFAULT_ORIGIN, remembered, pace_s=0.0).run(),
        Dispatcher(database).run(),
        hub.run(),
    ]
    tasks = [asyncio.create_task(one) for one in work]
    await _connected(database, len(tasks) + 1)
    settings = Settings(asks_per_minute=1000, posts_per_minute=1000)
    yield House(database, keyring, Editions(bundled_edition()), settings, hub, clock)
    hub.close()
    for task in tasks:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _connected(database: Database, count: int) -> None:
    """Wait until the background work has its connections: one that is cancelled on its way in is never closed."""
    async with asyncio.timeout(10):
        while True:
            async with database.read() as tx:
                cursor = await tx.execute(
                    "select count(*) as n from pg_stat_activity where datname = current_database()"
                )
                row = await cursor.fetchone()
            if row is not None and row["n"] >= count:
                return
            await asyncio.sleep(0.01)


@pytest.fixture
def app(house: House) -> Litestar:
    return build(house)


class Forms(HTMLParser):
    """The forms of a page: address → fields as a browser would send them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self.found.append((given.get("action") or "", {}))
        elif tag in ("input", "textarea") and self.found and given.get("name"):
            if given.get("type") in ("checkbox", "radio") and "checked" not in given:
                return
            self.found[-1][1][str(given["name"])] = given.get("value") or ""

    def fields(self, action: str) -> dict[str, str]:
        """The fields of the first form that goes to ``action``."""
        return next(fields for address, fields in self.found if address == action)


@dataclass
class Browser:
    """One browser: keeps cookies, sends forms as pages give them, follows redirects only when told."""

    client: httpx.AsyncClient
    name: str = ""
    page: httpx.Response | None = None
    history: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        assert self.page is not None
        return self.page.text

    async def open(self, address: str) -> httpx.Response:
        self.page = await self.client.get(address, headers={"Accept": "text/html"})
        self.history.append(address)
        return self.page

    def form(self, action: str) -> dict[str, str]:
        """The fields of the page's form that goes to ``action``."""
        return Forms(self.text).fields(action)

    async def send(self, action: str, **fields: str) -> httpx.Response:
        """Submit the page's form for ``action`` with these fields filled in; the answer, not followed."""
        answer = await self.post(action, {**self.form(action), **fields})
        if not answer.has_redirect_location:
            self.page = answer
        return answer

    async def post(self, action: str, filled: dict[str, str], **headers: str) -> httpx.Response:
        body = urlencode(filled)
        sent = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "text/html", **headers}
        return await self.client.post(action, content=body, headers=sent)

    async def submit(self, action: str, **fields: str) -> httpx.Response:
        """``send``, then open where it leads."""
        answer = await self.send(action, **fields)
        assert answer.status_code == 303, answer.text
        return await self.open(answer.headers["location"])

    async def ask(self, question: str) -> str:
        """Ask from the first page; the address of the answer, which is open."""
        await self.open("/")
        await self.submit("/ask", text=question)
        return self.history[-1]

    async def open_case(self, question: str) -> str:
        """Ask and talk to a person; the reference of the case, whose page is open."""
        place = await self.ask(question)
        await self.submit(f"{place}/person")
        return self.history[-1].removeprefix("/case/")


def at_the_door(app: Litestar, host: str = HOST, *, raising: bool = True) -> httpx.AsyncClient:
    """A client in front of an application; it keeps cookies and follows nothing by itself."""
    transport = httpx.ASGITransport(cast("Any", app), raise_app_exceptions=raising)
    return httpx.AsyncClient(transport=transport, base_url=host)


@pytest.fixture
def client_of() -> Callable[..., httpx.AsyncClient]:
    """Makes a client in front of an application of the test's own."""
    return at_the_door


@pytest.fixture
async def new_browser(app: Litestar) -> AsyncIterator[Callable[[], Browser]]:
    """Makes browsers that know nothing of each other."""
    clients: list[httpx.AsyncClient] = []

    def new() -> Browser:
        clients.append(at_the_door(app))
        return Browser(clients[-1])

    yield new
    for client in clients:
        await client.aclose()


@pytest.fixture
def browser(new_browser: Callable[[], Browser]) -> Browser:
    return new_browser()


@pytest.fixture
def client(browser: Browser) -> httpx.AsyncClient:
    return browser.client


@pytest.fixture
async def agent(house: House, new_browser: Callable[[], Browser]) -> Browser:
    """A member of staff, signed in."""
    return await signed_in(house, new_browser())


_NUMBERS = itertools.count(1)


async def signed_in(house: House, browser: Browser, role: Role = Role.AGENT) -> Browser:
    browser.name = name = f"值班员 {next(_NUMBERS)} 号"
    async with house.database.act() as tx:
        _, token = await add_staff(tx, name, role, now=house.clock())
    await browser.open(f"/desk/sign-in/{token.reveal()}")
    await browser.submit(f"/desk/sign-in/{token.reveal()}")
    return browser


@pytest.fixture
def sign_in() -> Callable[..., Any]:
    """Signs somebody else in."""
    return signed_in
