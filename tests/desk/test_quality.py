import asyncio
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from changming.desk import cases
from changming.desk.cases import Case
from changming.desk.quality import Confirmed, Marks, Rating, find_rating, rate, staff_averages
from changming.infra.postgres import Database, Tx
from changming.kernel.decisions import Refusal
from changming.kernel.errors import ChangmingError
from changming.kernel.ids import CaseId, StaffId, random_id
from changming.kernel.personal import Personal
from changming.trust.vault import OWN_DATA, FieldId, opener, view

if TYPE_CHECKING:
    from tests.desk.conftest import Place

GOOD = Confirmed(Marks(5, 4, 3, 2))


async def resolved(tx: Tx, place: "Place", now: datetime) -> Case:
    case = await place.taken(tx, now=now)
    found = await cases.resolve(tx, place.keyring, case.id, place.says("好"), staff=place.ann, now=now)
    assert isinstance(found, Case)
    return found


def code(found: object) -> str:
    assert isinstance(found, Refusal)
    return found.code


async def test_a_rating_counts_once_and_belongs_to_the_owner(tx: Tx, place: "Place", now: datetime) -> None:
    case = await resolved(tx, place, now)
    found = await rate(tx, place.keyring, case.id, GOOD, actor=place.visitor, now=now)
    assert isinstance(found, Rating)
    assert await find_rating(tx, case.id) == found
    assert (found.staff_id, found.comment_sealed) == (place.ann, None)
    assert code(await rate(tx, place.keyring, case.id, GOOD, actor=place.visitor, now=now)) == "already_rated"
    rows = await (
        await tx.execute(
            "select convert_from(leaf, 'UTF8') as leaf from ledger_outbox where leaf::text like %s", ("%",)
        )
    ).fetchall()
    told = [row["leaf"] for row in rows if "rating:give" in row["leaf"]]
    assert len(told) == 1
    assert f"case/{case.id}" in told[0]


async def test_only_a_resolved_case_is_rated(tx: Tx, place: "Place", now: datetime) -> None:
    case = await place.taken(tx, now=now)
    assert code(await rate(tx, place.keyring, case.id, GOOD, actor=place.visitor, now=now)) == "case_not_resolved"
    with pytest.raises(ChangmingError, match="case_not_found"):
        await rate(tx, place.keyring, CaseId(random_id()), GOOD, actor=place.visitor, now=now)


@pytest.mark.parametrize(
    ("confirmed", "expected"),
    [
        (Confirmed(Marks(0, 5, 5, 5)), "rating_invalid"),
        (Confirmed(Marks(5, 6, 5, 5)), "rating_invalid"),
        (Confirmed(Marks(5, 5, speed=True, manner=5)), "rating_invalid"),
        (Confirmed(Marks(5, 5, 5, 5), Personal(" ")), "message_empty"),
        (Confirmed(Marks(5, 5, 5, 5), Personal("\0")), "message_broken_text"),
    ],
)
async def test_what_is_no_rating_is_refused(
    tx: Tx, place: "Place", now: datetime, confirmed: Confirmed, expected: str
) -> None:
    case = await resolved(tx, place, now)
    assert code(await rate(tx, place.keyring, case.id, confirmed, actor=place.visitor, now=now)) == expected
    assert await find_rating(tx, case.id) is None


async def test_a_rating_outlives_reopening_and_still_counts_once(tx: Tx, place: "Place", now: datetime) -> None:
    case = await resolved(tx, place, now)
    await rate(tx, place.keyring, case.id, GOOD, actor=place.visitor, now=now)
    await cases.reopen(tx, case.id, actor=place.visitor, now=now)
    await cases.resolve(tx, place.keyring, case.id, place.says("又好了"), staff=place.ann, now=now)
    assert code(await rate(tx, place.keyring, case.id, GOOD, actor=place.visitor, now=now)) == "already_rated"


async def test_of_two_ratings_at_once_one_counts(busy: "tuple[Database, Place]", now: datetime) -> None:
    database, place = busy
    async with database.act() as tx:
        case = await resolved(tx, place, now)

    async def once(marks: Marks) -> Rating | Refusal:
        async with database.act() as tx:
            return await rate(tx, place.keyring, case.id, Confirmed(marks), actor=place.visitor, now=now)

    found = await asyncio.gather(*(once(Marks(n, n, n, n)) for n in (1, 2, 3, 4, 5)))
    [kept] = [one for one in found if isinstance(one, Rating)]
    assert {code(one) for one in found if one is not kept} == {"already_rated"}
    async with database.read() as tx:
        assert await find_rating(tx, case.id) == kept


async def test_the_comment_is_sealed(sealing: "tuple[Database, Place]", now: datetime) -> None:
    database, place = sealing
    async with database.act() as tx:
        case = await resolved(tx, place, now)
        kind = Confirmed(Marks(5, 5, 5, 5), Personal("王女士很耐心"))
        found = await rate(tx, place.keyring, case.id, kind, actor=place.visitor, now=now)
    assert isinstance(found, Rating)
    assert found.comment_sealed is not None
    assert "王女士".encode() not in found.comment_sealed
    proof = await view(
        database,
        actor=place.visitor,
        subject_id=place.subject.id,
        case_id=case.id,
        fields=frozenset({FieldId.RATING_COMMENT}),
        purpose=OWN_DATA,
        now=now,
    )
    async with database.read() as tx:
        opens = await opener(tx, place.keyring, proof, now=now)
    assert opens.open(FieldId.RATING_COMMENT, case.id, found.comment_sealed) == Personal("王女士很耐心")


async def test_averages_per_member_of_staff(tx: Tx, place: "Place", now: datetime) -> None:
    for marks in (Marks(5, 4, 3, 2), Marks(3, 4, 5, 4)):
        case = await resolved(tx, place, now)
        await rate(tx, place.keyring, case.id, Confirmed(marks), actor=place.visitor, now=now)
    [found] = await staff_averages(tx, since=now)
    assert (StaffId(found.staff_id), found.ratings) == (place.ann, 2)
    assert (found.accuracy, found.privacy, found.speed, found.manner) == (4, 4, 4, 3)
    assert found.overall == 3.75
    assert await staff_averages(tx, since=now + timedelta(seconds=1)) == []
