"""What templates show: plain words and figures, made before the template sees them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from changming.kernel.instants import show_span
from changming.kernel.messages import Lang, text

RING_ROUND: Final = 245
"""The length of the ring's circle in its SVG (2 pi times 39)."""
_DAYS_FROM: Final = timedelta(hours=48)


@dataclass(frozen=True, slots=True)
class Chip:
    """One thing that we understood; ``hot`` when it changes what we do."""

    text: str
    hot: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a promise: ``done``, ``now``, ``due`` or still ahead (empty)."""

    text: str
    detail: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True)
class Ring:
    """A running deadline as a ring.

    ``state`` is a class of the drawing (``late``, ``kept``, ``paused`` or empty); ``dash`` the drawn length of
    ``RING_ROUND``; ``ticking`` whether the page counts on by itself between ``start_ms`` and ``due_ms`` (Unix time).
    """

    label: str
    figure: str
    unit: str
    dash: str
    state: str = ""
    ticking: bool = False
    start_ms: int = 0
    due_ms: int = 0


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a message: ordinary text, or something that is masked."""

    text: str
    sealed: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """One message: ``mine`` or ``theirs`` to the reader, ``auto`` of the desk itself, a ``note`` among staff.

    ``glimpse`` is the first line of something long that is shown folded.
    """

    kind: str
    by: str
    at: datetime
    text: str
    pieces: Sequence[Piece] = field(default=())
    glimpse: str = ""


def running_ring(start: datetime, due: datetime, *, now: datetime, lang: Lang) -> Ring:
    """The ring of a clock that runs at ``now``; what ``live.js`` goes on counting from."""
    left = due - now
    whole = max(due - start, timedelta(seconds=1))
    part = min(1.0, max(0.0, left / whole))
    late = left < timedelta(0)
    figure, unit = _figure(abs(left), lang)
    return Ring(
        label=text("ring.late" if late else "ring.left", lang, span=show_span(abs(left), lang)),
        figure=figure,
        unit=unit,
        dash=f"{part * RING_ROUND:.1f}",
        state="late" if late else "",
        ticking=True,
        start_ms=int(start.timestamp() * 1000),
        due_ms=int(due.timestamp() * 1000),
    )


def kept_ring(lang: Lang) -> Ring:
    """The ring of a promise that was kept."""
    return Ring(text("ring.kept", lang), "✓", text("ring.kept", lang), str(RING_ROUND), "kept")


def paused_ring(lang: Lang) -> Ring:
    """The ring of a clock that stands still while the person has the next word."""
    return Ring(text("ring.paused", lang), text("ring.paused", lang), text("ring.paused.unit", lang), "0", "paused")


def _figure(span: timedelta, lang: Lang) -> tuple[str, str]:
    seconds = int(span.total_seconds())
    hours, rest = divmod(seconds, 3600)
    if span >= _DAYS_FROM:
        return str(span.days), text("ring.days", lang)
    if hours:
        return f"{hours}:{rest // 60:02d}", text("ring.hours", lang)
    return f"{rest // 60}:{rest % 60:02d}", text("ring.minutes", lang)
