"""Bad input over real HTTP: answered clearly in both languages, nothing lost or half kept, nothing in the logs."""

import html
import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import psycopg
import pytest
from tests.fault.person import Person

from changming.kernel.errors import ChangmingError
from changming.kernel.messages import Lang

QUESTION = "身份证丢了怎么补？"
MARKS = {"accuracy": "5", "privacy": "4", "speed": "3", "manner": "5"}
LONG = "长话" * 17_000
"""More than 100 kB in UTF-8."""
SECRET_WORDS = ("翡翠湾", "13911112222")
"""Put into what is refused: no log may hold it."""

pytestmark = pytest.mark.fault


@pytest.fixture(scope="module")
def desk(new_service: Any) -> Iterator[Any]:
    service = new_service()
    service.start()
    yield service
    log = service.log_file.read_text()
    service.kill()
    assert "Traceback" not in log
    assert '"unexpected"' not in log
    for word in SECRET_WORDS:
        assert word not in log
    since_open = log.partition(f"{service.url}\n")[2]
    assert since_open
    for line in since_open.splitlines():
        assert json.loads(line)["event"]


@pytest.fixture(params=["zh", "en"])
def person(request: pytest.FixtureRequest, desk: Any) -> Iterator[Person]:
    with Person(desk.url, lang=request.param) as person:
        yield person


@pytest.fixture
def someone(desk: Any) -> Iterator[Person]:
    with Person(desk.url) as person:
        yield person


def lang_of(person: Person) -> Lang:
    return Lang(person.client.cookies["changming_language"])


def assert_said(answer: httpx.Response, code: str, status: int, lang: Lang, **fields: object) -> None:
    """The page says what happened and what to do next, in the person's language and without a stack trace."""
    error = ChangmingError(code, status=status, **fields)
    assert answer.status_code == status, answer.text[-600:]
    page = html.unescape(answer.text)
    assert error.message(lang) in page
    assert error.next_step(lang) in page
    assert "Traceback" not in page
    if lang is Lang.EN:
        not_ours = re.compile(r'<textarea.*?</textarea>|value="[^"]*"|lang="zh-CN".*?</a>', re.DOTALL)
        assert not re.search("[\u4e00-\u9fff]", not_ours.sub("", answer.text)), "Chinese on an English page"


def messages(desk: Any) -> int:
    with desk.rows() as connection:
        row = connection.execute("select count(*) from message").fetchone()
    return int(row[0])


BAD_TEXTS: list[tuple[str, str, int, dict[str, object]]] = [
    ("", "question_empty", 422, {}),
    (" \u200b\n\u3000", "question_empty", 422, {}),
    ("😀🙏🏽👨‍👩‍👧", "question_without_words", 422, {}),
    (LONG, "question_too_long", 413, {"longest": 5000, "length": len(LONG)}),
]


def test_a_bad_text_is_explained_and_given_back_wherever_people_write(desk: Any, person: Person) -> None:
    lang = lang_of(person)
    case = person.open_case(QUESTION)
    place = re.findall(r"/c/[0-9a-f-]{36}", person.text)[0]
    before = messages(desk)
    for text, code, status, fields in BAD_TEXTS:
        person.open("/")
        assert_said(person.send("/ask", text=text), code, status, lang, **fields)
        assert person.form("/ask")["text"].strip() == text.strip()
        for page, action in ((case, f"{case}/messages"), (place, f"{place}/ask")):
            person.open(page)
            assert_said(person.send(action, text=text), code, status, lang, **fields)
            assert person.form("")["text"].strip() == text.strip()
    assert messages(desk) == before
    answer = person.again(text=QUESTION)
    assert (answer.status_code, answer.headers["location"]) == (303, place)
    assert messages(desk) == before + 2


def test_broken_text_is_refused_not_guessed(desk: Any, person: Person) -> None:
    case = person.open_case(QUESTION)
    before = messages(desk)
    fields = person.form(f"{case}/messages")
    head = f"form_token={fields['form_token']}&form_key=k1&".encode()
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    for body in (b"text=%ff%fe", b"text=\xc3\x28", b"text=%ed%a0%80", b"text=a%00b"):
        for path in (f"{case}/messages", "/ask"):
            answer = person.client.post(path, content=head + body, headers=kind)
            assert_said(answer, "text_broken", 400, lang_of(person))
    assert messages(desk) == before


def test_programs_get_the_same_as_problems(desk: Any) -> None:
    name = SECRET_WORDS[0]
    for body, code, status in (
        (json.dumps({"text": ""}), "question_empty", 422),
        (json.dumps({"text": "😀"}), "question_without_words", 422),
        (json.dumps({"text": LONG}), "too_large", 413),
        (json.dumps({"text": QUESTION, name: 1}), "field_invalid", 422),
        (json.dumps({"text": [name]}), "field_invalid", 422),
        (f'{{"text": "{name}', "json_expected", 400),
        (b'{"text": "\xff"}', "json_expected", 400),
        ("[" * 60_000, "json_expected", 400),
    ):
        for lang in Lang:
            answer = httpx.post(
                f"{desk.url}/api/v1/ask",
                content=body,
                headers={"Content-Type": "application/json", "Accept-Language": lang.value},
            )
            assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
            said = answer.json()
            assert (said["code"], said["status"]) == (code, status)
            assert said["detail"]
            assert said["next_step"]
            assert said["request_id"] == answer.headers["x-request-id"]


def other_letter(reference: str) -> str:
    return reference[:-1] + ("2" if reference[-1] != "2" else "3")


def test_one_wrong_letter_of_a_reference_is_said_wherever_it_is_written(person: Person) -> None:
    lang = lang_of(person)
    case = person.open_case(QUESTION)
    wrong = other_letter(case.removeprefix("/case/"))
    assert_said(person.open(f"/case/{wrong}"), "reference_wrong", 422, lang)
    person.open("/find")
    assert_said(person.send("/find", reference=wrong), "reference_wrong", 422, lang)
    assert wrong in person.text
    person.open(case)
    person.submit(f"{case}/link")
    link = re.findall(r'readonly value="http[^"]*(/r/[^"]+)"', person.text)[0]
    person.open(link)
    for _ in range(7):  # more often than a link may be tried
        assert_said(person.send(link, reference=wrong), "reference_wrong", 422, lang)
        person.open(link)
    assert person.send(link, reference=case.removeprefix("/case/")).status_code == 303


def new_link(person: Person) -> tuple[str, str]:
    """A secret link of a new case, and its reference."""
    case = person.open_case(QUESTION)
    person.submit(f"{case}/link")
    return re.findall(r'readonly value="http[^"]*(/r/[^"]+)"', person.text)[0], case.removeprefix("/case/")


def test_links_that_open_nothing_say_why(desk: Any, person: Person, someone: Person) -> None:
    lang = lang_of(person)
    used, reference = new_link(someone)
    someone.open(used)
    assert someone.send(used, reference=reference).status_code == 303
    expired, other = new_link(someone)
    with desk.rows() as connection:
        connection.execute("update secret_link set expires_at = now() - interval '1 second' where used_at is null")
    unknown = "/r/" + "A" * 43
    for link, given, code, status in (
        (used, reference, "link_used", 410),
        (expired, other, "link_expired", 410),
        (unknown, reference, "link_unknown", 404),
    ):
        assert person.open(link).status_code == 200
        assert_said(person.send(link, reference=given), code, status, lang)


def test_sign_in_links_that_open_nothing_say_why(desk: Any, person: Person) -> None:
    link = desk.staff_link(f"值班员 {lang_of(person)}")
    person.open(link)
    fields = person.form(link)
    assert person.post(link, fields).status_code == 303
    assert person.post(link, fields).status_code == 303, "a double tap is the same tap"
    for path, status in ((link, 410), ("/desk/sign-in/" + "A" * 43, 404)):
        answer = person.post(path, {**fields, "form_key": f"later-{status}"})
        assert answer.status_code == status
        assert "Traceback" not in answer.text
        assert person.client.get("/desk").status_code == 200


def test_a_double_tap_is_one_act(desk: Any, someone: Person) -> None:
    case = someone.open_case(QUESTION)
    before = messages(desk)
    fields = {**someone.form(f"{case}/messages"), "text": "请只记一次"}
    with ThreadPoolExecutor(6) as taps:
        answers = list(taps.map(lambda _: someone.client.post(f"{case}/messages", data=fields), range(6)))
    assert {(one.status_code, one.headers["location"]) for one in answers} == {(303, case)}
    assert messages(desk) == before + 1
    someone.open("/")
    asked = {**someone.form("/ask"), "text": QUESTION}
    with ThreadPoolExecutor(6) as taps:
        answers = list(taps.map(lambda _: someone.client.post("/ask", data=asked), range(6)))
    assert {one.status_code for one in answers} == {303}
    assert len({one.headers["location"] for one in answers}) == 1
    assert messages(desk) == before + 3


def test_the_same_key_with_another_text_is_refused_and_nothing_is_lost(desk: Any, person: Person) -> None:
    case = person.open_case(QUESTION)
    fields = person.form(f"{case}/messages")
    assert person.post(f"{case}/messages", {**fields, "text": "第一封"}).status_code == 303
    before = messages(desk)
    answer = person.post(f"{case}/messages", {**fields, "text": "第二封"})
    assert_said(answer, "idempotency_key_reused", 422, lang_of(person))
    assert messages(desk) == before
    assert person.form("")["text"] == "第二封"
    assert person.again().status_code == 303
    page = person.open(case).text
    assert (page.count("第一封<"), page.count("第二封<")) == (1, 1)


def test_rating_twice_counts_once_and_a_half_rating_not_at_all(desk: Any, person: Person) -> None:
    lang = lang_of(person)
    case = person.open_case(QUESTION)
    agent = signed_in(desk, f"评分 {lang}")
    with agent:
        agent.open(f"/desk{case.replace('/case/', '/cases/')}")
        place = f"/desk/cases/{case.removeprefix('/case/')}"
        agent.submit(f"{place}/reply", text="已经答复。")
        agent.submit(f"{place}/resolve")
    person.open(f"{case}/rate")
    assert_said(person.send(f"{case}/rate", accuracy="5", note="很好"), "rating_invalid", 422, lang)
    person.open(f"{case}/rate")
    first = person.form(f"{case}/rate")
    assert person.post(f"{case}/rate", {**first, **MARKS}).status_code == 303
    assert person.post(f"{case}/rate", {**first, **MARKS}).status_code == 303, "the same submission again"
    again = {**first, "form_key": "another", **MARKS, "accuracy": "1"}
    assert_said(person.post(f"{case}/rate", again), "already_rated", 409, lang)
    with desk.rows() as connection:
        found = _ratings(connection, case.removeprefix("/case/"))
    assert found == [5]


def signed_in(desk: Any, name: str) -> Person:
    link = desk.staff_link(name)
    agent = Person(desk.url)
    agent.open(link)
    agent.submit(link)
    return agent


def _ratings(connection: psycopg.Connection, reference: str) -> list[int]:
    rows = connection.execute(
        "select accuracy from rating where case_id = (select id from case_file where reference = %s)", [reference]
    )
    return [row[0] for row in rows]


def test_fields_that_nobody_asked_for_change_nothing(desk: Any, someone: Person) -> None:
    case = someone.open_case(QUESTION)
    before = messages(desk)
    extra = {"text": "只有这句", "author": "staff", "case_id": "x", "at": "1970-01-01", "subject_id": "y"}
    assert someone.send(f"{case}/messages", **extra).status_code == 303
    assert messages(desk) == before + 1
    someone.open(case)
    many = {**someone.form(f"{case}/messages"), **{f"f{n}": "1" for n in range(100)}, "text": "太多字段"}
    assert_said(someone.post(f"{case}/messages", many), "form_too_many_fields", 400, Lang.ZH)


def test_a_page_that_lay_too_long_gives_the_text_back_and_takes_it_then(person: Person) -> None:
    person.open("/")
    person.client.cookies.delete("changming_forms")
    answer = person.send("/ask", text=QUESTION)
    assert_said(answer, "form_stale", 403, lang_of(person))
    assert person.form("")["text"] == QUESTION
    assert person.again().status_code == 303


STRANGE = [
    ("GET", "/c/%00", {}),
    ("GET", "/case/%ff%fe", {}),
    ("GET", "/case/" + "9" * 4000, {}),
    ("GET", "/static/%2e%2e/app.py", {}),
    ("GET", "/ledger/tile/0/%2e%2e/%00", {}),
    ("GET", "/?lang=%ff&lang=xx&" + "a=1&" * 500, {}),
    ("GET", "/", {"headers": {"Cookie": b"changming_forms=\xff\xfe; changming_visitor=a.b.c; changming_desk=\x80"}}),
    ("GET", "/", {"headers": {"Accept": b"\xff", "Accept-Language": b"\xff;q=x"}}),
    ("POST", "/ask", {"content": b"x=1", "headers": {"Content-Type": b"\xff/\xff"}}),
    ("POST", "/ask", {"content": b"x=1", "headers": {"Content-Type": "application/x-www-form-urlencoded"}}),
    ("POST", "/desk/sign-in/%00", {"content": b""}),
    ("PUT", "/ask", {"content": b"x"}),
    ("DELETE", "/case/CM-7Q4K-29XD", {}),
]


@pytest.mark.parametrize(("method", "path", "sent"), STRANGE)
def test_strange_requests_are_no_defects(desk: Any, method: str, path: str, sent: dict[str, Any]) -> None:
    answer = httpx.request(method, desk.url + path, timeout=20, **sent)
    assert answer.status_code < 500
    assert "Traceback" not in answer.text
    assert answer.headers["content-security-policy"]


def test_head_is_get_without_the_content(desk: Any) -> None:
    for path, status in (("/", 200), ("/healthz", 200), ("/nowhere", 404), ("/desk", 401)):
        head, get = httpx.head(desk.url + path), httpx.get(desk.url + path)
        assert (head.status_code, get.status_code, head.content) == (status, status, b"")
        assert head.headers["content-type"] == get.headers["content-type"]
