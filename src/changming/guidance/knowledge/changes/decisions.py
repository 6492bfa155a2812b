"""Whose answer differs between two versions of a pack, proved by looking at every case there is.

Pieces that say the same in both versions are left aside; every other one is compared on every class of every input it
depends on, in every period in which nothing in it changes. What nobody can tell apart is looked at once.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Final

from changming.guidance.knowledge.case import Case
from changming.guidance.knowledge.changes.boxes import Box, merge
from changming.guidance.knowledge.changes.lattice import (
    Cell,
    Variable,
    accepts,
    cell_of,
    cells,
    facts_of,
    size,
    variables_of,
)
from changming.guidance.knowledge.changes.outcomes import NEXT_STEP, Line, contact, outcome_judged
from changming.guidance.knowledge.changes.pieces import PLACE, Piece, dates_of, piece_of, pieces_of
from changming.guidance.knowledge.changes.structure import ORDER, structural_diff
from changming.guidance.knowledge.conditions import Fact
from changming.guidance.knowledge.judge import judge
from changming.guidance.knowledge.model import Pack, Period
from changming.guidance.knowledge.regions import RegionLevel, is_coarse, is_code
from changming.kernel.messages import Lang, text

MAX_CASES: Final = 60_000
"""Cases (cells times periods) of one piece that are looked at; of more, an even selection, and the diff says so."""

_TOLD_IN_ORDER: Final = {f"{section}.{ORDER}" for section in ("inputs", "routes", "materials", "answer", "services")}


@dataclass(frozen=True, slots=True)
class Band:
    """Some answers of one input, or of a comparison of two (``variable.compared``)."""

    variable: Variable
    members: frozenset[Fact | None]

    @property
    def is_anything(self) -> bool:
        """Whether every known answer is among them; places too coarse to tell do not count."""
        return all(fact in self.members or fact is None or _is_coarse(fact) for fact in self.variable.members)


@dataclass(frozen=True, slots=True)
class CellChange:
    """Cases whose answer differs in the same way.

    ``where`` narrows inputs to some of their answers (none: whatever they are); ``before`` and ``after`` are what is
    said in Chinese, "" for nothing. ``decided`` False: it holds while something is not known yet. ``on`` lies within
    the dates that were compared.
    """

    piece: Line
    on: Period
    where: tuple[Band, ...]
    before: str
    after: str
    decided: bool


@dataclass(frozen=True, slots=True)
class PieceDiff:
    """One piece in both versions: its variables, its periods, and the cells (by period) that differ."""

    old: Piece | None
    new: Piece | None
    variables: tuple[Variable, ...]
    starts: tuple[date, ...]
    differs: Mapping[tuple[int, Cell], tuple[str, str]]

    def holds(self, on: date, facts: Mapping[str, Fact | None]) -> bool:
        """Whether a case is among those that differ."""
        version = self.new or self.old
        at = max((at for at, start in enumerate(self.starts) if start <= on), default=0)
        return version is not None and (at, cell_of(version.pack, self.variables, facts, on)) in self.differs


@dataclass(frozen=True, slots=True)
class DecisionDiff:
    """Every difference in what people are told, from ``since`` to before ``until``.

    ``cells`` counts the cases that were compared; ``exhaustive`` False: there were too many to look at each. ``moved``:
    the same things are told or asked in another order.
    """

    since: date
    until: date
    cells: int
    exhaustive: bool
    moved: bool
    changed: tuple[CellChange, ...]
    pieces: Mapping[Line, PieceDiff] = field(repr=False)


def decision_diff(old: Pack | None, new: Pack | None, *, since: date, until: date) -> DecisionDiff:
    """Compare two versions on every case and date; None is "no such pack".

    Raises:
        ValueError: there is no day between ``since`` and ``until``.
    """
    if since >= until:
        raise ValueError("a comparison needs at least one day")
    pieces: dict[Line, PieceDiff] = {}
    looked, exhaustive = 0, True
    for name in dict.fromkeys((*pieces_of(new), *pieces_of(old))):
        first, second = piece_of(old, name), piece_of(new, name)
        if first is not None and second is not None and first.leaves() == second.leaves():
            continue
        pieces[name], count, complete = _compare(first, second, since, until)
        looked += count
        exhaustive = exhaustive and complete
    changed = [change for name, piece in pieces.items() for change in _told(name, piece, until)]
    return DecisionDiff(since, until, looked, exhaustive, _moved(old, new), tuple(changed), pieces)


def _moved(old: Pack | None, new: Pack | None) -> bool:
    return any(change.path.endswith(ORDER) and change.path in _TOLD_IN_ORDER for change in structural_diff(old, new))


def _compare(old: Piece | None, new: Piece | None, since: date, until: date) -> tuple[PieceDiff, int, bool]:
    versions = [piece.pack for piece in (old, new) if piece is not None]
    variables = variables_of(versions)
    days = {day for pack in versions for day in dates_of(pack)}
    starts = (since, *sorted(day for day in days if since < day < until))
    step = -(-size(variables) * len(starts) // MAX_CASES)
    differs: dict[tuple[int, Cell], tuple[str, str]] = {}
    looked = 0
    for at, start in enumerate(starts):
        for cell in islice(cells(variables), at % step, None, step):
            looked += 1
            before, after = (_said(piece, variables, cell, start) for piece in (old, new))
            if before != after:
                differs[at, cell] = (before[0], after[0])
    return PieceDiff(old, new, variables, starts, differs), looked, step == 1


def _said(piece: Piece | None, variables: tuple[Variable, ...], cell: Cell, on: date) -> tuple[str, object]:
    """What a version says of the piece, and what else may change an answer: what it waits for, what is missing."""
    if piece is None:
        return "", ()
    pack = piece.pack
    if on < pack.since or not piece.speaks:
        words = {PLACE: text("change.asks", Lang.ZH, place=contact(pack, pack.entry_ask))}
        words[NEXT_STEP, ""] = pack.next_step[-1].text.zh
        return words.get(piece.name, ""), ()
    facts = facts_of(pack, variables, cell, on)
    wrong = [key for key, asked in pack.inputs.items() if (fact := facts[key]) is not None and not accepts(asked, fact)]
    if wrong:
        return "", ("not_valid", *wrong)
    if piece.name == PLACE:
        return contact(pack, pack.entry_do or pack.entry_ask), ()
    judged = judge(pack, Case(on, facts, frozenset()))
    words_said = outcome_judged(pack, judged).lines().get(piece.name, "")
    return words_said, (judged.open_on, judged.waits, judged.missing)


def _told(name: Line, piece: PieceDiff, until: date) -> list[CellChange]:
    """The differences of one piece as a person reads them; open cases only if there is nothing else to tell."""
    groups: dict[tuple[str, str], list[tuple[int, Cell]]] = {}
    for spot, words in piece.differs.items():
        groups.setdefault(words, []).append(spot)
    groups = {words: spots for words, spots in groups.items() if words[0] != words[1]} or groups
    decided = {words: [spot for spot in spots if None not in spot[1]] for words, spots in groups.items()}
    certain = any(decided.values())
    return [
        CellChange(name, _period(piece, box, until), _bands(piece, box), *words, decided=certain)
        for words, spots in (decided if certain else groups).items()
        for box in merge(spots)
    ]


def _period(piece: PieceDiff, box: Box, until: date) -> Period:
    after = max(box[0]) + 1
    return Period(piece.starts[min(box[0])], piece.starts[after] if after < len(piece.starts) else until)


def _bands(piece: PieceDiff, box: Box) -> tuple[Band, ...]:
    """The inputs that matter in a box; one that may be anything is left out."""
    bands = (Band(variable, members) for variable, members in zip(piece.variables, box[1], strict=True))
    return tuple(band for band in bands if not band.is_anything)


def _is_coarse(fact: Fact) -> bool:
    return isinstance(fact, str) and is_code(fact) and is_coarse(fact, RegionLevel.CITY)
