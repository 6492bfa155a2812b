"""What a pack decides about a case, by table and over random people."""

import random
from collections.abc import Callable, Mapping
from datetime import date

import pytest

from changming.guidance.knowledge import DONT_KNOW, Judgement, Pack, Standing, judge, read_case
from changming.guidance.knowledge.kinds import InputKind
from changming.guidance.knowledge.model import Input
from changming.guidance.knowledge.reading.pack import PackReading

NOW = date(2026, 11, 22)
ADULT = {"reason": "expiring", "age": "30", "home": "220100", "city": "220100", "staff": "false"}


def judged(pack: Pack, given: Mapping[str, str], on: date = NOW) -> Judgement:
    return judge(pack, read_case(pack, on=on, given=given))


def said(judgement: Judgement) -> dict[str, Standing]:
    return {row.id: row.standing for row in judgement.statements}


def listed(judgement: Judgement) -> dict[str, Standing]:
    return {row.id: row.standing for row in judgement.materials}


def test_everything_is_certain_for_a_known_case(pack: Pack) -> None:
    found = judged(pack, {**ADULT, "expires": "2027-01-01", "leaves": "2026-12-01"})
    assert said(found) == dict.fromkeys(["online", "fee", "validity", "post", "where"], Standing.FITS)
    assert listed(found) == dict.fromkeys(["old-book", "photo", "signature", "copy"], Standing.FITS)
    assert found.routes == {"online": Standing.FITS, "local": Standing.FITS, "away": Standing.OUT}
    assert (found.question, found.missing) == (None, ())


def test_both_branches_are_said_while_nothing_is_known(pack: Pack) -> None:
    found = judged(pack, {})
    assert said(found) == {"online": Standing.OPEN, "validity": Standing.OPEN, "where": Standing.FITS}
    assert listed(found) == {"photo": Standing.FITS, "guardian": Standing.OPEN, "copy": Standing.FITS}
    assert set(found.routes.values()) == {Standing.OPEN}
    assert found.question == "reason"


@pytest.mark.parametrize(
    ("on", "online", "route"),
    [(date(2025, 11, 19), False, Standing.OUT), (date(2025, 11, 20), True, Standing.FITS)],
)
def test_the_day_of_a_change(pack: Pack, on: date, *, online: bool, route: Standing) -> None:
    found = judged(pack, ADULT, on)
    assert ("online" in said(found)) is online
    assert found.routes["online"] is route


@pytest.mark.parametrize(("on", "sources"), [(date(2025, 11, 19), ("old-notice",)), (date(2025, 11, 20), ("notice",))])
def test_only_sources_in_force_are_rested_on(pack: Pack, on: date, sources: tuple[str, ...]) -> None:
    photo = next(row for row in judged(pack, ADULT, on).materials if row.id == "photo")
    assert photo.sources == sources


def test_nothing_rests_on_a_source_that_is_not_in_force(changed: Callable[..., PackReading]) -> None:
    pack = changed(("sources: [notice, old-notice]}", "sources: [notice]}")).pack
    assert pack is not None
    assert "photo" not in listed(judged(pack, ADULT, date(2025, 11, 19)))


def test_a_statement_cites_the_row_its_figure_comes_from(pack: Pack) -> None:
    rows = {row.id: row.sources for row in judged(pack, ADULT).statements}
    assert rows["online"] == ("notice", "guide")
    assert rows["validity"] == ("law",)
    assert rows["post"] == ("guide",)


def test_a_partial_value_silences_its_statement_only(pack: Pack) -> None:
    found = judged(pack, {**ADULT, "city": "330100"})
    assert "post" not in said(found)
    assert found.missing == ()
    assert "fee" in said(found)


def test_a_needed_value_without_a_row_is_missing_never_the_last_one(pack: Pack) -> None:
    found = judged(pack, ADULT, date(2023, 12, 31))
    assert found.missing == ("fee", "validity", "office")
    assert said(found) == {}


def test_a_value_of_a_statement_that_may_not_apply_is_not_missed(changed: Callable[..., PackReading]) -> None:
    pack = changed(('text: {zh: "工本费 {fee}。"', 'when: {staff: {is: true}}\n    text: {zh: "工本费 {fee}。"')).pack
    assert pack is not None
    assert "fee" not in judged(pack, {}, date(2023, 12, 31)).missing


def test_the_first_next_step_that_holds(pack: Pack) -> None:
    steps = [judged(pack, {**ADULT, "staff": staff}).next_step.text.zh for staff in ("true", "false", DONT_KNOW)]
    assert steps == ["先请单位出具意见。", "先预约。", "先预约。"]


def test_a_material_waits_for_its_route_and_may_say_so(changed: Callable[..., PackReading]) -> None:
    wording = (
        "spec: exit-entry-photo,",
        "spec: exit-entry-photo, routes: [online], maybe: {zh: 网上办要照片, en: Photo},",
    )
    pack = changed(wording).pack
    assert pack is not None
    assert listed(judged(pack, {}))["photo"] is Standing.OPEN
    assert listed(judged(pack, ADULT))["photo"] is Standing.FITS
    assert "photo" not in listed(judged(pack, {**ADULT, "staff": "true"}))


@pytest.mark.parametrize(
    ("given", "question"),
    [
        ({}, "reason"),
        ({"reason": "lost"}, "age"),
        ({"reason": DONT_KNOW}, "age"),
        ({**ADULT, "home": "220000"}, "home"),  # a province is too coarse to tell
        ({**ADULT, "home": "330100"}, "expires"),  # not on a list known to be incomplete: nothing more to ask about it
        ({**ADULT, "age": "10"}, "expires"),
        (ADULT, "expires"),
        ({**ADULT, "expires": DONT_KNOW}, None),
        ({**ADULT, "expires": "2026-12-01"}, "leaves"),
        ({**ADULT, "leaves": DONT_KNOW}, None),
    ],
)
def test_only_what_can_still_change_something_is_asked(
    pack: Pack, given: Mapping[str, str], question: str | None
) -> None:
    assert judged(pack, given).question == question


def test_a_figure_that_only_a_route_needs_is_worth_a_question(changed: Callable[..., PackReading]) -> None:
    days = "  days: {type: int, unit: working_day, rows: [{when: {staff: {is: true}}, value: 9, source: guide}, \
{when: {staff: {is: false}}, value: 5, source: guide}]}\n"
    local = '{id: issue, kind: limit, title: {zh: 制证, en: Issue}, amount: "{limit}"}\n  away'
    pack = changed(
        ("  office: {type", days + "  office: {type"),
        (local, local.replace("{limit}", "{days}")),
        ("{when: {staff: {is: true}}, text", "{when: {age: {lt: 3}}, text"),
    ).pack
    assert pack is not None
    child = {"reason": "full", "age": "10", "home": "220100", "expires": DONT_KNOW}
    assert judged(pack, {**child, "city": "220100"}).question == "staff"
    assert judged(pack, {**child, "city": "330100"}).question is None


def some_answer(rng: random.Random, asked: Input) -> str:
    if asked.kind is InputKind.INT:
        return str(rng.choice([9, 15, 16, 40]))
    if asked.kind is InputKind.ENUM:
        return rng.choice(list(asked.options))
    if asked.kind is InputKind.BOOL:
        return rng.choice(["true", "false"])
    if asked.kind is InputKind.REGION:
        return rng.choice(["220100", "220102", "220200", "110101", "330106"])
    return rng.choice(["2026-12-01", "2027-05-01", "2028-01-01"])


def outcome(found: Judgement) -> object:
    """What a person would notice: everything but the question."""
    return (found.statements, found.materials, found.routes, found.next_step)


def test_asking_what_matters_gives_the_same_result_as_asking_everything(changed: Callable[..., PackReading]) -> None:
    consent = ("{when: {staff: {is: true}}, text", "{when: {all: [{staff: {is: true}}, {age: {ge: 16}}]}, text")
    pack = changed(consent).pack
    assert pack is not None
    rng = random.Random(20261122)  # noqa: S311 - a fixed sample of people
    asked_in_all = 0
    for _ in range(300):
        person = {name: some_answer(rng, asked) for name, asked in pack.inputs.items()}
        given: dict[str, str] = {}
        while (question := judged(pack, given).question) is not None:
            assert question not in given
            given[question] = person[question]
        asked_in_all += len(given)
        assert outcome(judged(pack, given)) == outcome(judged(pack, person))
    assert asked_in_all < 300 * len(pack.inputs)


def test_every_question_can_change_what_is_said(pack: Pack) -> None:
    """For the next question there are two completions that differ in its answer alone and in the outcome."""
    rng = random.Random(7)  # noqa: S311 - a fixed sample of people
    for _ in range(60):
        names = rng.sample(list(pack.inputs), rng.randrange(len(pack.inputs)))
        given = {name: some_answer(rng, pack.inputs[name]) for name in names}
        question = judged(pack, given).question
        if question is None:
            continue
        assert any(differs(pack, given, question, rng) for _ in range(400)), (given, question)


def differs(pack: Pack, given: Mapping[str, str], question: str, rng: random.Random) -> bool:
    rest = {name: some_answer(rng, asked) for name, asked in pack.inputs.items() if name not in given}
    one, other = some_answer(rng, pack.inputs[question]), some_answer(rng, pack.inputs[question])
    first = judged(pack, {**rest, **given, question: one})
    return outcome(first) != outcome(judged(pack, {**rest, **given, question: other}))
