"""Fits the weights, says how they do on themes left out, writes them: ``python -m eval.suspicion [--write]``."""

import argparse
import sys
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from eval.suspicion.fitting import SEED, fit, written
from eval.suspicion.judging import Judged, best_bounds, cross_judged, curve, refused, shares
from eval.suspicion.lines import gather

from changming.guidance.answers.suspicion import Bounds
from changming.infra.resources import project_dir

_WEIGHTS: Final = Path("guidance/answers/data/suspicion_weights.txt")
_CURVE: Final = (0.005, 0.01, 0.02, 0.05)
_WORST: Final = 15
_HEAD: Final = """\
# What makes a text sound like a request for false papers (suspicion.py): weight in hundredths of log odds, then signs.
# Fitted by python -m eval.suspicion --write; not written by hand. The bounds come from themes left out of the fit.
"""


def main(arguments: Sequence[str]) -> int:
    """Print the figures; with ``--write`` the weights as well."""
    asked = _arguments().parse_args(arguments)
    lines = gather()
    print(f"{len(lines)} lines, {sum(line.asks for line in lines)} of them requests; seed {SEED}")
    print("  " + ", ".join(f"{name} {count}" for name, count in Counter(line.source for line in lines).items()))
    judged = cross_judged(lines)
    for name, some in (("all", judged), ("written", [one for one in judged if one.line.source == "written"])):
        print(f"learned alone, {name}")
        for point in curve(some, _CURVE):
            print(f"  false refusals {point.false:.3f}: refused {point.refused:.3f} from {point.bound}")
    known = cross_judged(lines, by_theme=False)
    bounds = best_bounds(known)
    for name, some in (("themes", judged), ("lines", known)):
        print(f"together, {name} left out, with {bounds}")
        for source in ("written", "tune", "cases", "packs"):
            caught, false = shares([one for one in some if one.line.source == source], bounds)
            print(f"  {source}: refused {caught:.3f}, false refusals {false:.4f}")
    _by_theme(judged, bounds)
    _worst(judged, bounds, asked.worst)
    if asked.write:
        weights = fit(lines)._replace(bounds=bounds)
        target = asked.target or project_dir("src") / "changming" / _WEIGHTS
        target.write_text(_HEAD + written(weights), encoding="utf-8")
        print(f"{len(weights.of)} signs, {target.stat().st_size} bytes: {target.name}")
    return 0


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m eval.suspicion", description="Fit what suspicion is counted from.")
    parser.add_argument("--write", action="store_true", help="write the weights")
    parser.add_argument("--target", type=Path, help="where to write them instead")
    parser.add_argument("--worst", type=int, default=_WORST, help="how many mistakes of each kind are named")
    return parser


def _by_theme(judged: Sequence[Judged], bounds: Bounds) -> None:
    themes: dict[str, list[bool]] = defaultdict(list)
    for one in judged:
        if one.line.asks and one.line.source == "written":
            themes[one.line.theme].append(refused(one, bounds))
    print("requests refused, by theme left out")
    print("  " + "; ".join(f"{theme} {sum(got)}/{len(got)}" for theme, got in sorted(themes.items())))


def _worst(judged: Sequence[Judged], bounds: Bounds, most: int) -> None:
    missed = [one for one in judged if one.line.asks and not refused(one, bounds)]
    false = [one for one in judged if not one.line.asks and refused(one, bounds)]
    for name, some in (
        ("missed", sorted(missed, key=lambda one: one.suspected)),
        ("refused and should not be", sorted(false, key=lambda one: -one.suspected)),
    ):
        print(f"{name}: {len(some)}")
        for one in some[:most]:
            print(f"  {one.suspected:5d}  {one.line.theme}  {one.line.text}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
