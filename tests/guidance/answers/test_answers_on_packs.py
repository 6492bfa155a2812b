import tomllib
from datetime import datetime
from pathlib import Path

import pytest

from changming.guidance.answers import SERVICE, Query, Result, answer
from changming.guidance.knowledge import Edition
from changming.kernel.catalogue import AnswerStatus, Level, RefusalKind, UrgentReason
from changming.kernel.errors import ChangmingError
from changming.kernel.messages import Lang

QUESTIONS = tomllib.loads((Path(__file__).parent / "questions.toml").read_text(encoding="utf-8"))
IN_SCOPE = [(text, service) for service, texts in QUESTIONS["in_scope"].items() for text in texts]
ANSWERED = {AnswerStatus.ANSWERED, AnswerStatus.ASK}


def ask(edition: Edition, text: str, at: datetime, **beside: object) -> Result:
    return answer(edition, Query(text=text, at=at, **beside))  # type: ignore[arg-type] # a test's shorthand


def test_the_journey_of_the_contract(shipped: Edition, asked_at: datetime) -> None:
    result = ask(shipped, "我明天就要出差，护照还没办，现在能办吗？我的号码是13812345678", asked_at)
    document = result.to_json(ms=1.7)
    assert document["masked"].endswith("我的号码是138****5678")
    assert "13812345678" not in str(document)
    triage, said = document["triage"], document["answer"]
    assert (triage["service"], triage["level"], triage["need_by"]) == ("passport/urgent", "urgent", "2026-11-23")
    assert triage["urgent"] == {
        "claimed": True,
        "reason": "business",
        "evidence": ["单位的出差证明", "邀请函、会议通知或合同"],
    }
    assert said["status"] == "answered"
    assert said["text"].startswith("11月23日（周一）要用，来不及。")
    assert said["citations"]
    assert said["citations"][0]["entry"].startswith("passport/urgent@")
    assert said["checklist"]
    assert (document["plan"], document["ms"]) == (None, 1.7)


def test_the_documents_shape_is_the_contracts(shipped: Edition, asked_at: datetime) -> None:
    document = ask(shipped, "身份证丢了怎么补", asked_at).to_json()
    assert document.keys() >= {"masked", "triage", "answer", "plan", "ms"}
    assert document["triage"].keys() >= {
        "service",
        "documents",
        "action",
        "level",
        "urgent",
        "need_by",
        "need_by_text",
        "place",
        "materials",
        "route",
        "because",
    }
    assert document["answer"].keys() >= {
        "status",
        "text",
        "refusal",
        "citations",
        "checklist",
        "question",
        "candidates",
        "confidence",
    }
    assert document["answer"]["citations"][0].keys() >= {"entry", "title", "source", "status", "from", "to"}
    assert document["answer"]["checklist"][0].keys() >= {"material", "text", "form", "required"}
    assert document["answer"]["question"].keys() >= {"input", "text", "options", "why"}


def test_a_lost_card_before_an_exam(shipped: Edition, asked_at: datetime) -> None:
    result = ask(shipped, "身份证丢了后天考试", asked_at)
    assert (result.triage.service, result.triage.level) == ("resident-id/replace-lost", Level.URGENT)
    assert result.triage.urgent.reason is UrgentReason.EXAM
    assert "来不及" in result.answer.text.splitlines()[0]
    assert "临时身份证" in result.answer.text.splitlines()[1]
    assert [candidate.service for candidate in result.answer.candidates] == ["resident-id/temporary"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("明早六点的飞机，身份证找不到了", "民航临时乘机证明"),
        ("明天高铁身份证丢了", "铁路12306"),
        ("身份证丢了，待会儿坐火车怎么办", "铁路12306"),
        ("身份证忘在老家了，明天坐飞机", "民航临时乘机证明"),
        ("I have a train in the morning and lost my ID card", "12306"),
        ("My ID card was stolen and I fly tomorrow", "boarding proof"),
    ],
)
def test_a_lost_card_before_a_journey_is_told_of_the_proofs_on_the_phone(
    shipped: Edition, asked_at: datetime, text: str, words: str
) -> None:
    result = ask(shipped, text, asked_at)
    assert result.triage.service in ("resident-id/replace-lost", "resident-id/temporary")
    assert words in "\n".join(result.answer.text.splitlines()[:2])
    first = next(one for one in result.answer.statements if words in one.text)
    assert first.citation_numbers


def test_in_time_is_said_with_the_date(shipped: Edition, asked_at: datetime) -> None:
    result = ask(shipped, "第一次办护照，12月20日要出国，来得及吗", asked_at)
    assert result.answer.text.startswith(
        "12月20日（周日）要用，来得及：11月23日（周一）受理的话，最长期限到12月13日（周日）。"
    )


def test_what_was_asked_comes_first(shipped: Edition, asked_at: datetime) -> None:
    assert "元" in ask(shipped, "补办身份证要多少钱", asked_at).answer.text.splitlines()[0]


def test_known_questions_find_their_service(shipped: Edition, asked_at: datetime) -> None:
    wrong, confident = [], []
    for text, service in IN_SCOPE:
        result = ask(shipped, text, asked_at)
        offered = [candidate.service for candidate in result.answer.candidates]
        if result.triage.service == service or (result.answer.status is AnswerStatus.CHOOSE and service in offered):
            continue
        wrong.append((text, service, result.triage.service))
        if result.answer.status in ANSWERED:
            confident.append((text, service, result.triage.service))
    assert len(wrong) <= 0.08 * len(IN_SCOPE), wrong
    assert len(confident) <= 0.03 * len(IN_SCOPE), confident


def test_a_near_miss_is_never_answered(shipped: Edition, asked_at: datetime) -> None:
    texts = QUESTIONS["near_miss"]["handed"]
    answered = [text for text in texts if ask(shipped, text, asked_at).answer.status in ANSWERED]
    assert answered == []


def test_a_foreign_question_is_told_so(shipped: Edition, asked_at: datetime) -> None:
    results = {text: ask(shipped, text, asked_at).answer for text in QUESTIONS["foreign"]["refused"]}
    assert {text for text, said in results.items() if said.refusal is not RefusalKind.OUT_OF_SCOPE} == set()
    assert all("12345" in said.text for said in results.values())


def test_forgery_is_refused_kindly_with_the_lawful_way(shipped: Edition, asked_at: datetime) -> None:
    said = ask(shipped, "办假证多少钱", asked_at).answer
    assert (said.status, said.refusal) == (AnswerStatus.REFUSED, RefusalKind.FORGERY)
    assert "违法" in said.text
    assert "合法" in said.text
    assert said.candidates
    assert said.citations == ()


def test_a_question_about_forgery_is_answered(shipped: Edition, asked_at: datetime) -> None:
    result = ask(shipped, "有人说能帮我办假驾照，靠谱吗", asked_at)
    assert (result.answer.status, result.triage.service) == (AnswerStatus.ANSWERED, "safety")


@pytest.mark.parametrize("text", ["不想活了，身份证也丢了", "老公打我还锁着我，护照也被他拿走了", "I want to die"])
def test_a_person_in_despair_or_danger_comes_first(shipped: Edition, asked_at: datetime, text: str) -> None:
    said = ask(shipped, text, asked_at).answer
    assert said.status is AnswerStatus.HANDOVER
    assert "110" in said.text


def test_english_is_answered_in_english(shipped: Edition, asked_at: datetime) -> None:
    result = ask(shipped, "I lost my ID card in Shanghai, how do I replace it", asked_at)
    assert result.triage.service == "resident-id/replace-lost"
    assert result.answer.text.isascii() or not any("\u4e00" <= char <= "\u9fff" for char in result.answer.text)
    page = ask(shipped, "身份证丢了", asked_at, lang=Lang.EN)
    assert not any("\u4e00" <= char <= "\u9fff" for char in page.answer.text)


def test_a_service_without_an_entry_is_handed_over_by_name(shipped: Edition, asked_at: datetime) -> None:
    missing = Edition({s: p for s, p in shipped.packs.items() if s != "passport/renew"}, "without-renewal")
    result = ask(missing, "护照快到期了怎么换发", asked_at)
    assert (result.answer.status, result.triage.service) == (AnswerStatus.HANDOVER, "passport/renew")
    assert "换发" in result.answer.text
    assert result.answer.citations == ()


@pytest.mark.parametrize(
    ("text", "bank"),
    [("钱包被偷了", "银行"), ("钱包丢了 身份证银行卡驾照全没了", "银行"), ("my wallet was stolen", "bank")],
)
def test_a_lost_wallet_is_told_what_cannot_wait(shipped: Edition, asked_at: datetime, text: str, bank: str) -> None:
    said = ask(shipped, text, asked_at).answer
    assert said.status is AnswerStatus.ANSWERED
    assert "110" in said.text.splitlines()[0]
    assert bank in said.text.splitlines()[0]


def test_without_its_entry_a_lost_wallet_is_told_the_same_and_what_can_be_tapped(
    shipped: Edition, asked_at: datetime
) -> None:
    parts = {"resident-id/replace-lost", "driver-licence/replace-lost", "social-security-card/replace-lost"}
    without = Edition({s: p for s, p in shipped.packs.items() if s != "life-event/lost-wallet"}, "without-wallets")
    said = ask(without, "钱包被偷了", asked_at).answer
    assert said.status is AnswerStatus.HANDOVER
    assert "110" in said.text.splitlines()[0]
    assert {candidate.service for candidate in said.candidates} == parts
    fewer = Edition({s: p for s, p in without.packs.items() if not s.startswith("driver-licence")}, "no-driving")
    offered = {candidate.service for candidate in ask(fewer, "钱包被偷了", asked_at).answer.candidates}
    assert offered == parts - {"driver-licence/replace-lost"}


def test_before_an_entry_speaks_nothing_of_it_is_said(shipped: Edition, asked_at: datetime) -> None:
    result = ask(shipped, "护照快到期了怎么换", asked_at.replace(year=1990))
    assert result.answer.status is AnswerStatus.HANDOVER


def test_answers_given_are_used(shipped: Edition, asked_at: datetime) -> None:
    given = {"age": "34", "reason": "expiring", "hukou_city": "220100", "apply_city": "220100"}
    result = ask(shipped, "护照快到期了怎么换", asked_at, answers=given)
    assert result.answer.question is None or result.answer.question.input not in given
    with pytest.raises(ChangmingError, match="answer_not_valid"):
        ask(shipped, "护照快到期了怎么换", asked_at, answers={"age": "very old"})


def test_what_the_words_say_is_not_asked(shipped: Edition, asked_at: datetime) -> None:
    asked = ask(shipped, "我28岁，户口在长春，人在长春，护照快到期了怎么换", asked_at).answer.question
    assert asked is None or asked.input not in ("age", "hukou_city", "apply_city")


def test_a_tap_decides_until_the_words_speak_of_something_else(shipped: Edition, asked_at: datetime) -> None:
    tapped = {SERVICE: "passport/renew"}
    assert ask(shipped, "护照", asked_at, answers=tapped).triage.service == "passport/renew"
    assert ask(shipped, "身份证丢了怎么补", asked_at, answers=tapped).triage.service == "resident-id/replace-lost"


def test_a_greeting_and_thanks(shipped: Edition, asked_at: datetime) -> None:
    hello, thanks = ask(shipped, "你好", asked_at).answer, ask(shipped, "谢谢", asked_at).answer
    assert (hello.status, thanks.status) == (AnswerStatus.CHOOSE, AnswerStatus.CHOOSE)
    assert hello.text != thanks.text
