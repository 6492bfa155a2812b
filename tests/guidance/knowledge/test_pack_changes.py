"""Two versions of a pack: what differs, whose answer differs, and whether past questions bear it out."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.counts import examples
from tests.guidance.knowledge.conftest import SAMPLE

from changming.guidance.knowledge import (
    ChangeKind,
    Pack,
    consult,
    decision_diff,
    outcome,
    read_text,
    replay,
    show_change,
    structural_diff,
)
from changming.guidance.knowledge.changes import decisions
from changming.guidance.knowledge.changes.pieces import pieces_of
from changming.kernel.messages import Lang

_OPEN_ENDED = ("reason: {in: [expiring, full]}}, value", "not: {reason: {eq: lost}}}, value")
_FOUNDED = ("sources: [notice, old-notice]}", "sources: [notice, old-notice, law]}")
_ONE_EXAMPLE = "tests: [{name: one, at: 2026-01-01, expect: {status: answered}}]\n"
_BODY = SAMPLE[: SAMPLE.index("tests:")].replace(*_OPEN_ENDED).replace(*_FOUNDED) + _ONE_EXAMPLE
SINCE, UNTIL = date(2023, 6, 1), date(2027, 6, 1)
LOST = "{from: 2025-01-01, when: {reason: {eq: lost}}, value: 240, source: law}"
EDITS = {
    "figure": ("value: 240", "value: 250"),
    "age": ("age: {ge: 16}}, {local", "age: {ge: 18}}, {local"),
    "list": ("[220100, 110000]", "[220100, 310000]"),
    "complete": ("complete: false, ", ""),
    "row": (LOST, LOST.replace("from: 2025-01-01", "from: 2025-01-01, to: 2026-01-01") + "\n      - "
            + LOST.replace("2025", "2026").replace("240", "300")),
    "status": ("status: secondary", "status: official"),
    "start": ("status: official, from: 2025-11-20", "status: official, from: 2025-12-20"),
    "range": ("min: 0, max: 130", "min: 0, max: 120"),
    "option": ("lost: {zh: 丢了, en: Lost}, ", "lost: {zh: 丢了, en: Lost}, stolen: {zh: 被偷, en: Stolen}, "),
    "since": ("since: 2024-01-01", "since: 2023-09-01"),
    "level": ("same: [home, city], level: province", "same: [home, city], level: city"),
    "maybe": ("zh: 未满 16 周岁 5 年，其余 10 年。", "zh: 未满 16 周岁 5 年，其他 10 年。"),
    "place": ("entry: {do: platform", "entry: {do: counter"),
    "step": ("amount: 3, unit: working_day", "amount: 5, unit: working_day"),
    "gone": ("  copy: {text: {zh: 复印件, en: A copy}, form: copy, required: false, sources: [guide]}\n", ""),
    "dropped": ('  - id: post\n    text: {zh: "邮寄 {post_fee}。", en: "Postage is {post_fee}."}\n', ""),
    "step of next": ("when: {staff: {is: true}}, text", "when: {age: {ge: 60}}, text"),
}  # fmt: skip


def read(source: str) -> Pack:
    found = read_text("packs/passport/renew.yaml", source.encode(), service="passport/renew")
    assert found.faults == ()
    assert found.pack is not None
    return found.pack


def edited(*names: str) -> Pack:
    source = _BODY
    for name in names:
        old, new = EDITS[name]
        assert old in source
        source = source.replace(old, new, 1)
    return read(source)


SAME = read(_BODY)
VERSIONS = {name: edited(name) for name in EDITS}
ANSWERS: dict[str, list[str]] = {
    "reason": ["expiring", "lost", "full", "stolen", "unknown"],
    "age": ["0", "15", "16", "17", "18", "59", "60", "120", "121", "130", "unknown"],
    "home": ["220100", "220102", "110000", "110105", "310000", "320500", "220000", "990100", "220200"],
    "city": ["220100", "220106", "110101", "320100", "320000", "220200"],
    "staff": ["true", "false", "unknown"],
    "expires": ["2026-03-01", "2027-01-01"],
    "leaves": ["2026-05-01", "unknown"],
}
given_answers = st.fixed_dictionaries({}, optional={name: st.sampled_from(found) for name, found in ANSWERS.items()})
days = st.dates(SINCE, UNTIL - timedelta(days=1)) | st.sampled_from([date(2025, 11, 19), date(2025, 11, 20)])


def test_a_pack_does_not_differ_from_itself() -> None:
    assert structural_diff(SAME, read(_BODY)) == ()
    found = decision_diff(SAME, read(_BODY), since=SINCE, until=UNTIL)
    assert (found.changed, found.cells, found.exhaustive, found.moved) == ((), 0, True, False)


@pytest.mark.parametrize(
    ("edit", "path", "before", "after"),
    [
        ("figure", 'values.fee.rows[2025-01-01; reason == "lost"].value', "240", "250"),
        ("age", "derived.adult_at_home", "age >= 16 && local", "age >= 18 && local"),
        ("list", "values.pilots.rows[2025-11-20].value", "110000", None),
        ("list", "values.pilots.rows[2025-11-20].value", None, "310000"),
        ("complete", "values.pilots.rows[2025-11-20].complete", "false", "true"),
        ("row", 'values.fee.rows[2026-01-01; reason == "lost"].value', None, "300"),
        ("row", 'values.fee.rows[2025-01-01; reason == "lost"].to', None, "2026-01-01"),
        ("status", "sources.guide.status", "secondary", "official"),
        ("start", "sources.notice.from", "2025-11-20", "2025-12-20"),
        ("range", "inputs.age.max", "130", "120"),
        ("option", "inputs.reason.of.stolen.en", None, "Stolen"),
        ("step", "routes.online.steps.post.amount.value", "3", "5"),
        ("dropped", "answer.post.text.en", "Postage is {post_fee}.", None),
        ("step of next", "next_step[age >= 60].when", "staff", "age >= 60"),
    ],
)
def test_a_difference_is_named_by_ids_and_told_apart_by_kind(
    edit: str, path: str, before: str | None, after: str | None
) -> None:
    found = structural_diff(SAME, VERSIONS[edit])
    kind = ChangeKind.ADDED if before is None else ChangeKind.REMOVED if after is None else ChangeKind.CHANGED
    assert (path, kind, before, after) in {(one.path, one.kind, one.before, one.after) for one in found}
    back = structural_diff(VERSIONS[edit], SAME)
    assert len(back) == len(found)


def test_a_new_id_alone_is_a_rename_and_another_order_is_no_other_content() -> None:
    renamed = read(_BODY.replace("  copy: {text", "  duplicate: {text"))
    assert [(one.path, one.before, one.after) for one in structural_diff(SAME, renamed)] == [
        ("materials.duplicate.id", "copy", "duplicate")
    ]
    lines = _BODY.split("\n")
    photo = next(line for line in lines if line.startswith("  photo:"))
    lines.remove(photo)
    lines.insert(next(at for at, line in enumerate(lines) if line.startswith("  signature:")) + 1, photo)
    moved = read("\n".join(lines))
    assert [one.path for one in structural_diff(SAME, moved)] == ["materials.(order)"]
    found = decision_diff(SAME, moved, since=SINCE, until=UNTIL)
    assert (found.moved, found.changed) == (True, ())
    assert replay(SAME, moved, [(date(2026, 1, 1), {"age": "30"})]).unpredicted == ()


def test_a_pack_that_comes_or_goes_is_told_in_full() -> None:
    assert {one.kind for one in structural_diff(None, SAME)} == {ChangeKind.ADDED}
    assert {one.kind for one in structural_diff(SAME, None)} == {ChangeKind.REMOVED}
    assert structural_diff(None, None) == ()
    found = decision_diff(None, SAME, since=SINCE, until=UNTIL)
    assert found.exhaustive
    assert {one.before for one in found.changed} == {""}
    assert replay(None, SAME, [(date(2026, 1, 1), {})]).unpredicted == ()


def told(edit: str, lang: Lang = Lang.ZH) -> list[str]:
    found = decision_diff(SAME, VERSIONS[edit], since=SINCE, until=UNTIL)
    assert found.exhaustive
    return [show_change(one, lang, place=lambda code: {"310000": "上海"}.get(code, code)) for one in found.changed]


def test_a_difference_is_told_as_whom_when_and_what() -> None:
    assert told("figure")[0] == (
        "为什么换？ 丢了；2025-01-01 起、2027-06-01 前：说明 fee 由“工本费 240 元。”改为“工本费 250 元。”"
    )
    assert told("age")[-1] == (
        "几岁？ 16 到 17；户口在哪？ 220100、110000；是公职人员吗？ 否；home = city (city): 是；"
        "2025-11-20 起、2027-06-01 前：材料 signature 不再有“签名图片（电子版、必须）”"
    )
    assert any("户口在哪？ 上海；" in words and "多了“签名图片" in words for words in told("list"))
    assert any(
        "from 2025-11-20, before 2025-12-20: material signature is gone" in words for words in told("start", Lang.EN)
    )
    assert told("row") == [
        "为什么换？ 丢了；2026-01-01 起、2027-06-01 前：说明 fee 由“工本费 240 元。”改为“工本费 300 元。”",
        "为什么换？ 丢了；2026-01-01 起、2027-06-01 前：数值 fee 由“240 元”改为“300 元”",
    ]
    assert any("几岁？ 121 起；" in words and "不再有“有效期 10 年。”" in words for words in told("range"))
    (words,) = told("maybe")
    assert words.startswith("几岁？ （未知）；还没问清时；2024-01-01 起、2027-06-01 前：说明 validity 由")
    assert words.endswith("其余 10 年。”改为“未满 16 周岁 5 年，其他 10 年。”")
    assert "由“平台 https://s.nia.gov.cn”改为“窗口”" in told("place")[-1]


def witnesses(edit: str) -> Iterator[tuple[date, dict[str, str]]]:
    """A concrete person for every difference that is told, where no two inputs are compared."""
    found = decision_diff(SAME, VERSIONS[edit], since=SINCE, until=UNTIL)
    for change in found.changed:
        variables = found.pieces[change.piece].variables
        if not change.decided or any(one.compared for one in variables):
            continue
        chosen = {band.variable.name: next(iter(band.members)) for band in change.where}
        facts = {one.name: chosen.get(one.name, one.members[0]) for one in variables}
        assert change.on.start is not None
        yield change.on.start, {name: str(fact).replace("True", "true") for name, fact in facts.items()}


@pytest.mark.parametrize("edit", EDITS)
def test_every_difference_that_is_told_happens_to_somebody(edit: str) -> None:
    for on, answers in witnesses(edit):
        assert outcome(SAME, on=on, given=answers) != outcome(VERSIONS[edit], on=on, given=answers)


@given(st.sampled_from(list(EDITS)), st.lists(st.tuples(days, given_answers), min_size=20, max_size=60))
@settings(max_examples=examples(40), deadline=None)
def test_no_answer_changes_that_the_comparison_did_not_foresee(
    edit: str, records: list[tuple[date, dict[str, str]]]
) -> None:
    for old, new in ((SAME, VERSIONS[edit]), (VERSIONS[edit], SAME)):
        found = replay(old, new, records)
        changed = [outcome(old, on=on, given=told) != outcome(new, on=on, given=told) for on, told in records]
        assert (len(found.changed), found.same) == (changed.count(True), changed.count(False))
        assert found.unpredicted == ()


def test_many_people_are_replayed_at_once_and_some_answers_do_change() -> None:
    records = [
        (on, {"reason": reason, "age": age, "home": home, "city": "220100", "staff": "false"})
        for on, reason, age, home in product(
            (date(2025, 11, 19), date(2025, 11, 20)), ("lost", "full"), ("15", "17", "40"), ("220102", "110000")
        )
    ]
    found = replay(SAME, edited("figure", "age", "list"), records)
    assert found.unpredicted == ()
    assert {records[at][1]["reason"] for at in found.changed} == {"lost", "full"}
    assert found.same + len(found.changed) == len(records)
    assert replay(SAME, VERSIONS["age"], []) == replay(SAME, SAME, [])


def test_an_answer_that_no_version_takes_differs_only_where_one_is_silent() -> None:
    early = (date(2023, 10, 13), {"reason": "stolen"})
    found = replay(SAME, VERSIONS["since"], [early, (date(2026, 1, 1), {"reason": "stolen"})])
    assert (found.same, found.changed, found.unpredicted) == (1, (0,), ())


def test_a_difference_that_nobody_foresaw_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: tuple[date, Mapping[str, str]] = (date(2026, 1, 1), {"reason": "lost"})
    assert replay(SAME, VERSIONS["figure"], [asked]).unpredicted == ()
    sections = pieces_of
    monkeypatch.setattr(
        f"{decisions.__name__}.pieces_of", lambda pack: [one for one in sections(pack) if one[1] != "fee"]
    )
    assert replay(SAME, VERSIONS["figure"], [asked]).unpredicted == (0,)


def test_too_many_cases_are_sampled_and_said_to_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decisions, "MAX_CASES", 100)
    found = decision_diff(SAME, VERSIONS["age"], since=SINCE, until=UNTIL)
    assert not found.exhaustive
    assert 0 < found.cells < 1000
    with pytest.raises(ValueError, match="one day"):
        decision_diff(SAME, SAME, since=SINCE, until=SINCE)


@given(st.sampled_from(list(EDITS)), days, given_answers)
@settings(max_examples=examples(200), deadline=None)
def test_an_outcome_says_what_a_consultation_says(edit: str, on: date, answers: dict[str, str]) -> None:
    pack = VERSIONS[edit]
    found = outcome(pack, on=on, given=answers)
    if found.not_valid:
        assert found.not_valid in answers
        return
    said = consult(pack, on=on, given=answers, lang=Lang.ZH)
    assert (found.status, found.next_step, found.place) == (said.status, said.next_step, said.entry.contact)
    assert found.question == (said.question.input if said.question else None)
    assert [name for name, _ in found.routes] == [way.id for way in said.routes]
    assert [name for name, _ in found.materials] == [item.material for item in said.checklist]
    assert all(words.startswith(row.text) for row, (_, words) in zip(said.statements, found.statements, strict=True))


def test_texts_of_statements_are_told_with_their_tag(pack: Pack) -> None:
    found = outcome(pack, on=date(2026, 1, 1), given={"city": "220100"})
    assert ("post", "邮寄 15 元。（请以窗口答复为准）") in found.statements
    assert outcome(None, on=date(2026, 1, 1), given={}).status == "handover"
