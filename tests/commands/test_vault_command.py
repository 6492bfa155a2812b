import asyncio
from datetime import datetime
from pathlib import Path

import pytest
from tests.commands.conftest import Cli

from changming.infra.postgres import Database
from changming.kernel.ids import SubjectId
from changming.kernel.messages import Lang
from changming.trust.people import SubjectKind, create_subject, get_subject
from changming.trust.vault import Keyring


def visitors(dsn: str, keys: Path, count: int, *, now: datetime) -> list[SubjectId]:
    """Subjects with a key each."""

    async def make() -> list[SubjectId]:
        keyring = Keyring.open_or_create(keys, now=now)
        async with Database(dsn, size=1) as database, database.act() as tx:
            return [(await create_subject(tx, SubjectKind.VISITOR, keyring, now=now)).id for _ in range(count)]

    return asyncio.run(make())


def erased(dsn: str, subject: SubjectId) -> bool:
    async def look() -> bool:
        async with Database(dsn, size=1) as database, database.read() as tx:
            return (await get_subject(tx, subject)).erased_at is not None

    return asyncio.run(look())


@pytest.mark.parametrize("lang", Lang)
def test_the_keys_are_counted_and_rotated(desk: Cli, fresh_dsn: str, tmp_path: Path, now: datetime, lang: Lang) -> None:
    visitors(fresh_dsn, tmp_path / "keys", 3, now=now)
    first = desk("vault", "status", lang=lang)
    assert first.code == 0
    assert "3" in first.out.splitlines()[0]

    rotated = desk("vault", "rotate", lang=lang)
    assert rotated.code == 0, rotated.err
    assert {"2", "3"} <= {*rotated.out.replace("，", " ").replace("；", " ").replace(",", " ").split()}
    assert (tmp_path / "keys/keyring/epoch-000002.json").exists()


def test_one_person_is_erased_and_nobody_else(desk: Cli, fresh_dsn: str, tmp_path: Path, now: datetime) -> None:
    gone, stays = visitors(fresh_dsn, tmp_path / "keys", 2, now=now)
    asked = desk("vault", "erase", str(gone))
    assert asked.code == 2
    assert "--yes" in asked.err
    assert not erased(fresh_dsn, gone)

    done = desk("vault", "erase", str(gone), "--yes")
    assert done.code == 0, done.err
    assert len(done.out.splitlines()) > 1, "the receipt, and what is kept"
    assert erased(fresh_dsn, gone)
    assert not erased(fresh_dsn, stays)


@pytest.mark.parametrize(("subject", "code"), [("someone", 2), ("01a1f2a0-0000-7000-8000-000000000000", 1)])
def test_somebody_unknown_is_said(desk: Cli, subject: str, code: int) -> None:
    ran = desk("vault", "erase", subject, "--yes")
    assert (ran.code, ran.out) == (code, "")
    assert ran.err
