"""Every column is sealed, or listed with its reason in docs/security/columns."""

import psycopg
import pytest
from tests.arch.guards import columns
from tests.arch.guards.source import ROOT

_COLUMNS = """
select table_name, column_name, data_type from information_schema.columns where table_schema = 'public'
"""


@pytest.mark.pg15
def test_every_column_is_sealed_or_listed(template_dsn: str) -> None:
    with psycopg.connect(template_dsn) as connection:
        found = {(table, column): kind for table, column, kind in connection.execute(_COLUMNS)}
    pages = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "docs/security/columns").glob("*.md"))]
    assert len(found) > 50
    assert list(columns.unaccounted(found, pages)) == []
