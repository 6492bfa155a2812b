"""Static checks of one pack: on every date exactly one row of a value applies; no condition is dead or idle."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from changming.guidance.knowledge.cells import MAX_CELLS, Cell, cells, classes, count
from changming.guidance.knowledge.conditions import AllOf, AnyOf, Condition, Not, Rule
from changming.guidance.knowledge.model import Applies, Derived, Input, Named, NextStep, Row, Source, Value
from changming.guidance.knowledge.reading.cursor import Reading

MAX_EFFORT: Final = 10_000_000
"""Parts of conditions that the checks of one pack may look at, a few seconds of work; the largest bundled pack needs
24,000 of them."""


@dataclass(slots=True)
class Effort:
    """What the checks of one pack may still cost."""

    left: int = MAX_EFFORT


@dataclass(frozen=True, slots=True)
class Ground:
    """What conditions speak about."""

    reading: Reading
    since: date
    inputs: Mapping[str, Input]
    derived: Mapping[str, Derived]
    effort: Effort = field(default_factory=Effort)

    def can_pay(self, line: int, path: str, cases: int, rules: Iterable[Rule | None]) -> bool:
        """Whether the cases of these rules can be looked at; the first time that they cannot is a fault."""
        named = (one.rule for one in self.derived.values() if isinstance(one, Named))
        cost = cases * sum(_size(rule.tree) for rule in (*rules, *named) if rule is not None)
        if cost > self.effort.left and self.effort.left:
            self.effort.left = 0
            self.reading.fault(line, path, "too_much_to_check")
        self.effort.left = max(0, self.effort.left - cost)
        return self.effort.left > 0


def check_rules(ground: Ground, rules: Iterable[tuple[str, int, Rule | None]]) -> None:
    """A condition that can never hold is dead, one that always holds is idle: both are mistakes."""
    for path, line, rule in rules:
        if rule is None:
            continue
        found = classes([rule.tree], ground.inputs, ground.derived)
        if count(found) > MAX_CELLS:
            ground.reading.fault(line, path, "too_many_cells", bound=MAX_CELLS)
            continue
        if not ground.can_pay(line, path, count(found), [rule]):
            return
        truths = {rule.test(cell) for cell in cells(found, ground.derived)}
        if len(truths) == 1:
            ground.reading.fault(line, path, "always" if truths == {True} else "never")


def check_value(ground: Ground, value: Value) -> None:
    """Gaps, overlaps and dead rows of one value, over every period from ``since`` on and every case."""
    path = f"values.{value.name}"
    found = classes([row.when.tree for row in value.rows if row.when], ground.inputs, ground.derived)
    if count(found) > MAX_CELLS:
        ground.reading.fault(value.line, path, "too_many_cells", bound=MAX_CELLS)
        return
    starts = _starts(ground.since, value.rows)
    if not ground.can_pay(value.line, path, count(found) * len(starts), [row.when for row in value.rows]):
        return
    every = list(cells(found, ground.derived))
    used: set[int] = set()
    for start in starts:
        _check_segment(ground, value, start, every, used)
    for at, row in enumerate(value.rows):
        if at not in used:
            ground.reading.fault(row.line, f"{path}.rows[{at}]", "dead_row")


def check_steps(ground: Ground, steps: Sequence[NextStep]) -> None:
    """The first step that holds is said: one that others always come before, known or not, is never said."""
    cut = classes([step.when.tree for step in steps if step.when], ground.inputs, ground.derived)
    found = {name: (*members, None) for name, members in cut.items()}
    if count(found) > MAX_CELLS or not steps:
        return
    if not ground.can_pay(steps[0].line, "next_step", count(found), [step.when for step in steps]):
        return
    said = {
        next((at for at, step in enumerate(steps) if step.when is None or step.when.test(cell)), 0)
        for cell in cells(found, ground.derived)
    }
    for at, step in enumerate(steps):
        if at not in said:
            ground.reading.fault(step.line, f"next_step[{at}]", "dead_row")


def check_force(
    ground: Ground,
    rows: Iterable[tuple[str, Applies]],
    sources: Mapping[str, Source],
) -> None:
    """What rests on sources is said while one of them is in force: never, or with a hole in between, is a mistake."""
    for path, applies in rows:
        behind = [sources[name].period for name in applies.sources if name in sources]
        ends = {day for period in (*behind, applies.period) for day in (period.start, period.end) if day is not None}
        days = sorted({ground.since, *(day for day in ends if day > ground.since)})
        days = [day for day in days if applies.period.contains(day)]
        force = [not behind or any(period.contains(day) for period in behind) for day in days]
        if not any(force):
            ground.reading.fault(applies.line, path, "never_in_force")
            continue
        held = False
        for at, holds in enumerate(force):
            if not holds and held and any(force[at:]):
                ground.reading.fault(applies.line, path, "source_gap", day=days[at])
                break
            held = held or holds


def _size(tree: Condition) -> int:
    """How many parts a condition has; a named one counts where it is defined."""
    parts, waiting = 0, [tree]
    while waiting:
        node = waiting.pop()
        parts += 1
        if isinstance(node, Not):
            waiting.append(node.part)
        elif isinstance(node, AllOf | AnyOf):
            waiting.extend(node.parts)
    return parts


def _starts(since: date, rows: Iterable[Row]) -> list[date]:
    """The first day of every period on which the set of dated rows is one and the same."""
    ends = {day for row in rows for day in (row.period.start, row.period.end) if day is not None}
    return sorted({since, *(day for day in ends if day > since)})


def _check_segment(ground: Ground, value: Value, start: date, every: list[Cell], used: set[int]) -> None:
    """One gap and one overlap are told per period; the rest would say the same."""
    path = f"values.{value.name}"
    dated = [(at, row) for at, row in enumerate(value.rows) if row.period.contains(start)]
    gap, overlap = False, False
    for cell in every:
        live = [at for at, row in dated if row.when is None or row.when.test(cell)]
        used.update(live)
        if not live and not value.partial and not gap:
            gap = True
            ground.reading.fault(value.line, path, "gap", day=start, case=show_cell(cell, ground.derived))
        if len(live) > 1 and not overlap:
            overlap = True
            first, second = live[:2]
            line = value.rows[second].line
            case = show_cell(cell, ground.derived)
            ground.reading.fault(
                line, f"{path}.rows[{second}]", "overlap", first=f"rows[{first}]", day=start, case=case
            )


def show_cell(cell: Cell, derived: Mapping[str, Derived]) -> str:
    """A case in words: ``age=16, official=false``; conditions that only have a name are left out."""
    parts = [f"{name}={_word(fact)}" for name, fact in cell.items() if not isinstance(derived.get(name), Named)]
    return ", ".join(parts) or "—"


def _word(fact: object) -> str:
    return str(fact).lower() if isinstance(fact, bool) else str(fact)
