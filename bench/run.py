"""Runs every ``bench_*.py`` beside it, prints one table and writes ``results.json``.

Each module has ``run() -> list[Result]``; a peer is measured in the same run, and the ratio is what counts.
Name modules on the command line to run only those: ``python bench/run.py ask desk``.
"""

import importlib.util
import json
import os
import platform
import sys
import time
from pathlib import Path
from types import ModuleType
from typing import Any

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "results.json"
FIELDS = ("name", "value", "unit", "peer", "peer_value", "ratio", "machine")


def machine() -> str:
    model = platform.machine()
    return f"{os.cpu_count()} cores {model}, Python {platform.python_version()}, load {os.getloadavg()[0]:.1f}"


def load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def earlier() -> list[dict[str, Any]]:
    """What other modules measured before: a run of some leaves the figures of the rest."""
    return json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else []


def show(rows: list[dict[str, Any]]) -> None:
    def figure(value: object) -> str:
        return (
            f"{value:,.3g}"
            if isinstance(value, float) and value < 1000
            else f"{value:,.0f}"
            if isinstance(value, int | float)
            else str(value or "")
        )

    table = [("name", "value", "unit", "peer", "peer value", "ratio")]
    table += [
        (r["name"], figure(r["value"]), r["unit"], r["peer"] or "", figure(r["peer_value"]), figure(r["ratio"]))
        for r in rows
    ]
    widths = [max(len(row[n]) for row in table) for n in range(6)]
    for row in table:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def main(wanted: list[str]) -> int:
    rows: list[dict[str, Any]] = []
    for path in sorted(HERE.glob("bench_*.py")):
        if wanted and path.stem.removeprefix("bench_") not in wanted:
            continue
        started = time.perf_counter()
        found = load(path).run()
        rows += [{**{n: row.get(n) for n in FIELDS}, "machine": row.get("machine") or machine()} for row in found]
        print(f"# {path.stem}: {time.perf_counter() - started:.0f} s", file=sys.stderr)
    show(rows)
    measured = {row["name"] for row in rows}
    kept = [row for row in earlier() if row["name"] not in measured] if wanted else []
    rows = kept + rows
    RESULTS.write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
