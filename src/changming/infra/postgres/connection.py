"""Connections that never wait for ever: a server that is frozen, cut off or overrun is hung up on."""

import asyncio
import os
import socket
from contextlib import suppress
from typing import Any, Final, Self, TypeAlias, TypeVar

import psycopg
from psycopg.abc import PQGen
from psycopg.rows import dict_row

Row: TypeAlias = dict[str, Any]
T = TypeVar("T")

CONNECT_TIMEOUT_S: Final = 2
ANSWER_WITHIN_S: Final = 8.0
"""How long one statement may go unanswered, for requests and small steps."""
WORK_WITHIN_S: Final = 60.0
"""The same for background work in batches."""
_LINE: Final[dict[str, str | int]] = {
    "connect_timeout": CONNECT_TIMEOUT_S,
    "application_name": "changming",
    # A peer that vanished without a word (cable, node) is noticed after some 20 s instead of two hours.
    "keepalives_idle": 10,
    "keepalives_interval": 3,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}
_MANNERS: Final = """
select set_config('lock_timeout', '5s', false),
       set_config('idle_in_transaction_session_timeout', '60s', false),
       set_config('client_connection_check_interval', '2s', false)
"""
"""What the server does for its part: no statement queues for ever behind a lock, and what belongs to a client that is
gone is rolled back."""


class Connection(psycopg.AsyncConnection[Row]):
    """A connection that hangs up when the server leaves a statement unanswered for ``answer_within_s`` seconds.

    The statement then fails with ``psycopg.OperationalError``, as when the server had gone. Cancelling instead would
    need the server's help, which a frozen one does not give.
    """

    answer_within_s: float = ANSWER_WITHIN_S

    async def wait(self, gen: PQGen[T], *args: Any, **kwargs: Any) -> T:  # noqa: ANN401 - psycopg's signature
        """Run one exchange with the server."""
        patience = asyncio.get_running_loop().call_later(self.answer_within_s, self._hang_up)
        try:
            return await super().wait(gen, *args, **kwargs)
        finally:
            patience.cancel()

    def _hang_up(self) -> None:
        with suppress(psycopg.Error, OSError), socket.socket(fileno=os.dup(self.fileno())) as line:
            line.shutdown(socket.SHUT_RDWR)

    @classmethod
    async def open(cls, dsn: str, *, answer_within_s: float = WORK_WITHIN_S) -> Self:
        """A connection of one's own, outside the pool, in autocommit: for locks that are held, for listening.

        Raises:
            psycopg.OperationalError: it cannot be had.
        """
        connection = await cls.connect(with_line(dsn), autocommit=True, row_factory=dict_row)
        connection.answer_within_s = answer_within_s
        try:
            await configure(connection)
        except BaseException:
            await connection.close()
            raise
        return connection


async def configure(connection: psycopg.AsyncConnection[Row]) -> None:
    """Tell the server our manners, once a connection."""
    await connection.execute(_MANNERS)


def with_line(dsn: str) -> str:
    """The connection string with our patience for a silent line, where it does not name its own."""
    own = psycopg.conninfo.conninfo_to_dict(dsn)
    return psycopg.conninfo.make_conninfo(dsn, **{name: value for name, value in _LINE.items() if name not in own})
