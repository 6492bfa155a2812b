import math
import random
from collections import Counter
from datetime import date

import pytest

from changming.guidance.answers.index import K1, B, Row, compile_index, index_of, index_rows
from changming.guidance.answers.tokens import tokens_of, unify
from changming.guidance.knowledge import Edition
from changming.guidance.triage import read

TODAY = date(2026, 11, 22)
ROWS = (
    Row("passport/renew", "护照快到期了怎么换"),
    Row("passport/renew", "换护照要带什么"),
    Row("passport/first", "第一次办护照"),
    Row("resident-id/renew", "身份证到期怎么换"),
    Row("resident-id/replace-lost", "身份证丢了怎么补办"),
    Row("resident-id/replace-lost", "lost my ID card"),
)


def by_hand(rows: tuple[Row, ...], question: str) -> dict[str, float]:
    """BM25 as the formula says it, without any index."""
    counted = [Counter(tokens_of(read(row.text).text)) for row in rows]
    average = sum(counts.total() for counts in counted) / len(counted)
    containing = Counter(token for counts in counted for token in counts)
    asked = set(tokens_of(question))
    best: dict[str, float] = {}
    for row, counts in zip(rows, counted, strict=True):
        score = 0.0
        for token in asked & counts.keys():
            idf = math.log(1 + (len(rows) - containing[token] + 0.5) / (containing[token] + 0.5))
            score += idf * counts[token] * (K1 + 1) / (counts[token] + K1 * (1 - B + B * counts.total() / average))
        if score > best.get(row.service, 0.0):
            best[row.service] = score
    return best


@pytest.mark.parametrize("question", ["护照到期怎么换", "身份证丢了", "lost id card", "第一次", "天气"])
def test_scores_are_bm25(question: str) -> None:
    found = {hit.service: hit.score for hit in index_rows(ROWS, {}).search(question, on=TODAY)}
    assert found == pytest.approx(by_hand(ROWS, question))


def test_a_phrasing_itself_explains_the_whole_question() -> None:
    best = index_rows(ROWS, {}).search("身份证丢了怎么补办", on=TODAY)[0]
    assert (best.service, round(best.share, 1)) == ("resident-id/replace-lost", 1.0)


def test_an_entry_that_does_not_speak_yet_is_not_found() -> None:
    index = index_rows(ROWS, {"passport/renew": date(2027, 1, 1)})
    assert "passport/renew" not in {hit.service for hit in index.search("护照快到期了怎么换", on=TODAY)}
    assert index.search("护照快到期了怎么换", on=date(2027, 1, 1))[0].service == "passport/renew"


def test_a_large_index_finds_the_same_as_a_small_one_would() -> None:
    chance = random.Random(5)  # noqa: S311 - made-up rows, no secret
    words = [row.text for row in ROWS] + [
        "户口迁移要什么材料",
        "驾照期满换证",
        "社保卡坏了",
        "居住证到期签注",
        "年报怎么报",
    ]
    rows = tuple(
        Row(f"passport/{number}", chance.choice(words)[:6] + chance.choice(words)[-5:] + str(number % 97))
        for number in range(4_000)
    )
    index = index_rows(rows, {})
    for question in ("护照到期怎么换", "社保卡坏了怎么办", "户口迁移材料"):
        best = by_hand(rows, question)
        found = index.search(question, on=TODAY)[0]
        assert found.score == pytest.approx(max(best.values()))


def test_one_index_per_edition(shipped: Edition) -> None:
    assert index_of(shipped) is index_of(shipped)
    assert {row.service for row in compile_index(shipped).rows} >= set(shipped.packs)


def test_words_that_mean_the_same_are_one() -> None:
    assert unify("驾照弄丢了咋办") == unify("驾驶证丢了怎么办")
    assert tokens_of("renewing passports") == tokens_of("renew passport")
    assert tokens_of("") == []
