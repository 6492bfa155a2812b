from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.counts import examples, no_runaway

from changming.kernel.masking import Masked, fold, mask, mask_adjacent

CASES: list[tuple[str, list[tuple[str, str]]]] = [
    ("我的号码是13812345678", [("phone", "13812345678")]),
    ("电话 138 1234 5678，谢谢", [("phone", "138 1234 5678")]),
    ("手机138-1234-5678", [("phone", "138-1234-5678")]),
    ("手机号：１３８１２３４５６７８", [("phone", "１３８１２３４５６７８")]),
    ("打幺三八一二三四五六七八给我", [("phone", "幺三八一二三四五六七八")]),
    ("我手机一三八 一二三四 五六七八", [("phone", "一三八 一二三四 五六七八")]),
    ("+8613812345678", [("phone", "+8613812345678")]),
    ("+86 138-1234-5678", [("phone", "+86 138-1234-5678")]),
    ("0086 13812345678", [("phone", "0086 13812345678")]),
    ("(+86)15912345678", [("phone", "(+86)15912345678")]),
    ("手机号1.13812345678", [("phone", "13812345678")]),
    ("1 3 8 1 2 3 4 5 6 7 8 是我电话", [("phone", "1 3 8 1 2 3 4 5 6 7 8")]),
    ("联系方式138.1234.5678", [("phone", "138.1234.5678")]),
    ("tel13812345678", [("phone", "13812345678")]),
    ("call me at +1 415 555 2671", [("phone", "+1 415 555 2671")]),
    ("香港电话+852 9123 4567", [("phone", "+852 9123 4567")]),
    ("家里座机0512-65231234", [("phone", "0512-65231234")]),
    ("我家电话(010)84561234", [("phone", "(010)84561234")]),
    ("13812345678和13987654321都可以", [("phone", "13812345678"), ("phone", "13987654321")]),
    ("1\u200b3812345678零宽", [("phone", "1\u200b3812345678")]),
    ("电话138\u200b1234\u200b5678", [("phone", "138\u200b1234\u200b5678")]),
    ("我电话是①③⑧①②③④⑤⑥⑦⑧", [("phone", "①③⑧①②③④⑤⑥⑦⑧")]),
    ("身份证号110101199003071234", [("resident-id", "110101199003071234")]),
    ("身份证号11010119900307123x", [("resident-id", "11010119900307123x")]),
    ("身份证 110101 19900307 1234", [("resident-id", "110101 19900307 1234")]),
    ("身份证：１１０１０１１９９００３０７１２３Ｘ", [("resident-id", "１１０１０１１９９００３０７１２３Ｘ")]),
    ("330153199001010960", [("resident-id", "330153199001010960")]),
    ("我的证件号码是44030719881212001X，谢谢", [("resident-id", "44030719881212001X")]),
    ("老身份证110101900307123", [("resident-id", "110101900307123")]),
    ("810000199408230021 港澳居民居住证", [("resident-id", "810000199408230021")]),
    ("身份证号一一零一零一一九九零零三零七一二三四", [("resident-id", "一一零一零一一九九零零三零七一二三四")]),
    ("id 110101-1990-0307-1234", [("resident-id", "110101-1990-0307-1234")]),
    ("13812345678 110101199003071234", [("phone", "13812345678"), ("resident-id", "110101199003071234")]),
    ("银行卡6222021234567890128", [("bank-card", "6222021234567890128")]),
    ("卡号 6222 0212 3456 7890 128", [("bank-card", "6222 0212 3456 7890 128")]),
    ("我的卡4111111111111111", [("bank-card", "4111111111111111")]),
    ("工行6212261234567890123能交费吗", [("bank-card", "6212261234567890123")]),
    ("储蓄卡账号是 6217 0012 3456 7890", [("bank-card", "6217 0012 3456 7890")]),
    ("护照号E12345678", [("passport", "E12345678")]),
    ("护照号是e12345678", [("passport", "e12345678")]),
    ("护照EA1234567过期了", [("passport", "EA1234567")]),
    ("旧护照G12345678", [("passport", "G12345678")]),
    ("护照号E 1234 5678", [("passport", "E 1234 5678")]),
    ("my passport number is K1234567", [("passport", "K1234567")]),
    ("护照号码141234567", [("passport", "141234567")]),
    ("港澳通行证C12345678", [("permit", "C12345678")]),
    ("通行证号码CA1234567", [("permit", "CA1234567")]),
    ("台湾通行证T12345678快到期", [("permit", "T12345678")]),
    ("回乡证H1234567890", [("permit", "H1234567890")]),
    ("台胞证号12345678", [("permit", "12345678")]),
    ("护照E12345678和港澳通行证C87654321", [("passport", "E12345678"), ("permit", "C87654321")]),
    ("统一社会信用代码91110000600037341L", [("credit-code", "91110000600037341L")]),
    ("我公司代码 91350100M000100Y43", [("credit-code", "91350100M000100Y43")]),
    ("税号91440300MA5F12345X", [("credit-code", "91440300MA5F12345X")]),
    ("邮箱zhang.san@qq.com", [("email", "zhang.san@qq.com")]),
    ("发到ＺＨＡＮＧ＠163.com吧", [("email", "ＺＨＡＮＧ＠163.com")]),
    ("email: li_si+1@mail.example.com.cn.", [("email", "li_si+1@mail.example.com.cn")]),
    ("我住北京市朝阳区建国路88号3号楼1201室", [("address", "北京市朝阳区建国路88号3号楼1201室")]),
    ("家住幸福小区3栋2单元501", [("address", "幸福小区3栋2单元501")]),
    ("寄到浙江省杭州市西湖区文三路123号", [("address", "浙江省杭州市西湖区文三路123号")]),
    ("地址：河南省周口市太康县城关镇李庄村12号", [("address", "河南省周口市太康县城关镇李庄村12号")]),
    ("我家在中山北路1234弄56号701室", [("address", "中山北路1234弄56号701室")]),
    ("住在阳光花园2-3-501", [("address", "阳光花园2-3-501")]),
    ("快递请送到广东省深圳市南山区科技园南区A栋502室", [("address", "广东省深圳市南山区科技园南区A栋502室")]),
    ("收件地址：四川省成都市武侯区人民南路四段", [("address", "四川省成都市武侯区人民南路四段")]),
    ("我叫张伟", [("name", "张伟")]),
    ("我叫王小明，想办护照", [("name", "王小明")]),
    ("我叫张伟想办护照", [("name", "张伟")]),
    ("姓名：李四", [("name", "李四")]),
    ("本人王芳，身份证丢了", [("name", "王芳")]),
    ("我是李建国，身份证号110101199003071234", [("name", "李建国"), ("resident-id", "110101199003071234")]),
    ("我的名字是欧阳娜娜", [("name", "欧阳娜娜")]),
    ("我叫阿依古丽·买买提，要办身份证", [("name", "阿依古丽·买买提")]),
    ("my name is John Smith and I lost my passport", [("name", "John Smith")]),
    ("我儿子叫刘子轩今年五岁", [("name", "刘子轩")]),
    ("申请人：陈静 电话13812345678", [("name", "陈静"), ("phone", "13812345678")]),
    ("我的密码是abc12345", [("password", "abc12345")]),
    ("支付密码:888888", [("password", "888888")]),
    ("password: hunter2!", [("password", "hunter2!")]),
    ("验证码是482913", [("code", "482913")]),
    ("验证码：482913，要不要告诉他", [("code", "482913")]),
    ("482913是您的验证码", [("code", "482913")]),
    ("your verification code is 482913", [("code", "482913")]),
    # names by the words around them
    ("联系人吴桂芳电话13912340000", [("name", "吴桂芳"), ("phone", "13912340000")]),
    ("我老婆林美玲要改名字", [("name", "林美玲")]),
    ("我妈徐秀兰的社保卡", [("name", "徐秀兰")]),
    ("法定代表人韩冬", [("name", "韩冬")]),
    ("帮我查下蒋欣怡的进度", [("name", "蒋欣怡")]),
    ("周芷若，身份证号320106199208154526", [("name", "周芷若"), ("resident-id", "320106199208154526")]),
    ("王建军 13711112222", [("name", "王建军"), ("phone", "13711112222")]),
    ("陈晓，女，1990年5月出生", [("name", "陈晓")]),
    ("张三和李四要办结婚证补领", [("name", "张三"), ("name", "李四")]),
    ("刘诗诗的身份证办好没", [("name", "刘诗诗")]),
    ("本人次仁卓玛，想办边境证", [("name", "次仁卓玛")]),
    ("申请人姓名木合塔尔·艾买提", [("name", "木合塔尔·艾买提")]),
    ("我係陳大文，想問回鄉證", [("name", "陳大文")]),
    ("I am Wang Fang, calling about my ID", [("name", "Wang Fang")]),
    ("My son's name is Zhao Lei", [("name", "Zhao Lei")]),
    # read out, spelt out, with a gap
    ("138 然后 1234 再 5678", [("phone", "138 然后 1234 再 5678")]),
    ("座机62345678", [("phone", "62345678")]),
    ("身份证 210102 19870923 441最后一位是x", [("resident-id", "210102 19870923 441最后一位是x")]),
    ("前六位510104，出生日期19850607，后四位1234", [("resident-id", "510104，出生日期19850607，后四位1234")]),
    ("驾驶证档案编号110012345678", [("permit", "110012345678")]),
    ("通行证编号 C 2345 6789", [("permit", "C 2345 6789")]),
    ("外国人永久居留证号911840198801010011", [("permit", "911840198801010011")]),
    ("工资卡6217856000012345678", [("bank-card", "6217856000012345678")]),
    ("信用代码是91330106-MA2B0XYZ-12", [("credit-code", "91330106-MA2B0XYZ-12")]),
    ("mail: john at gmail.com", [("email", "john at gmail.com")]),
    ("邮箱是zhangsan艾特163.com", [("email", "zhangsan艾特163.com")]),
    ("验证码收到了，4821", [("code", "4821")]),
    ("他发我一个动态密码778102", [("code", "778102")]),
    ("your code is 906612", [("code", "906612")]),
    ("我的PIN是8642", [("password", "8642")]),
    ("租住在东城区北新桥三条胡同甲8号", [("address", "东城区北新桥三条胡同甲8号")]),
    (
        "I live at Room 502, Building 3, 88 Jianguo Road, Chaoyang District, Beijing",
        [("address", "Room 502, Building 3, 88 Jianguo Road, Chaoyang District, Beijing")],
    ),
    ("我叫车过去要多久", []),
    ("我叫外卖送材料", []),
    ("我爸马上70了", []),
    ("我妈高血压能上门吗", []),
    ("老婆温州人", []),
    ("房东任何材料都不给", []),
    ("帮我查快递", []),
    ("家人或监护人申请", []),
    ("姓名和身份证不一致", []),
    ("中华人民共和国居民身份证法", []),
    ("六部门令第 173 号 2025-05-19", []),
    ("验证码发了3次都没收到", []),
    ("error code 500123", []),
    ("I'm looking for the office", []),
    ("my name on the card is misspelled", []),
    # nothing
    ("订单号13812345678什么时候到", []),
    ("快递单号 73512345678901", []),
    ("受理号110101202611220001", []),
    ("版本v1.3.8.12345678", []),
    ("2026年11月22日到期", []),
    ("费用120元，7个工作日", []),
    ("打12345投诉，12367咨询，96110反诈，12123", []),
    ("110和120哪个打", []),
    ("3号窗口在10号线边上", []),
    ("密码忘了怎么办", []),
    ("password is wrong", []),
    ("验证码收不到", []),
    ("验证码要不要给他", []),
    ("我叫什么名字不重要", []),
    ("我叫了车去派出所", []),
    ("姓名写错了怎么改", []),
    ("本人不在北京可以办吗", []),
    ("本人高龄，能上门吗", []),
    ("我是江苏人", []),
    ("我是应届生，在北京", []),
    ("南京东路怎么走", []),
    ("人民路派出所几点开门", []),
    ("派出所在建国路10号", []),
    ("政务服务中心大厦3楼能办吗", []),
    ("2026-11-22 15:30预约", []),
    ("GA 461-2004 358x441像素 350dpi", []),
    ("国办函〔2021〕105号", []),
    ("电话95588怎么打", []),
    ("400-810-8888是真的客服吗", []),
    ("出入境咨询电话010-84020101", []),
    ("一二三四五六七天", []),
    ("港澳通行证20261122到期", []),
    ("我的身份证2026年到期", []),
    ("个人身份证办理需要7个工作日吗", []),
    ("他叫我转账20000元到安全账户", []),
    ("工资卡余额123456.78", []),
    ("签注15元、30元、80元", []),
    ("我的电话号码：一五九，二三四五，六七八九", [("phone", "一五九，二三四五，六七八九")]),
    ("联系我：zhangsan(at)qq.com", [("email", "zhangsan(at)qq.com")]),
    ("统一代码91440101MA59ABCD1X", [("credit-code", "91440101MA59ABCD1X")]),
    ("本人李想，男，1990年5月生", [("name", "李想")]),
    ("验证码 4 8 2 9 1 3", [("code", "4 8 2 9 1 3")]),
    ("我叫小明", [("name", "小明")]),
    ("我叫Tom，想办护照", [("name", "Tom")]),
    ("广州市天河区体育西路103号维多利广场A座", [("address", "广州市天河区体育西路103号维多利广场A座")]),
    ("港澳居民来往内地通行证号码H12345678", [("permit", "H12345678")]),
    ("居住证号310000199001011234", [("resident-id", "310000199001011234")]),
    ("用户名admin密码Admin@123", [("password", "Admin@123")]),
    ("13812345678一直打不通", [("phone", "13812345678")]),
    ("我的编号是20261122001", []),
    ("订单20261122123456789012", []),
    ("我在人民路小学上学", []),
    ("手机尾号5678，银行卡后四位6789", []),
    ("车牌京A12345", []),
    ("", []),
    ("😀😀😀", []),
    ("1000000000000000", []),
    ("第12345678901号公告", []),
]


@pytest.mark.parametrize(("text", "expected"), CASES, ids=range(len(CASES)))
def test_finds_personal_data_and_nothing_else(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(item.kind.value, text[item.start : item.end]) for item in mask(text).found] == expected


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("我的号码是13812345678", "我的号码是138****5678"),
        ("电话 +86 138-1234-5678。", "电话 138****5678。"),
        ("打幺三八一二三四五六七八", "打幺三八****五六七八"),
        ("身份证110101199003071234", "身份证110****1234"),
        ("银行卡6222021234567890128", "银行卡****0128"),
        ("护照E12345678", "护照E****78"),
        ("邮箱zhang.san@qq.com", "邮箱z***@qq.com"),
        ("我叫王小明，想办护照", "我叫王**，想办护照"),
        ("我住北京市朝阳区建国路88号", "我住北京市朝阳区****"),
        ("家住幸福小区3栋2单元501", "家住****"),
        ("密码是abc12345", "密码是******"),
        ("验证码是482913", "验证码是******"),
    ],
)
def test_shows_enough_to_recognise(text: str, shown: str) -> None:
    assert mask(text).text == shown


def test_a_number_split_over_two_messages_is_found_in_both() -> None:
    first, second = mask_adjacent(["我手机号是1381234", "5678，明天打给我"])
    assert (first.text, second.text) == ("我手机号是****", "****，明天打给我")
    assert [item.kind.value for item in first.found + second.found] == ["phone", "phone"]


def test_each_adjacent_message_is_masked_as_it_is_alone() -> None:
    messages = ["王建军 13711112222", "我叫张伟", "验证码482913"]
    assert mask_adjacent(messages) == tuple(mask(one) for one in messages)


def test_adjacent_messages_that_hold_nothing_stay_as_they_are() -> None:
    assert mask_adjacent(["护照要多少钱", "要几天"]) == (Masked("护照要多少钱"), Masked("要几天"))


def test_folding_keeps_the_way_back() -> None:
    folded = fold("a\u200b①Ｂ⑬")
    assert folded.text == "A1B13"
    assert folded.original_span(3, 5) == (4, 5)


_NUMERIC = st.text(alphabet="0123456789 -.X*+()EC一三八零号路栋室区市我叫张王李码密验证:：,@abAB\u200b①", max_size=60)


@given(st.one_of(st.text(max_size=200), _NUMERIC, st.text(alphabet=st.characters(), max_size=40)))
@settings(max_examples=examples(600), deadline=None)
def test_any_text_keeps_what_was_not_found_and_masking_twice_changes_nothing(text: str) -> None:
    masked = mask(text)
    at, rest = 0, masked.text
    for item in masked.found:
        assert at <= item.start < item.end <= len(text)
        kept = text[at : item.start]
        assert kept in rest
        rest = rest[rest.index(kept) + len(kept) :]
        at = item.end
    assert rest.endswith(text[at:])
    assert mask(masked.text) == Masked(masked.text)


@given(
    number=st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True),
    form=st.sampled_from(["{0}", "{0[0]}{0[1]}{0[2]} {1} {2}", "{3}-{1}-{2}", "+86{0}", "{3} {1} {2}"]),
    before=st.sampled_from(["", "电话", "我的号码是", "call ", "请打", "微信同号："]),
    after=st.sampled_from(["", "，谢谢", " thanks", "一直打不通", "。"]),
)
def test_every_mobile_number_is_found_in_every_usual_form(number: str, form: str, before: str, after: str) -> None:
    shown = form.format(number, number[3:7], number[7:], number[:3])
    text = before + shown + after
    assert [(item.kind.value, text[item.start : item.end]) for item in mask(text).found] == [("phone", shown)]


@given(
    area=st.integers(110000, 659999),
    born=st.dates(date(1930, 1, 1), date(2026, 1, 1)),
    tail=st.from_regex(r"[0-9]{3}[0-9Xx]", fullmatch=True),
    before=st.sampled_from(["", "身份证号", "我的证件号码：", "id "]),
)
def test_every_identity_number_is_found_whatever_its_check_digit_and_county(
    area: int, born: date, tail: str, before: str
) -> None:
    number = f"{area}{born:%Y%m%d}{tail}"
    found = mask(before + number + "。").found
    assert [(item.kind.value, item.start, item.end) for item in found] == [
        ("resident-id", len(before), len(before) + 18)
    ]


@pytest.mark.parametrize(
    "piece",
    ["1", "a", "我", "13812345678 ", "路1号", "A1 ", "一", "我叫张", "@", "a@", "密码", "1-", "( ", "验证码", "区",
     "在", "地址", "\ud800", "①", "住在河南", "1 ", "a.b-", "张·", "我叫张·", "😀", "号", "一 "],
)  # fmt: skip
def test_a_hundred_thousand_characters_come_to_an_end(piece: str) -> None:
    with no_runaway():
        mask((piece * 100_000)[:100_000])


@pytest.mark.parametrize(
    "place", ["惠州", "武威", "鲁甸", "乐山", "包头", "黄山", "海口", "锡林浩特", "克拉玛依", "温县"]
)
@pytest.mark.parametrize("said", ["我是{}的", "{}补护照", "{}的户口", "我老家{}", "我在{}办身份证", "我叫车去{}"])
def test_a_place_that_begins_like_a_name_is_none(said: str, place: str) -> None:
    assert mask(said.format(place)).found == ()
