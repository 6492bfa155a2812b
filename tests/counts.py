"""How many examples a property is asked for: what its test names, and ten times as many in ``make deep``."""

from typing import Final

from hypothesis import settings

DEEP: Final = "deep"
_MORE: Final = 10


def examples(count: int) -> int:
    """``count``, or ten times as many under the profile that ``make deep`` chooses."""
    return count * _MORE if settings.get_current_profile_name() == DEEP else count
