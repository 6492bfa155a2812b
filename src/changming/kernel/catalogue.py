"""The closed lists that everybody uses: levels, reasons, actions, statuses, services. Names are the public contract."""

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Level(StrEnum):
    """How fast a case is promised a person and a resolution, strictest first; dedicated stands apart."""

    CRITICAL = "critical"
    URGENT = "urgent"
    PRIORITY = "priority"
    GENERAL = "general"
    DEDICATED = "dedicated"


class UrgentReason(StrEnum):
    """Reasons an office may accept for urgent handling; each needs its proof."""

    MEDICAL = "medical"
    STUDY = "study"
    BUSINESS = "business"
    EXAM = "exam"
    COMPETITION = "competition"
    BEREAVEMENT = "bereavement"
    VISITING_ILL = "visiting-ill"
    VISA_EXPIRING = "visa-expiring"
    COURT = "court"
    LOST_WHILE_TRAVELLING = "lost-while-travelling"


class ServiceAction(StrEnum):
    """What a person wants done about a document."""

    FIRST = "first"
    RENEW = "renew"
    REPLACE_LOST = "replace-lost"
    DAMAGED = "damaged"
    CORRECT = "correct"
    TEMPORARY = "temporary"
    URGENT = "urgent"
    ENDORSEMENT = "endorsement"
    ELECTRONIC = "electronic"
    CHANGE = "change"
    CANCEL = "cancel"
    ANNUAL_REPORT = "annual-report"
    APPLY = "apply"
    ASK = "ask"
    COMPLAIN = "complain"


class Materials(StrEnum):
    """Whether the basic materials are at hand."""

    READY = "ready"
    PARTIAL = "partial"
    MISSING = "missing"
    UNKNOWN = "unknown"


class Route(StrEnum):
    """How an application travels."""

    ONLINE = "online"
    COUNTER = "counter"
    ONLINE_COUNTER = "online+counter"
    POST = "post"
    SELF_SERVICE = "self-service"


class Applicant(StrEnum):
    """For whom the document is."""

    SELF = "self"
    CHILD = "child"
    PARENT = "parent"
    ELDERLY = "elderly"
    COMPANY = "company"
    AGENT = "agent"


class SourceStatus(StrEnum):
    """How well a fact is founded, from best to worst; the last one is never shown."""

    LAW_TEXT = "law_text"
    OFFICIAL = "official"
    PRESS = "press"
    SECONDARY = "secondary"
    NAMED = "named"
    UNVERIFIED = "unverified"

    @property
    def certain(self) -> bool:
        """Shown as it is, without "to be confirmed with the office"."""
        return self in (SourceStatus.LAW_TEXT, SourceStatus.OFFICIAL)

    @property
    def showable(self) -> bool:
        """May be shown to a person at all."""
        return self is not SourceStatus.UNVERIFIED


class AnswerStatus(StrEnum):
    """What the desk does with a question."""

    ANSWERED = "answered"
    ASK = "ask"
    CHOOSE = "choose"
    HANDOVER = "handover"
    REFUSED = "refused"


class RefusalKind(StrEnum):
    """Why the desk does not do what was asked."""

    FORGERY = "forgery"
    OUT_OF_SCOPE = "out_of_scope"
    PERSONAL_DATA = "personal_data"
    UNSAFE = "unsafe"


class MaskKind(StrEnum):
    """Kinds of personal data that the mask knows."""

    RESIDENT_ID = "resident-id"
    PHONE = "phone"
    BANK_CARD = "bank-card"
    PASSPORT = "passport"
    PERMIT = "permit"
    CREDIT_CODE = "credit-code"
    EMAIL = "email"
    ADDRESS = "address"
    NAME = "name"
    PASSWORD = "password"  # noqa: S105 - the name of a kind, not a secret
    CODE = "code"


@dataclass(frozen=True, slots=True)
class ServiceName:
    """A service's id and what people call it."""

    id: str
    zh: str
    en: str

    @property
    def document(self) -> str:
        """The part before the slash."""
        return self.id.partition("/")[0]


_SERVICES = (
    ("resident-id/first", "首次申领居民身份证", "First resident identity card"),
    ("resident-id/renew", "居民身份证到期换领", "Renew an expiring identity card"),
    ("resident-id/replace-lost", "居民身份证丢失补领", "Replace a lost identity card"),
    ("resident-id/damaged", "居民身份证损坏换领", "Exchange a damaged identity card"),
    ("resident-id/correct", "居民身份证信息变更更正", "Correct the details on an identity card"),
    ("resident-id/temporary", "临时居民身份证", "Temporary identity card"),
    ("passport/first", "普通护照首次申请", "First ordinary passport"),
    ("passport/renew", "普通护照换发", "Renew a passport"),
    ("passport/replace-lost", "普通护照补发", "Replace a lost passport"),
    ("passport/urgent", "普通护照加急", "Urgent passport"),
    ("hk-macao-permit/first", "往来港澳通行证首次申请", "First Hong Kong and Macao permit"),
    ("hk-macao-permit/renew", "往来港澳通行证换发", "Renew a Hong Kong and Macao permit"),
    ("hk-macao-permit/replace-lost", "往来港澳通行证补发", "Replace a lost Hong Kong and Macao permit"),
    ("hk-macao-permit/endorsement", "往来港澳通行证签注", "Hong Kong and Macao endorsement"),
    ("taiwan-permit/first", "往来台湾通行证首次申请", "First Taiwan permit"),
    ("taiwan-permit/endorsement", "往来台湾通行证签注", "Taiwan endorsement"),
    ("driver-licence/renew", "驾驶证期满换证", "Renew a driving licence"),
    ("driver-licence/replace-lost", "驾驶证补领", "Replace a lost driving licence"),
    ("driver-licence/electronic", "电子驾驶证", "Electronic driving licence"),
    ("vehicle-licence/replace-lost", "行驶证补领", "Replace a lost vehicle licence"),
    ("household/birth-registration", "出生登记", "Register a birth"),
    ("household/move", "户口迁移", "Move a household registration"),
    ("household/replace-book", "户口簿补领", "Replace a household register"),
    ("household/no-hukou", "无户口人员登记", "Register a person without household registration"),
    ("birth-certificate/first", "出生医学证明", "Birth certificate"),
    ("birth-certificate/replace", "出生医学证明补发", "Replace a birth certificate"),
    ("marriage-certificate/replace", "婚姻登记证补领", "Replace a marriage certificate"),
    ("social-security-card/first", "社会保障卡首次申领", "First social-security card"),
    ("social-security-card/replace-lost", "社会保障卡补领", "Replace a lost social-security card"),
    ("social-security-card/electronic", "电子社保卡", "Electronic social-security card"),
    ("residence-permit/apply", "居住证申领", "Residence permit"),
    ("residence-permit/renew", "居住证签注", "Renew a residence permit"),
    ("legal-aid/apply", "法律援助申请", "Apply for legal aid"),
    ("business-licence/register", "营业执照设立登记", "Register a business"),
    ("business-licence/change", "营业执照变更", "Change a business licence"),
    ("business-licence/replace-lost", "营业执照遗失补领", "Replace a lost business licence"),
    ("business-licence/annual-report", "企业年报", "Annual report of a business"),
    ("business-licence/cancel", "营业执照注销", "Cancel a business"),
    ("business-licence/electronic", "电子营业执照", "Electronic business licence"),
    ("qualification/keep", "行业资质与许可证件", "Keep a trade qualification or permit"),
    ("choose-document", "该办哪种证件", "Which document do I need"),
    ("life-event/newborn", "宝宝出生", "A newborn"),
    ("life-event/moving-city", "换城市生活", "Moving to another city"),
    ("life-event/starting-a-company", "开公司", "Starting a company"),
    ("life-event/lost-wallet", "钱包丢了", "Lost wallet"),
    ("life-event/legal-aid", "打官司请不起律师", "Needing legal aid"),
    ("service-rule/no-agency", "客服不代办", "The desk does not file for you"),
    ("service-rule/urgent-evidence", "加急也要证明和审核", "Urgent still needs proof and review"),
    ("service-rule/online-review", "网上申请也要审核", "Online applications are reviewed too"),
    ("service-rule/privacy", "信息怎样保护", "How your data is protected"),
    ("service-rule/complaint", "投诉 12345", "Complaints: 12345"),
    ("service-rule/photo", "照片要求", "Photo requirements"),
    ("service-rule/hours", "7×24 服务", "Open at every hour"),
    ("safety", "防骗", "Avoiding fraud"),
)

SERVICES: Final = MappingProxyType({id_: ServiceName(id_, zh, en) for id_, zh, en in _SERVICES})
"""Every service by its id, in the order of the public catalogue."""
