import asyncio
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest

from changming.infra.postgres import Database, Tx
from changming.kernel.decisions import Refusal
from changming.kernel.ids import CaseId, random_id
from changming.kernel.personal import Personal
from changming.trust.identity import (
    Exchanged,
    Grant,
    SecretLink,
    Session,
    cookie_value,
    exchange_link,
    find_open_link,
    find_session,
    grant,
    granted_subjects,
    issue_link,
    link_token,
    start_session,
    view_own,
)
from changming.trust.people import Subject, SubjectKind, create_subject_sealing, erase
from changming.trust.vault import FieldId, Keyring, Sealer, opener

REFERENCE = "CM-7K2M-9QXR"


@dataclass
class Case:
    id: CaseId
    subject: Subject
    sealer: Sealer
    owner: Session
    link: SecretLink
    token: Personal


async def _issue(tx: Tx, keyring: Keyring, case_id: CaseId, subject: Subject, sealer: Sealer, *, now: datetime) -> Any:
    owner = await start_session(tx, now=now)
    return owner, *await issue_link(
        tx, keyring, sealer, subject=subject, case_id=case_id, reference=REFERENCE, actor=owner.actor, now=now
    )


async def _case(tx: Tx, keyring: Keyring, now: datetime) -> Case:
    case_id = CaseId(random_id())
    subject, sealer = await create_subject_sealing(tx, SubjectKind.VISITOR, keyring, now=now)
    owner, link, token = await _issue(tx, keyring, case_id, subject, sealer, now=now)
    await grant(tx, owner, subject.id, case_id, now=now)
    return Case(case_id, subject, sealer, owner, link, token)


async def _try(
    tx: Tx, keyring: Keyring, token: Personal, reference: str = REFERENCE, *, now: datetime, session: Any = None
) -> str:
    done = await exchange_link(tx, keyring, token, reference, session=session, now=now)
    return done.code if isinstance(done, Refusal) else "ok"


async def _results(tx: Tx) -> list[str]:
    rows = await (await tx.execute("select leaf from ledger_outbox order by event_id")).fetchall()
    leaves = [bytes(row["leaf"]).decode() for row in rows]
    return [leaf.partition('"result":"')[2].partition('"')[0] for leaf in leaves if "secret-link:exchange" in leaf]


async def test_token_and_reference_open_the_case_once(tx: Tx, keyring: Keyring, now: datetime) -> None:
    case = await _case(tx, keyring, now)
    done = await exchange_link(tx, keyring, case.token, " cm7k2m9qxr ", session=None, now=now)
    assert isinstance(done, Exchanged)
    assert (done.subject_id, done.case_id) == (case.subject.id, case.id)
    assert await granted_subjects(tx, done.session) == (Grant(case.subject.id, case.id),)
    assert await find_session(tx, keyring, cookie_value(keyring, done.session), now=now) == done.session
    assert await _try(tx, keyring, case.token, now=now) == "link_used"
    assert sorted(await _results(tx)) == ["link_used", "ok"]


async def test_a_link_ends_after_thirty_days(tx: Tx, keyring: Keyring, now: datetime) -> None:
    case = await _case(tx, keyring, now)
    last = now + timedelta(days=30)
    assert await find_open_link(tx, case.id, now=last - timedelta(seconds=1)) == case.link
    assert await find_open_link(tx, case.id, now=last) is None
    assert await _try(tx, keyring, case.token, now=last) == "link_expired"
    assert await _try(tx, keyring, case.token, now=last - timedelta(seconds=1)) == "ok"


@pytest.mark.parametrize("token", ["", "x", "\ud800", "令牌", "A" * 5000])
async def test_an_invented_token_is_unknown(tx: Tx, keyring: Keyring, now: datetime, token: str) -> None:
    assert await _try(tx, keyring, Personal(token), now=now) == "link_unknown"


async def test_the_fifth_wrong_reference_kills_the_link(tx: Tx, keyring: Keyring, now: datetime) -> None:
    case = await _case(tx, keyring, now)
    for left in (4, 3, 2, 1):
        done = await exchange_link(tx, keyring, case.token, "CM-7K2M-9QXS", session=None, now=now)
        assert done == Refusal("link_wrong_reference", 403, {"left": left})
    assert await _try(tx, keyring, case.token, "", now=now) == "link_dead"
    assert await _try(tx, keyring, case.token, now=now) == "link_dead"
    assert await find_open_link(tx, case.id, now=now) is None
    assert Counter(await _results(tx)) == {"link_wrong_reference": 4, "link_dead": 2}
    row: Any = await (await tx.execute("select attempts, token_sealed from secret_link")).fetchone()
    assert row == {"attempts": 5, "token_sealed": None}


async def test_four_wrong_ones_leave_the_right_one(tx: Tx, keyring: Keyring, now: datetime) -> None:
    case = await _case(tx, keyring, now)
    for _ in range(4):
        await _try(tx, keyring, case.token, "wrong", now=now)
    assert await _try(tx, keyring, case.token, now=now) == "ok"


async def test_of_two_at_once_one_wins(database: Database, keyring: Keyring, now: datetime) -> None:
    async with database.act() as tx:
        case = await _case(tx, keyring, now)

    async def exchange() -> str:
        async with database.act() as tx:
            return await _try(tx, keyring, case.token, now=now)

    assert Counter(await asyncio.gather(*(exchange() for _ in range(5)))) == {"ok": 1, "link_used": 4}


async def test_guesses_at_once_are_all_counted(database: Database, keyring: Keyring, now: datetime) -> None:
    async with database.act() as tx:
        case = await _case(tx, keyring, now)

    async def guess(number: int) -> str:
        async with database.act() as tx:
            return await _try(tx, keyring, case.token, f"guess {number}", now=now)

    counted = Counter(await asyncio.gather(*(guess(number) for number in range(8))))
    assert counted == {"link_wrong_reference": 4, "link_dead": 4}


async def test_a_planted_session_gains_nothing(tx: Tx, keyring: Keyring, now: datetime) -> None:
    """The attacker's cookie lies in the victim's browser when the victim exchanges the link."""
    case = await _case(tx, keyring, now)
    planted = await start_session(tx, now=now)
    done = await exchange_link(tx, keyring, case.token, REFERENCE, session=planted, now=now)
    assert isinstance(done, Exchanged)
    assert done.session.id != planted.id
    assert await granted_subjects(tx, planted) == ()
    assert await find_session(tx, keyring, cookie_value(keyring, planted), now=now) is None


async def test_a_person_with_two_cases_keeps_both(tx: Tx, keyring: Keyring, now: datetime) -> None:
    first, second = await _case(tx, keyring, now), await _case(tx, keyring, now)
    done = await exchange_link(tx, keyring, second.token, REFERENCE, session=first.owner, now=now)
    assert isinstance(done, Exchanged)
    assert set(await granted_subjects(tx, done.session)) == {
        Grant(first.subject.id, first.id),
        Grant(second.subject.id, second.id),
    }


async def test_a_new_link_ends_the_earlier_ones_of_its_case(tx: Tx, keyring: Keyring, now: datetime) -> None:
    case, other = await _case(tx, keyring, now), await _case(tx, keyring, now)
    _, link, token = await _issue(tx, keyring, case.id, case.subject, case.sealer, now=now)
    assert await find_open_link(tx, case.id, now=now) == link
    assert await _try(tx, keyring, case.token, now=now) == "link_dead"
    assert await _try(tx, keyring, token, now=now) == "ok"
    assert await _try(tx, keyring, other.token, now=now) == "ok"


async def test_the_owner_is_shown_the_link_until_it_is_used(sealing: Database, keyring: Keyring, now: datetime) -> None:
    async with sealing.act() as tx:
        case = await _case(tx, keyring, now)
    viewing = await view_own(
        sealing,
        case.owner,
        subject_id=case.subject.id,
        case_id=case.id,
        fields=frozenset({FieldId.SECRET_LINK_TOKEN}),
        now=now,
    )
    async with sealing.act() as tx:
        own = await opener(tx, keyring, viewing, now=now)
        link = await find_open_link(tx, case.id, now=now)
        assert link is not None
        assert link_token(own, link) == case.token
        assert await _try(tx, keyring, case.token, now=now) == "ok"
        assert await find_open_link(tx, case.id, now=now) is None
        stored: Any = await (await tx.execute("select token_sealed from secret_link")).fetchone()
        assert stored == {"token_sealed": None}


async def test_no_row_and_no_leaf_holds_token_or_reference(tx: Tx, keyring: Keyring, now: datetime) -> None:
    case = await _case(tx, keyring, now)
    await _try(tx, keyring, case.token, "wrong", now=now)
    shown = ""
    for table in ("secret_link", "session", "session_grant", "ledger_outbox"):
        shown += str(await (await tx.execute(f"select * from {table}")).fetchall())
    assert case.token.reveal() not in shown
    assert "7K2M" not in shown
    assert "<personal>" in repr(case)


async def test_an_erased_case_is_not_opened(tx: Tx, keyring: Keyring, now: datetime) -> None:
    case = await _case(tx, keyring, now)
    await erase(tx, case.subject.id, actor=case.owner.actor, now=now)
    assert await _try(tx, keyring, case.token, now=now) == "subject_erased"
