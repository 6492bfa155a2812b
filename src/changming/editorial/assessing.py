"""A draft looked at as a whole: what is wrong with it, what it changes, what decides about it."""

import asyncio
from dataclasses import dataclass
from datetime import date

from changming.editorial import store
from changming.editorial.checking import Checked, check_text
from changming.editorial.impact import MOST_REPLAYED, Impact, findings_of, weigh
from changming.editorial.rules import Findings
from changming.guidance.knowledge import Edition
from changming.infra.postgres import Database


@dataclass(frozen=True, slots=True)
class Assessment:
    """``impact`` is None while the text has faults."""

    checked: Checked
    impact: Impact | None
    findings: Findings


async def assess(database: Database, service: str, authored: str, edition: Edition, *, today: date) -> Assessment:
    """Check a text, and compare it with the version in ``edition`` on every case and on what was really asked.

    Done outside of any transaction, the long part in a thread.
    """
    old = edition.packs.get(service)
    against = None if old is None else old.digest
    checked = await asyncio.to_thread(check_text, service, authored, edition, on=today)
    if checked.pack is None:
        return Assessment(checked, None, findings_of(checked, None, against=against))
    async with database.read() as tx:
        records = await store.find_consulted(tx, service, most=MOST_REPLAYED)
    impact = await asyncio.to_thread(weigh, old, checked.pack, records, today=today)
    return Assessment(checked, impact, findings_of(checked, impact, against=against))
