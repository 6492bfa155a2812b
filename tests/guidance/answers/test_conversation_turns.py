from datetime import datetime

import pytest

from changming.guidance.answers import Query, Result, answer, answer_turns
from changming.guidance.knowledge import Edition
from changming.kernel.catalogue import AnswerStatus, Level, RefusalKind


def talk(edition: Edition, at: datetime, *turns: str) -> tuple[Result, ...]:
    return answer_turns(edition, Query("", at), turns)


@pytest.mark.parametrize(
    ("turns", "service"),
    [
        (("护照快到期了怎么换", "那要多少钱"), "passport/renew"),
        (("身份证丢了", "我在上海，户口在河南"), "resident-id/replace-lost"),
        (("身份证丢了", "网上能办吗"), "resident-id/replace-lost"),
        (("身份证丢了", "孩子呢"), "resident-id/replace-lost"),
        (("身份证丢了", "驾照也丢了呢"), "driver-licence/replace-lost"),
        (("护照", "第一次办"), "passport/first"),
        (("护照加急行不行", "要什么证明", "多少钱"), "passport/urgent"),
        (("护照加急行不行", "要什么证明"), "passport/urgent"),
        (("我要去台湾", "第一次去"), "taiwan-permit/first"),
        (("我要去台湾", "第一次去", "签注一起办吗"), "taiwan-permit/endorsement"),
        (("港澳通行证签注怎么办", "网上可以弄吗"), "hk-macao-permit/endorsement"),
        (("港澳通行证签注怎么办", "网上可以弄吗", "那台湾的呢"), "taiwan-permit/endorsement"),
        (("台湾通行证怎么办", "那香港的呢"), "hk-macao-permit/first"),
        (("港澳通行证丢了", "那台湾的呢"), "taiwan-permit/first"),
        (("没有户口怎么办", "要做亲子鉴定吗"), "household/no-hukou"),
        (("护照丢了怎么补", "我人在日本"), "passport/replace-lost"),
        (("驾照丢了怎么补", "你们能帮我办吗"), "service-rule/no-agency"),
        (("I lost my ID card", "how much is it"), "resident-id/replace-lost"),
    ],
)
def test_a_follow_up_keeps_its_context(
    shipped: Edition, asked_at: datetime, turns: tuple[str, ...], service: str
) -> None:
    assert talk(shipped, asked_at, *turns)[-1].triage.service == service


def test_a_foreign_question_in_between_is_refused(shipped: Edition, asked_at: datetime) -> None:
    assert (
        talk(shipped, asked_at, "护照快到期了怎么换", "今天天气怎么样")[-1].answer.refusal is RefusalKind.OUT_OF_SCOPE
    )


def test_slots_are_kept_and_urgency_grows(shipped: Edition, asked_at: datetime) -> None:
    first, second = talk(shipped, asked_at, "我在上海，身份证丢了", "后天要考试")
    assert (first.triage.level, second.triage.level) == (Level.GENERAL, Level.URGENT)
    assert second.triage.place is not None
    assert second.triage.place.code == "310000"


def test_a_typed_reply_answers_the_desks_question(shipped: Edition, asked_at: datetime) -> None:
    results = talk(shipped, asked_at, "护照怎么换发", "签证页用完了", "28", "长春")
    asked = [result.answer.question.input if result.answer.question else None for result in results]
    assert asked[:3] == ["reason", "age", "hukou_city"]
    assert asked[3] != "hukou_city"
    assert {result.triage.service for result in results} == {"passport/renew"}


def test_an_age_belongs_to_whom_it_was_said_of(shipped: Edition, asked_at: datetime) -> None:
    results = talk(shipped, asked_at, "护照快到期了怎么换", "签证页用完了", "28", "那孩子呢")
    assert results[-1].answer.question is not None
    assert results[-1].answer.question.input == "age"


def test_a_choice_that_did_not_help_goes_to_a_person(shipped: Edition, asked_at: datetime) -> None:
    first, second = talk(shipped, asked_at, "护照封面", "护照封面的事")
    assert first.answer.status is AnswerStatus.CHOOSE
    assert second.answer.status is AnswerStatus.HANDOVER


def test_turns_of_a_query_are_the_same_conversation(shipped: Edition, asked_at: datetime) -> None:
    whole = talk(shipped, asked_at, "身份证丢了", "那要多少钱")[-1]
    single = answer(shipped, Query("那要多少钱", asked_at, turns=("身份证丢了",)))
    assert single == whole


@pytest.mark.parametrize("typed", ["589", "92653767", "9999999999999999"])
def test_a_number_that_cannot_be_is_asked_for_once_more(shipped: Edition, asked_at: datetime, typed: str) -> None:
    before, after = talk(shipped, asked_at, "身份证到期怎么换", typed)
    assert before.answer.question is not None
    assert before.answer.question.input == "age"
    assert after.triage.service == before.triage.service
    assert after.answer.question is not None
    assert after.answer.question.input == "age"


@pytest.mark.parametrize("said", ["都不是", "不是这些", "none of these"])
def test_who_declines_what_is_offered_gets_a_person_who_knows_all(
    shipped: Edition, asked_at: datetime, said: str
) -> None:
    first, second = talk(shipped, asked_at, "护照封面，电话13812345678", said)
    assert first.answer.status is AnswerStatus.CHOOSE
    taken = second.answer.handover
    assert taken is not None
    assert taken.reason == "declined"
    assert taken.asked == ("护照封面，电话138****5678", said)
    assert taken.offered == first.answer.candidates
    assert second.to_json()["answer"]["handover"]["reason"] == "declined"


def test_only_a_handover_carries_one(shipped: Edition, asked_at: datetime) -> None:
    (told,) = talk(shipped, asked_at, "护照快到期了怎么换")
    assert told.answer.handover is None
    assert told.to_json()["answer"]["handover"] is None


@pytest.mark.parametrize(("text", "reason"), [("不想活了", "care"), ("房产证丢了怎么补办", "unknown-document")])
def test_a_handover_says_why(shipped: Edition, asked_at: datetime, text: str, reason: str) -> None:
    (told,) = talk(shipped, asked_at, text)
    assert told.answer.handover is not None
    assert told.answer.handover.reason == reason


@pytest.mark.parametrize(
    ("turns", "service"),
    [
        (("第一次办护照", "孩子呢，才五岁", "要出生证吗"), "passport/first"),
        (("居住证怎么签注", "晚了会怎样"), "residence-permit/renew"),
        (("社保卡", "手机上那种电子的"), "social-security-card/electronic"),
        (("第一次办港澳通行证", "有通行证，签注没了"), "hk-macao-permit/endorsement"),
        (("身份证丢了", "最快几天"), "resident-id/replace-lost"),
        (("身份证丢了", "要带什么"), "resident-id/replace-lost"),
        (("身份证丢了", "那在外地呢"), "resident-id/replace-lost"),
        (("I lost my ID card", "and for my kid?"), "resident-id/replace-lost"),
        (("身份证丢了", "对了驾照到期怎么换"), "driver-licence/renew"),
    ],
)
def test_the_thread_is_kept_until_another_matter_is_named(
    shipped: Edition, asked_at: datetime, turns: tuple[str, ...], service: str
) -> None:
    assert talk(shipped, asked_at, *turns)[-1].triage.service == service


def test_a_follow_up_about_one_thing_is_told_it_first(shipped: Edition, asked_at: datetime) -> None:
    fee = talk(shipped, asked_at, "护照快到期了怎么换", "那要多少钱")[-1]
    assert "元" in fee.answer.text.splitlines()[0]


def test_a_number_split_over_two_turns_is_masked_in_both(shipped: Edition, asked_at: datetime) -> None:
    last = answer(shipped, Query("5678，护照丢了怎么补", asked_at, turns=("我手机号是1381234",)))
    assert last.masked == "****，护照丢了怎么补"


def test_what_was_said_of_the_reason_is_not_asked_again(shipped: Edition, asked_at: datetime) -> None:
    result = talk(shipped, asked_at, "护照快到期了怎么换")[-1]
    assert result.triage.service == "passport/renew"
    assert result.answer.question is not None
    assert result.answer.question.input != "reason"
