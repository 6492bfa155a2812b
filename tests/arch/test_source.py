"""What every file of the source keeps to."""

import pytest
from tests.arch.guards import boundaries, errors, size, sql
from tests.arch.guards.source import ROOT, SRC, exceptions, modules

from changming.kernel.errors import codes
from changming.kernel.messages import catalogue

TESTS = ROOT / "tests"


def test_files_and_functions_are_small() -> None:
    assert list(size.over_budget(modules(), exceptions("budget"))) == []


def test_suppressions_have_their_reasons() -> None:
    assert list(size.unreasoned((*modules(), *modules(TESTS), *modules(ROOT / "bench")))) == []


def test_nothing_is_left_open_or_left_out() -> None:
    assert list(size.left_open((*modules(), *modules(TESTS), *modules(ROOT / "bench")))) == []


def test_features_keep_their_inner_modules_to_themselves() -> None:
    assert list(boundaries.reached_into(modules(), exceptions("inner"))) == []


def test_transactions_end_at_the_edge() -> None:
    assert list(boundaries.commits(modules())) == []


def test_personal_data_is_opened_where_it_is_listed() -> None:
    assert list(boundaries.revealed(modules(), exceptions("reveal"))) == []


def test_sql_is_constant() -> None:
    assert list(sql.put_together(modules(), exceptions("sql"))) == []


@pytest.mark.parametrize(
    "package", [".".join(path.parent.relative_to(SRC).parts) for path in sorted(SRC.rglob("queries.sql"))]
)
def test_every_statement_is_used_and_every_used_one_exists(package: str) -> None:
    text = SRC.joinpath(*package.split("."), "queries.sql").read_text(encoding="utf-8")
    assert list(sql.dead_or_missing(package, text, modules())) == []


def test_every_error_has_a_message_and_a_next_step_in_both_languages() -> None:
    assert list(errors.incomplete(catalogue())) == []


def test_every_error_code_exists_and_is_used() -> None:
    assert list(errors.unknown_codes(modules(), codes())) == []
    assert list(errors.dead_codes(modules(), codes())) == []


def test_every_text_that_is_asked_for_exists() -> None:
    pages = {str(path.relative_to(SRC)): path.read_text(encoding="utf-8") for path in SRC.rglob("*.html")}
    assert pages
    assert list(errors.missing_texts(modules(), pages, frozenset(catalogue()))) == []
