import math

import pytest

from changming.guidance.answers.index import Row, index_rows
from changming.guidance.answers.likeness import likeness
from changming.guidance.answers.tokens import tokens_of

ROWS = (
    Row("passport/renew", "护照到期"),
    Row("passport/renew", "换护照"),
    Row("passport/renew", "换本子"),
    Row("resident-id/renew", "身份证到期"),
    Row("resident-id/renew", "换身份证"),
)
INDEX = index_rows(ROWS, {})
SMOOTHING = 4


def by_hand(asked: str, service: str, rows: tuple[Row, ...]) -> float:
    """The sum over known tokens of log (smoothed share in the service's rows / share in all rows)."""
    tokens = set(tokens_of(asked))
    split = [(row.service, set(tokens_of(row.text))) for row in rows]
    own = [found for name, found in split if name == service]
    total = 0.0
    for token in tokens:
        share = sum(token in found for _, found in split) / len(split)
        if share:
            smoothed = (sum(token in found for found in own) + SMOOTHING * share) / (len(own) + SMOOTHING)
            total += math.log(smoothed / share)
    return total / math.sqrt(len(tokens))


@pytest.mark.parametrize("asked", ["护照到期换本子", "身份证", "换", "天气"])
def test_it_is_what_the_formula_says(asked: str) -> None:
    found = likeness(INDEX, set(tokens_of(asked)))
    assert found == {service: pytest.approx(by_hand(asked, service, ROWS)) for service in found}


@pytest.mark.parametrize("left_out", range(len(ROWS)))
def test_a_row_that_is_left_out_does_not_count(left_out: int) -> None:
    others = tuple(row for number, row in enumerate(ROWS) if number != left_out)
    found = likeness(INDEX, set(tokens_of("换护照本子")), without=left_out)
    assert found == {service: pytest.approx(by_hand("换护照本子", service, others)) for service in found}


def test_words_of_several_phrasings_add_up() -> None:
    found = likeness(INDEX, set(tokens_of("护照本子")))
    assert found["passport/renew"] > 0 > found["resident-id/renew"]
