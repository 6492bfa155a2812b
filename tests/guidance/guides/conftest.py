"""A small edition with a life event: made for these tests, so that what they say does not change with the packs."""

from pathlib import Path

import pytest

from changming.guidance.knowledge import Edition, Pack, edition_of, read_text

_HERE = Path(__file__).parent


def read_sample(service: str) -> Pack:
    name = service.replace("/", "-")
    outcome = read_text(f"packs/{service}.yaml", (_HERE / f"{name}.yaml").read_bytes(), service=service)
    assert outcome.faults == ()
    assert outcome.pack is not None
    return outcome.pack


SAMPLES = ("life-event/newborn", "household/birth-registration", "social-security-card/first", "passport/first")


@pytest.fixture(scope="session")
def samples() -> Edition:
    return edition_of(read_sample(service) for service in SAMPLES)
