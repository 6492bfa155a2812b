from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from changming.infra.postgres import Database, Tx
from changming.kernel.actors import ActorKind
from changming.kernel.errors import ChangmingError
from changming.kernel.ids import CaseId, SessionId, random_id
from changming.kernel.personal import Personal
from changming.trust.identity import (
    VISITOR_SESSION,
    Grant,
    Session,
    cookie_value,
    end_session,
    find_session,
    forget_old,
    grant,
    granted_subjects,
    renew_session,
    start_session,
    view_own,
)
from changming.trust.people import SubjectKind, create_subject, create_subject_sealing, erase
from changming.trust.vault import FieldId, Keyring, opener

CASE = CaseId(UUID(int=6))
BODY = frozenset({FieldId.MESSAGE_BODY})


async def test_a_session_lives_half_a_year(tx: Tx, keyring: Keyring, now: datetime) -> None:
    session = await start_session(tx, now=now)
    cookie = cookie_value(keyring, session)
    assert await find_session(tx, keyring, cookie, now=now) == session
    assert session.actor.kind is ActorKind.VISITOR
    last = now + timedelta(days=180)
    assert await find_session(tx, keyring, cookie, now=last - timedelta(microseconds=1)) == session
    assert await find_session(tx, keyring, cookie, now=last) is None
    assert timedelta(days=180) == VISITOR_SESSION


async def test_a_signed_cookie_of_no_row_is_nobody(tx: Tx, keyring: Keyring, now: datetime) -> None:
    invented = Session(SessionId(random_id()), now, now + VISITOR_SESSION)
    assert await find_session(tx, keyring, cookie_value(keyring, invented), now=now) is None


async def test_a_forged_cookie_never_reaches_the_database(keyring: Keyring, now: datetime) -> None:
    nowhere: Any = None
    assert await find_session(nowhere, keyring, "A" * 66, now=now) is None


async def test_an_ended_session_is_over_at_once(tx: Tx, keyring: Keyring, now: datetime) -> None:
    session = await start_session(tx, now=now)
    assert await end_session(tx, session, now=now)
    assert not await end_session(tx, session, now=now)
    assert await find_session(tx, keyring, cookie_value(keyring, session), now=now) is None


async def test_grants(tx: Tx, keyring: Keyring, now: datetime) -> None:
    session, other = await start_session(tx, now=now), await start_session(tx, now=now)
    subject = await create_subject(tx, SubjectKind.VISITOR, keyring, now=now)
    for _ in range(2):
        await grant(tx, session, subject.id, CASE, now=now)
        await grant(tx, session, subject.id, now=now + timedelta(seconds=1))
    assert await granted_subjects(tx, session) == (Grant(subject.id, CASE), Grant(subject.id, None))
    assert await granted_subjects(tx, other) == ()


async def test_a_renewed_session_keeps_its_grants_and_loses_its_cookie(tx: Tx, keyring: Keyring, now: datetime) -> None:
    planted = await start_session(tx, now=now)
    subject = await create_subject(tx, SubjectKind.VISITOR, keyring, now=now)
    await grant(tx, planted, subject.id, CASE, now=now)
    fresh = await renew_session(tx, planted, now=now)
    assert fresh.id != planted.id
    assert await granted_subjects(tx, fresh) == (Grant(subject.id, CASE),)
    assert await find_session(tx, keyring, cookie_value(keyring, planted), now=now) is None
    assert await find_session(tx, keyring, cookie_value(keyring, fresh), now=now) == fresh
    assert await granted_subjects(tx, await renew_session(tx, None, now=now)) == ()


async def test_a_person_sees_their_own_and_nobody_elses(sealing: Database, keyring: Keyring, now: datetime) -> None:
    async with sealing.act() as tx:
        session, stranger = await start_session(tx, now=now), await start_session(tx, now=now)
        subject, own = await create_subject_sealing(tx, SubjectKind.VISITOR, keyring, now=now)
        await grant(tx, session, subject.id, CASE, now=now)
    asked: dict[str, Any] = {"subject_id": subject.id, "fields": BODY}
    for who, case_id in ((stranger, CASE), (session, None), (session, CaseId(UUID(int=66)))):
        with pytest.raises(ChangmingError) as refused:
            await view_own(sealing, who, case_id=case_id, now=now, **asked)
        assert (refused.value.code, refused.value.status) == ("not_granted", 403)
    viewing = await view_own(sealing, session, case_id=CASE, now=now, **asked)
    assert viewing.expires_at == session.expires_at
    assert await view_own(sealing, session, case_id=CASE, now=now + timedelta(days=100), **asked) == viewing
    row = UUID(int=7)
    async with sealing.act() as tx:
        blob = own.seal(FieldId.MESSAGE_BODY, row, Personal("护照"))
        assert (await opener(tx, keyring, viewing, now=now)).open(FieldId.MESSAGE_BODY, row, blob) == Personal("护照")
        await end_session(tx, session, now=now)
        with pytest.raises(ChangmingError) as refused:
            await opener(tx, keyring, viewing, now=now)
    assert refused.value.code == "viewing_expired"


async def test_the_owner_of_an_erased_case_is_told_so(sealing: Database, keyring: Keyring, now: datetime) -> None:
    async with sealing.act() as tx:
        session = await start_session(tx, now=now)
        subject = await create_subject(tx, SubjectKind.VISITOR, keyring, now=now)
        await grant(tx, session, subject.id, CASE, now=now)
        await erase(tx, subject.id, actor=session.actor, now=now)
        assert await granted_subjects(tx, session) == (Grant(subject.id, CASE),)
    with pytest.raises(ChangmingError) as refused:
        await view_own(sealing, session, subject_id=subject.id, case_id=CASE, fields=BODY, now=now)
    assert refused.value.code == "subject_erased"


async def test_what_is_long_over_is_forgotten(tx: Tx, keyring: Keyring, now: datetime) -> None:
    ended, lives = await start_session(tx, now=now), await start_session(tx, now=now)
    subject = await create_subject(tx, SubjectKind.VISITOR, keyring, now=now)
    for session in (ended, lives):
        await grant(tx, session, subject.id, CASE, now=now)
    await end_session(tx, ended, now=now)
    for days, left in ((29, 2), (31, 1), (209, 1), (211, 0)):
        await forget_old(tx, now=now + timedelta(days=days))
        row: Any = await (await tx.execute("select count(*) as n from session_grant")).fetchone()
        assert row["n"] == left, days
