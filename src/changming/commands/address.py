"""The address at which a desk serves, left in its data folder, so that other commands print links that work."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

NAME: Final = "address"
_LONGEST: Final = 300


class Left:
    """The file while its desk serves. A folder that cannot be written costs only the help that the file is."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / NAME
        self._said = ""

    def write(self, address: str) -> None:
        """Say where the desk is; whatever an earlier one left is overwritten."""
        self._said = f"{address}\n"
        with suppress(OSError):
            self._file.write_text(self._said, encoding="utf-8")

    def remove(self) -> None:
        """This desk serves no more; what another one has written meanwhile stays."""
        with suppress(OSError, UnicodeDecodeError):
            if self._said and self._file.read_text(encoding="utf-8") == self._said:
                self._file.unlink()


@contextmanager
def left_address(folder: Path) -> Iterator[Left]:
    """The file of this process, which goes with it."""
    left = Left(folder)
    try:
        yield left
    finally:
        left.remove()


def read_address(folder: Path) -> str | None:
    """Where the desk of this folder serves; None where none does, or the file holds no plain address."""
    try:
        found = (folder / NAME).read_text(encoding="utf-8")[:_LONGEST].strip()
    except (OSError, UnicodeDecodeError):
        return None
    plain = found.isprintable() and " " not in found
    return found if plain and found.startswith(("http://", "https://")) else None
