"""The rows of editions, versions, drafts, retractions and typed inputs."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from psycopg.types.json import Jsonb

from changming.editorial.model import (
    Bundled,
    Cause,
    Consulted,
    Draft,
    DraftId,
    DraftState,
    EditionRow,
    Head,
    Outcome,
    PackVersion,
    Retraction,
    RetractionId,
    Usage,
)
from changming.infra.postgres import Queries, Row, Tx
from changming.kernel.ids import StaffId

_Q = Queries(__package__)
LOCK_KEY: Final = 0x6368616E676D0006
MOST: Final = 200
"""Rows of a history that are read at once."""


async def find_head(tx: Tx) -> Head | None:
    """The edition in force; None before the first one."""
    row = await (await tx.execute(_Q("head"))).fetchone()
    return None if row is None else Head(row["number"], row["digest"])


async def lock(tx: Tx) -> None:
    """Wait for one's turn to move the head, until the transaction ends."""
    await tx.execute(_Q("lock"), {"key": LOCK_KEY})


async def set_head(tx: Tx, head: Head, *, now: datetime) -> None:
    """This edition is in force."""
    await tx.execute(_Q("set_head"), {"number": head.number, "digest": head.digest, "now": now})


async def add_version(tx: Tx, version: PackVersion) -> None:
    """Keep a version; one that is known stays as it is."""
    row = {
        "digest": version.digest,
        "service": version.service,
        "version": version.version,
        "document": version.document,
        "authored": version.authored,
        "bundled": version.bundled,
        "now": version.created_at,
    }
    await tx.execute(_Q("add_version"), row)


async def find_version(tx: Tx, digest: str) -> PackVersion | None:
    """One version with its texts."""
    row = await (await tx.execute(_Q("version"), {"digest": digest})).fetchone()
    return None if row is None else PackVersion(**row)


async def find_documents(tx: Tx, digests: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Service and document by digest."""
    rows = await (await tx.execute(_Q("documents"), {"digests": list(digests)})).fetchall()
    return {row["digest"]: (row["service"], row["document"]) for row in rows}


async def find_bundled_digests(tx: Tx) -> frozenset[str]:
    """Every version that a release has ever brought."""
    return frozenset(row["digest"] for row in await (await tx.execute(_Q("bundled_digests"))).fetchall())


async def add_edition(tx: Tx, edition: EditionRow, packs: Mapping[str, str]) -> None:
    """Keep an edition with the digests of its versions by service."""
    row = {
        "number": edition.number,
        "digest": edition.digest,
        "cause": edition.cause.value,
        "services": list(edition.services),
        "staff_id": edition.staff_id,
        "now": edition.published_at,
    }
    await tx.execute(_Q("add_edition"), row)
    held = {"number": edition.number, "services": list(packs), "digests": list(packs.values())}
    await tx.execute(_Q("add_packs"), held)


async def find_packs(tx: Tx, number: int) -> dict[str, str]:
    """The digests of an edition's versions by service."""
    rows = await (await tx.execute(_Q("packs_of"), {"number": number})).fetchall()
    return {row["service"]: row["digest"] for row in rows}


async def find_all_packs(tx: Tx) -> dict[int, tuple[str, dict[str, str]]]:
    """Every edition by number: its digest, and the digests of its versions by service."""
    found: dict[int, tuple[str, dict[str, str]]] = {}
    async for row in await tx.execute(_Q("packs_of_all")):
        packs = found.setdefault(row["number"], (row["edition_digest"], {}))[1]
        if row["service"] is not None:
            packs[row["service"]] = row["digest"]
    return found


async def find_altered_versions(tx: Tx) -> list[str]:
    """Versions whose document is not what their own columns say."""
    rows = await (await tx.execute(_Q("altered_versions"))).fetchall()
    return [f"{row['service']}@{row['version']}" for row in rows]


async def find_edition(tx: Tx, number: int) -> EditionRow | None:
    """One edition."""
    row = await (await tx.execute(_Q("edition"), {"number": number})).fetchone()
    return None if row is None else _edition(row)


async def find_editions(tx: Tx) -> list[EditionRow]:
    """The newest editions, the newest first."""
    return [_edition(row) for row in await (await tx.execute(_Q("editions"), {"most": MOST})).fetchall()]


async def find_bundled(tx: Tx) -> dict[str, Bundled]:
    """What the newest release brought, by service."""
    rows = await (await tx.execute(_Q("bundled"))).fetchall()
    return {row["service"]: Bundled(row["digest"], row["waiting"]) for row in rows}


async def set_bundled(tx: Tx, service: str, bundled: Bundled) -> None:
    """What this release brings for a service."""
    await tx.execute(_Q("set_bundled"), {"service": service, "digest": bundled.digest, "waiting": bundled.waiting})


async def settle_bundled(tx: Tx, service: str) -> str | None:
    """Editors have dealt with what the release brought; its digest if it was waiting."""
    row = await (await tx.execute(_Q("bundled_settled"), {"service": service})).fetchone()
    return None if row is None else str(row["digest"])


async def find_usages(tx: Tx, service: str) -> list[Usage]:
    """When which version was in force, the newest first; ``digest`` is empty where the entry was taken out."""
    rows = await (await tx.execute(_Q("usages"), {"service": service, "most": MOST})).fetchall()
    return [
        Usage(
            row["number"],
            row["digest"] or "",
            row["version"] or "",
            Cause(row["cause"]),
            row["staff_id"],
            row["published_at"],
        )
        for row in rows
    ]


async def add_draft(
    tx: Tx, draft_id: DraftId, service: str, base_digest: str | None, authored: str, *, staff: StaffId, now: datetime
) -> None:
    """The first words of a draft."""
    row = {"id": draft_id, "service": service, "base_digest": base_digest, "authored": authored}
    await tx.execute(_Q("add_draft"), {**row, "staff_id": staff, "now": now})


async def find_draft(tx: Tx, draft_id: DraftId) -> Draft | None:
    """One draft."""
    row = await (await tx.execute(_Q("draft"), {"id": draft_id})).fetchone()
    return None if row is None else _draft(row)


async def lock_draft(tx: Tx, draft_id: DraftId) -> Draft | None:
    """One draft, held until the transaction ends."""
    row = await (await tx.execute(_Q("lock_draft"), {"id": draft_id})).fetchone()
    return None if row is None else _draft(row)


async def find_live_drafts(tx: Tx) -> list[Draft]:
    """What is being written or waits for a second person, the oldest first."""
    return [_draft(row) for row in await (await tx.execute(_Q("drafts_live"))).fetchall()]


async def find_drafts(tx: Tx, service: str) -> list[Draft]:
    """All drafts of a service, the newest first."""
    rows = await (await tx.execute(_Q("drafts_of"), {"service": service, "most": MOST})).fetchall()
    return [_draft(row) for row in rows]


async def save_draft(
    tx: Tx, draft_id: DraftId, authored: str, *, base_digest: str | None, staff: StaffId, now: datetime
) -> None:
    """New words, and the version that they begin from."""
    row = {"id": draft_id, "authored": authored, "base_digest": base_digest, "staff_id": staff, "now": now}
    await tx.execute(_Q("save_draft"), row)


async def move_draft(
    tx: Tx,
    draft_id: DraftId,
    state: DraftState,
    *,
    staff: StaffId,
    now: datetime,
    remark: str = "",
    number: int | None = None,
) -> None:
    """To another state, with why (``remark``) or as which edition (``number``)."""
    row = {"id": draft_id, "state": state.value, "staff_id": staff, "now": now, "remark": remark, "number": number}
    await tx.execute(_Q("move_draft"), row)


async def add_retraction(tx: Tx, retraction: Retraction) -> None:
    """An entry was taken out of force."""
    row = {
        "id": retraction.id,
        "service": retraction.service,
        "digest": retraction.digest,
        "number": retraction.number,
        "reason": retraction.reason,
        "staff_id": retraction.staff_id,
        "now": retraction.retracted_at,
    }
    await tx.execute(_Q("add_retraction"), row)


async def lock_retraction(tx: Tx, retraction_id: RetractionId) -> Retraction | None:
    """One retraction, held until the transaction ends."""
    row = await (await tx.execute(_Q("lock_retraction"), {"id": retraction_id})).fetchone()
    return None if row is None else _retraction(row)


async def find_open_retractions(tx: Tx) -> list[Retraction]:
    """Those that nobody else has looked at, the oldest first."""
    return [_retraction(row) for row in await (await tx.execute(_Q("retractions_open"))).fetchall()]


async def find_retractions(tx: Tx, service: str) -> list[Retraction]:
    """All of a service, the newest first."""
    rows = await (await tx.execute(_Q("retractions_of"), {"service": service, "most": MOST})).fetchall()
    return [_retraction(row) for row in rows]


async def settle_retraction(
    tx: Tx, retraction_id: RetractionId, outcome: Outcome, *, staff: StaffId, now: datetime
) -> None:
    """What became of a retraction."""
    row = {"id": retraction_id, "outcome": outcome.value, "staff_id": staff, "now": now}
    await tx.execute(_Q("settle_retraction"), row)


async def replace_retractions(tx: Tx, service: str, *, staff: StaffId, now: datetime) -> None:
    """A new version of the entry is in force: nobody needs to look at its retraction any more."""
    await tx.execute(_Q("replace_retractions"), {"service": service, "staff_id": staff, "now": now})


async def add_consulted(tx: Tx, consulted: Consulted) -> None:
    """Count typed inputs."""
    row = {
        "service": consulted.service,
        "digest": consulted.digest,
        "day": consulted.day,
        "given": Jsonb(dict(sorted(consulted.given.items()))),
        "times": consulted.times,
    }
    await tx.execute(_Q("add_consulted"), row)


async def find_consulted(tx: Tx, service: str, *, most: int) -> list[Consulted]:
    """The newest typed inputs of a service."""
    rows = await (await tx.execute(_Q("consulted_of"), {"service": service, "most": most})).fetchall()
    return [Consulted(**row) for row in rows]


async def forget_consulted(tx: Tx, *, before: date) -> None:
    """Delete what is older."""
    await tx.execute(_Q("forget_consulted"), {"before": before})


def _edition(row: Row) -> EditionRow:
    return EditionRow(
        row["number"],
        row["digest"],
        Cause(row["cause"]),
        tuple(row["services"]),
        row["staff_id"],
        row["published_at"],
    )


def _draft(row: Row) -> Draft:
    known: dict[str, Any] = {**row, "state": DraftState(row["state"]), "authors": tuple(row["authors"])}
    return Draft(**known)


def _retraction(row: Row) -> Retraction:
    outcome = None if row["outcome"] is None else Outcome(row["outcome"])
    known: dict[str, Any] = {**row, "outcome": outcome}
    return Retraction(**known)
