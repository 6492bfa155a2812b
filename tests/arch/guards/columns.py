"""Every column is sealed, or listed with the reason why it may be clear and what an old backup would show."""

import re
from collections.abc import Iterable, Iterator, Mapping

_TABLE = re.compile(r"^## (?P<table>[a-z_0-9]+)$")
_ROW = re.compile(r"^\| `?(?P<column>[a-z_0-9]+)`? \| (?P<rest>.*) \|$")
_SHAPE = "a row is | column | clear, sealed or blind | why it may be clear | what an old backup would show |"
KINDS = frozenset({"clear", "sealed", "blind"})
Columns = Mapping[tuple[str, str], str]
"""(table, column) to its PostgreSQL type."""


def listed(pages: Iterable[str]) -> tuple[dict[tuple[str, str], tuple[str, ...]], list[str]]:
    """All rows by table and column, and what is wrong with the pages themselves."""
    rows: dict[tuple[str, str], tuple[str, ...]] = {}
    faults = []
    for page in pages:
        table = None
        for line in page.splitlines():
            if match := _TABLE.match(line):
                table = match["table"]
            elif table and (row := _ROW.match(line)) and row["column"] != "column":
                cells = tuple(cell.strip() for cell in row["rest"].split("|"))
                if (table, row["column"]) in rows:
                    faults.append(f"{table}.{row['column']}: listed twice")
                if len(cells) != 3 or cells[0] not in KINDS or not (all(cells) or cells[0] == "sealed"):
                    faults.append(f"{table}.{row['column']}: {_SHAPE}")
                rows[table, row["column"]] = cells
    return rows, faults


def unaccounted(columns: Columns, pages: Iterable[str]) -> Iterator[str]:
    """Columns that are neither sealed nor listed, wrong words in the list, and rows of columns that are gone."""
    rows, faults = listed(pages)
    yield from faults
    for (table, column), kind in sorted(columns.items()):
        sealed = column.endswith("_sealed")
        said = rows.get((table, column), ("sealed" if sealed else "",))[0]
        if sealed and kind != "bytea":
            yield f"{table}.{column}: sealed, but {kind}"
        if not said:
            yield f"{table}.{column}: not listed in docs/security/columns"
        elif sealed != (said == "sealed"):
            yield f"{table}.{column}: listed as {said}; a column is sealed exactly when its name ends in _sealed"
        if said == "blind" and kind not in {"bytea", "text"}:
            yield f"{table}.{column}: blind, but {kind}"
    yield from (
        f"{table}.{column}: listed, but there is no such column"
        for table, column in sorted(rows.keys() - columns.keys())
    )
