"""What stands before a number decides what it is: an order number is no phone, an account is no order number."""

import re
from typing import Final

_NEAR: Final = 14

_ORDER = re.compile(
    r"订单|单号|运单|快递|物流|流水|受理|回执|(?<![证照案])编号|版本|案号|案件|工单|批次|序列|货号|票号|预约|排队|"
    r"条码|条形码|型号|合同号|文号|发票|"
    r"凭证|设备|机身|项目号|群号|QQ(?!\.COM)|课程|期号|货架|余额|金额|ISBN|IMEI|ORDER|TRACKING|VERSION|INVOICE|"
    r"SERIAL|TICKET|(?<![A-Z])V\d"
)
_PERSONAL = re.compile(
    r"身份证|手机|电话|联系|银行卡|卡号|账号|护照|通行证|证号|微信|TEL|PHONE|MOBILE|CARD|PASSPORT|CONTACT|NAME"
)
_CARD = re.compile(
    r"银行卡|卡号|账号|帐号|账户|帐户|储蓄卡|信用卡|借记卡|工资卡|银联卡?|存折|(?:我的?|他的?|她的?|张|这|"
    r"打到)卡(?:是|为)?[: ]{0,2}$|[工建农中招交]行|邮储|银行|尾号|开户|"
    r"BANK|CARD|ACCOUNT"
)
_IDENTITY = re.compile(r"身份证|身份号|证件号|证号|公民号码|身份证号码|ID\s*(?:CARD|NO|NUMBER)|RESIDENT|SFZ")
_PHONE = re.compile(r"手机|电话|联系|号码|微信|拨打|打给|打[: ]?$|致电|找我|短信发|TEL|PHONE|MOBILE|CALL|WX|VX|☎|📞")
_PASSPORT = re.compile(r"护照|PASSPORT")
_PERMIT = re.compile(
    r"通行证|港澳|台湾|赴台|回乡证|台胞证|大通证|入台证|卡式|来往内地|来往大陆|签注|永居|永久居留|五星卡|证件号|"
    r"PERMIT|TRAVEL\s*DOC|RESIDENCE\s*CARD"
)
_PERMIT_NUMBER_IS = re.compile(
    r"(?:台胞证|回乡证|通行证|来往大陆)(?:的?证?(?:号码|号|编号))(?:是|为)?[: ]{0,2}$|台胞证[: ]{0,2}$"
)
_FILE_NUMBER_IS = re.compile(r"档案(?:编)?号码?(?:是|为)?[: ]{0,2}$")
_CREDIT = re.compile(r"信用代码|统一代码|社会代码|税号|识别号|注册号|执照号|执照|纳税人|CREDIT\s*CODE|TAX")
_OFFICE_PHONE = re.compile(
    r"派出所|大厅|窗口|出入境|办证中心|服务中心|政务|车管所|客服|热线|咨询|总机|值班|领事馆|使馆|公安局|分局|法院|"
    r"人社局"
)


def _before(text: str, start: int, reach: int = _NEAR) -> str:
    return text[max(0, start - reach) : start]


def _nearest(pattern: re.Pattern[str], window: str) -> int:
    """Where the last hit in ``window`` ends, or -1."""
    at = -1
    for hit in pattern.finditer(window):
        at = hit.end()
    return at


def is_order_number(text: str, start: int) -> bool:
    """An order word stands nearer before ``start`` than any word for a personal number."""
    window = _before(text, start)
    order = _nearest(_ORDER, window)
    return order >= 0 and order > _nearest(_PERSONAL, window)


def speaks_of_card(text: str, start: int) -> bool:
    """A word for a bank card or account stands shortly before ``start``."""
    return bool(_CARD.search(_before(text, start, 20)))


def speaks_of_identity(text: str, start: int) -> bool:
    """A word for the identity number stands shortly before ``start``."""
    return bool(_IDENTITY.search(_before(text, start, 20)))


def speaks_of_phone(text: str, start: int) -> bool:
    """A word for a telephone stands shortly before ``start``."""
    return bool(_PHONE.search(_before(text, start)))


def speaks_of_passport(text: str, start: int) -> bool:
    """The nearest word for a document before ``start`` is the passport."""
    window = _before(text, start, 20)
    return _nearest(_PASSPORT, window) > _nearest(_PERMIT, window)


def speaks_of_permit(text: str, start: int) -> bool:
    """The nearest word for a document before ``start`` is a travel or residence permit."""
    window = _before(text, start, 24)
    return _nearest(_PERMIT, window) > _nearest(_PASSPORT, window)


def names_permit_number(text: str, start: int) -> bool:
    """Directly before ``start`` stands "permit number is" or the like, so that even bare digits are one."""
    return bool(_PERMIT_NUMBER_IS.search(_before(text, start)))


def names_file_number(text: str, start: int) -> bool:
    """Directly before ``start`` stands the word for the file number of a driving licence."""
    return bool(_FILE_NUMBER_IS.search(_before(text, start)))


def speaks_of_credit_code(text: str, start: int) -> bool:
    """A word for a company's number stands shortly before ``start``."""
    return bool(_CREDIT.search(_before(text, start, 24)))


def is_office_phone(text: str, start: int) -> bool:
    """The number belongs to an office or hotline, which is nobody's personal data."""
    return bool(_OFFICE_PHONE.search(_before(text, start)))
