import copy
import dataclasses
import pickle
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, LiteralString
from uuid import UUID

import pytest

from changming.infra.postgres import Database, Tx
from changming.kernel.actors import Actor, ActorKind
from changming.kernel.errors import ChangmingError
from changming.kernel.ids import CaseId, Pseudonym, SubjectId, random_id
from changming.kernel.personal import Personal
from changming.trust.vault import (
    OWN_DATA,
    FieldId,
    Keyring,
    Sealer,
    VaultBroken,
    Viewing,
    add_key,
    destroy_key,
    end_viewings,
    opener,
    sealer,
    view,
)

STAFF = Actor(ActorKind.STAFF, UUID(int=3))
COLLEAGUE = Actor(ActorKind.STAFF, UUID(int=4))
VISITOR = Actor(ActorKind.VISITOR, UUID(int=5))
CASE = CaseId(UUID(int=6))
ROW = UUID(int=7)
BODY = FieldId.MESSAGE_BODY
PHONE = FieldId.CONTACT_PHONE
TEXT = Personal("王小明，护照丢了")


async def _subject(database: Database, keyring: Keyring, now: datetime) -> tuple[SubjectId, Sealer]:
    subject_id = SubjectId(random_id())
    async with database.act() as tx:
        return subject_id, await add_key(tx, keyring, subject_id, Pseudonym(random_id()), now=now)


async def _view(database: Database, subject_id: SubjectId, now: datetime, **changed: Any) -> Viewing:
    asked: dict[str, Any] = {
        "actor": STAFF,
        "case_id": CASE,
        "fields": frozenset({BODY}),
        "purpose": "case-work",
    }
    return await view(database, subject_id=subject_id, now=now, **(asked | changed))


async def _open(database: Database, keyring: Keyring, viewing: Viewing, now: datetime, blob: bytes) -> Personal:
    async with database.act() as tx:
        return (await opener(tx, keyring, viewing, now=now)).open(BODY, ROW, blob)


async def _refused(database: Database, keyring: Keyring, viewing: Viewing, now: datetime, blob: bytes = b"") -> str:
    with pytest.raises(ChangmingError) as refused:
        await _open(database, keyring, viewing, now, blob)
    return refused.value.code


async def _events(database: Database) -> list[bytes]:
    async with database.read() as tx:
        rows = await (await tx.execute("select leaf from ledger_entry order by index")).fetchall()
    return [bytes(row["leaf"]) for row in rows]


async def test_sealed_and_opened_with_a_proof(sealing: Database, keyring: Keyring, now: datetime) -> None:
    subject_id, own = await _subject(sealing, keyring, now)
    blob = own.seal(BODY, ROW, TEXT)
    viewing = await _view(sealing, subject_id, now)
    assert await _open(sealing, keyring, viewing, now, blob) == TEXT
    async with sealing.read() as tx:
        again = await sealer(tx, keyring, subject_id)
    assert await _open(sealing, keyring, viewing, now, again.seal(BODY, ROW, TEXT)) == TEXT


async def test_the_event_is_sealed_before_the_proof_is_given(
    sealing: Database, keyring: Keyring, now: datetime
) -> None:
    subject_id, _ = await _subject(sealing, keyring, now)
    viewing = await _view(sealing, subject_id, now)
    (leaf,) = await _events(sealing)
    for part in (str(viewing.event_id), f"case/{CASE}/{viewing.id}/", "staff:personal-data:view", "case-work"):
        assert part.encode() in leaf
    assert str(subject_id).encode() not in leaf


async def test_without_a_seal_nothing_is_opened(
    database: Database, keyring: Keyring, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("changming.trust.vault.viewings._SEAL_TIMEOUT_S", 0.1)
    subject_id, own = await _subject(database, keyring, now)
    with pytest.raises(ChangmingError) as refused:
        await _view(database, subject_id, now)
    assert refused.value.code == "ledger_not_sealed"
    async with database.read() as tx:
        row = await (await tx.execute("select * from viewing")).fetchone()
    assert row is not None
    assert await _refused(database, keyring, Viewing.from_row(row), now, own.seal(BODY, ROW, TEXT)) == "viewing_unknown"


async def test_a_live_proof_is_given_again(sealing: Database, keyring: Keyring, now: datetime) -> None:
    subject_id, _ = await _subject(sealing, keyring, now)
    wide = frozenset({BODY, FieldId.MESSAGE_BODY})
    first = await _view(sealing, subject_id, now, fields=wide)
    assert await _view(sealing, subject_id, now + timedelta(minutes=14)) == first
    assert len(await _events(sealing)) == 1


async def test_another_question_is_another_event(sealing: Database, keyring: Keyring, now: datetime) -> None:
    subject_id, _ = await _subject(sealing, keyring, now)
    table: list[dict[str, Any]] = [
        {},
        {"actor": COLLEAGUE},
        {"case_id": None},
        {"case_id": CaseId(UUID(int=66))},
        {"purpose": "other-work"},
        {"fields": frozenset({BODY, FieldId.CONTACT_EMAIL})},
        {"now": now + timedelta(minutes=15)},
    ]
    found = {(await _view(sealing, subject_id, **({"now": now} | changed))).id for changed in table}
    assert len(found) == len(table)
    assert len(await _events(sealing)) == len(table)


async def test_a_sensitive_field_needs_a_new_proof_each_time(
    sealing: Database, keyring: Keyring, now: datetime
) -> None:
    subject_id, own = await _subject(sealing, keyring, now)
    blob = own.seal(PHONE, ROW, TEXT)
    first = await _view(sealing, subject_id, now, fields=frozenset({PHONE}))
    second = await _view(sealing, subject_id, now, fields=frozenset({PHONE}))
    assert first.id != second.id
    async with sealing.act() as tx:
        assert (await opener(tx, keyring, first, now=now)).open(PHONE, ROW, blob) == TEXT
    assert await _refused(sealing, keyring, first, now) == "viewing_expired"


async def test_a_persons_own_data_is_one_event_a_session(sealing: Database, keyring: Keyring, now: datetime) -> None:
    subject_id, own = await _subject(sealing, keyring, now)
    fields = frozenset({BODY, PHONE, FieldId.SECRET_LINK_TOKEN})
    asked = {"actor": VISITOR, "purpose": OWN_DATA, "fields": fields}
    first = await _view(sealing, subject_id, now, lifetime=timedelta(days=180), **asked)
    later = now + timedelta(days=179)
    assert await _view(sealing, subject_id, later, lifetime=timedelta(days=1), **asked) == first
    for _ in range(2):
        assert await _open(sealing, keyring, first, later, own.seal(BODY, ROW, TEXT)) == TEXT
    assert len(await _events(sealing)) == 1


async def test_a_proof_is_not_given_again_for_more_than_it_names(
    sealing: Database, keyring: Keyring, now: datetime
) -> None:
    subject_id, _ = await _subject(sealing, keyring, now)
    own = {"actor": VISITOR, "purpose": OWN_DATA}
    narrow = await _view(sealing, subject_id, now, fields=frozenset({BODY}), **own)
    wide = await _view(sealing, subject_id, now, fields=frozenset({BODY, PHONE}), **own)
    assert (narrow.fields, wide.fields) == (frozenset({BODY}), frozenset({BODY, PHONE}))
    later = now + timedelta(seconds=1)
    assert (await _view(sealing, subject_id, later, fields=frozenset({PHONE}), **own)).id == wide.id


async def test_a_proof_ends(sealing: Database, keyring: Keyring, now: datetime) -> None:
    subject_id, own = await _subject(sealing, keyring, now)
    blob = own.seal(BODY, ROW, TEXT)
    viewing = await _view(sealing, subject_id, now)
    assert await _refused(sealing, keyring, viewing, now + timedelta(minutes=15), blob) == "viewing_expired"
    async with sealing.act() as tx:
        await end_viewings(tx, COLLEAGUE, now=now)
    assert await _open(sealing, keyring, viewing, now, blob) == TEXT
    async with sealing.act() as tx:
        await end_viewings(tx, STAFF, now=now)
    assert await _refused(sealing, keyring, viewing, now, blob) == "viewing_expired"
    assert (await _view(sealing, subject_id, now)).id != viewing.id


async def test_a_proof_opens_its_subject_and_its_fields_alone(
    sealing: Database, keyring: Keyring, now: datetime
) -> None:
    mine, _ = await _subject(sealing, keyring, now)
    _, theirs = await _subject(sealing, keyring, now)
    viewing = await _view(sealing, mine, now)
    with pytest.raises(VaultBroken):
        await _open(sealing, keyring, viewing, now, theirs.seal(BODY, ROW, TEXT))
    async with sealing.act() as tx:
        own = await opener(tx, keyring, viewing, now=now)
        with pytest.raises(ChangmingError) as refused:
            own.open(PHONE, ROW, theirs.seal(PHONE, ROW, TEXT))
    assert refused.value.code == "viewing_outside"


def test_nobody_else_makes_a_viewing(now: datetime) -> None:
    parts: dict[str, Any] = {
        "id": UUID(int=1),
        "actor": STAFF,
        "subject_id": SubjectId(UUID(int=2)),
        "case_id": None,
        "fields": frozenset({BODY}),
        "purpose": "case-work",
        "granted_at": now,
        "expires_at": now,
        "single_use": False,
        "event_id": UUID(int=3),
    }
    for mint in (None, object(), "mint"):
        with pytest.raises(TypeError, match="made by"):
            Viewing(**parts, mint=mint)
    with pytest.raises(TypeError):
        Viewing(**parts)


async def test_a_forged_or_altered_proof_opens_nothing(sealing: Database, keyring: Keyring, now: datetime) -> None:
    """Python cannot hide an object from its own process; the stored row decides."""
    mine, own = await _subject(sealing, keyring, now)
    other, theirs = await _subject(sealing, keyring, now)
    viewing = await _view(sealing, mine, now)
    with pytest.raises(ValueError, match="mint"):
        dataclasses.replace(viewing, subject_id=other)  # type: ignore[call-arg]  # mypy sees the attack as well
    with pytest.raises(dataclasses.FrozenInstanceError):
        viewing.subject_id = other  # type: ignore[misc]  # that is the attack
    for name, value in (
        ("subject_id", other),
        ("fields", frozenset(FieldId)),
        ("expires_at", now + timedelta(days=9)),
        ("actor", COLLEAGUE),
        ("single_use", True),
        ("id", random_id()),
    ):
        forged = copy.copy(viewing)
        object.__setattr__(forged, name, value)
        assert await _refused(sealing, keyring, forged, now, theirs.seal(BODY, ROW, TEXT)) == "viewing_unknown", name
    same = pickle.loads(pickle.dumps(viewing))  # noqa: S301 - an equal copy proves nothing more than the original
    assert await _open(sealing, keyring, same, now, own.seal(BODY, ROW, TEXT)) == TEXT


async def test_erased_is_erased_at_once_and_the_other_stays(sealing: Database, keyring: Keyring, now: datetime) -> None:
    gone, lost = await _subject(sealing, keyring, now)
    stays, kept = await _subject(sealing, keyring, now)
    before = await _view(sealing, gone, now)
    blob = lost.seal(BODY, ROW, TEXT)
    async with sealing.act() as tx:
        assert await destroy_key(tx, gone, now=now)
        assert not await destroy_key(tx, gone, now=now)
    assert await _refused(sealing, keyring, before, now, blob) == "subject_erased"
    for doing in (_view(sealing, gone, now), _sealer(sealing, keyring, gone)):
        with pytest.raises(ChangmingError) as refused:
            await doing
        assert (refused.value.code, refused.value.status) == ("subject_erased", 410)
    assert await _open(sealing, keyring, await _view(sealing, stays, now), now, kept.seal(BODY, ROW, TEXT)) == TEXT
    async with sealing.read() as tx:
        row = await (await tx.execute("select * from data_key where subject_id = %s", (gone,))).fetchone()
    assert row is not None
    assert (row["epoch"], set(bytes(row["wrapped"])), row["erased_at"]) == (None, {0}, now)


async def _sealer(database: Database, keyring: Keyring, subject_id: SubjectId) -> Sealer:
    async with database.read() as tx:
        return await sealer(tx, keyring, subject_id)


async def test_nobody_knows_a_subject_that_never_was(sealing: Database, keyring: Keyring, now: datetime) -> None:
    stranger = SubjectId(random_id())
    for doing in (_view(sealing, stranger, now), _sealer(sealing, keyring, stranger)):
        with pytest.raises(ChangmingError) as refused:
            await doing
        assert (refused.value.code, refused.value.status) == ("subject_unknown", 404)


async def test_key_rows_swapped_between_subjects_are_loud(sealing: Database, keyring: Keyring, now: datetime) -> None:
    mine, _ = await _subject(sealing, keyring, now)
    theirs, _ = await _subject(sealing, keyring, now)
    async with sealing.act() as tx:
        await tx.execute(
            "update data_key k set wrapped = o.wrapped, key_id = o.key_id from data_key o "
            "where k.subject_id = %s and o.subject_id = %s",
            (mine, theirs),
        )
    with pytest.raises(VaultBroken):
        await _sealer(sealing, keyring, mine)


async def test_keys_of_another_house_are_loud(tx: Tx, keyring: Keyring, tmp_path: Path, now: datetime) -> None:
    subject_id = SubjectId(random_id())
    await add_key(tx, keyring, subject_id, Pseudonym(random_id()), now=now)
    with pytest.raises(VaultBroken):
        await sealer(tx, Keyring.open_or_create(tmp_path / "other", now=now), subject_id)


async def test_a_sealer_costs_one_statement(tx: Tx, keyring: Keyring, now: datetime) -> None:
    subject_id = SubjectId(random_id())
    asked: list[str] = []

    class Watched:
        async def execute(self, statement: LiteralString, params: dict[str, Any]) -> Any:
            asked.append(statement)
            return await tx.execute(statement, params)

    watched: Any = Watched()
    await add_key(watched, keyring, subject_id, Pseudonym(random_id()), now=now)
    assert [s.split()[0] for s in asked] == ["insert"]
    await sealer(watched, keyring, subject_id)
    assert [s.split()[0] for s in asked] == ["insert", "select"]
