"""The database against what was signed: finds out a superuser who rewrote a row, however the triggers were passed."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import psycopg
from psycopg.rows import dict_row

from changming.kernel.errors import ChangmingError
from changming.trust.ledger.check import MAX_FAULTS, Unreadable, check_tree
from changming.trust.ledger.checkpoints import Checkpoint, open_checkpoint
from changming.trust.ledger.faults import Fault, LedgerTampered, Problem
from changming.trust.ledger.folder import read_vkey
from changming.trust.ledger.leaf import LeafError, decode_leaf
from changming.trust.ledger.model import Leaf
from changming.trust.ledger.note import NoteError, Verifier
from changming.trust.ledger.store import QUERIES, prefix
from changming.trust.ledger.tiles import WIDTH, Edge, TileName, hashes_at

Row: TypeAlias = dict[str, Any]
Connection: TypeAlias = psycopg.Connection[Row]

_ENTRY: Final = "ledger_entry"
_CHECKPOINT: Final = "ledger_checkpoint"
_HEAD: Final = "ledger_head"
_CONNECT_TIMEOUT_S: Final = 5


@dataclass(frozen=True, slots=True)
class Audited:
    """The signed checkpoint that the rows give, and how many entries have a place but no signature yet."""

    checkpoint: Checkpoint
    unsigned: int


@contextmanager
def connect(dsn: str) -> Iterator[Connection]:
    """A connection of the command line.

    Raises:
        ChangmingError: ``database_unavailable`` (503).
    """
    try:
        with psycopg.connect(dsn, autocommit=True, row_factory=dict_row, connect_timeout=_CONNECT_TIMEOUT_S) as opened:
            yield opened
    except psycopg.OperationalError as gone:
        raise ChangmingError("database_unavailable", status=503) from gone


@contextmanager
def snapshot(connection: Connection) -> Iterator[None]:
    """One unmoving picture of the database, for reading."""
    with connection.transaction():
        connection.execute("set transaction isolation level repeatable read, read only")
        yield


class Rows:
    """The log as the database keeps it, in one snapshot.

    Args:
        connection: inside ``snapshot``.
        key: the log's public key, from outside the database.
        inspect: also compare the columns beside a leaf, and the sealed details, with what the leaf says.
        look: is shown every leaf that is inspected.

    Raises:
        LedgerTampered: the checkpoint is not signed by ``key``, or head and checkpoint do not fit.
        ChangmingError: ``ledger_nothing_sealed`` (409) before the first checkpoint.
    """

    def __init__(
        self,
        connection: Connection,
        key: Verifier,
        *,
        inspect: bool = False,
        look: Callable[[Leaf], None] | None = None,
    ) -> None:
        self._connection = connection
        self._look = look
        self._inspect = inspect
        self.note = self._read_note()
        try:
            self.checkpoint = open_checkpoint(self.note, key)
        except NoteError as foreign:
            raise LedgerTampered([Fault(_CHECKPOINT, Problem.NOT_GENUINE)]) from foreign
        (head,) = self._all("head_get")
        try:
            self.edge = Edge(head["size"], tuple(head["edge"]))
        except ValueError as broken:
            raise LedgerTampered([Fault(_HEAD, Problem.MALFORMED)]) from broken
        if self.edge.size < self.checkpoint.size:
            raise LedgerTampered([Fault(_HEAD, Problem.FORKED)])
        self.faults: list[Fault] = []
        if self.edge.root() != head["root"]:
            self.faults.append(Fault(_HEAD, Problem.CHANGED))

    def _all(self, query: str, **values: object) -> Sequence[Row]:
        return self._connection.execute(QUERIES(query), values, binary=True).fetchall()

    def _read_note(self) -> bytes:
        rows = self._all("checkpoint_get")
        if not rows:
            raise ChangmingError("ledger_nothing_sealed", status=409)
        return str(rows[0]["note"]).encode()

    def where(self, name: TileName) -> str:
        """The table, and the row where it is a tile."""
        if name.level is None:
            return _ENTRY
        if (name.position + 1) * WIDTH <= hashes_at(self.edge.size, name.level):
            return f"ledger_tile {name.level}/{name.position}"
        return f"{_HEAD} edge {name.level}"

    def entries(self, name: TileName) -> list[bytes]:
        """The leaves of a bundle."""
        start = name.position * WIDTH
        rows = self._all("entries_get", start=start, stop=start + name.width)
        for index, row in enumerate(rows, start):
            if row["index"] != index:
                raise Unreadable(Problem.MISSING, index)
        if len(rows) < name.width:
            raise Unreadable(Problem.MISSING, start + len(rows))
        if self._inspect and len(self.faults) < MAX_FAULTS:
            self.faults += _columns(rows, self._look)
            self.faults += _details(rows, self._all("details_in_range", start=start, stop=start + name.width))
        return [row["leaf"] for row in rows]

    def hashes(self, name: TileName) -> bytes:
        """The hashes of a tile."""
        level, position = name.level or 0, name.position
        if (position + 1) * WIDTH <= hashes_at(self.edge.size, level):
            rows = self._all("tiles_get", levels=[level], positions=[position])
            found = prefix(rows[0]["hashes"] if rows else None, name.width)
        else:
            found = prefix(self.edge.partials[level], name.width)
        if found is None:
            raise Unreadable(Problem.MISSING)
        return found

    def beyond(self) -> list[Fault]:
        """Rows that the tree does not have."""
        rows = self._all("rows_beyond", size=self.edge.size)
        return [Fault(row["kept_in"], Problem.UNEXPECTED, row["index"]) for row in rows]


def audit_database(dsn: str, vkey: str, *, look: Callable[[Leaf], None] | None = None) -> Audited:
    """Compare every ledger row with the signed checkpoint: entries, their columns, details, tiles, head.

    The entries between the signed size and the head (normally none for longer than a second) have no signature yet
    and can't be judged; their number is returned.

    Args:
        dsn: the database; reading rights on the ledger's tables are enough.
        vkey: the log's verifier string, from outside the database.
        look: is shown every signed entry, e.g. to compare with what other tables say.

    Raises:
        LedgerTampered: with every table and entry index at fault.
        ChangmingError: ``ledger_nothing_sealed``, ``ledger_bad_vkey``, ``database_unavailable``.
    """
    key = read_vkey(vkey)
    with connect(dsn) as connection, snapshot(connection):
        rows = Rows(connection, key, inspect=True, look=look)
        checkpoint = rows.checkpoint
        found = check_tree(rows, checkpoint.size, checkpoint.root) + rows.beyond() + rows.faults
        if found:
            raise LedgerTampered(found[:MAX_FAULTS])
        return Audited(checkpoint, rows.edge.size - checkpoint.size)


def _columns(rows: Sequence[Row], look: Callable[[Leaf], None] | None) -> Iterator[Fault]:
    """The columns that make a leaf findable say what the leaf says."""
    for row in rows:
        try:
            leaf = decode_leaf(row["leaf"])
        except LeafError:
            yield Fault(_ENTRY, Problem.MALFORMED, row["index"])
            continue
        if look is not None:
            look(leaf)
        if (leaf.id, leaf.subject) != (row["event_id"], row["pseudonym"]):
            yield Fault(_ENTRY, Problem.COLUMN, row["index"])


def _details(rows: Sequence[Row], details: Sequence[Row]) -> Iterator[Fault]:
    """A sealed detail that still exists is the one that the leaf vouches for; a deleted one is no fault."""
    leaves = {row["index"]: row["leaf"] for row in rows}
    for detail in details:
        digest = detail["digest"].hex().encode()
        if b'"detail_sha256":"' + digest + b'"' not in leaves[detail["index"]]:
            yield Fault("ledger_detail", Problem.CHANGED, detail["index"])
