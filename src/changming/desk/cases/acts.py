"""How every act on a case runs: lock, decide, save, record, schedule, tell, in the transaction it is given."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from changming.desk.cases import store
from changming.desk.cases.model import Case
from changming.desk.cases.rules import Change, Facts
from changming.desk.clocks import find_clocks, get_versions, save_clocks, wakes_at
from changming.infra import live, schedule
from changming.infra.postgres import Batch, Tx
from changming.infra.schedule import Work
from changming.kernel.actors import Actor
from changming.kernel.decisions import Refusal
from changming.kernel.errors import ChangmingError
from changming.kernel.ids import CaseId, StaffId, new_id
from changming.kernel.personal import Personal
from changming.trust.identity import list_staff
from changming.trust.ledger import Event, record
from changming.trust.vault import FieldId, Keyring, sealer

BREACH: Final = "clock.breach"
"""Kind of the schedule rows that wake the sweep at a case's nearest deadline; their key is the case's id."""
WAIT_OVER: Final = "case.wait_over"
"""Kind of the schedule rows that end the longest wait for a person; their key is the case's id."""


@dataclass(frozen=True, slots=True)
class Note:
    """A note for colleagues, sealed like everything in people's own words."""

    text: Personal
    keyring: Keyring


async def get_facts(tx: Tx, case_id: CaseId) -> Facts:
    """A case under its row lock, with its clocks.

    Raises:
        ChangmingError: ``case_not_found`` (404).
    """
    case = await store.lock(tx, case_id)
    if case is None:
        raise ChangmingError("case_not_found", status=404)
    return await facts_of(tx, case)


async def facts_of(tx: Tx, case: Case) -> Facts:
    """A case that is locked already, with its clocks."""
    clocks = await find_clocks(tx, case.id)
    return Facts(case, tuple(clocks), await get_versions(tx, clocks))


async def act(
    tx: Tx,
    case_id: CaseId,
    decide: Callable[[Facts], Change | Refusal | None],
    *,
    actor: Actor,
    now: datetime,
    note: Note | None = None,
) -> Case | Refusal:
    """Lock the case, decide, and keep what was decided; a refusal names colleagues by their work names."""
    facts = await get_facts(tx, case_id)
    change = decide(facts)
    if isinstance(change, Refusal):
        return await named(tx, change)
    if change is None:
        return facts.case
    return await keep(tx, facts, change, actor=actor, now=now, note=note)


async def keep(
    tx: Tx,
    facts: Facts,
    change: Change,
    *,
    actor: Actor,
    now: datetime,
    note: Note | None = None,
) -> Case:
    """Save a change with its history, its ledger entries, its wake-ups and the word to open pages."""
    case = change.case
    sealed = await _seal(tx, note, case, now=now) if note else None
    batch = Batch(tx)
    await store.save(batch.tx, case)
    await store.tell(batch.tx, case, change.event, actor, sealed, now=now)
    await keep_promises(batch.tx, facts, change, now=now)
    if change.action is not None:
        await record(batch.tx, Event(change.action, actor, case.pseudonym, f"case/{case.id}"), now=now)
    await tell(batch.tx, case, change.event.kind.value, now=now)
    await batch.send()
    return case


async def keep_promises(tx: Tx, facts: Facts, change: Change, *, now: datetime) -> None:
    """Save the clocks that changed, and move the case's wake-ups. It only writes, so ``tx`` may be a batch."""
    case = change.case
    await save_clocks(tx, facts.clocks, change.clocks, subject_id=case.subject_id)
    await _wake(tx, BREACH, case, wakes_at(facts.clocks), wakes_at(change.clocks), now=now)
    await _wake(tx, WAIT_OVER, case, facts.case.waiting_until, case.waiting_until, now=now)


async def tell(tx: Tx, case: Case, kind: str, *, now: datetime) -> None:
    """Wake the open pages that show the case: the person's, the queue, and those of the thread."""
    topics = (f"case/{case.id}", "queue", f"conversation/{case.conversation_id}")
    await live.publish_all(tx, topics, f"case.{kind}", now=now)


async def named(tx: Tx, refusal: Refusal) -> Refusal:
    """The refusal with the owner's work name in the place of the owner's id."""
    owner = refusal.fields.get("owner")
    if not isinstance(owner, UUID):
        return refusal
    names = await work_names(tx)
    return replace(refusal, fields={**refusal.fields, "owner": names[StaffId(owner)]})


async def work_names(tx: Tx) -> dict[StaffId, str]:
    """Everybody's work name, those who left included."""
    return {staff.id: staff.name for staff in await list_staff(tx)}


async def _seal(tx: Tx, note: Note, case: Case, *, now: datetime) -> tuple[UUID, bytes]:
    note_id = new_id(now)
    return note_id, (await sealer(tx, note.keyring, case.subject_id)).seal(FieldId.CASE_NOTE, note_id, note.text)


async def _wake(
    tx: Tx, kind: str, case: Case, before: datetime | None, after: datetime | None, *, now: datetime
) -> None:
    if after == before:
        return
    if after is None:
        await schedule.cancel(tx, kind, str(case.id))
    else:
        await schedule.add(tx, Work(kind, str(case.id), after, subject_id=case.subject_id), now=now)
