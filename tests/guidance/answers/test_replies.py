from datetime import date

import pytest

from changming.guidance.answers.replies import read_reply
from changming.guidance.knowledge import InputKind, Question
from changming.guidance.triage import read, read_signals

TODAY = date(2026, 11, 22)
OPTIONS = ("有效期不到 6 个月", "签证页快用完了", "已经过期")
VALUES = ("expiring", "pages_full", "expired")


@pytest.mark.parametrize(
    ("kind", "said", "value"),
    [
        (InputKind.INT, "28", "28"),
        (InputKind.INT, "二十八岁", "28"),
        (InputKind.INT, "我今年28了", "28"),
        (InputKind.INT, "28或者29", None),
        (InputKind.BOOL, "是的", "true"),
        (InputKind.BOOL, "不是", "false"),
        (InputKind.BOOL, "没有", "false"),
        (InputKind.BOOL, "yes", "true"),
        (InputKind.BOOL, "no", "false"),
        (InputKind.BOOL, "也许吧", None),
        (InputKind.REGION, "深圳", "440300"),
        (InputKind.REGION, "在海淀", "110108"),
        (InputKind.REGION, "朝阳", None),
        (InputKind.DATE, "12月3号", "2026-12-03"),
        (InputKind.DATE, "昨天", None),
        (InputKind.ENUM, "签证页用完了", "pages_full"),
        (InputKind.ENUM, "3", "expired"),
        (InputKind.ENUM, "expired", "expired"),
        (InputKind.ENUM, "别的", None),
        (InputKind.INT, "不知道", "unknown"),
        (InputKind.REGION, "不清楚", "unknown"),
        (InputKind.INT, "", None),
        (InputKind.BOOL, "我想问问另外一件事情就是办理护照的时候要不要先预约呢还有要带什么材料呢还有多少钱呢", None),
    ],
)
def test_a_typed_reply(kind: InputKind, said: str, value: str | None) -> None:
    options = (OPTIONS, VALUES) if kind is InputKind.ENUM else ((), ())
    question = Question("input", "？", "", kind, *options)
    reading = read(said)
    assert read_reply(question, reading, read_signals(reading, TODAY), TODAY) == value
