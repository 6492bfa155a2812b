"""An invented pack with every feature of the format, and ways to change it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from changming.guidance.knowledge import Pack, read_text
from changming.guidance.knowledge.reading.pack import PackReading

SAMPLE = (Path(__file__).parent / "sample.yaml").read_text(encoding="utf-8")


@pytest.fixture
def sample() -> str:
    return SAMPLE


@pytest.fixture
def reading() -> Callable[[str], PackReading]:
    """Reads a pack's text as packs/passport/renew.yaml."""

    def read(source: str) -> PackReading:
        return read_text("packs/passport/renew.yaml", source.encode(), service="passport/renew")

    return read


@pytest.fixture
def changed(reading: Callable[[str], PackReading]) -> Callable[..., PackReading]:
    """Reads the sample with some of its text replaced; what is replaced must stand there."""

    def change(*replacements: tuple[str, str]) -> PackReading:
        source = SAMPLE
        for old, new in replacements:
            assert old in source, old
            source = source.replace(old, new, 1)
        return reading(source)

    return change


@pytest.fixture
def pack(reading: Callable[[str], PackReading]) -> Pack:
    outcome = reading(SAMPLE)
    assert outcome.faults == ()
    assert outcome.pack is not None
    return outcome.pack
