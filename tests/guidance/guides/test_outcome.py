from datetime import date

from tests.guidance.guides.conftest import read_sample

from changming.guidance.guides import (
    Matter,
    Outcome,
    has_limit,
    latest_start,
    outcome_of,
    place_to_ask,
    reminders,
    walk,
)
from changming.guidance.knowledge import DONT_KNOW, Edition
from changming.kernel.catalogue import SourceStatus
from changming.kernel.messages import Lang

ON = date(2026, 11, 22)
PASSPORT = read_sample("passport/first")
HOME = {"age": "40", "home_city": "220100", "city": "220104", "reason": "trip"}


def outcome(answers: dict[str, str], lang: Lang = Lang.ZH) -> Outcome:
    return outcome_of(PASSPORT, walk(PASSPORT, answers, on=ON), on=ON, lang=lang)


def test_ways_that_fit_with_steps_and_times() -> None:
    found = outcome(HOME)
    (home,) = found.routes
    assert (home.title, home.fits, home.depends) == ("户籍地办", True, ())
    assert [[(line.title, line.amount, line.certain) for line in group] for group in home.steps] == [
        [("本人到窗口", "", True)],
        [("审批", "最长 7 个工作日", True)],
        [("自取", "", True), ("邮寄", "一般 2 个工作日", False)],
    ]
    assert [place.name for place in found.places] == ["样例窗口"]
    assert found.places[0].certain


def test_a_way_that_is_open_says_what_it_depends_on() -> None:
    found = outcome({"age": "40"})
    assert {route.id: route.depends for route in found.routes} == {
        "home": ("户口在哪个市？", "在哪个市办？"),
        "away": ("户口在哪个市？", "在哪个市办？"),
    }
    declined = outcome({"age": "40", "home_city": DONT_KNOW})
    assert "户口在哪个市？" in declined.routes[0].depends, "not knowing it keeps the way open"


def test_money_time_and_the_rest_are_told_apart() -> None:
    found = outcome(HOME)
    assert [one.text for one in found.fees] == ["工本费 120 元。"]
    assert [one.text for one in found.times] == ["7 个工作日办好。"]
    assert [one.text for one in found.others] == ["本人到场。"]
    assert found.weakest is SourceStatus.LAW_TEXT
    assert [one.text for one in outcome(HOME, Lang.EN).fees] == ["The fee is CNY 120."]
    assert place_to_ask(PASSPORT, Lang.ZH).phone == "12345"
    away = {"age": "40", "home_city": "110000", "city": "220104", "reason": "trip"}
    assert outcome(away).weakest is SourceStatus.PRESS, "the way itself rests on a report"


def test_every_shipped_pack_has_an_end(shipped: Edition) -> None:
    for pack in shipped.packs.values():
        found = outcome_of(pack, walk(pack, {}, on=ON), on=ON, lang=Lang.ZH)
        assert found.said.text, pack.service
        numbers = {citation.number for citation in found.said.citations}
        told = (*found.fees, *found.times, *found.others)
        assert sorted(one.id for one in told) == sorted(one.id for one in found.said.statements)
        assert all(set(one.citation_numbers) <= numbers for one in told)


def test_the_last_day_to_begin_is_counted_back_by_the_longest_limit() -> None:
    walked = walk(PASSPORT, HOME, on=ON)
    # Seven working days after Thursday 19 November end on Monday the 30th.
    assert latest_start(PASSPORT, walked, date(2026, 12, 1), on=date(2026, 11, 1)) == date(2026, 11, 19)
    assert latest_start(PASSPORT, walked, date(2026, 12, 1), on=ON) is None, "too late"
    assert has_limit(PASSPORT, walked, on=ON)
    unknown = walk(PASSPORT, {}, on=ON)
    assert latest_start(PASSPORT, unknown, date(2026, 12, 31), on=ON) == date(2026, 12, 10), "the longest of both ways"


def test_reminders_are_to_get_ready_to_begin_and_to_need_it() -> None:
    walked = walk(PASSPORT, HOME, on=ON)
    matter = Matter("abc", "护照", ["身份证", "照片"], "样例热线 12345", "https://desk.example/guide", date(2027, 1, 8))
    found = reminders(matter, [(PASSPORT, walked)], on=ON, lang=Lang.ZH)
    assert [(one.uid, one.day.isoformat(), one.title) for one in found] == [
        ("ready.abc", "2026-12-26", "备齐材料：护照"),
        ("start.abc", "2026-12-29", "最晚今天去办：护照"),
        ("need.abc", "2027-01-08", "今天要用：护照"),
    ]
    assert found[0].text == "· 身份证\n· 照片"
    bare = Matter("abc", "护照", [], "12345", "", None)
    assert [one.uid for one in reminders(bare, [(PASSPORT, walked)], on=ON, lang=Lang.EN)] == ["ready.abc"]
    soon = Matter("abc", "护照", [], "12345", "", date(2026, 11, 24))
    assert [one.uid for one in reminders(soon, [(PASSPORT, walked)], on=ON, lang=Lang.EN)] == ["ready.abc", "need.abc"]
