"""Reads the question sets, and says whether the part to report is still what was frozen."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

SETS: Final = Path(__file__).resolve().parent / "sets"
PARTS: Final = ("tune", "report")
NAMES: Final = (
    "in_scope",
    "near_miss",
    "foreign",
    "forgery",
    "lookalike",
    "triage",
    "dates",
    "places",
    "personal_data",
    "multi_turn",
)
_AT: Final = datetime.fromisoformat("2026-11-23T10:00:00+08:00")


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a set. ``expected`` has the shape that ``sets/README.md`` gives for it."""

    id: str
    text: str
    at: datetime
    turns: tuple[str, ...]
    expected: Any
    family: str
    note: str = ""


def read_set(part: str, name: str, *, folder: Path = SETS) -> tuple[Item, ...]:
    """The lines of a set; a set without a ``name`` in the part is empty, so that parts may differ."""
    path = folder / part / f"{name}.jsonl"
    if not path.exists():
        return ()
    return tuple(_item(json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines() if line.strip())


def read_part(part: str) -> dict[str, tuple[Item, ...]]:
    """Every set of a part by its name."""
    return {path.stem: read_set(part, path.stem) for path in sorted((SETS / part).glob("*.jsonl"))}


def changed_since_frozen(folder: Path = SETS) -> tuple[str, ...]:
    """The files of the part to report that are not what was frozen (SHA-256), or were not frozen at all."""
    lines = (folder / "report.sha256").read_text(encoding="utf-8").splitlines()
    frozen = {name: digest for digest, name in (line.split() for line in lines)}
    present = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (folder / "report").glob("*.jsonl")}
    return tuple(sorted(name for name in frozen.keys() | present.keys() if frozen.get(name) != present.get(name)))


def frozen_as(folder: Path = SETS) -> str:
    """One SHA-256 over the list of the frozen files."""
    return hashlib.sha256((folder / "report.sha256").read_bytes()).hexdigest()


def _item(one: Mapping[str, Any]) -> Item:
    at = datetime.fromisoformat(one["at"]) if "at" in one else _AT
    return Item(
        one["id"], one["text"], at, tuple(one.get("turns", ())), one["expected"], one["family"], one.get("note", "")
    )
