"""Instants are aware UTC; people see them in the display zone, Asia/Shanghai."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from changming.kernel.messages import Lang, text

DISPLAY_ZONE = ZoneInfo("Asia/Shanghai")
YEARS = range(1900, 2200)
"""The years that somebody's papers can be about; reckoning forward or back from them never leaves the calendar."""


def require_utc(value: datetime) -> datetime:
    """``value`` itself if it is aware, converted to UTC; a naive datetime is a programming error (ValueError)."""
    if value.tzinfo is None:
        raise ValueError("a naive datetime reached the house; every instant is aware UTC")
    return value.astimezone(UTC)


def parse_instant(value: str) -> datetime:
    """An ISO 8601 date or date-time as an instant. Without an offset it is read in the display zone.

    Raises:
        ValueError: the text is not ISO 8601, or names a year that no paper is about (``YEARS``).
    """
    parsed = datetime.fromisoformat(value)
    _require_near(parsed)
    if parsed.tzinfo is None:
        parsed = parsed.replace(tzinfo=DISPLAY_ZONE)
    return parsed.astimezone(UTC)


def parse_date(value: str) -> date:
    """An ISO 8601 date.

    Raises:
        ValueError: the text is not ISO 8601, or names a year that no paper is about (``YEARS``).
    """
    parsed = date.fromisoformat(value)
    _require_near(parsed)
    return parsed


def _require_near(given: date) -> None:
    if given.year not in YEARS:
        raise ValueError(f"{given.year} is not between {YEARS.start} and {YEARS.stop - 1}")


def iso(value: datetime) -> str:
    """The instant as ISO 8601 with a ``Z``, to the second or, where there are any, microseconds."""
    return require_utc(value).isoformat().replace("+00:00", "Z")


def local(value: datetime) -> datetime:
    """The instant in the display zone."""
    return require_utc(value).astimezone(DISPLAY_ZONE)


def local_date(value: datetime) -> date:
    """The calendar date of the instant in the display zone."""
    return local(value).date()


def show_date(value: date, lang: Lang) -> str:
    """A date as people say it: ``11月26日（周四）``, ``Thu 26 Nov``."""
    weekday = text(f"weekday.{value.isoweekday()}", lang)
    month_name = text(f"month.{value.month}", lang)
    return text("date.short", lang, day=value.day, weekday=weekday, month_name=month_name)


def show_instant(value: datetime, lang: Lang) -> str:
    """Date and time of day in the display zone: ``11月26日（周四）02:10``, ``Thu 26 Nov 02:10``."""
    here = local(value)
    return text("date.with_time", lang, day=show_date(here.date(), lang), time=f"{here:%H:%M}")


def show_span(span: timedelta, lang: Lang) -> str:
    """A length of time in its two largest units: ``1 小时 20 分钟``. Negative spans read as zero."""
    minutes = max(0, int(span.total_seconds()) // 60)
    days, rest = divmod(minutes, 24 * 60)
    hours, minutes = divmod(rest, 60)
    parts = [("span.days", days), ("span.hours", hours), ("span.minutes", minutes)]
    shown = [text(key, lang, n=n) for key, n in parts if n][:2]
    return " ".join(shown) or text("span.under_a_minute", lang)
