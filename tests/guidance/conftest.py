"""The shipped packs as one edition, read once, and the instant at which questions are asked."""

from datetime import UTC, date, datetime

import pytest

from changming.guidance.knowledge import Edition, load_edition
from changming.infra.resources import project_dir


@pytest.fixture(scope="session")
def shipped() -> Edition:
    """The edition in the checkout."""
    return load_edition(project_dir("packs"))


@pytest.fixture(scope="session")
def asked_at() -> datetime:
    """Sunday 22 November 2026, 02:10 in Shanghai: a Saturday evening in UTC."""
    return datetime(2026, 11, 21, 18, 10, tzinfo=UTC)


@pytest.fixture(scope="session")
def today() -> date:
    """The date of ``asked_at`` where people live."""
    return date(2026, 11, 22)
