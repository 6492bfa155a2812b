"""Nobody waits for ever for a silent server."""

import asyncio

import psycopg
import pytest

from changming.infra.postgres import Connection, Database, database
from changming.infra.postgres.connection import with_line
from changming.kernel.errors import ChangmingError


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "ANSWER_WITHIN_S", 0.3)


async def _insert_and_wait(desk: Database) -> None:
    async with desk.act() as tx:
        await tx.execute("insert into kept values (1)")
        await tx.execute("select pg_sleep(20)")


async def test_a_statement_without_an_answer_fails_and_the_next_works(impatient: None, fresh_dsn: str) -> None:
    clock = asyncio.get_running_loop().time
    async with Database(fresh_dsn, size=1) as desk:
        async with desk.act() as tx:
            await tx.execute("create table kept (n integer)")
        began = clock()
        with pytest.raises(ChangmingError) as refused:
            await _insert_and_wait(desk)
        assert (refused.value.code, refused.value.status) == ("database_unavailable", 503)
        assert clock() - began < 3
        async with desk.read() as tx:
            left = await (await tx.execute("select count(*) as n from kept")).fetchone()
        assert left == {"n": 0}


async def test_work_in_batches_is_given_more_time(impatient: None, fresh_dsn: str) -> None:
    async with Database(fresh_dsn, size=1) as desk, desk.quiet_act() as tx:
        await tx.execute("select pg_sleep(0.6)")


async def test_silence_between_statements_is_nobody_s_fault(impatient: None, fresh_dsn: str) -> None:
    async with Database(fresh_dsn, size=1) as desk, desk.act() as tx:
        await tx.execute("select 1")
        await asyncio.sleep(0.6)
        await tx.execute("select 1")


async def test_a_connection_of_one_s_own_tells_the_server_its_manners(fresh_dsn: str) -> None:
    async with await Connection.open(fresh_dsn) as connection:
        row = await (await connection.execute("select current_setting('lock_timeout') as told")).fetchone()
    assert row == {"told": "5s"}


def test_what_the_operator_says_of_the_line_holds() -> None:
    told = psycopg.conninfo.conninfo_to_dict(with_line("host=db connect_timeout=7"))
    assert (told["host"], told["connect_timeout"], told["keepalives_idle"]) == ("db", "7", "10")
