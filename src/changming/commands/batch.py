"""Lines of a batch, from a file or standard input."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from changming.commands.terminal import standard_input
from changming.kernel.errors import ChangmingError


@contextmanager
def lines_of(name: str) -> Iterator[Iterator[str]]:
    """The lines of the file ``name``, or of standard input for ``-``; broken UTF-8 becomes U+FFFD and is answered.

    Raises:
        ChangmingError: ``batch_unreadable`` when there is no such file.
    """
    if name == "-":
        yield iter(standard_input())
        return
    try:
        file = Path(name).open(encoding="utf-8-sig", errors="replace")  # noqa: SIM115 - closed below
    except OSError as gone:
        reason = gone.strerror or type(gone).__name__
        raise ChangmingError("batch_unreadable", path=name, reason=reason) from gone
    with file:
        yield file
