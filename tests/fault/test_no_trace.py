"""After a whole journey no name, number or message of it is in the database, the data folder or the logs."""

import re
from typing import Any

import pytest
from tests.fault.person import Person
from tests.fault.traces import assert_no_trace, find_traces

NAME = "司徒小满"
NUMBER = "11010119900307233X"
PHONE = "13911112222"
PASSPORT = "EJ1234567"
HOME = "海淀区翡翠湾三号楼"
QUESTION = f"我叫{NAME}，身份证{NUMBER}，电话{PHONE}，护照{PASSPORT}丢了，后天要出国，家住{HOME}，怎么办？"
FURTHER = "我妻子端木清欢也要一起办，她的电话是 13733334444，邮箱 duanmu.qinghuan@example.com"
REPLY = "司徒女士您好，请带户口簿到出入境大厅，找 5 号窗口的令狐警官，电话 010-62345678。"
ASKED_BACK = "请问您的航班号是不是 CA98765？"
NOTE = "值班交接：当事人说老家在栖霞镇梧桐巷"
COMMENT = "令狐警官态度特别好，救了我们的蜜月"
CLEAR = "值班员 一号"
WORDS = [
    *(NAME, NUMBER, PHONE, PASSPORT, "翡翠湾三号楼", "后天要出国"),
    *("端木清欢", "13733334444", "duanmu.qinghuan", "也要一起办"),
    *("司徒女士", "令狐警官", "62345678", "户口簿到出入境大厅"),
    *("CA98765", "您的航班号"),
    *("当事人说", "栖霞镇梧桐巷"),
    *("态度特别好", "我们的蜜月"),
]


def _person_writes(person: Person) -> str:
    person.ask(QUESTION)
    place = str(person.page.url.path)
    person.submit(f"{place}/ask", text=FURTHER)
    case = str(person.submit(f"{place}/person").url.path)
    person.case = case
    person.submit(f"{case}/messages", text=f"补充一句：{FURTHER}")
    person.submit(f"{case}/link")
    return case


def _staff_answers(service: Any, case: str) -> list[str]:
    """The secret words of the staff's side."""
    links = [service.staff_link(name) for name in (CLEAR, "值班员 二号")]
    place = f"/desk{case.replace('/case/', '/cases/')}"
    with Person(service.url) as agent, Person(service.url) as colleague:
        for one, link in ((agent, links[0]), (colleague, links[1])):
            one.open(link)
            one.submit(link)
        agent.open(place)
        agent.submit(f"{place}/view", purpose="call-back")
        assert NUMBER in agent.text
        agent.submit(f"{place}/reply", text=ASKED_BACK, ask="yes")
        agent.open(place)
        to = re.findall(r'name="to" value="([^"]+)"', agent.text)[0]
        agent.submit(f"{place}/handover", to=to, note=NOTE)
        colleague.open(place)
        colleague.submit(f"{place}/reply", text=REPLY)
        colleague.submit(f"{place}/resolve")
    return [link.rsplit("/", 1)[1] for link in links]


def _person_comes_back_elsewhere_and_rates(service: Any, person: Person, case: str) -> str:
    """The secret of the link, which was used."""
    link = re.findall(r'readonly value="http[^"]*(/r/[^"]+)"', person.open(case).text)[0]
    with Person(service.url) as phone:
        phone.open(link)
        phone.submit(link, reference=case.removeprefix("/case/"))
        assert REPLY in phone.text
        assert "航班号" in phone.text
        phone.open(f"{case}/rate")
        marks = dict.fromkeys(("accuracy", "privacy", "speed", "manner"), "5")
        phone.submit(f"{case}/rate", **marks, note=COMMENT)
    return str(link.rsplit("/", 1)[1])


@pytest.mark.fault
@pytest.mark.pg15
def test_a_whole_journey_leaves_no_trace(service: Any) -> None:
    with Person(service.url) as person:
        case = _person_writes(person)
        tokens = _staff_answers(service, case)
        tokens.append(_person_comes_back_elsewhere_and_rates(service, person, case))
        person.open("/")
        person.send("/ask", text=f"{NAME} {'很长' * 3000}")
        person.client.get(f"/find?name={NUMBER}")
        person.client.post("/ask", content=f"text={NUMBER}".encode())
    places = [service.data, service.log_file]
    with service.rows() as connection:
        # The name of a member of staff is kept in clear: where it is found, the others would have been found as well.
        found = find_traces(connection.info.dsn, places, [*WORDS, *tokens, CLEAR])
    assert [str(one) for one in found if one.word != CLEAR] == []
    seen = " ".join(one.place for one in found)
    assert "public.staff, line" in seen
    assert "/pg_wal/" in seen
    assert service.stop() == 0
    assert_no_trace(None, places, [*WORDS, *tokens])
