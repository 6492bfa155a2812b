"""What the words already say is not asked again; what they leave open is."""

from datetime import date, datetime

import pytest

from changming.guidance.answers.given import known_inputs
from changming.guidance.knowledge import Edition
from changming.guidance.triage import read, read_signals, triage

# The service whose entry asks, the words, the input, and its value (None: still asked).
CASES = [
    ("passport/urgent", "我明天就要飞了，护照丢了", "kind", "lost"),
    ("passport/urgent", "护照过期了明天出差", "kind", "renew"),
    ("passport/urgent", "护照没办过，明天出差", "kind", "first"),
    ("passport/urgent", "护照被狗咬烂了，五天后飞", "kind", "damaged"),
    ("passport/urgent", "护照能加急吗", "kind", None),
    ("passport/renew", "护照下个月过期", "reason", "expiring"),
    ("passport/renew", "my passport expires next month", "reason", "expiring"),
    ("passport/renew", "护照已经过期了", "reason", "expired"),
    ("passport/renew", "护照签证页用完了", "reason", "pages_full"),
    ("passport/renew", "护照明年九月到期", "reason", None),
    ("passport/renew", "护照快到期了怎么换", "reason", "expiring"),
    ("passport/renew", "护照就要过期了", "reason", "expiring"),
    ("passport/renew", "护照过期了，还撕破了", "reason", None),
    ("resident-id/renew", "身份证下个月过期", "cause", "due"),
    ("resident-id/renew", "身份证已经过期了", "cause", "due"),
    ("resident-id/renew", "改了名字要换身份证", "cause", None),
    ("hk-macao-permit/renew", "港澳通行证下个月过期", "reason", "expiring"),
    ("driver-licence/renew", "驾照下个月过期", "expiry", "soon"),
    ("driver-licence/renew", "驾照明年九月到期", "expiry", "later"),
    ("driver-licence/renew", "驾照过期三个月了", "expiry", "under_1y"),
    ("driver-licence/renew", "驾照到期半年了还能换吗", "expiry", "under_1y"),
    ("driver-licence/renew", "驾照过期一年多了", "expiry", "years_1_3"),
    ("driver-licence/renew", "驾照过期两年了", "expiry", "years_1_3"),
    ("driver-licence/renew", "驾照过期一年了", "expiry", None),
    ("driver-licence/renew", "驾照过期五年了", "expiry", None),
    ("driver-licence/renew", "驾照过期很久了", "expiry", None),
    ("resident-id/renew", "我妈六十八了，身份证要换", "age", "68"),
    ("resident-id/renew", "老人八十五了身份证过期", "age", "85"),
    ("resident-id/renew", "我妈三点了还没办好身份证", "age", None),
    ("passport/replace-lost", "护照在国外被偷了，我现在在曼谷", "where", "abroad"),
    ("passport/replace-lost", "my passport was stolen in Paris", "where", "abroad"),
    ("passport/replace-lost", "护照丢了，下周要去日本", "where", None),
    ("passport/replace-lost", "我爸在国外病危，我的护照丢了", "where", None),
    ("hk-macao-permit/endorsement", "去香港看病，签注过期了", "kind", "other"),
    ("hk-macao-permit/endorsement", "去香港出差，签注过期了", "kind", "business"),
    ("hk-macao-permit/endorsement", "去香港参赛，签注过期了", "kind", None),
    ("driver-licence/replace-lost", "驾照丢了", "state", "lost"),
    ("driver-licence/replace-lost", "驾照被交警扣了能补办吗", "state", "seized"),
    ("driver-licence/replace-lost", "驾照补办多少钱", "state", None),
    ("social-security-card/replace-lost", "社保卡丢了", "state", "lost"),
    ("social-security-card/replace-lost", "社保卡丢了又找到了", "state", "found"),
    ("social-security-card/replace-lost", "社保卡消磁了", "state", "damaged"),
    ("resident-id/temporary", "身份证忘在老家了，明天坐飞机", "need", "flight"),
    ("resident-id/temporary", "没带身份证，坐高铁怎么办", "need", "train"),
    ("resident-id/temporary", "坐火车再转飞机，没带身份证", "need", None),
    ("resident-id/replace-lost", "我儿子的身份证丢了，他8岁", "age", "8"),
    ("passport/first", "宝宝刚满月，想办护照", "age", "0"),
    ("passport/first", "五个月大的孩子办护照", "age", "0"),
    ("passport/first", "孩子办护照要什么", "age", None),
]


@pytest.mark.parametrize("case", CASES, ids=[f"{s} {t}" for s, t, _, _ in CASES])
def test_words_fill_the_inputs_of_an_entry(
    shipped: Edition, asked_at: datetime, today: date, case: tuple[str, str, str, str | None]
) -> None:
    service, text, name, value = case
    pack = shipped.packs[service]
    understood, signals = triage(shipped, text, at=asked_at), read_signals(read(text), today)
    assert known_inputs(pack, understood, signals, {}, on=today).get(name) == value


def test_an_answer_wins_over_the_words(shipped: Edition, asked_at: datetime, today: date) -> None:
    text = "护照下个月过期"
    understood, signals = triage(shipped, text, at=asked_at), read_signals(read(text), today)
    known = known_inputs(shipped.packs["passport/renew"], understood, signals, {"reason": "damaged"}, on=today)
    assert known["reason"] == "damaged"
