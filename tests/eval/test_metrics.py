import pytest
from eval.metrics import coverage_at, overlap, ratio, wilson


@pytest.mark.parametrize(
    ("right", "total", "low", "high"),
    [
        (95, 100, 0.888, 0.978),
        (0, 10, 0.0, 0.278),
        (10, 10, 0.722, 1.0),
        (1, 2, 0.095, 0.905),
        (81, 263, 0.255, 0.366),  # R. G. Newcombe, Statistics in Medicine 17 (1998), table I, method 3
        (15, 148, 0.062, 0.160),  # the same table
        (0, 20, 0.0, 0.161),  # the same table
        (1, 29, 0.006, 0.172),  # the same table
    ],
)
def test_wilson_gives_the_known_intervals(right: int, total: int, low: float, high: float) -> None:
    found = wilson(right, total)
    assert found.low == pytest.approx(low, abs=0.0006)
    assert found.high == pytest.approx(high, abs=0.0006)


def test_wilson_knows_nothing_of_nothing() -> None:
    assert wilson(0, 0) == (0.0, 1.0)


def test_coverage_takes_the_surest_answers_until_the_precision_would_break() -> None:
    answers = [(0.9, True), (0.8, True), (0.7, False), (0.6, True), (0.5, True), (0.4, False)]
    assert coverage_at(answers, asked=10, precision=0.95) == (0.2, 2, 2, 0.8)
    assert coverage_at(answers, asked=10, precision=0.8) == (0.5, 4, 5, 0.5)


def test_coverage_never_splits_answers_of_the_same_confidence() -> None:
    assert coverage_at([(0.9, True), (0.9, False)], asked=2, precision=0.95).answered == 0


def test_coverage_of_nothing_is_nothing() -> None:
    assert coverage_at([], asked=5, precision=0.95) == (0.0, 0, 0, 1.0)


def test_overlap_says_what_is_covered_and_what_is_too_much() -> None:
    assert overlap((2, 6), (2, 6)) == (1.0, 0)
    assert overlap((2, 6), (4, 9)) == (0.5, 3)
    assert overlap((2, 6), (7, 9)) == (0.0, 2)


def test_the_share_of_nothing_is_whole() -> None:
    assert ratio(0, 0) == 1.0
    assert ratio(1, 4) == 0.25
