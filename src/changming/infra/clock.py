"""The one place that reads the clock; only entry points (web, commands, workers) call it."""

from datetime import UTC, datetime


def now() -> datetime:
    """The present instant, aware UTC."""
    return datetime.now(UTC)
