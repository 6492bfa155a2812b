"""Fits the weights by which somebody in need is heard: ``python -m eval.suspicion.caring [--write]``."""

import sys
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final
from zlib import crc32

from eval.reading import SETS
from eval.suspicion.fitting import fit, written
from eval.suspicion.lines import CASES, Line, gather, read_themes

from changming.guidance.answers.forging import canonical
from changming.guidance.answers.signs import signs_of
from changming.guidance.answers.suspicion import Bounds, weigh
from changming.guidance.triage import read
from changming.infra.resources import project_dir

_WEIGHTS: Final = Path("guidance/answers/data/care_weights.txt")
_KEPT: Final = 5_000
_FOLDS: Final = 5
_FALSE_AT_MOST: Final = 0.002
"""Of all lines; who is cared for by mistake is asked to say it once more."""
_BATCH: Final = 15
_IN_NEED: Final = "tune:despair"
_HEAD: Final = """\
# What makes a text sound like somebody in need (care.py): weight in hundredths of log odds, then signs.
# Fitted by python -m eval.suspicion.caring --write; not written by hand.
"""


def main(arguments: Sequence[str]) -> int:
    """Print how themes left out are heard; with ``--write`` write the weights."""
    lines = list({line.plain: line for line in _lines()}.values())
    judged = []
    for fold in range(_FOLDS):
        weights = fit([line for line in lines if _fold(line) != fold], kept=_KEPT)
        judged += [(round(weigh(line.signs, weights)), line) for line in lines if _fold(line) == fold]
    others = sorted((weight for weight, line in judged if not line.asks), reverse=True)
    needy = [weight for weight, line in judged if line.asks]
    print(f"{len(lines)} lines, {len(needy)} of people in need")
    for share in (0.001, _FALSE_AT_MOST, 0.005, 0.01):
        bound = others[int(share * len(others))] + 1
        print(f"  false {share:.4f}: heard {sum(one >= bound for one in needy) / len(needy):.3f} from {bound}")
    if "--write" in arguments:
        bound = others[int(_FALSE_AT_MOST * len(others))] + 1
        target = project_dir("src") / "changming" / _WEIGHTS
        fitted = fit(lines, kept=_KEPT)._replace(bounds=Bounds(bound, bound, bound))
        target.write_text(_HEAD + written(fitted), encoding="utf-8")
        print(f"{len(fitted.of)} signs, {target.stat().st_size} bytes")
    return 0


def _fold(line: Line) -> int:
    return crc32(line.theme.encode()) % _FOLDS


def _lines() -> Iterator[Line]:
    for name, asks in (("in_need", True), ("other", False)):
        for theme, text in read_themes(SETS / "care" / f"{name}.txt"):
            yield _line(text, asks=asks, theme=theme)
    cases = tomllib.loads((CASES / "care_cases.toml").read_text(encoding="utf-8"))
    for name, asks in (("in_need", True), ("not_in_need", False)):
        for place, text in enumerate(cases[name]):
            yield _line(text, asks=asks, theme=f"{name}:{place // _BATCH}")
    for line in gather():
        asks = line.theme == _IN_NEED
        theme = f"{_IN_NEED}:{crc32(line.text.encode()) % _FOLDS}" if asks else line.theme
        yield line._replace(asks=asks, theme=theme, source="written" if asks else "packs")


def _line(text: str, *, asks: bool, theme: str) -> Line:
    plain = read(text).text
    return Line(text, asks, theme, "written", plain, signs_of(canonical(plain)))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
