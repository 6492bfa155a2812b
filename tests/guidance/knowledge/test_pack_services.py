"""The services of a life event: their order, whom they concern, what settles several at once."""

from collections.abc import Callable, Mapping
from datetime import date

import pytest
from tests.guidance.knowledge.conftest import SAMPLE

from changming.guidance.knowledge import Pack, PathStep, consult, judge, path_of, read_case, run_examples
from changming.guidance.knowledge.reading.pack import PackReading
from changming.kernel.messages import Lang

Changed = Callable[..., PackReading]
NOTES = "notes: [样例备注]"
DAY = date(2026, 11, 22)
PATH = """
services:
  - service: passport/first
    after: [household/birth-registration, resident-id/first]
    when: {staff: {is: false}}
    maybe: {zh: 不是公职人员才办。, en: Not for state staff.}
  - service: resident-id/first
    after: [household/birth-registration]
    when: {age: {lt: 16}}
    note: {zh: 可以一起办。, en: Can be done together.}
  - birth-certificate/first
  - service: household/birth-registration
    after: [birth-certificate/first]
    when: {reason: {eq: lost}}
"""
JOINT = ("    channel: counter\n", "    channel: counter\n    joint: [resident-id/first, passport/first]\n")
ORDER = ("birth-certificate/first", "household/birth-registration", "resident-id/first", "passport/first")


@pytest.fixture
def event(changed: Changed) -> Pack:
    found = changed((NOTES, NOTES + PATH), JOINT)
    assert found.faults == ()
    assert found.pack is not None
    return found.pack


def walk(pack: Pack, given: Mapping[str, str]) -> dict[str, PathStep]:
    return {step.service: step for step in path_of(pack, read_case(pack, on=DAY, given=given))}


def test_services_stand_in_the_order_of_doing_and_otherwise_in_the_authors(event: Pack) -> None:
    assert event.services == ORDER
    assert [step.service for step in path_of(event, read_case(event, on=DAY, given={}))] == list(ORDER)


def test_a_plain_list_keeps_its_order(changed: Changed) -> None:
    pack = changed((NOTES, f"services: [safety, passport/first, resident-id/first]\n{NOTES}")).pack
    assert pack is not None
    assert pack.services == ("safety", "passport/first", "resident-id/first")
    assert {step.standing for step in path_of(pack, read_case(pack, on=DAY, given={}))} == {"fits"}


def test_each_service_applies_may_apply_or_does_not(event: Pack) -> None:
    found = walk(event, {"age": "20", "reason": "lost"})
    assert [found[name].standing for name in ORDER] == ["fits", "fits", "out", "open"]
    found = walk(event, {"age": "3", "reason": "full", "staff": "true"})
    assert [found[name].standing for name in ORDER] == ["fits", "out", "fits", "out"]


def test_what_came_before_an_unneeded_service_comes_before_its_followers(event: Pack) -> None:
    found = walk(event, {"age": "3", "reason": "full", "staff": "false"})
    assert found["resident-id/first"].after == ("birth-certificate/first",)
    assert found["passport/first"].after == ("birth-certificate/first", "resident-id/first")
    assert found["household/birth-registration"].standing == "out"


def test_the_wording_fits_the_standing(event: Pack) -> None:
    said = {name: step.note for name, step in walk(event, {}).items()}
    assert said["passport/first"] is not None
    assert said["passport/first"].en == "Not for state staff."
    assert said["resident-id/first"] is not None
    assert said["resident-id/first"].en == "Can be done together."
    assert walk(event, {"staff": "false"})["passport/first"].note is None


def test_a_joint_route_is_named_while_it_fits_or_may_fit(event: Pack) -> None:
    assert walk(event, {})["passport/first"].joint_routes == ("local",)
    assert walk(event, {})["birth-certificate/first"].joint_routes == ()
    assert walk(event, {"home": "110000", "city": "220100"})["passport/first"].joint_routes == ()
    assert event.routes["local"].joint == ("resident-id/first", "passport/first")


def test_a_consultation_shows_the_path_without_what_is_out(event: Pack) -> None:
    found = consult(event, on=DAY, given={"reason": "full", "age": "3"}, lang=Lang.EN).path
    assert [(view.service, view.fits) for view in found] == [
        ("birth-certificate/first", True),
        ("resident-id/first", True),
        ("passport/first", False),
    ]
    assert found[2].note == "Not for state staff."


def test_an_input_that_decides_only_the_path_is_asked(changed: Changed) -> None:
    words = "ask: {zh: 有孩子吗？, en: Children?}, why: {zh: 看路径。, en: For the path.}"
    ask = f"  toddler: {{type: bool, {words}}}\nderived:"
    step = "services: [{service: passport/first, when: {toddler: {is: true}}}]"
    pack = changed(("derived:", ask), (NOTES, f"{step}\n{NOTES}")).pack
    assert pack is not None
    known = {"reason": "full", "age": "30", "home": "220100", "city": "220100", "staff": "false"}
    dates = {"expires": "2027-01-01", "leaves": "2027-01-01"}
    assert judge(pack, read_case(pack, on=DAY, given=known | dates)).question == "toddler"
    assert judge(pack, read_case(pack, on=DAY, given=known | dates | {"toddler": "true"})).question is None


@pytest.mark.parametrize(
    ("expected", "code"),
    [
        ("services: [birth-certificate/first, resident-id/first], services_maybe: [passport/first]", ""),
        ("services: [birth-certificate/first]", "example"),
        ("services_maybe: []", "example"),
        ("services: [passport/frst]", "did_you_mean"),
    ],
)
def test_examples_say_which_services_apply(changed: Changed, expected: str, code: str) -> None:
    example = f"\n  - {{name: path, at: 2026-11-22, given: {{age: 3, reason: full}}, expect: {{{expected}}}}}\n"
    before = "  - name: before the pack speaks"
    found = changed((NOTES, NOTES + PATH), (before, example + before))
    faults = found.faults if found.pack is None else run_examples(found.pack)
    assert [fault.code for fault in faults] == ([code] if code else [])
    assert all(fault.line for fault in faults)


def services(body: str) -> tuple[str, str]:
    return NOTES, f"{NOTES}\nservices:\n{body}\n"


FIRST = "  - service: passport/first\n"
RENEW = "  - service: passport/renew\n"
FAULTS = [
    (services("  - passport/frst"), "services[0]", "did_you_mean", 1),
    (services("  - {service: passport/frst}"), "services[0].service", "did_you_mean", 1),
    (services("  - ''"), "services[0]", "empty", 1),
    (services("  - [safety]"), "services[0]", "not_a_mapping", 1),
    (services("  - {afer: [safety]}"), "services[0].afer", "did_you_mean", 1),
    (services("  - {note: {zh: 甲, en: a}}"), "services[0]", "missing_key", 1),
    (services("  - safety\n  - {service: safety}"), "services[1]", "twice", 2),
    (services(f"{FIRST}    after: [safety]"), "services[0].after", "not_one_of", 2),
    (services(f"{FIRST}    after: [passport/first]"), "services", "services_circle", 2),
    (
        services(f"{FIRST}    after: [passport/renew]\n{RENEW}    after: [passport/first]"),
        "services",
        "services_circle",
        2,
    ),
    (services(f"  - safety\n{FIRST}    after: [safety, safety]"), "services[1].after", "twice", 3),
    (services(f"{FIRST}    maybe: {{zh: 甲, en: a}}"), "services[0].maybe", "maybe_never", 2),
    (services(f"{FIRST}    note: {{zh: 甲}}"), "services[0].note", "missing_key", 2),
    (services(f"{FIRST}    when: {{age: {{lt: 0}}}}"), "services.passport/first.when", "never", 1),
    (services(f"{FIRST}    when: {{aeg: {{lt: 9}}}}"), "services[0].when.aeg", "did_you_mean", 2),
]


@pytest.mark.parametrize(("change", "path", "code", "line"), FAULTS)
def test_every_fault_of_the_path_is_told_at_its_line(
    changed: Changed, change: tuple[str, str], path: str, code: str, line: int
) -> None:
    start = SAMPLE[: SAMPLE.index(NOTES)].count("\n") + 2
    found = changed(change).faults
    assert (path, code, line) in {(fault.path, fault.code, fault.line - start) for fault in found}
    assert all(fault.sentence(lang) for fault in found for lang in Lang)


@pytest.mark.parametrize(
    ("joint", "code"),
    [
        ("[passport/first, resident-id/frst]", "did_you_mean"),
        ("[passport/first]", "joint_alone"),
        ("[passport/first, passport/first]", "twice"),
        ("passport/first", "not_a_list"),
    ],
)
def test_a_joint_way_settles_at_least_two_listed_services(changed: Changed, joint: str, code: str) -> None:
    way = ("    channel: counter\n", f"    channel: counter\n    joint: {joint}\n")
    found = changed((NOTES, NOTES + PATH), way)
    assert code in {fault.code for fault in found.faults}
    assert all(fault.line for fault in found.faults)
