"""A form changes single words of a text: what it does not change stays, byte for byte."""

import difflib

import pytest
from tests.editorial.conftest import FIRST, RENEW, SAFETY, bundled, pack_of, text_of

from changming.editorial.forms import SECTIONS, read_section, write_section
from changming.editorial.splicing import NotEditable, copy_entry, drop_entry, scalar, set_words
from changming.guidance.knowledge import read_text


def changed_lines(before: str, after: str) -> list[str]:
    diff = difflib.unified_diff(before.split("\n"), after.split("\n"), lineterm="", n=0)
    return [line for line in diff if line[:1] in "+-" and line[:3] not in ("+++", "---")]


@pytest.mark.parametrize("service", sorted(bundled().packs))
def test_every_bundled_entry_can_be_shown_as_a_form_and_saved_unchanged(service: str) -> None:
    authored = text_of(service)
    for section in SECTIONS:
        groups = read_section(authored, section)
        assert groups is not None
        given = {field.name: field.value for group in groups for field in group.fields}
        assert write_section(authored, section, given) == authored


@pytest.mark.parametrize("section", [one for one in SECTIONS if one != "phrasings"])
def test_every_kind_of_field_can_be_written_and_only_that_changes(section: str) -> None:
    authored = text_of(RENEW)
    fields = [field for group in read_section(authored, section) or () for field in group.fields if field.value]
    for field in {field.label: field for field in fields if field.kind.value in ("line", "area")}.values():
        words = f"{field.value}: 改 # {{}}" if field.kind.value == "area" else f"{field.value}改"
        after = write_section(authored, section, {field.name: words})
        found = {one.name: one.value for group in read_section(after, section) or () for one in group.fields}
        assert found[field.name] == words
        assert len(changed_lines(authored, after)) == 2


def test_a_figure_is_changed_and_the_pack_says_it() -> None:
    authored = text_of(RENEW)
    row = next(group for group in read_section(authored, "values") or () if group.title.startswith("fee "))
    name = next(field.name for field in row.fields if field.label == "value")
    pack = pack_of(RENEW, write_section(authored, "values", {name: "130"}))
    assert pack.values["fee"].rows[0].figure == 130


def test_phrasings_are_a_list_with_one_a_line() -> None:
    authored = text_of(FIRST)
    after = write_section(authored, "phrasings", {"phrasings": "第一次办护照\n\n  头一回: 办 护照 # 急 \n"})
    assert pack_of(FIRST, after).phrasings == ("第一次办护照", "头一回: 办 护照 # 急")
    assert "sources:\n" in after


def test_what_is_not_there_yet_is_put_in_and_emptied_is_absent() -> None:
    authored = text_of(RENEW)
    after = write_section(authored, "sources", {"sources/fee-2019/to": "2030-01-01"})
    assert str(pack_of(RENEW, after).sources["fee-2019"].period.end) == "2030-01-01"
    gone = write_section(after, "sources", {"sources/fee-2019/to": ""})
    assert pack_of(RENEW, gone).sources["fee-2019"].period.end is None
    flow = "title: {zh: 甲, en: a}\nrows:\n  - {value: 1}\n"
    assert set_words(flow, {("rows", "0", "to"): "2030-01-01"}) == (
        "title: {zh: 甲, en: a}\nrows:\n  - {to: 2030-01-01, value: 1}\n"
    )
    both = set_words(flow, {("rows", "0", "maybe", "zh"): "乙", ("rows", "0", "maybe", "en"): "b: c"})
    assert '{maybe: {zh: 乙, en: "b: c"}, value: 1}' in both


def test_an_entry_is_copied_under_a_free_name_and_removed_again() -> None:
    authored = text_of(RENEW)
    copied = copy_entry(authored, ("sources", "fee-2019"))
    groups = read_section(copied, "sources") or ()
    assert "fee-2019-2" in [group.title for group in groups]
    assert drop_entry(copied, ("sources", "fee-2019-2")) == authored
    rows = copy_entry(authored, ("answer", "0"))
    assert len(read_section(rows, "answer") or ()) == len(read_section(authored, "answer") or ()) + 1
    assert drop_entry(rows, ("answer", "1")) == authored
    for path in (("sources", "nowhere"), ("answer", "999")):
        with pytest.raises(NotEditable):
            drop_entry(authored, path)


@pytest.mark.parametrize("hostile", ["a: &x [1]\nb: *x\n", "- a\n", ": : :\n\t", "", "a: " + "[" * 3000, "x" * 300_000])
def test_a_text_that_is_no_plain_tree_has_no_form(hostile: str) -> None:
    assert read_section(hostile, "title") is None
    with pytest.raises(NotEditable):
        write_section(hostile, "title", {"version": "2026.11.22"})


@pytest.mark.parametrize(
    "words", ["a: b", "- a", "#a", "{fee}", "'a'", '"a"', "a #b", "@a", "~", "null", "  a\nb ", "*", "=", "a\\b"]
)
def test_any_words_come_back_as_they_were(words: str) -> None:
    found = read_text(f"{SAFETY}.yaml", f"service: {scalar(words)}\n".encode(), service=SAFETY)
    after = set_words("service: x\n", {("service",): words})
    groups = read_section(after.replace("service:", "version:"), "title")
    assert groups is not None
    value = next(field.value for field in groups[0].fields if field.name == "version")
    assert value == " ".join(words.split())
    assert found.faults


@pytest.mark.parametrize("mark", ["- ", "? ", "[", "{a: ", "!x ["])
def test_a_text_without_end_is_no_form_and_ends_no_process(mark: str) -> None:
    assert read_section("title: " + mark * 30_000, "title") is None
    assert read_section(mark * 30_000, "title") is None


@pytest.mark.parametrize("step", ["\u00b2", "9" * 5_000, "-1", "\u0661", "", "zh"])
def test_a_place_that_there_is_not_is_no_place(step: str) -> None:
    authored = text_of(RENEW)
    for change in (copy_entry, drop_entry):
        with pytest.raises(NotEditable):
            change(authored, ("answer", step))


def test_keys_where_places_are_expected_are_shown_as_they_are() -> None:
    authored = "sources: {\u00b2: {ref: a}}\nvalues: {fee: {rows: {abc: {value: 1}, 7: {value: 2}}}}\n"
    assert [group.title for group in read_section(authored, "sources") or ()] == ["\u00b2"]
    assert [group.title for group in read_section(authored, "values") or ()] == ["fee abc", "fee 8"]
