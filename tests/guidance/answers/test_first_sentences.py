"""What comes first is what was asked: the answers at which a cold reader shook the head."""

from datetime import datetime

import pytest

from changming.guidance.answers import Query, Result, answer
from changming.guidance.knowledge import Edition
from changming.kernel.catalogue import AnswerStatus


def ask(edition: Edition, text: str, at: datetime) -> Result:
    return answer(edition, Query(text, at))


@pytest.mark.parametrize(
    ("text", "service", "first"),
    [
        ("护照在国外被偷了，我现在在曼谷，周五回国", "passport/replace-lost", "使领馆"),
        ("Can my Chinese wife renew her passport while we live in Berlin?", "passport/renew", "embassy or consulate"),
        ("高考报名身份证没到，能用临时的吗", "resident-id/temporary", "考试、住宿"),
        ("驾照被扣了12分还能换证吗", "driver-licence/renew", "满 12 分"),
        ("我户口本上的出生年月跟身份证不一样，差一年，能改吗", "resident-id/correct", "身份证跟着户口走"),
        ("公司不干了，三年没报税没年报，营业执照怎么注销", "business-licence/cancel", "注销"),
        ("孩子刚生三天，户口要上在哪边？我和她爸户口不在一个地方", "household/birth-registration", "户"),
        ("驾照到期三个月了还能开车吗", "driver-licence/renew", "换好之前不能开车"),
        ("我妈六十八了，身份证下个月到期，她腿脚不好出不了门", "resident-id/renew", "上门"),
        ("How much is a new ID card", "resident-id/renew", "CNY 20"),
        ("护照多少钱一本", "passport/first", "120 元"),
    ],
)
def test_the_first_sentence_answers(shipped: Edition, asked_at: datetime, text: str, service: str, first: str) -> None:
    result = ask(shipped, text, asked_at)
    assert (result.answer.status, result.triage.service) == (AnswerStatus.ANSWERED, service)
    assert first in result.answer.text.splitlines()[0]


def test_a_legal_limit_is_called_the_latest_day_not_the_fastest(shipped: Edition, asked_at: datetime) -> None:
    said = ask(shipped, "我妈在外地住院，身份证丢了，后天要做手术", asked_at).answer
    first, second = said.text.splitlines()[:2]
    assert "最迟到" in first
    assert "最快" not in first
    assert "临时身份证" in second
    assert said.next_step is not None
    assert "临时居民身份证" in said.next_step


@pytest.mark.parametrize("text", ["护照丢了，下个月要用，怎么补", "I lost my passport and need it next month"])
def test_next_month_is_a_month_not_its_first_day(shipped: Edition, asked_at: datetime, text: str) -> None:
    result = ask(shipped, text, asked_at)
    first = result.answer.text.splitlines()[0]
    assert result.triage.service == "passport/replace-lost"
    assert "来不及" not in first
    assert "too late" not in first


def test_the_first_of_next_month_is_a_day(shipped: Edition, asked_at: datetime) -> None:
    result = ask(shipped, "护照丢了，12月1号要用，怎么补", asked_at)
    assert result.triage.service == "passport/urgent"


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("我爸去世了，他的身份证要交回去吗", "holder-died"),
        ("去世的人的户口怎么处理", "holder-died"),
        ("你是机器人吗", "robot"),
        ("are you a robot?", "robot"),
        ("要多少钱", "which-document"),
        ("how much is it", "which-document"),
        ("asdfgh 123 哈哈哈", "gibberish"),
        ("帮我查一下我的身份证办好没有", "progress"),
        ("身份证号码会不会重复", "not-known"),
        ("我失业了，社保断了，社保卡还能用吗", "not-known"),
        ("没有结婚证能离吗", "not-known"),
        ("Can I get a Chinese driving licence with my German one?", "not-known"),
        ("我是不是被限制出境了", "not-known"),
    ],
)
def test_known_matters_without_an_entry_are_named(shipped: Edition, asked_at: datetime, text: str, topic: str) -> None:
    result = ask(shipped, text, asked_at)
    assert result.triage.because[-1] == f"plain.{topic}"
    assert result.answer.status in (AnswerStatus.HANDOVER, AnswerStatus.CHOOSE)


@pytest.mark.parametrize(
    "text",
    [
        "奶奶去世了要去澳洲奔丧，护照没办过，急",
        "身份证丢了多少钱",
        "结婚证丢了怎么补",
        "护照多久办好",
        "特斯拉多少钱",
        "社保卡丢了还能用吗",
        "我要转人工，别让机器人回我",
    ],
)
def test_what_has_an_answer_is_not_taken_for_them(shipped: Edition, asked_at: datetime, text: str) -> None:
    assert not ask(shipped, text, asked_at).triage.because[-1].startswith("plain.")


@pytest.mark.parametrize(
    "text",
    [
        "公章丢了怎么办",
        "银行卡丢了怎么补",
        "手机卡丢了怎么补",
        "机动车登记证书丢了",
        "大绿本丢了怎么补",
        "税务登记怎么办",
        "外国人工作许可怎么办",
    ],
)
def test_papers_of_others_are_not_answered_as_ours(shipped: Edition, asked_at: datetime, text: str) -> None:
    result = ask(shipped, text, asked_at)
    assert result.answer.status is AnswerStatus.HANDOVER
    assert result.triage.because[-1] == "gate.unknown-document"
