from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.counts import examples

from changming.guidance.guides import Asker, Merged, Stop, key_of, materials_of, merge, stops_of, walk
from changming.guidance.knowledge import ChecklistItem, Edition, Form, Standing
from changming.kernel.messages import Lang

ON = date(2026, 11, 22)
EVENT = "life-event/newborn"
STUDENT = {"age": "8", "home_city": "220100", "reason": "study", "leaves_on": "2026-12-01"}


def plan(
    samples: Edition, event: dict[str, str], **services: dict[str, str]
) -> tuple[tuple[Stop, ...], tuple[Merged, ...]]:
    pack = samples.packs[EVENT]
    walked = walk(pack, event, on=ON)
    answers = {"passport/first": services.get("passport", {})}
    stops = stops_of(samples, pack, walked, answers, on=ON, lang=Lang.ZH)
    return stops, materials_of(samples, pack, walked, stops, on=ON, lang=Lang.ZH)


def test_services_stand_in_the_order_of_doing_with_their_standing(samples: Edition) -> None:
    stops, _ = plan(samples, {})
    assert [(one.service, one.standing) for one in stops] == [
        ("household/birth-registration", Standing.FITS),
        ("social-security-card/first", Standing.FITS),
        ("passport/first", Standing.OPEN),
    ]
    assert stops[1].after == ("出生登记",)
    assert stops[1].note == "可以和户口一起办。"
    assert stops[2].note == "要出国才办。"
    assert stops[0].together == ("出生一件事联办",), "it may still be joined: the city is not known"
    out, _ = plan(samples, {"abroad": "false", "city": "220100"})
    assert out[2].standing is Standing.OUT
    assert out[0].together == ()


def test_nothing_is_listed_twice_and_each_says_what_it_is_for(samples: Edition) -> None:
    _, merged = plan(samples, {"abroad": "true", "city": "110000"}, passport={"age": "8"})
    by_key = {one.key: one for one in merged}
    assert list(by_key) == [
        "hospital-paper/original",
        "parents-id/original",
        "form/original/household/birth-registration",
        "parents-id/copy",
        "form/original/passport/first",
    ]
    paper = by_key["hospital-paper/original"]
    assert paper.services == ("出生登记", "社保卡首次申领")
    assert [one.text for one in paper.wordings] == ["出生医学证明", "出生医学证明（看一下原件）"]
    assert [one.certain for one in paper.wordings] == [True, False]
    assert paper.required
    form = by_key["form/original/household/birth-registration"]
    assert [one.text for one in form.wordings] == ["每处一份申请表", "出生登记表"], (
        "the event's own words come first, once"
    )
    assert by_key["parents-id/original"].services == ("出生登记", "护照首次申请")


def test_what_a_service_that_is_not_for_them_needs_is_not_listed(samples: Edition) -> None:
    _, merged = plan(samples, {"abroad": "false"}, passport={"age": "8"})
    assert all("护照首次申请" not in one.services for one in merged)


def test_what_only_perhaps_is_needed_is_not_required(samples: Edition) -> None:
    _, merged = plan(samples, {}, passport={"age": "8"})
    guardian = next(one for one in merged if one.key == "parents-id/original")
    assert guardian.required, "for the register it is"
    _, alone = plan(samples, {"city": "220100"}, passport=STUDENT)
    admission = next(one for one in alone if one.services == ("护照首次申请",))
    assert not admission.required
    _, sure = plan(samples, {"abroad": "true", "city": "220100"}, passport=STUDENT)
    assert next(one for one in sure if one.key == admission.key).required


def test_the_city_said_for_the_event_is_not_asked_again(samples: Edition) -> None:
    stops, _ = plan(samples, {"abroad": "true", "city": "110000"}, passport={"age": "8", "home_city": "110000"})
    passport = stops[2].walked
    assert passport is not None
    assert passport.given["city"] == "110000"
    own, _ = plan(
        samples, {"abroad": "true", "city": "110000"}, passport={"age": "8", "home_city": "110000", "city": "220100"}
    )
    assert own[2].walked is not None
    assert own[2].walked.given["city"] == "220100", "their own answer there counts more"


ITEMS = st.builds(
    ChecklistItem,
    material=st.sampled_from(["photo", "id", "form"]),
    text=st.sampled_from(["照片", "身份证", "表"]),
    form=st.sampled_from(list(Form)),
    required=st.booleans(),
    spec=st.sampled_from([None, "document-scan"]),
    citation_numbers=st.just(()),
    certain=st.booleans(),
)


SERVICES = ("passport/first", "passport/renew", EVENT)


@settings(max_examples=examples(300))
@given(st.lists(st.tuples(st.sampled_from(SERVICES), st.lists(ITEMS, max_size=5)), max_size=5))
def test_a_merged_list_has_no_duplicate_and_loses_nothing(lists: list[tuple[str, list[ChecklistItem]]]) -> None:
    merged = merge([(Asker(service, service), items) for service, items in lists], event=EVENT)
    keys = [one.key for one in merged]
    assert len(keys) == len(set(keys))
    for one in merged:
        said = [(wording.text, wording.certain) for wording in one.wordings]
        assert len(said) == len(set(said))
        assert all(len(wording.services) == len(set(wording.services)) for wording in one.wordings)
    told = {(one.key, *rest) for one in merged for rest in _told(one)}
    needed = [(item, service) for service, items in lists for item in items]
    for item, service in needed:
        if service != EVENT:
            assert (key_of(item, service), item.text, item.certain, service) in told
        assert any(one.form is item.form and (item.text, item.certain) in _words(one) for one in merged)
    of_services = {key_of(item, service) for item, service in needed if service != EVENT}
    assert of_services <= set(keys)
    assert sum(one.required for one in merged) <= sum(item.required for item, _ in needed)
    assert any(item.required for item, _ in needed) == any(one.required for one in merged)


def _told(one: Merged) -> list[tuple[str, bool, str]]:
    return [(wording.text, wording.certain, title) for wording in one.wordings for title in wording.services]


def _words(one: Merged) -> set[tuple[str, bool]]:
    return {(wording.text, wording.certain) for wording in one.wordings}
