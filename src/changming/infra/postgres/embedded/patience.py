"""Waiting that says so: what is being done and for how long already."""

import time
from collections.abc import Callable
from enum import StrEnum
from typing import TypeAlias

STEP_S = 0.02
TELL_EVERY_S = 5.0


class Stage(StrEnum):
    """What a start or stop is doing; its text for people is ``embedded.<stage>`` in the catalogue."""

    CREATING = "creating"
    STARTING = "starting"
    WAITING = "waiting"
    STOPPING = "stopping"


Tell: TypeAlias = Callable[[Stage, int], None]
"""Called when something takes long, with the whole seconds that it has taken; every five seconds again."""


def quiet(_stage: Stage, _seconds: int) -> None:
    """Says nothing."""


class Patience:
    """A wait with an end.

    Args:
        stage: what is waited for.
        tell: hears of it every ``TELL_EVERY_S`` seconds.
        limit_s: when to give up, in seconds.
    """

    def __init__(self, stage: Stage, tell: Tell, limit_s: float) -> None:
        self._stage, self._tell, self._limit_s = stage, tell, limit_s
        self._began = time.monotonic()
        self._told = 0.0

    def lasts(self) -> bool:
        """Wait a moment; False when the limit is passed."""
        time.sleep(STEP_S)
        passed = time.monotonic() - self._began
        if passed - self._told >= TELL_EVERY_S:
            self._told = passed
            self._tell(self._stage, int(passed))
        return passed < self._limit_s
