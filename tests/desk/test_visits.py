"""Visits on a real database: sealed, changed under a lock, shared by token, erased."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from changming.desk.visits import (
    VISIT,
    VISIT_FIELDS,
    Body,
    Progress,
    Visit,
    answering,
    begin_visit,
    beginning_anew,
    change_visit,
    end_share,
    erase_visits,
    find_visit,
    forget_visits,
    needing,
    open_share,
    open_visit,
    share_guide,
    taking_over,
    ticking,
    to_share,
)
from changming.desk.visits.model import read_body, write_body
from changming.desk.visits.rules import MOST_GUIDES
from changming.infra.postgres import Database
from changming.kernel.actors import DESK
from changming.kernel.errors import ChangmingError
from changming.kernel.personal import Personal
from changming.trust.identity import Session, grant, start_session, view_own
from changming.trust.people import SubjectKind, create_subject_sealing
from changming.trust.vault import Keyring, Viewing, view

SERVICE = "passport/renew"


def kept(answers: Any) -> dict[str, str]:
    return dict(answers)


def said(name: str, value: str) -> Any:
    return answering(SERVICE, name, value, kept=kept, entry="passport/renew@1")


def test_acts_change_only_what_they_are_about() -> None:
    body = said("age", "35")(said("reason", "lost")(Body()))
    body = ticking(SERVICE, shown=["a", "b"], ticked=["a", "x"])(body)
    body = needing(SERVICE, date(2026, 12, 1))(body)
    progress = body.of(SERVICE)
    assert (dict(progress.answers), progress.ticks, progress.need_by) == (
        {"reason": "lost", "age": "35"},
        frozenset({"a"}),
        date(2026, 12, 1),
    )
    other = ticking(SERVICE, shown=["b"], ticked=[])(body)
    assert other.of(SERVICE).ticks == {"a"}, "what the page did not show stays ticked"
    assert said("age", "36")(body).of(SERVICE).ticks == {"a"}
    assert beginning_anew(SERVICE)(body).guides == {}


def test_a_link_shows_answers_alone_and_a_copy_keeps_ones_own_ticks() -> None:
    theirs = ticking(SERVICE, shown=["a"], ticked=["a"])(said("age", "35")(Body()))
    shared = to_share(theirs, [SERVICE, "passport/first"])
    assert shared.of(SERVICE).ticks == frozenset()
    assert dict(shared.of(SERVICE).answers) == {"age": "35"}
    assert list(to_share(Body(), [SERVICE]).guides) == [SERVICE], "a guide that was not begun is shared all the same"
    mine = ticking(SERVICE, shown=["b"], ticked=["b"])(said("reason", "lost")(Body()))
    taken = taking_over(shared.guides)(mine).of(SERVICE)
    assert (dict(taken.answers), taken.ticks) == ({"reason": "lost", "age": "35"}, frozenset({"b"}))


def test_a_visit_holds_a_bounded_number_of_guides() -> None:
    body = Body()
    for number in range(MOST_GUIDES + 5):
        body = answering(f"s/{number}", "age", "1", kept=kept, entry="")(body)
    assert len(body.guides) == MOST_GUIDES
    assert "s/0" not in body.guides


@given(
    st.dictionaries(
        st.text(max_size=20),
        st.builds(
            Progress,
            answers=st.dictionaries(st.text(max_size=9), st.text(max_size=9), max_size=4),
            ticks=st.frozensets(st.text(max_size=9), max_size=4),
            done=st.frozensets(st.text(max_size=9), max_size=4),
            need_by=st.none() | st.dates(),
            entry=st.text(max_size=9),
        ),
        max_size=4,
    )
)
def test_a_body_is_read_back_as_it_was_written(guides: dict[str, Progress]) -> None:
    assert read_body(write_body(Body(guides))) == Body(guides)


Begin = Callable[[], Awaitable[tuple[Visit, Viewing, Session]]]


@pytest.fixture
def house_database(sealing: tuple[Database, Any]) -> Database:
    """A database whose ledger is being sealed."""
    return sealing[0]


@pytest.fixture
def begin(house_database: Database, keyring: Keyring, now: datetime) -> Begin:
    async def do() -> tuple[Visit, Viewing, Session]:
        async with house_database.act() as tx:
            session = await start_session(tx, now=now)
            subject, seal = await create_subject_sealing(tx, SubjectKind.VISITOR, keyring, now=now)
            await grant(tx, session, subject.id, now=now)
            change = said("age", "35")
            visit, _ = await begin_visit(tx, change, subject=subject, seal=seal, actor=session.actor, now=now)
        proof = await view_own(
            house_database, session, subject_id=visit.subject_id, case_id=None, fields=VISIT_FIELDS, now=now
        )
        return visit, proof, session

    return do


async def test_two_changes_at_once_follow_each_other(
    begin: Begin, house_database: Database, keyring: Keyring, now: datetime
) -> None:
    visit, proof, _ = await begin()

    async def change(name: str) -> None:
        async with house_database.act() as tx:
            await change_visit(tx, keyring, visit.id, said(name, "x"), proof, now=now)

    await asyncio.gather(*(change(f"input_{n}") for n in range(5)))
    async with house_database.read() as tx:
        newest = await find_visit(tx, [visit.subject_id], now=now)
        assert newest is not None
        body = await open_visit(tx, keyring, newest, proof, now=now)
    assert set(body.of(SERVICE).answers) == {"age", *(f"input_{n}" for n in range(5))}


async def test_nobody_but_the_visitor_opens_a_visit(begin: Begin, house_database: Database, now: datetime) -> None:
    visit, _, _ = await begin()
    with pytest.raises(ChangmingError) as refused:
        await view(
            house_database,
            actor=DESK,
            subject_id=visit.subject_id,
            case_id=None,
            fields=VISIT_FIELDS,
            purpose="case-work",
            now=now,
        )
    assert refused.value.code == "viewing_refused"


async def test_a_link_opens_until_it_is_ended_and_is_on_record(
    begin: Begin, house_database: Database, keyring: Keyring, now: datetime
) -> None:
    visit, proof, session = await begin()
    async with house_database.act() as tx:
        body = await share_guide(tx, keyring, visit.id, [SERVICE], proof=proof, actor=session.actor, now=now)
    assert body is not None
    shared = body.of(SERVICE).shared
    assert shared is not None
    service, found = await open_share(house_database, keyring, shared.token, now=now)
    assert (service, dict(found.of(SERVICE).answers)) == (SERVICE, {"age": "35"})
    for token, at in ((Personal("no-such-token"), now), (shared.token, now + timedelta(days=31))):
        with pytest.raises(ChangmingError) as refused:
            await open_share(house_database, keyring, token, now=at)
        assert refused.value.code == "share_unknown"
    async with house_database.act() as tx:
        assert await end_share(tx, keyring, visit.id, SERVICE, proof=proof, actor=session.actor, now=now)
        assert not await end_share(tx, keyring, visit.id, SERVICE, proof=proof, actor=session.actor, now=now)
    with pytest.raises(ChangmingError):
        await open_share(house_database, keyring, shared.token, now=now)
    async with house_database.read() as tx:
        rows = await (
            await tx.execute("select leaf from ledger_entry union all select leaf from ledger_outbox")
        ).fetchall()
    recorded = "".join(bytes(row["leaf"]).decode() for row in rows)
    for action in ("visit:begin", "visit:share", "visit:unshare", "desk:personal-data:view"):
        assert action in recorded
    assert SERVICE not in recorded, "the ledger does not say which guide"


async def test_a_link_that_nobody_could_end_is_dead(
    begin: Begin, house_database: Database, keyring: Keyring, now: datetime
) -> None:
    visit, proof, session = await begin()

    async def left_by(change: Any) -> str:
        async with house_database.act() as tx:
            body = await share_guide(tx, keyring, visit.id, [SERVICE], proof=proof, actor=session.actor, now=now)
        shared = None if body is None else body.of(SERVICE).shared
        assert shared is not None
        async with house_database.act() as tx:
            assert await change_visit(tx, keyring, visit.id, change, proof, now=now) is not None
        try:
            await open_share(house_database, keyring, shared.token, now=now)
        except ChangmingError as refused:
            return refused.code
        return "open"

    def crowd(body: Body) -> Body:
        for n in range(MOST_GUIDES):
            body = needing(f"other/{n}", None)(body)
        return body

    assert await left_by(said("age", "36")) == "open"
    assert await left_by(beginning_anew(SERVICE)) == "share_unknown", "another tab began anew meanwhile"
    assert await left_by(crowd) == "share_unknown", "newer guides pushed it out"


async def test_an_erased_visit_is_gone_with_its_links(
    begin: Begin, house_database: Database, keyring: Keyring, now: datetime
) -> None:
    visit, proof, session = await begin()
    async with house_database.act() as tx:
        body = await share_guide(tx, keyring, visit.id, [SERVICE], proof=proof, actor=session.actor, now=now)
    assert body is not None
    shared = body.of(SERVICE).shared
    assert shared is not None
    async with house_database.act() as tx:
        receipt = await erase_visits(tx, [visit.subject_id], actor=session.actor, now=now)
        assert await erase_visits(tx, [visit.subject_id], actor=session.actor, now=now) is None
    assert receipt is not None
    assert receipt.subjects == (visit.subject_id,)
    async with house_database.act() as tx:
        assert await find_visit(tx, [visit.subject_id], now=now) is None
        assert await change_visit(tx, keyring, visit.id, said("age", "1"), proof, now=now) is None
    with pytest.raises(ChangmingError):
        await open_share(house_database, keyring, shared.token, now=now)


async def test_the_sweep_erases_what_ran_out_and_nothing_else(
    begin: Begin, house_database: Database, keyring: Keyring, now: datetime
) -> None:
    old, _, _ = await begin()
    kept_one, proof, _ = await begin()
    later = now + VISIT
    async with house_database.act() as tx:
        await change_visit(tx, keyring, kept_one.id, said("age", "36"), proof, now=now + timedelta(minutes=1))
    async with house_database.act() as tx:
        assert await forget_visits(tx, now=later) == 1
    async with house_database.read() as tx:
        assert await find_visit(tx, [old.subject_id], now=now) is None
        assert await find_visit(tx, [kept_one.subject_id], now=later) is not None
