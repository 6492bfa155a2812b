"""``kill -9`` in the middle of sealing: every accepted event is sealed once, under one line of checkpoints."""

import asyncio
import signal
import subprocess
import sys
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from changming.kernel.ids import EventId
from changming.trust.ledger import audit_database
from changming.trust.ledger.checkpoints import Checkpoint
from changming.trust.ledger.leaf import decode_leaf
from changming.trust.ledger.tree import Frontier, leaf_hash

if TYPE_CHECKING:
    from tests.trust.ledger.conftest import Log

SEQUENCER = """
import asyncio, sys
from pathlib import Path
from changming.infra.postgres import Database
from changming.trust.ledger import Remembered, Sequencer, open_or_create_signer

async def main(dsn, folder, origin):
    async with Database(dsn, size=1) as database:
        signer = open_or_create_signer(Path(folder), origin)
        sequencer = Sequencer(database, signer, origin, Remembered(Path(folder), origin), pace_s=0.0)
        while True:
            print(await sequencer.run_once(), flush=True)

asyncio.run(main(*sys.argv[1:]))
"""


@pytest.mark.fault
async def test_a_killed_sequencer_loses_nothing_and_doubles_nothing(log: "Log") -> None:
    accepted: list[EventId] = []
    signed: list[Checkpoint] = [await log.seal()]
    for patience_s in (0.0, 0.01, 0.02, 0.04):
        victim = await asyncio.create_subprocess_exec(
            sys.executable, "-c", SEQUENCER, log.database.dsn, str(log.folder), log.signer.name, stdout=subprocess.PIPE
        )
        assert victim.stdout is not None
        await victim.stdout.readline()
        for _ in range(15):
            accepted += await log.record(20)
        await asyncio.sleep(patience_s)
        victim.send_signal(signal.SIGKILL)
        await victim.wait()
        signed.append(await log.checkpoint())
    assert {checkpoint.size for checkpoint in signed} != {0}, "nothing was sealed before a kill"
    signed.append(await log.seal())

    leaves = await log.leaves()
    assert Counter(decode_leaf(leaf).id for leaf in leaves) == Counter(accepted)
    for checkpoint in signed:
        assert Frontier(map(leaf_hash, leaves[: checkpoint.size])).root() == checkpoint.root
    assert audit_database(log.database.dsn, log.vkey).checkpoint.size == len(accepted) == 1200
