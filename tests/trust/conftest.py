"""Keys in a folder of the test's own, and a ledger that seals."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest

from changming.infra.postgres import Database
from changming.trust.ledger import Remembered, Sequencer, open_or_create_signer
from changming.trust.vault import Keyring

_ORIGIN = "changming.example/test"


@pytest.fixture
def key_folder(tmp_path: Path) -> Path:
    return tmp_path / "keys"


@pytest.fixture
def keyring(key_folder: Path, now: datetime) -> Keyring:
    return Keyring.open_or_create(key_folder, now=now)


@pytest.fixture
async def sealing(database: Database, tmp_path: Path) -> AsyncIterator[Database]:
    """A database whose recorded events are sealed by a sequencer of this test's own."""
    folder = tmp_path / "ledger"
    signer = open_or_create_signer(folder, _ORIGIN)
    sequencer = Sequencer(database, signer, _ORIGIN, Remembered(folder, _ORIGIN), pace_s=0.0)
    running = asyncio.create_task(sequencer.run())
    yield database
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running
