"""How many examples a property is asked for, and how long hostile input may keep the processor at most."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from hypothesis import settings

DEEP: Final = "deep"
_MORE: Final = 10
_RUNAWAY_S: Final = 60


def examples(count: int) -> int:
    """``count``, or ten times as many under the profile that ``make deep`` chooses."""
    return count * _MORE if settings.get_current_profile_name() == DEEP else count


@contextmanager
def no_runaway() -> Iterator[None]:
    """Ends work that does not end by itself; no measure of speed, those are in ``bench/``.

    Work that grows with the square of its input takes many minutes of processor time, work in proportion a moment.
    """

    def stop(*_: object) -> None:
        raise AssertionError(f"still working after {_RUNAWAY_S} s of processor time")

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, _RUNAWAY_S)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
