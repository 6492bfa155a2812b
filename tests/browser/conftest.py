"""The real desk on loopback with a fresh database, and real browsers in front of it."""

import asyncio
import os
import secrets
import threading
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any, TypeVar, cast

import psycopg
import pytest
import uvicorn
from axe_core_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from changming.app import Desk, Place, open_desk
from changming.infra.clock import now as read_clock
from changming.infra.settings import Settings
from changming.trust.identity import Role, add_staff
from changming.web import build

CHROMIUM = os.environ.get("CHANGMING_TEST_CHROMIUM", "/usr/bin/chromium")
PICTURES = Path(__file__).parents[2] / "test-output" / "pages"
PHONE = {"width": 390, "height": 844}
TABLE = {"width": 1280, "height": 844}
T = TypeVar("T")


class Running:
    """A desk that serves on loopback in a thread of its own."""

    def __init__(self, dsn: str, folder: Path) -> None:
        self._settings = Settings(data=folder, asks_per_minute=10_000, posts_per_minute=10_000)
        self._place = Place(dsn, folder / "keys", None)
        self.dsn, self.folder = dsn, folder
        self._ready = threading.Event()
        self._failed: BaseException | None = None
        self._stop: Callable[[], None] = lambda: None
        self.address = ""
        self.thread = threading.Thread(target=self._run, name="desk", daemon=True)
        self.thread.start()
        assert self._ready.wait(30)
        if self._failed:
            raise self._failed

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as failed:  # noqa: BLE001 - shown by whoever waits for the desk
            self._failed = failed
            self._ready.set()

    async def _serve(self) -> None:
        self.loop = asyncio.get_running_loop()
        async with open_desk(self._settings, self._place, with_worker=True) as self.desk:
            config = uvicorn.Config(
                build(self.desk.house), port=0, log_config=None, access_log=False, timeout_graceful_shutdown=1
            )
            server = uvicorn.Server(config)
            work = asyncio.create_task(self.desk.work.run())
            serving = asyncio.create_task(server.serve())
            while not server.started:  # noqa: ASYNC110 - the server has no event for it
                await asyncio.sleep(0.01)
            self.address = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
            self._stop = lambda: self._end(server)
            self._ready.set()
            await serving
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)

    def _end(self, server: uvicorn.Server) -> None:
        self.desk.house.live.close()
        server.should_exit = True

    def close(self) -> None:
        """Stop and wait for the end."""
        self.loop.call_soon_threadsafe(self._stop)
        self.thread.join(20)

    def do(self, act: Callable[[Desk], Coroutine[Any, Any, T]]) -> T:
        """Run something in the desk's own loop."""
        return asyncio.run_coroutine_threadsafe(act(self.desk), self.loop).result(20)

    def staff_link(self, name: str) -> str:
        """A one-time link for a new member of staff."""

        async def add(desk: Desk) -> str:
            async with desk.house.database.act() as tx:
                _, token = await add_staff(tx, name, Role.AGENT, now=read_clock())
            return token.reveal()

        return f"{self.address}/desk/sign-in/{self.do(add)}"


@pytest.fixture(scope="module")
def running(server_dsn: str, template_dsn: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """One desk for the tests of a file."""
    name = f"browser_{secrets.token_hex(6)}"
    template = psycopg.conninfo.conninfo_to_dict(template_dsn)["dbname"]
    with psycopg.connect(server_dsn, autocommit=True) as admin:
        admin.execute(f'create database "{name}" template "{template}"')
    desk = Running(psycopg.conninfo.make_conninfo(server_dsn, dbname=name), tmp_path_factory.mktemp("desk"))
    yield desk
    desk.close()
    with psycopg.connect(server_dsn, autocommit=True) as admin:
        admin.execute(f'drop database "{name}" with (force)')


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    """A driver for one file: while it is there, an event loop runs, which other files' tests could not bear."""
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="module")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"])
    yield browser
    browser.close()


class Person:
    """Somebody at a browser of their own. Whatever the page complains about is kept and fails the test."""

    def __init__(self, context: BrowserContext, desk: Running, name: str) -> None:
        self.context = context
        self.desk = desk
        self.name = name
        self.complaints: list[str] = []
        self.loads = 0
        self.thorough = True
        self.page: Page = context.new_page()
        self.page.on("console", lambda message: self._heard(message.type, message.text))
        self.page.on("pageerror", lambda error: self._heard("error", str(error)))
        self.page.on("domcontentloaded", lambda _: self._loaded())
        self.page.set_default_timeout(8000)

    def _heard(self, kind: str, text: str) -> None:
        # A refused act answers with a 4xx, which the browser and htmx note by themselves.
        noted = ("the server responded with a status of 4", "Response Status Error Code 4")
        if kind == "error" and all(one not in text for one in noted):
            self.complaints.append(text)

    def _loaded(self) -> None:
        self.loads += 1

    def open(self, path: str) -> None:
        """Go to a page of the desk."""
        self.page.goto(path if path.startswith("http") else self.desk.address + path)

    def picture(self, name: str) -> None:
        """Keep what the page looks like, for people to look at."""
        PICTURES.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=PICTURES / f"{self.name}-{name}.png", full_page=True)

    def check(self) -> None:
        """No accessibility violation (axe-core: WCAG 2.2 A and AA, best practices), nothing wider than the screen."""
        found = Axe().run(self.page) if self.thorough else {"violations": []}
        wrong = [(v["id"], [node["html"][:160] for node in v["nodes"]][:3]) for v in found["violations"]]
        assert wrong == [], f"{self.page.url}: {wrong}"
        over = self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert over <= 0, f"{self.page.url} is {over} px too wide"
        assert self.complaints == []


@pytest.fixture
def person(chromium: Browser, running: Running) -> Iterator[Callable[..., Person]]:
    """Makes people at browsers: ``person("phone", PHONE)``."""
    contexts: list[BrowserContext] = []

    def new(name: str, size: dict[str, int], **options: Any) -> Person:
        contexts.append(chromium.new_context(viewport=cast("Any", size), locale="zh-CN", **options))
        return Person(contexts[-1], running, name)

    yield new
    for context in contexts:
        context.close()
