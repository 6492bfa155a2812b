import asyncio
from collections import Counter
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from changming.infra.postgres import Database, Tx
from changming.kernel.actors import ActorKind
from changming.kernel.decisions import Refusal
from changming.kernel.errors import ChangmingError
from changming.kernel.ids import SessionId, StaffId, random_id
from changming.kernel.personal import Personal
from changming.trust.identity import (
    STAFF_SESSION,
    Role,
    Session,
    StaffSession,
    add_staff,
    cookie_value,
    disable_staff,
    find_session,
    find_staff_session,
    forget_old,
    list_staff,
    new_sign_in_link,
    sign_in,
    sign_out,
)
from changming.trust.people import SubjectKind, create_subject
from changming.trust.vault import FieldId, Keyring, opener, view

NAME = "值班员 7 号"


async def _code(doing: Any) -> str:
    with pytest.raises(ChangmingError) as refused:
        await doing
    return refused.value.code


async def _signed_in(tx: Tx, now: datetime, name: str = NAME) -> StaffSession:
    _, token = await add_staff(tx, name, Role.AGENT, now=now)
    session = await sign_in(tx, token, now=now)
    assert isinstance(session, StaffSession)
    return session


async def _try(tx: Tx, token: Personal, *, now: datetime) -> str:
    done = await sign_in(tx, token, now=now)
    return done.code if isinstance(done, Refusal) else "ok"


async def _leaves(tx: Tx) -> str:
    rows = await (await tx.execute("select leaf from ledger_outbox order by event_id")).fetchall()
    return "\n".join(bytes(row["leaf"]).decode() for row in rows)


async def test_a_link_signs_in_once_for_twelve_hours(tx: Tx, keyring: Keyring, now: datetime) -> None:
    staff_id, token = await add_staff(tx, f" {NAME} ", Role.SUPERVISOR, now=now)
    session = await sign_in(tx, token, now=now)
    assert isinstance(session, StaffSession)
    assert (session.staff.id, session.staff.name, session.staff.role) == (staff_id, NAME, Role.SUPERVISOR)
    assert (session.actor.kind, session.actor.id) == (ActorKind.STAFF, staff_id)
    cookie = cookie_value(keyring, session)
    assert await find_staff_session(tx, keyring, cookie, now=now) == session
    assert await find_staff_session(tx, keyring, cookie, now=now + STAFF_SESSION) is None
    assert timedelta(hours=12) == STAFF_SESSION
    assert await _try(tx, token, now=now) == "sign_in_used"
    assert await find_session(tx, keyring, cookie, now=now) is None, "a staff cookie is no visitor"


async def test_a_visitors_cookie_is_never_staff(tx: Tx, keyring: Keyring, now: datetime) -> None:
    session = await _signed_in(tx, now)
    posing = Session(session.id, session.created_at, session.expires_at)
    assert await find_staff_session(tx, keyring, cookie_value(keyring, posing), now=now) is None
    nobody = StaffSession(SessionId(random_id()), session.staff, now, now + STAFF_SESSION)
    assert await find_staff_session(tx, keyring, cookie_value(keyring, nobody), now=now) is None


async def test_a_link_works_for_fifteen_minutes(tx: Tx, now: datetime) -> None:
    _, token = await add_staff(tx, NAME, Role.AGENT, now=now)
    assert await _try(tx, token, now=now + timedelta(minutes=15)) == "sign_in_expired"
    assert await _try(tx, token, now=now + timedelta(minutes=15) - timedelta(microseconds=1)) == "ok"


@pytest.mark.parametrize("token", ["", "x", "\ud800", "令牌"])
async def test_an_invented_token_is_unknown(tx: Tx, now: datetime, token: str) -> None:
    assert await _try(tx, Personal(token), now=now) == "sign_in_unknown"
    assert await _leaves(tx) == ""


async def test_a_newer_link_ends_the_older(tx: Tx, now: datetime) -> None:
    staff_id, first = await add_staff(tx, NAME, Role.AGENT, now=now)
    second = await new_sign_in_link(tx, staff_id, now=now)
    assert await _try(tx, first, now=now) == "sign_in_expired"
    assert await _try(tx, second, now=now) == "ok"
    assert await _code(new_sign_in_link(tx, StaffId(random_id()), now=now)) == "staff_missing"


async def test_of_two_at_once_one_wins(database: Database, now: datetime) -> None:
    async with database.act() as tx:
        _, token = await add_staff(tx, NAME, Role.AGENT, now=now)

    async def use() -> str:
        async with database.act() as tx:
            found = await _try(tx, token, now=now)
            await asyncio.sleep(0.05)
            return found

    assert Counter(await asyncio.gather(*(use() for _ in range(5)))) == {"ok": 1, "sign_in_used": 4}


async def test_a_disabled_account_is_out_at_once(sealing: Database, keyring: Keyring, now: datetime) -> None:
    async with sealing.act() as tx:
        session = await _signed_in(tx, now)
        colleague = await _signed_in(tx, now, "值班员 8 号")
        unused = await new_sign_in_link(tx, session.staff.id, now=now)
        subject = await create_subject(tx, SubjectKind.VISITOR, keyring, now=now)
    viewing = await view(
        sealing,
        actor=session.actor,
        subject_id=subject.id,
        case_id=None,
        fields=frozenset({FieldId.MESSAGE_BODY}),
        purpose="case-work",
        now=now,
    )
    async with sealing.act() as tx:
        for _ in range(2):
            await disable_staff(tx, session.staff.id, now=now)
        assert await find_staff_session(tx, keyring, cookie_value(keyring, session), now=now) is None
        assert await find_staff_session(tx, keyring, cookie_value(keyring, colleague), now=now) == colleague
        assert await _try(tx, unused, now=now) == "staff_disabled"
        assert await _code(new_sign_in_link(tx, session.staff.id, now=now)) == "staff_disabled"
        assert await _code(opener(tx, keyring, viewing, now=now)) == "viewing_expired"
        assert await _code(disable_staff(tx, StaffId(UUID(int=1)), now=now)) == "staff_missing"


async def test_an_account_disabled_by_hand_is_out_as_well(tx: Tx, keyring: Keyring, now: datetime) -> None:
    session = await _signed_in(tx, now)
    await tx.execute("update staff set disabled_at = %s", (now,))
    assert await find_staff_session(tx, keyring, cookie_value(keyring, session), now=now) is None


async def test_signing_out(tx: Tx, keyring: Keyring, now: datetime) -> None:
    session = await _signed_in(tx, now)
    for _ in range(2):
        await sign_out(tx, session, now=now)
    assert await find_staff_session(tx, keyring, cookie_value(keyring, session), now=now) is None
    assert (await _leaves(tx)).count("staff:session:end") == 1


async def test_names_are_work_names_and_unique_among_the_active(tx: Tx, now: datetime) -> None:
    first, _ = await add_staff(tx, NAME, Role.AGENT, now=now)
    assert await _code(add_staff(tx, NAME, Role.EDITOR, now=now)) == "staff_name_taken"
    assert await _code(add_staff(tx, "王 13812345678", Role.AGENT, now=now)) == "staff_name_bad"
    await disable_staff(tx, first, now=now)
    second, _ = await add_staff(tx, NAME, Role.EDITOR, now=now)
    assert [(s.id, s.role, s.disabled_at) for s in await list_staff(tx)] == [
        (second, Role.EDITOR, None),
        (first, Role.AGENT, now),
    ]


async def test_everything_is_recorded_and_nothing_told(tx: Tx, now: datetime) -> None:
    staff_id, token = await add_staff(tx, NAME, Role.SECURITY, now=now)
    await sign_in(tx, token, now=now)
    await _try(tx, token, now=now)
    await disable_staff(tx, staff_id, now=now)
    leaves = await _leaves(tx)
    for part in (
        f"staff/{staff_id}/security",
        "operator:staff:add",
        "operator:staff-link:make",
        "staff:session:start",
        "sign_in_used",
        "operator:staff:disable",
    ):
        assert part in leaves, part
    assert "值班员" not in leaves.encode().decode("unicode_escape")
    stored = str(await (await tx.execute("select * from sign_in_link")).fetchall())
    assert token.reveal() not in leaves + stored


async def test_old_links_are_forgotten(tx: Tx, now: datetime) -> None:
    _, token = await add_staff(tx, NAME, Role.AGENT, now=now)
    await forget_old(tx, now=now + timedelta(days=30))
    assert await _try(tx, token, now=now) == "ok"
    await forget_old(tx, now=now + timedelta(days=31))
    assert await _try(tx, token, now=now) == "sign_in_unknown"
