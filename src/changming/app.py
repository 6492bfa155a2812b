"""The composition root: the only place that builds the desk's parts and wires them to each other."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import anyio
import anyio.to_thread

from changming.desk import cases, visits
from changming.editorial import Editions, Release, adopt_release, forget_consultations
from changming.guidance.knowledge import Edition, load_edition
from changming.infra import idempotency, schedule
from changming.infra.clock import now as read_clock
from changming.infra.completions import Completions
from changming.infra.http import forget_old_windows
from changming.infra.live import Dispatcher, Hub
from changming.infra.postgres import Database, Tx, migrate
from changming.infra.postgres.embedded import Server, Tell, default_data_dir, open_server, quiet
from changming.infra.resources import project_dir
from changming.infra.schedule import Inside, Job, Lane, Outside, Runner, Work
from changming.infra.settings import Settings
from changming.infra.supervisor import Supervisor
from changming.kernel.actors import DESK
from changming.trust import identity
from changming.trust.ledger import Remembered, Sequencer, Signer, open_or_create_signer
from changming.trust.vault import Keyring, rotate, vault_status
from changming.web.house import House

KEYS: Final = "keys"
LEDGER_KEYS: Final = "ledger"
WATCH_S: Final = 1.0
SWEEP_EVERY: Final = timedelta(hours=1)
SWEEP_SOON: Final = timedelta(minutes=1)
"""When the sweep comes again while there is still something to erase."""
SWEEP: Final = "house.sweep"


@dataclass(frozen=True, slots=True)
class Place:
    """Where this desk lives: its database, its keys and, if we run it, its PostgreSQL server."""

    dsn: str
    keys: Path
    server: Server | None


def keys_folder(settings: Settings) -> Path:
    """Where this desk's keys are: the root key and the epoch keys, and below ``LEDGER_KEYS`` the ledger's."""
    return settings.keys or (settings.data or default_data_dir()) / KEYS


def data_folder(settings: Settings) -> Path:
    """Where this desk keeps what belongs to this machine: beside its keys, where only their place is chosen."""
    if settings.data is not None or settings.keys is None:
        return settings.data or default_data_dir()
    return settings.keys.parent


@contextmanager
def located(settings: Settings, *, tell: Tell = quiet) -> Iterator[Place]:
    """The desk's place, with its embedded server running while the context is open, and its database migrated.

    Raises:
        ChangmingError: what the embedded server or the migrations refuse.
    """
    keys = keys_folder(settings)
    if settings.database_url is not None:
        migrate(settings.database_url)
        yield Place(settings.database_url, keys, None)
        return
    with open_server(settings.data, tell=tell) as server:
        migrate(server.dsn)
        yield Place(server.dsn, keys, server)


@dataclass(frozen=True, slots=True)
class Desk:
    """The whole desk in one process: what the faces stand on, and the background work beside them."""

    house: House
    signer: Signer
    work: Supervisor


async def sweep(tx: Tx, jobs: Sequence[Job], *, now: datetime) -> None:
    """The hourly sweep: forgets what was promised to be forgotten, and comes again."""
    del jobs
    await idempotency.forget(tx, now=now)
    await identity.forget_old(tx, now=now)
    await forget_old_windows(tx, now=now)
    await forget_consultations(tx, now=now)
    more = await visits.forget_visits(tx, now=now)
    await schedule.add(tx, Work(SWEEP, "hourly", now + (SWEEP_SOON if more else SWEEP_EVERY), lane=Lane.BULK), now=now)


JOBS: Final[Mapping[str, Inside | Outside]] = {SWEEP: Inside(sweep), **cases.HANDLERS}
"""Every kind of due work and its handler. All of it is done by the desk itself: no request can start it."""
JOBS_MAY: Final = "desk"


def bundled_edition() -> Edition:
    """The edition made of the checkout's packs.

    Raises:
        PackFaults: a pack is broken; the message names every fault with file and line.
    """
    return load_edition(project_dir("packs"))


def release_of(edition: Edition) -> Release:
    """What this release brings: its packs with the text of each."""
    root = project_dir("packs").parent
    authored = {name: (root / pack.file).read_text(encoding="utf-8") for name, pack in edition.packs.items()}
    return Release(edition.packs, authored)


@asynccontextmanager
async def open_desk(settings: Settings, place: Place, *, with_worker: bool) -> AsyncIterator[Desk]:
    """Build the desk over its place. Nothing runs until ``desk.work.run()`` is awaited.

    Args:
        settings: what the operator chose.
        place: an open place.
        with_worker: whether this process also works through due work.
    """
    now = read_clock()
    keyring = Keyring.open_or_create(place.keys, now=now)
    signer = open_or_create_signer(place.keys / LEDGER_KEYS, settings.ledger_origin)
    bundled = bundled_edition()
    editions = Editions(bundled)
    hub = Hub(place.dsn)
    async with Database(place.dsn, size=settings.pool_size) as database:
        async with database.act() as tx:
            await cases.prepare(tx, now=now)
            await adopt_release(tx, release_of(bundled), now=now)
            await schedule.add(tx, Work(SWEEP, "hourly", now, lane=Lane.BULK), now=now)
        async with database.read() as tx:
            await editions.renew(tx)
        house = House(database, keyring, editions, settings, hub, read_clock, _voice(settings))
        remembered = Remembered(place.keys / LEDGER_KEYS, settings.ledger_origin)
        work: dict[str, Callable[[], Awaitable[None]]] = {
            "sequencer": Sequencer(database, signer, settings.ledger_origin, remembered).run,
            "live-dispatcher": Dispatcher(database).run,
            "live-hub": hub.run,
            "consultations": house.consultations.keep_writing(database),
        }
        if with_worker:
            work["schedule"] = Runner(database, JOBS, read_clock).run
            work["vault-keeper"] = _rotate_in_time(database, keyring)
        if place.server is not None:
            work["postgres"] = _watch(place.server)
        try:
            yield Desk(house, signer, Supervisor(work))
        finally:
            await house.consultations.write_rest(database)


def _voice(settings: Settings) -> Completions | None:
    """The language model that the operator chose, if any."""
    if settings.llm_url is None or settings.llm_model is None:
        return None
    return Completions(settings.llm_url, settings.llm_model, settings.llm_key)


def _rotate_in_time(database: Database, keyring: Keyring) -> Callable[[], Awaitable[None]]:
    """Begins a new epoch when the vault's promise asks for it, so that erased subjects fade from old backups too."""

    async def keep() -> None:
        while True:
            now = read_clock()
            if (await vault_status(database, keyring)).rotation_due_at <= now:
                await rotate(database, keyring, actor=DESK, now=now)
            await anyio.sleep(SWEEP_EVERY.total_seconds())

    return keep


def _watch(server: Server) -> Callable[[], Awaitable[None]]:
    """Starts the embedded PostgreSQL again when somebody killed it."""

    async def watch() -> None:
        while True:
            await anyio.sleep(WATCH_S)
            await anyio.to_thread.run_sync(server.ensure_running)

    return watch
