from datetime import date, datetime
from typing import Any

import pytest

from changming.guidance.knowledge import Edition
from changming.guidance.triage import triage
from changming.kernel.catalogue import Level, UrgentReason
from changming.kernel.messages import Lang

# Text, and what must be understood of it (fields of the contract's triage object; a dot goes one deeper).
CASES: list[tuple[str, dict[str, Any]]] = [
    (
        "我明天就要出差，护照还没办，现在能办吗？",
        {
            "service": "passport/urgent",
            "action": "urgent",
            "level": "urgent",
            "urgent.claimed": True,
            "urgent.reason": "business",
            "need_by": "2026-11-23",
            "need_by_text": "明天",
        },
    ),
    (
        "身份证丢了后天考试",
        {
            "service": "resident-id/replace-lost",
            "action": "replace-lost",
            "level": "urgent",
            "urgent.reason": "exam",
            "need_by": "2026-11-24",
        },
    ),
    (
        "我爸在国外病危 护照过期了 求你们快点",
        {"service": "passport/urgent", "level": "urgent", "urgent.reason": "visiting-ill", "need_by": None},
    ),
    (
        "奶奶去世了要去澳洲奔丧，护照没办过，急",
        {"service": "passport/urgent", "level": "urgent", "urgent.reason": "bereavement"},
    ),
    ("下个月去留学，护照12月3号到期", {"need_by": "2026-12-01", "urgent.reason": "study", "level": "urgent"}),
    ("后天手术要用身份证，身份证丢了", {"urgent.reason": "medical", "level": "urgent"}),
    ("下周一开庭，身份证不见了", {"urgent.reason": "court", "level": "urgent", "need_by": "2026-11-23"}),
    ("这周五参加比赛，护照到期了", {"urgent.reason": "competition", "level": "urgent"}),
    ("签证下周五到期，护照还没换下来", {"urgent.reason": "visa-expiring", "need_by": "2026-11-27"}),
    ("旅游的时候身份证被偷了，明天的飞机回不去", {"urgent.reason": "lost-while-travelling", "level": "urgent"}),
    ("后天要用身份证，能快点吗，丢了", {"level": "priority", "urgent.claimed": True, "urgent.reason": None}),
    ("明年三月去留学，想办护照", {"urgent.reason": "study", "level": "general", "need_by": "2027-03-01"}),
    ("不急，就想问问护照换发要多少钱", {"urgent.claimed": False, "level": "general", "service": "passport/renew"}),
    ("身份证还没丢，就是快到期了", {"service": "resident-id/renew", "action": "renew"}),
    ("不小心把身份证弄丢了", {"service": "resident-id/replace-lost"}),
    ("我的信息被你们泄露了", {"level": "critical"}),
    ("你们系统崩了吗，网站打不开", {"level": "critical"}),
    ("身份证丢了会不会泄露信息", {"level": "general"}),
    ("担心信息泄露怎么办", {"level": "general"}),
    ("护照申请被驳回了，我不服要申诉", {"level": "dedicated"}),
    ("我的身份证被冒名注册了公司，要打官司", {"level": "dedicated"}),
    ("几个部门互相推我该找谁", {"level": "dedicated"}),
    ("我在美国，护照丢了", {"level": "dedicated", "service": "passport/replace-lost"}),
    ("孩子上不了学，户口没上", {"level": "priority", "applicant": "child"}),
    ("奶奶瘫在床上出不了门身份证找不着了", {"level": "priority", "applicant": "elderly"}),
    ("我儿子12岁要办护照", {"applicant": "child", "service": "passport/first"}),
    ("我妈的身份证到期了", {"applicant": "parent", "service": "resident-id/renew"}),
    ("公司的营业执照丢了", {"applicant": "company", "service": "business-licence/replace-lost"}),
    ("我想换护照，材料都准备好了", {"materials": "ready", "service": "passport/renew"}),
    ("材料还没齐，能先办身份证换领吗", {"materials": "partial"}),
    ("什么都没准备，能补身份证吗", {"materials": "missing"}),
    ("护照怎么换", {"materials": "unknown", "place": None, "need_by": None}),
    ("网上能换驾照吗", {"route": "online", "service": "driver-licence/renew"}),
    ("去窗口办护照要预约吗", {"route": "counter"}),
    ("新护照能邮寄到家吗", {"route": "post"}),
    ("自助机能补身份证吗", {"route": "self-service"}),
    ("居住证丢了补办", {"service": "residence-permit/renew", "action": "replace-lost"}),
    ("居住证坏了换", {"service": "residence-permit/renew", "action": "damaged"}),
    ("台湾通行证丢了", {"service": "taiwan-permit/first", "action": "replace-lost"}),
    ("台湾通行证过期了怎么换", {"service": "taiwan-permit/first", "action": "renew"}),
    ("抱养的娃没户口咋落", {"service": "household/no-hukou"}),
    ("收养的孩子上户口", {"service": "household/birth-registration"}),
    ("店名要改，执照怎么弄", {"service": "business-licence/change"}),
    ("餐馆转给我了，营业执照过户", {"service": "business-licence/change"}),
    ("章程改了要备案", {"service": "business-licence/change"}),
    ("清算组备案怎么弄", {"service": "business-licence/cancel"}),
    ("身份证上的地址要换", {"service": "resident-id/correct", "action": "correct"}),
    ("行驶本丢了咋整", {"service": "vehicle-licence/replace-lost", "documents": ["vehicle-licence"]}),
    ("驾驶本丢了", {"service": "driver-licence/replace-lost", "documents": ["driver-licence"]}),
    ("行车本掉了", {"documents": ["vehicle-licence"]}),
    ("准生证咋办", {"documents": []}),
    (
        "女儿拿到港大offer，签注还没弄",
        {"documents": ["hk-macao-permit"], "urgent.reason": "study", "applicant": "child"},
    ),
    ("去台湾的团签", {"documents": ["taiwan-permit"], "action": "endorsement"}),
    ("通行证弄不见了，里面还有一次签注", {"service": "hk-macao-permit/replace-lost"}),
    ("边防通行证怎么办", {"documents": []}),
    ("我仔的护照丢了", {"applicant": "child"}),
    ("阿嬷九十岁了身份证还没换", {"applicant": "elderly"}),
    ("单位的车行驶证遗失", {"applicant": "company"}),
    ("朋友托我帮他补驾驶证", {"applicant": "agent"}),
    ("明早考科目三，身份证掉了", {"urgent.reason": "exam", "level": "urgent", "urgent.claimed": True}),
    ("十二月初去普吉岛度假护照没了", {"urgent.reason": None}),
    ("对派出所不予落户的决定不服，要投诉", {"level": "dedicated"}),
    ("你们把我的身份证号发给别人了", {"level": "critical"}),
    ("没身份证取不了钱，孩子等着交学费", {"level": "priority"}),
    ("申请法援，低保证有了，判决书还没拿到", {"materials": "partial"}),
    ("不是明天，是后天要用护照", {"need_by": "2026-11-24"}),
    ("后天就要走了，护照没办", {"need_by": "2026-11-24"}),
    ("想去云南旅游先补个身份证", {"place": None}),
    ("台湾自由行怎么办", {"place": None}),
    ("网上还是窗口办护照快", {"route": "online+counter"}),
    (
        "人在深圳打工户口在四川农村,身份证掉了能在这边补吗",
        {"place.code": "440300", "service": "resident-id/replace-lost"},
    ),
    ("下周去香港，港澳通行证到期了", {"place": None, "service": "hk-macao-permit/renew", "need_by": "2026-11-23"}),
    ("钱包丢了 身份证银行卡驾照全没了", {"service": "life-event/lost-wallet"}),
    ("公司年报逾期了怎么办", {"service": "business-licence/annual-report", "action": "annual-report"}),
    ("营业执照想注销", {"service": "business-licence/cancel", "action": "cancel"}),
    ("电子驾照怎么申领", {"service": "driver-licence/electronic", "action": "electronic"}),
    ("临时身份证怎么办", {"service": "resident-id/temporary", "action": "temporary"}),
    ("港澳签注用完了", {"service": "hk-macao-permit/endorsement", "action": "endorsement"}),
    ("给宝宝上户口", {"service": "household/birth-registration", "applicant": "child"}),
    ("没有身份证 用临时身份证能补驾照吗", {"service": "driver-licence/replace-lost"}),
    ("补办护照要带身份证吗", {"service": "passport/replace-lost"}),
    ("你们能帮我办吗", {"service": "service-rule/no-agency"}),
    ("加急要证明吗", {"service": "service-rule/urgent-evidence"}),
    ("护照照片要求", {"service": "service-rule/photo"}),
    ("明天去能办吗", {"need_by": None}),
    ("15号丢的身份证", {"need_by": None}),
    ("护照12月3号到期，下周三出国", {"need_by": "2026-11-25"}),
    ("出生日期1990年5月1日，身份证丢了", {"need_by": None}),
    (
        "I lost my passport and fly next Wednesday for a conference",
        {"service": "passport/urgent", "urgent.reason": "business", "level": "urgent", "need_by": "2026-11-25"},
    ),
    (
        "My passport is gone and I fly tomorrow",
        {
            "service": "passport/urgent",
            "urgent.claimed": True,
            "need_by": "2026-11-23",
            "level": "priority",
        },
    ),
    ("my passport has been stolen and I leave tonight", {"urgent.claimed": True, "need_by": "2026-11-22"}),
    ("can't find my passport, flight tomorrow", {"service": "passport/urgent", "urgent.claimed": True}),
    ("my passport is missing", {"service": "passport/replace-lost", "urgent.claimed": False}),
    ("明天高铁身份证丢了", {"service": "resident-id/replace-lost", "need_by": "2026-11-23"}),
    ("明天在高铁上丢的东西能领吗", {"need_by": None}),
    (
        "I have a train in the morning and lost my ID card",
        {"service": "resident-id/replace-lost", "need_by": "2026-11-23", "urgent.claimed": True},
    ),
    ("护照过期了明天出差", {"service": "passport/urgent", "need_by": "2026-11-23"}),
    ("身份证忘在高铁上了", {"service": "resident-id/replace-lost"}),
    ("身份证忘在老家了", {"action": None}),
    ("身份证落在出租车上了", {"service": "resident-id/replace-lost"}),
    ("护照到期日是12月3号", {"need_by": None}),
    ("my passport expires next month", {"need_by": None, "service": "passport/renew"}),
    ("I fly tomorrow and lost my ID card", {"need_by": "2026-11-23", "urgent.claimed": True}),
    ("does the office open in the morning", {"need_by": None, "urgent.claimed": False}),
    ("my ID card expires soon, no rush", {"service": "resident-id/renew", "urgent.claimed": False}),
    (
        "今天天气怎么样",
        {
            "service": None,
            "documents": [],
            "action": None,
            "level": "general",
            "urgent.claimed": False,
            "materials": "unknown",
        },
    ),
]


@pytest.mark.parametrize(("text", "expected"), CASES, ids=[text for text, _ in CASES])
def test_what_words_mean(shipped: Edition, asked_at: datetime, text: str, expected: dict[str, Any]) -> None:
    understood = triage(shipped, text, at=asked_at).to_json()
    for name, value in expected.items():
        outer, _, inner = name.partition(".")
        found = understood[outer][inner] if inner else understood[outer]
        assert found == value, f"{name}: {found!r}; {understood}"


def test_every_slot_says_where_it_stands_and_by_which_rule(shipped: Edition, asked_at: datetime) -> None:
    text = "我在深圳，１２月３日要出差，護照還沒辦，材料齊了"
    understood = triage(shipped, text, at=asked_at)
    spans = {slot.name: text[slot.start : slot.end] for slot in understood.slots}
    assert spans["need_by"] == "１２月３日"
    assert spans["place"] == "深圳"
    assert spans["document"] == "護照"
    assert spans["reason"] == "出差"
    assert spans["materials"] == "材料齊"
    assert {slot.rule for slot in understood.slots} <= set(understood.because)


def test_an_urgent_claim_lists_the_proof_that_is_asked_for(shipped: Edition, asked_at: datetime) -> None:
    asked = triage(shipped, "我明天就要出差，护照还没办", at=asked_at)
    assert asked.urgent.evidence == ("单位的出差证明", "邀请函、会议通知或合同")
    english = triage(shipped, "I have an exam tomorrow and lost my ID card", at=asked_at, lang=Lang.EN)
    assert english.urgent.evidence == ("The admission ticket or proof of registration for the exam",)


def test_every_genuine_reason_has_its_proof(shipped: Edition, asked_at: datetime) -> None:
    said = {
        UrgentReason.MEDICAL: "住院",
        UrgentReason.STUDY: "开学",
        UrgentReason.BUSINESS: "出差",
        UrgentReason.EXAM: "考试",
        UrgentReason.COMPETITION: "比赛",
        UrgentReason.BEREAVEMENT: "奔丧",
        UrgentReason.VISITING_ILL: "病危",
        UrgentReason.VISA_EXPIRING: "签证快到期",
        UrgentReason.COURT: "开庭",
        UrgentReason.LOST_WHILE_TRAVELLING: "旅游时丢了",
    }
    assert said.keys() == set(UrgentReason)
    for reason, words in said.items():
        understood = triage(shipped, f"明天{words}，身份证", at=asked_at)
        assert understood.urgent.reason is reason, words
        assert understood.urgent.evidence


def test_what_is_given_beside_the_words_wins(shipped: Edition, asked_at: datetime) -> None:
    understood = triage(shipped, "我在北京，下周三出国", at=asked_at, city="深圳", need_by=date(2026, 12, 24))
    assert understood.place is not None
    assert (understood.place.code, understood.need_by, understood.need_by_text) == ("440300", date(2026, 12, 24), None)
    assert "place.unknown-name" in triage(shipped, "护照", at=asked_at, city="火星").because
    from_answers = triage(shipped, "护照", at=asked_at, answers={"apply_city": "440100", "need_by": "2026-12-01"})
    assert from_answers.place is not None
    assert (from_answers.place.name, from_answers.need_by) == ("广州市", date(2026, 12, 1))


def test_an_ambiguous_place_is_not_guessed(shipped: Edition, asked_at: datetime) -> None:
    understood = triage(shipped, "朝阳区能办护照吗", at=asked_at)
    assert understood.place is None
    assert "place.ambiguous" in understood.because


def test_levels_are_catalogue_levels(shipped: Edition, asked_at: datetime) -> None:
    assert isinstance(triage(shipped, "护照", at=asked_at).level, Level)
