import pytest
from tests.counts import no_runaway

from changming.guidance.triage import find_division, read
from changming.guidance.triage.places import find_mentions, pick_place
from changming.guidance.triage.places.gazetteer import gazetteer
from changming.kernel.catalogue import MaskKind
from changming.kernel.masking import mask

# Text and the code of the city where the person acts; None where none is said, or where nobody could tell.
CASES = [
    ("我在北京，护照怎么办", "110000"),
    ("人在上海户口河南", "310000"),
    ("我在深圳打工，户口在四川，身份证丢了", "440300"),
    ("昆山可以办吗", "320500"),
    ("顺德能补身份证吗", "440600"),
    ("浦东哪里办护照", "310000"),
    ("杭州西湖区能办吗", "330100"),
    ("西湖区能办吗", None),
    ("朝阳区派出所", None),
    ("北京朝阳区派出所", "110000"),
    ("朝阳能办吗", None),
    ("长春朝阳区", "220100"),
    ("南京东路附近哪里能办", None),
    ("我在中山大学读书", None),
    ("在中山办护照", "442000"),
    ("信封开封了还能用吗", None),
    ("我在开封，想补身份证", "410200"),
    ("两种证大同小异", None),
    ("大同市能办吗", "140200"),
    ("延边能办护照吗", "222400"),
    ("我在恩施", "422800"),
    ("吉林能异地办吗", "220000"),
    ("吉林市可以吗", "220200"),
    ("海南办居住证", "460000"),
    ("海南藏族自治州", "632500"),
    ("浙江省杭州市", "330100"),
    ("我要去北京出差，身份证丢了", "110000"),
    ("我在广州，下周去香港", "440100"),
    ("去香港要什么证", None),
    ("澳门签注怎么办", None),
    ("台湾通行证怎么办", None),
    ("我是四川人，在苏州上班", "320500"),
    ("仙桃能办吗", "429004"),
    ("雄安新区", "130600"),
    ("横琴", "440400"),
    ("沪上办证", "310000"),
    ("在沪工作可以办居住证吗", "310000"),
    ("重庆渝北区", "500000"),
    ("重庆云阳县", "500000"),
    ("石河子", "659001"),
    ("济源", "419001"),
    ("白银涨价了", None),
    ("我在白银市", "620400"),
    ("来宾请登记", None),
    ("义乌外贸公司年报", "330700"),
    ("大理石地板", None),
    ("北京时间几点", None),
    ("青岛啤酒", None),
    ("I live in Shenzhen", "440300"),
    ("in Beijing and my hukou is in Hubei", "110000"),
    ("喀什", "653100"),
    ("伊犁的户口", "654000"),
    ("西藏", "540000"),
    ("内蒙", "150000"),
    ("呼和浩特", "150100"),
    ("乌鲁木齐能办护照吗", "650100"),
    ("人民路派出所", None),
    ("我老家是河南周口的", "411600"),
    ("湖北武汉武昌", "420100"),
    ("户口在山东，人在天津，能在天津办吗", "120000"),
    ("苏州吴江区", "320500"),
    ("太原", "140100"),
    ("河北省石家庄市长安区", "130100"),
    ("西安长安区", "610100"),
    ("日照充足", None),
    ("和平年代", None),
    ("东方明珠", None),
    ("高密度", None),
    ("安宁", None),
    ("从广州到长沙办", "430100"),
    ("户口从兰州迁到银川", "640100"),
    ("孩子在上海生的，户口报回合肥", "340100"),
    ("哈尔滨户口在三亚过冬，身份证丢了", "460200"),
    ("我不在北京，我在石家庄", "130100"),
    ("人不在武汉了，现在宜昌", "420500"),
    ("from xi'an, now in hangzhou", "330100"),
    ("上海大众汽车行驶证", None),
    ("长春花小区怎么写地址", None),
    ("我想在老家办，老家在湖南邵阳", "430500"),
]


@pytest.mark.parametrize(("text", "code"), CASES)
def test_the_place_where_the_person_acts(text: str, code: str | None) -> None:
    chosen = pick_place(find_mentions(read(text).text))
    assert (chosen.division.city_code if chosen and chosen.division else None) == code


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("北京", "110000"),
        ("北京市", "110000"),
        ("深圳", "440300"),
        ("昆山", "320583"),
        ("Shanghai", "310000"),
        ("沪", "310000"),
    ],
)
def test_a_name_given_apart(name: str, code: str) -> None:
    found = find_division(name)
    assert found is not None
    assert found.code == code


@pytest.mark.parametrize("name", ["西湖区", "朝阳", "无此地", "", "火星"])
def test_an_ambiguous_or_unknown_name_is_nobody_s_guess(name: str) -> None:
    assert find_division(name) is None


@pytest.mark.parametrize("piece", ["北京", "海南", "大同小异", "西湖区", "一"])
def test_long_texts_come_to_an_end(piece: str) -> None:
    with no_runaway():
        find_mentions((piece * 60_000)[:60_000])


def test_a_place_is_never_taken_for_a_name() -> None:
    hidden = [
        division.name
        for division in gazetteer().divisions.values()
        for said in ("{}补护照", "户口在{}，人在外地", "我是{}的")
        if any(found.kind is MaskKind.NAME for found in mask(said.format(division.name)).found)
    ]
    assert hidden == []
