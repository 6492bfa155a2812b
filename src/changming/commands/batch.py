"""Lines of a batch, from a file or standard input."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from changming.kernel.errors import ChangmingError


@contextmanager
def lines_of(name: str) -> Iterator[Iterator[str]]:
    """The lines of the file ``name``, or of standard input for ``-``; broken UTF-8 becomes U+FFFD and is answered.

    Raises:
        ChangmingError: ``batch_unreadable`` when there is no such file.
    """
    if name == "-":
        sys.stdin.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr] # a text stream here
        yield iter(sys.stdin)
        return
    try:
        file = Path(name).open(encoding="utf-8", errors="replace")  # noqa: SIM115 - closed below
    except OSError as gone:
        raise ChangmingError("batch_unreadable", reason=gone.strerror or type(gone).__name__) from gone
    with file:
        yield file
