"""What the learned screen is fitted from, and that the fit is the same for the same lines."""

import pytest
from eval.suspicion.fitting import fit, written
from eval.suspicion.judging import Judged, best_bounds, cross_judged, curve, shares
from eval.suspicion.lines import WRITTEN, Line, read_themes

from changming.guidance.answers.screens import Screened
from changming.guidance.answers.signs import signs_of
from changming.guidance.answers.suspicion import Bounds, read_weights, weigh

BUYING = ["买护照", "买驾照", "买身份证", "买户口", "买签证", "买文凭"]
RENEWING = ["换护照", "换驾照", "补身份证", "迁户口", "查签证", "换居住证"]


def line(text: str, *, asks: bool, theme: str = "one") -> Line:
    return Line(text, asks, theme, "written", text, signs_of(text))


@pytest.fixture(scope="module")
def lines() -> list[Line]:
    asking = [line(text, asks=True, theme=f"t{place}") for place, text in enumerate(BUYING)]
    return [*asking, *(line(text, asks=False, theme=f"t{place}") for place, text in enumerate(RENEWING))]


def test_the_fit_tells_them_apart_and_repeats(lines: list[Line]) -> None:
    weights = fit(lines)
    assert weights == fit(lines)
    assert weights.of["买"] > 0 > weights.of["换"]
    assert weigh(signs_of("买执照"), weights) > weigh(signs_of("换执照"), weights)


def test_only_so_many_signs_are_kept(lines: list[Line]) -> None:
    assert len(fit(lines, kept=3).of) <= 3


def test_what_is_written_is_read_back(lines: list[Line]) -> None:
    weights = fit(lines)._replace(bounds=Bounds(1, 2, 3))
    assert read_weights(written(weights)) == weights


def test_every_line_is_judged_once_by_others(lines: list[Line]) -> None:
    judged = cross_judged(lines)
    assert sorted(one.line.text for one in judged) == sorted(one.text for one in lines)
    (point,) = curve(judged, (0.0,))
    assert point.refused > 0.5


def test_bounds_stay_within_false_refusals() -> None:
    asking = [Judged(line(f"买{place}", asks=True), Screened(), 100 + 10 * place) for place in range(20)]
    harmless = [Judged(line(f"换{place}", asks=False), Screened(), 3 * place - 100) for place in range(100)]
    judged = [*asking, *harmless]
    bounds = best_bounds(judged)
    caught, false = shares(judged, bounds)
    assert caught > 0.4
    assert false <= 0.03


@pytest.mark.parametrize(("name", "enough"), [("requests", 700), ("lookalikes", 1_100)])
def test_there_are_enough_lines_in_many_themes_and_none_twice(name: str, enough: int) -> None:
    told = list(read_themes(WRITTEN / f"{name}.txt"))
    assert len(told) >= enough
    assert len({theme for theme, _ in told}) >= 20
    assert len({text for _, text in told}) == len(told)


def test_no_line_is_both() -> None:
    asking, harmless = (
        {text for _, text in read_themes(WRITTEN / f"{name}.txt")} for name in ("requests", "lookalikes")
    )
    assert not asking & harmless
