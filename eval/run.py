"""Judges the answers on the question sets: ``make eval``, ``make eval ARGS="--part tune"``.

Texts of the part to report are shown only with ``--show``, so that whoever improves the desk stays blind.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from eval.desk import Desk
from eval.floors import broken
from eval.model import Figure, Mistake, Outcomes
from eval.reading import PARTS, SETS, changed_since_frozen, frozen_as, read_part, read_set
from eval.sections import SECTIONS

from changming.guidance.knowledge import PackFaults

HERE: Final = Path(__file__).resolve().parent
RESULTS: Final = HERE / "results.json"
WORST: Final = 10


def main(arguments: Sequence[str]) -> int:
    """Measure, print, write ``results.json``; 1 for a broken floor, a changed frozen part or a faulty pack."""
    asked = _arguments().parse_args(arguments)
    texts = asked.part == "tune" or (asked.show and not asked.quiet_report)
    chosen = [one for one in SECTIONS if not asked.section or one.name in asked.section]
    lines = {**read_part(asked.part), "zh_dates": read_set("external", "zh_dates")}
    desk = Desk()
    try:
        desk.edition  # noqa: B018 - reads the packs now, so that their faults are said before anything is judged
    except PackFaults as faults:
        print(faults, file=sys.stderr)
        return 1
    measured = {
        one.name: one.judge(desk, {name: lines.get(name, ()) for name in one.sets})
        for one in chosen
        if any(lines.get(name) for name in one.sets)
    }
    print(f"part {asked.part}; report frozen as {frozen_as()[:16]}")
    print((SETS / "report.sha256").read_text(encoding="utf-8"), end="")
    for name, outcomes in measured.items():
        _show(name, outcomes, worst=asked.worst, texts=texts)
    fell = broken(measured)
    changed = changed_since_frozen()
    _write(asked.part, measured, texts=texts, fell=[str(floor) for floor, _ in fell], changed=changed)
    print()
    for floor, value in fell:
        print(f"BROKEN  {floor}: {value:.3f}")
    for file in changed:
        print(f"CHANGED sets/report/{file} is not what report.sha256 froze")
    if not fell and not changed:
        print("all floors held")
    return 1 if fell or changed else 0


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make eval", description="Judge the answers on the question sets.")
    parser.add_argument("--part", choices=PARTS, default="report", help="which part of the sets")
    parser.add_argument("--section", action="append", help="only this section; may be given again")
    parser.add_argument("--worst", type=int, default=WORST, help="how many mistakes of a section are named")
    parser.add_argument("--show", action="store_true", help="show the texts of the part to report")
    parser.add_argument(
        "--quiet-report", action="store_true", help="show no texts of the part to report (as by default)"
    )
    return parser


def _show(name: str, outcomes: Outcomes, *, worst: int, texts: bool) -> None:
    print(f"\n{name}")
    for one in outcomes.figures:
        print(f"  {one.name:<40} {one.value:6.3f}  of {one.count:<4} {one.note}".rstrip())
    named = _ordered(outcomes)[:worst]
    if named:
        print(f"  worst of {len(outcomes.mistakes)} mistakes")
    for mistake in named:
        words = f"  {mistake.item.text}" if texts else ""
        print(f"    {mistake.item.id}{words}")
        print(f"      wanted {mistake.wanted}; got {mistake.got}")


def _ordered(outcomes: Outcomes) -> list[Mistake]:
    return sorted(outcomes.mistakes, key=lambda one: (-one.weight, one.item.id))


def _write(part: str, measured: dict[str, Outcomes], *, texts: bool, fell: list[str], changed: Sequence[str]) -> None:
    document = {
        "part": part,
        "frozen": frozen_as(),
        "changed": list(changed),
        "broken": fell,
        "sections": {
            name: {
                "figures": [_figure(one) for one in outcomes.figures],
                "mistakes": [_mistake(one, texts=texts) for one in _ordered(outcomes)],
            }
            for name, outcomes in measured.items()
        },
    }
    RESULTS.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _figure(one: Figure) -> dict[str, Any]:
    return {"name": one.name, "value": round(one.value, 4), "of": one.count, "note": one.note}


def _mistake(one: Mistake, *, texts: bool) -> dict[str, Any]:
    words = {"text": one.item.text} if texts else {}
    return {"id": one.item.id, **words, "family": one.item.family, "wanted": one.wanted, "got": one.got}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
