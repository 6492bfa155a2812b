"""What a section of the evaluation is and gives."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from eval.desk import Desk
from eval.reading import Item


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured share.

    Attributes:
        name: what was measured; a floor names it as ``section.name``.
        value: from 0 to 1.
        count: of how many.
        note: an interval, a count, a threshold.
    """

    name: str
    value: float
    count: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class Mistake:
    """A line that went wrong; the weightiest first."""

    item: Item
    wanted: str
    got: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What a section gives."""

    figures: tuple[Figure, ...]
    mistakes: tuple[Mistake, ...] = ()

    def figure(self, name: str) -> Figure:
        """The figure of that name.

        Raises:
            KeyError: there is none.
        """
        for one in self.figures:
            if one.name == name:
                return one
        raise KeyError(name)


Lines = Mapping[str, tuple[Item, ...]]
"""The lines of a part by the name of their set."""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the evaluation with the sets that it reads; without lines in any of them it is left out."""

    name: str
    sets: tuple[str, ...]
    judge: Callable[[Desk, Lines], Outcomes]
