"""PostgreSQL: pool, the transaction at the edge, named queries, migrations, the embedded server."""

from changming.infra.postgres.batch import Batch
from changming.infra.postgres.connection import Connection, Row
from changming.infra.postgres.database import Database, Tx
from changming.infra.postgres.migrations import migrate
from changming.infra.postgres.queries import Queries

__all__ = ["Batch", "Connection", "Database", "Queries", "Row", "Tx", "migrate"]
