"""The bundled packs for a command that answers at once: compiled when they or the code changed, else read as kept."""

import hashlib
import sys
from contextlib import suppress
from pathlib import Path
from typing import Final

import changming
from changming.guidance.answers import index_of, read_compiled, write_compiled
from changming.guidance.knowledge import Edition, load_edition
from changming.infra.kept import keep, read_kept
from changming.infra.resources import project_dir

_CODE: Final = ("guidance", "kernel")
_SUFFIXES: Final = frozenset({".py", ".toml", ".txt"})
_FOLDER: Final = "changming"
_NAME: Final = "edition"


def bundled_edition(folder: Path | None = None) -> Edition:
    """The bundled packs with their index at hand.

    Args:
        folder: where the compiled edition is kept; beside the environment's own files when left out.

    Raises:
        PackFaults: with every fault of every file.
    """
    packs = project_dir("packs")
    path = (folder or Path(sys.prefix) / _FOLDER) / _NAME
    key = _key(packs)
    kept = read_kept(path, key)
    if kept is not None:
        with suppress(ValueError, KeyError, TypeError):
            return read_compiled(kept)
    edition = load_edition(packs)
    index_of(edition)
    keep(path, key, write_compiled(edition))
    return edition


def _key(packs: Path) -> str:
    """The SHA-256 over everything that decides what is compiled: the interpreter, the code, the packs."""
    digest = hashlib.sha256(sys.version.encode())
    code = Path(changming.__file__).parent
    files = [path for part in _CODE for path in (code / part).rglob("*") if path.suffix in _SUFFIXES]
    for path in sorted((*files, *packs.rglob("*.y*ml"))):
        data = path.read_bytes()
        digest.update(f"\n{path}\0{len(data)}\0".encode())
        digest.update(data)
    return digest.hexdigest()
