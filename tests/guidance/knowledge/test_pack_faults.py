"""Every fault has a line, a path and a sentence in both languages; all of them are told at once."""

from collections.abc import Callable
from datetime import date

import pytest

from changming.guidance.knowledge import Fault, PackFaults, judge, read_case
from changming.guidance.knowledge.faults import suggestion
from changming.guidance.knowledge.reading.pack import PackReading
from changming.kernel.messages import Lang

Changed = Callable[..., PackReading]

HEAD = [
    ("service: passport/renew", "service: passport/renw", "service", "did_you_mean"),
    ("service: passport/renew", "service: passport/first", "service", "wrong_place"),
    ("version: 2026.11.22", "version: 2026.13.22", "version", "bad_version"),
    ("version: 2026.11.22", "version: 1", "version", "bad_version"),
    ("version: 2026.11.22", "version:", "", "missing_key"),
    ("transition: accepted_at", "transition: accepted", "transition", "did_you_mean"),
    ("since: 2024-01-01", "since: 2024-1-1", "since", "not_a_date"),
    ("since: 2024-01-01", "since: 2024-02-30", "since", "not_a_date"),
    ("since: 2024-01-01", "since: [a]", "since", "not_a_text"),
    ("title: {zh: 样例, en: Sample}", "title: {zh: 样例}", "title", "missing_key"),
    ("title: {zh: 样例, en: Sample}", "title: 样例", "title", "not_a_mapping"),
    ("title: {zh: 样例, en: Sample}", 'title: {zh: "样例{fee}", en: "{fee}"}', "title", "no_values_here"),
    ("title: {zh: 样例,", "titel: {}\ntitle: {zh: 样例,", "titel", "did_you_mean"),
    ("title: {zh: 样例,", "quux: {}\ntitle: {zh: 样例,", "quux", "not_one_of"),
    ("换护照带什么,", "护照快，到点了,", "phrasings[1]", "same_opening"),
    ("换护照带什么,", "？！,", "phrasings[1]", "bad_phrasing"),
    ("换护照带什么,", "[a],", "phrasings[1]", "not_a_text"),
    ("换护照带什么,", '"",', "phrasings[1]", "empty"),
    ("换护照带什么,", "换" * 121 + ",", "phrasings[1]", "bad_phrasing"),
    ("which papers do I bring", "How do I renew my passport?", "phrasings_en[1]", "same_opening"),
    ("[how do I renew my passport, which papers do I bring]", "[]", "phrasings_en", "empty"),
    ("[how do I renew my passport, which papers do I bring]", "{}", "phrasings_en", "not_a_list"),
    ("notes:", "documents: [passprt]\nnotes:", "documents[0]", "did_you_mean"),
    ("notes:", "services: [passport/first, passport/first]\nnotes:", "services[1]", "twice"),
    ("notes: [样例备注]", "notes: 备注", "notes", "not_a_list"),
]
SOURCES = [
    ("status: law_text", "status: law_txt", "sources.law.status", "did_you_mean"),
    ("from: 2007-01-01, checked: 2026-11-22", "checked: 2027-11-22", "sources.law", "review_before_check"),
    ("https://www.nia.gov.cn/a", "javascript:alert(1)", "sources.notice.url", "bad_url"),
    ("https://www.nia.gov.cn/a", "https://www.nia.gov.cn/a b", "sources.notice.url", "bad_url"),
    ("to: 2025-11-20, checked", "from: 2026-01-01, to: 2025-11-20, checked", "sources.old-notice", "empty_period"),
    ("  law: {title", "  Law: {title", "sources.Law", "bad_id"),
    (
        "rumour: {title: {zh: 传言, en: Rumour}",
        "rumour: {title: {zh: 传言, en: ''}",
        "sources.rumour.title",
        "missing_key",
    ),
    ("sources: [law]\n  - id: validity", "sources: [rumour]\n  - id: validity", "answer[1].sources[0]", "unverified"),
    ("sources: [law]\n  - id: validity", "sources: [lwa]\n  - id: validity", "answer[1].sources[0]", "did_you_mean"),
    ("sources: [law]\n  - id: validity", "sources: [law, law]\n  - id: validity", "answer[1].sources", "twice"),
]
ENTRIES = [
    ('kind: site, url: "https://s.nia.gov.cn"', "kind: site", "entries.platform", "missing_key"),
    ('kind: hotline, phone: "12367"', "kind: hotline", "entries.hotline", "missing_key"),
    ('phone: "12367"', "phone: 打一打", "entries.hotline.phone", "bad_phone"),
    ("kind: counter, source: guide", "kind: counter", "entries.counter", "missing_key"),
    ("entry: {do: platform, ask: hotline}", "entry: {do: platform}", "entry", "missing_key"),
    ("entry: {do: platform, ask: hotline}", "entry: {do: platfrm, ask: hotline}", "entry.do", "did_you_mean"),
]
INPUTS = [
    ("min: 0, max: 130", "min: 0, max: 1_000", "inputs.age.max", "not_whole"),
    ("min: 0, max: 130", "min: 010, max: 130", "inputs.age.min", "not_whole"),
    ("min: 0, max: 130", "min: 130, max: 0", "inputs.age", "empty_range"),
    ("min: 0, max: 130", "max: 130", "inputs.age", "missing_key"),
    ("type: bool, ask", "type: bool, min: 0, ask", "inputs.staff.min", "not_for_type"),
    ("{type: bool, ask", "{type: boolean, ask", "inputs.staff.type", "did_you_mean"),
    ("{type: bool, ask", "{ask", "inputs.staff", "missing_key"),
    ("lost: {zh: 丢了", "unknown: {zh: 丢了", "inputs.reason.of.unknown", "reserved"),
    ("lost: {zh: 丢了", "lost: {zh: 快过期", "inputs.reason.of", "twice"),
    (
        "of: {expiring: {zh: 快过期, en: Expiring}, lost: {zh: 丢了, en: Lost}, full: {zh: 页满, en: Pages full}}",
        "of: {expiring: {zh: 快过期, en: Expiring}}",
        "inputs.reason.of",
        "options_count",
    ),
    ("  staff: {type", "  any: {type", "inputs.any", "reserved"),
    ("  staff: {type", "  Staff: {type", "inputs.Staff", "bad_snake"),
    ("slot: need_by", "slot: needby", "inputs.leaves.slot", "did_you_mean"),
    ("zh: 为什么换？", "zh: '为什么\n\n换？'", "inputs.reason.ask.zh", "more_than_one_line"),
    ("zh: 为什么换？", "zh: " + "长" * 1001, "inputs.reason.ask.zh", "text_too_long"),
    ("zh: 为什么换？", "zh: '为什么{'", "inputs.reason.ask.zh", "bad_braces"),
    ("zh: 为什么换？", "zh: '{a.b}'", "inputs.reason.ask.zh", "bad_braces"),
]
CONDITIONS = [
    ("when: {short: {is: true}}", "when: {shrt: {is: true}}", "answer[5].when.shrt", "did_you_mean"),
    ("when: {short: {is: true}}", "when: {short: {is: yes}}", "answer[5].when.short.is", "not_bool"),
    ("when: {short: {is: true}}", "when: {short: {eq: true}}", "answer[5].when.short.eq", "not_one_of"),
    ("when: {short: {is: true}}", "when: {short: {}}", "answer[5].when.short", "empty"),
    ("when: {short: {is: true}}", "when: {short: true}", "answer[5].when.short", "not_a_mapping"),
    ("when: {short: {is: true}}", "when: [short]", "answer[5].when", "not_a_condition"),
    ("when: {short: {is: true}}", "when: {short: {is: true}, age: {lt: 3}}", "answer[5].when", "not_a_condition"),
    ("when: {short: {is: true}}", "when: {all: []}", "answer[5].when.all", "empty"),
    ("when: {short: {is: true}}", "when: {any: x}", "answer[5].when.any", "not_a_list"),
    ("when: {short: {is: true}}", "when: {age: {lt: x}}", "answer[5].when.age.lt", "not_whole"),
    ("when: {short: {is: true}}", "when: {age: {lt: 131}}", "answer[5].when.age.lt", "out_of_range"),
    ("when: {short: {is: true}}", "when: {age: {ge: 20, lt: 10}}", "answer[5].when", "never"),
    ("when: {short: {is: true}}", "when: {age: {ge: 0}}", "answer[5].when", "always"),
    ("when: {short: {is: true}}", "when: {any: [{age: {lt: 9}}, {age: {ge: 9}}]}", "answer[5].when", "always"),
    ("when: {short: {is: true}}", "when: {reason: {eq: lots}}", "answer[5].when.reason.eq", "did_you_mean"),
    ("when: {short: {is: true}}", "when: {reason: {in: [lost, lost]}}", "answer[5].when.reason.in", "twice"),
    ("when: {short: {is: true}}", "when: {reason: {in: []}}", "answer[5].when.reason.in", "empty"),
    ("when: {short: {is: true}}", "when: {reason: {lt: lost}}", "answer[5].when.reason.lt", "not_one_of"),
    ("when: {short: {is: true}}", "when: {city: {eq: 长春}}", "answer[5].when.city.eq", "not_region"),
    ("when: {short: {is: true}}", "when: {expires: {lt: soon}}", "answer[5].when.expires.lt", "not_a_date"),
    ("when: {short: {is: true}}", "when: {expires: {lt: 2019-01-01}}", "answer[5].when.expires.lt", "out_of_range"),
]
DERIVED = [
    ("short: {less: [expires, leaves]}", "short: {less: [expires]}", "derived.short.less", "needs_two_inputs"),
    ("short: {less: [expires, leaves]}", "short: {less: [expires, age]}", "derived.short.less", "not_comparable"),
    ("short: {less: [expires, leaves]}", "short: {less: [home, city]}", "derived.short.less", "no_order"),
    ("short: {less: [expires, leaves]}", "short: {less: [expires, leves]}", "derived.short.less[1]", "did_you_mean"),
    ("short: {less: [expires, leaves]}", "short: {same: [expires, expires]}", "derived.short.same", "not_comparable"),
    ("short: {less: [expires, leaves]}", "short: {}", "derived.short", "one_derivation"),
    (
        "short: {less: [expires, leaves]}",
        "short: {same: [expires, leaves], level: city}",
        "derived.short.level",
        "level_only_regions",
    ),
    (
        "short: {less: [expires, leaves]}",
        "short: {less: [expires, leaves], level: city}",
        "derived.short.level",
        "level_only_regions",
    ),
    ("level: province", "level: county", "derived.nearby.level", "did_you_mean"),
    ("pilot: {member: [home, pilots]}", "pilot: {member: [home]}", "derived.pilot.member", "needs_input_and_value"),
    ("pilot: {member: [home, pilots]}", "pilot: {member: [home, fee]}", "derived.pilot.member", "not_a_region_list"),
    ("pilot: {member: [home, pilots]}", "pilot: {member: [home, pilot]}", "derived.pilot.member", "did_you_mean"),
    ("pilot: {member: [home, pilots]}", "pilot: {member: [age, pilots]}", "derived.pilot.member", "not_for_type"),
    ("  local: {same", "  age: {same", "derived.age", "reserved"),
    ("local: {same: [home, city]}", "local: {when: {adult_at_home: {is: true}}}", "derived", "circle"),
    ("local: {same: [home, city]}", "local: {when: {local: {is: true}}}", "derived", "circle"),
    ("  nearby: {same", "  idle: {same: [home, city]}\n  nearby: {same", "derived.idle", "unused"),
    (
        "  staff: {type: bool",
        "  idle: {type: bool, ask: {zh: 吗, en: Is it}, why: {zh: 因, en: So}}\n  staff: {type: bool",
        "inputs.idle",
        "unused",
    ),
]
VALUES = [
    (
        "{from: 2025-01-01, when: {reason: {eq: lost}}, value: 240",
        "{from: 2025-02-01, when: {reason: {eq: lost}}, value: 240",
        "values.fee",
        "gap",
    ),
    ("{to: 2025-01-01, value: 160", "{from: 2024-02-01, to: 2025-01-01, value: 160", "values.fee", "gap"),
    ("{to: 2025-01-01, value: 160", "{to: 2025-01-02, value: 160", "values.fee.rows[1]", "overlap"),
    ("{to: 2025-01-01, value: 160", "{to: 2023-01-01, value: 160", "values.fee.rows[0]", "dead_row"),
    ("{when: {age: {lt: 16}}, value: 5", "{when: {age: {lt: 17}}, value: 5", "values.validity.rows[1]", "overlap"),
    ("{when: {age: {lt: 16}}, value: 5", "{when: {age: {lt: 15}}, value: 5", "values.validity", "gap"),
    ("partial: true, rows", "partial: maybe, rows", "values.post_fee.partial", "not_bool"),
    ("unit: yuan, partial: true,", "unit: yuan,", "values.post_fee", "gap"),
    (
        "unit: working_day, bound: max, rows: [{value: 7",
        "unit: days, rows: [{value: 7",
        "values.limit.unit",
        "not_one_of",
    ),
    (
        "unit: working_day, bound: max, rows: [{value: 7",
        "bound: max, rows: [{value: 7",
        "values.limit.bound",
        "not_for_type",
    ),
    ("value: 7, source: guide", "value: 7.5, source: guide", "values.limit.rows[0].value", "not_whole"),
    ("value: 7, source: guide", "source: guide", "values.limit.rows[0]", "missing_key"),
    (
        "value: 7, source: guide",
        "value: 7, complete: false, source: guide",
        "values.limit.rows[0].complete",
        "not_for_type",
    ),
    ("rows: [{value: 7, source: guide}]", "rows: []", "values.limit.rows", "empty"),
    ("type: text, rows", "type: text, unit: yuan, rows", "values.office.unit", "not_for_type"),
    ("value: [220100, 110000]", "value: [220100, 220100]", "values.pilots.rows[1].value", "twice"),
    ("value: [220100, 110000]", "value: [长春]", "values.pilots.rows[1].value[0]", "not_region"),
    (
        "{to: 2025-11-20, value: []",
        "{to: 2025-11-20, when: {age: {lt: 3}}, value: []",
        "values.pilots.rows[0].when",
        "not_for_type",
    ),
    (
        "  pilots:\n    type: regions\n",
        "  pilots:\n    type: regions\n    partial: true\n",
        "values.pilots.partial",
        "not_for_type",
    ),
    (
        '  - id: fee\n    text: {zh: "工本费 {fee}。", en: "The fee is {fee}."}',
        '  - id: fee\n    text: {zh: "工本费 {fees}。", en: "The fee is {fees}."}',
        "answer[1].text",
        "did_you_mean",
    ),
    ("工本费 {fee}。", "工本费。", "answer[1].text", "languages_differ"),
    (
        '由{office}办理。", en: "The {office} handles',
        '由{pilots}办理。", en: "The {pilots} handles',
        "answer[4].text",
        "regions_in_text",
    ),
]
ROUTES = [
    ("channel: online\n", "channel: onlin\n", "routes.online.channel", "did_you_mean"),
    ("sources: [notice]\n    entry: platform", "sources: []\n    entry: platform", "routes.online.sources", "empty"),
    (
        "sources: [notice]\n    entry: platform",
        "sources: [notice]\n    entry: platfrm",
        "routes.online.entry",
        "did_you_mean",
    ),
    ("{id: apply, kind: online,", "{id: issue, kind: online,", "routes.online.steps", "twice"),
    ("{id: apply, kind: online,", "{id: apply, kind: limit,", "routes.online.steps[0]", "missing_key"),
    (
        'amount: "{limit}"}\n      - any',
        'amount: "{limt}"}\n      - any',
        "routes.online.steps[1].amount",
        "did_you_mean",
    ),
    (
        'amount: "{limit}"}\n      - any',
        'amount: "{office}"}\n      - any',
        "routes.online.steps[1].amount",
        "not_whole",
    ),
    (
        'amount: "{limit}"}\n      - any',
        'amount: "{limit}", unit: year}\n      - any',
        "routes.online.steps[1].unit",
        "only_with_figure",
    ),
    ("amount: 3, unit: working_day,", "amount: 3,", "routes.online.steps[2].any[0].unit", "missing_key"),
    (
        "amount: 3, unit: working_day,",
        "amount: three, unit: working_day,",
        "routes.online.steps[2].any[0].amount",
        "not_whole",
    ),
    (
        "title: {zh: 到窗口, en: Visit}}\n      - {id: issue, kind: wait",
        "title: {zh: 到窗口, en: Visit}, bound: max}\n      - {id: issue, kind: wait",
        "routes.away.steps[0].bound",
        "only_with_figure",
    ),
    (
        "          - {id: collect, kind: visit, title: {zh: 领取, en: Collect}}\n",
        "",
        "routes.online.steps[2]",
        "needs_alternatives",
    ),
    ("bound: typical, source: guide}", "bound: typical}", "routes.online.steps[2].any[0].source", "missing_key"),
    ("      - any:\n", "      - any: []\n      - all:\n", "routes.online.steps[2]", "needs_alternatives"),
    ("sources: [guide]\n    steps:\n", "sources: [guide]\n    steps: []\n    steppes:\n", "routes.away.steps", "empty"),
    (
        "channel: online\n    from: 2025-11-20\n",
        "channel: online\n    from: 2025-11-20\n    to: 2025-11-20\n",
        "routes.online",
        "empty_period",
    ),
]
ANSWER = [
    ("spec: exit-entry-photo", "spec: exit-photo", "materials.photo.spec", "did_you_mean"),
    ("form: copy", "form: xerox", "materials.copy.form", "not_one_of"),
    ("required: false", "required: no", "materials.copy.required", "not_bool"),
    ("routes: [online]", "routes: [onlin]", "materials.signature.routes[0]", "did_you_mean"),
    (
        "form: copy, required: false, sources: [guide]",
        "form: copy, required: false, sources: []",
        "materials.copy.sources",
        "empty",
    ),
    (
        "form: copy, required: false, sources: [guide]",
        "form: copy, required: false, sources: guide",
        "materials.copy.sources",
        "not_a_list",
    ),
    ("when: {short: {is: true}}\n    sources: [law]", "when: {short: {is: true}}", "answer[5]", "no_source"),
    ("- id: hurry", "- id: fee", "answer[5].id", "twice"),
    ("when: {short: {is: true}}\n", "maybe: {zh: 也许, en: Maybe}\n", "answer[5].maybe", "maybe_never"),
    (
        "  - {text: {zh: 先预约。",
        "  - {when: {staff: {is: false}}, text: {zh: 先预约。",
        "next_step[1]",
        "last_step_open",
    ),
    ("  - {when: {staff: {is: true}}, text", "  - {text", "next_step[0]", "last_step_open"),
    ("next_step:\n", "next_step: []\nnext_steps:\n", "next_step", "empty"),
    ("kept: law", "kept: guide", "conflicts[0].kept", "not_one_of"),
    ("sources: [law, rumour]", "sources: [law, rumor]", "conflicts[0].sources[1]", "did_you_mean"),
]
FORCE = [
    (
        "form: copy, required: false, sources: [guide]",
        "form: copy, required: false, to: 2024-01-01, sources: [guide]",
        "materials.copy",
        "never_in_force",
    ),
    (
        "form: copy, required: false, sources: [guide]",
        "form: copy, required: false, from: 2025-11-20, sources: [old-notice]",
        "materials.copy",
        "never_in_force",
    ),
    (
        "status: official, from: 2025-11-20, checked: 2026-11-22, review_by: 2027-02-22}\n  old",
        "status: official, from: 2025-12-01, checked: 2026-11-22, review_by: 2027-02-22}\n  old",
        "materials.photo",
        "source_gap",
    ),
    (
        "  - {when: {staff: {is: true}}, text",
        (
            "  - {when: {any: [{age: {lt: 9}}, {staff: {is: true}}]}, text: {zh: 先问。, en: Ask.}}\n"
            "  - {when: {staff: {is: true}}, text"
        ),
        "next_step[1]",
        "dead_row",
    ),
    (
        "adult_at_home: {when: {all: [{age: {ge: 16}}, {local: {is: true}}]}}",
        "adult_at_home: {when: {all: [{age: {ge: 16}}, {age: {lt: 16}}]}}",
        "derived.adult_at_home.when",
        "never",
    ),
]
EXAMPLES = [
    ("tests:\n", "tests: []\ntested:\n", "tests", "empty"),
    ("status: answered\n", "status: choose\n", "tests[0].expect.status", "not_one_of"),
    ("routes: [online, local]", "routes: [onlne, local]", "tests[0].expect.routes[0]", "did_you_mean"),
    ("question: expires", "question: expire", "tests[0].expect.question", "did_you_mean"),
    ("values: {fee: 120,", "values: {fees: 120,", "tests[0].expect.values.fees", "did_you_mean"),
    ("given: {reason: expiring, age: 30,", "given: {reason: expiring, aeg: 30,", "tests[0].given.aeg", "did_you_mean"),
    ("given: {reason: expiring, age: 30,", "given: {reason: expiring, age: 131,", "tests[0].given.age", "no_answer"),
    ("given: {reason: expiring, age: 30,", "given: {reason: expired, age: 30,", "tests[0].given.reason", "no_answer"),
    ("expect: {status: handover, values: {fee: none}}", "expect: {}", "tests[4].expect", "empty"),
    ("expect: {status: handover, values: {fee: none}}", "expct: {}", "tests[4]", "missing_key"),
    ("at: 2023-12-31", "at: 2023.12.31", "tests[4].at", "not_a_date"),
]
TABLE = [*HEAD, *SOURCES, *ENTRIES, *INPUTS, *CONDITIONS, *DERIVED, *VALUES, *ROUTES, *ANSWER, *FORCE, *EXAMPLES]


@pytest.mark.parametrize(("old", "new", "path", "code"), TABLE)
def test_every_mistake_is_told_with_its_place(changed: Changed, old: str, new: str, path: str, code: str) -> None:
    outcome = changed((old, new))
    assert outcome.pack is None
    assert (path, code) in [(fault.path, fault.code) for fault in outcome.faults]
    for fault in outcome.faults:
        assert fault.line > 0
        assert fault.show(Lang.ZH) != fault.show(Lang.EN)


def test_a_step_for_those_who_do_not_know_is_not_dead(changed: Changed) -> None:
    last = "  - {text: {zh: 先预约。"
    assert not changed((last, f"  - {{when: {{staff: {{is: false}}}}, text: {{zh: 去。, en: Go.}}}}\n{last}")).faults


def test_a_pack_is_a_mapping(reading: Callable[[str], PackReading]) -> None:
    assert [fault.code for fault in reading("[a, b]").faults] == ["not_a_mapping"]
    assert [fault.code for fault in reading("").faults] == ["not_a_mapping"]
    missing = reading("service: passport/renew").faults
    assert {fault.fields["key"] for fault in missing} >= {"version", "since", "tests", "entry"}


def test_all_faults_are_told_at_once_and_name_the_line(changed: Changed) -> None:
    outcome = changed(
        ("transition: accepted_at", "transition: accepted"),
        ("min: 0, max: 130", "min: 0, max: many"),
        ('phone: "12367"', "phone: none"),
        ("value: 7, source: guide", "value: 7, source: gide"),
        ("when: {short: {is: true}}", "when: {short: {is: ja}}"),
    )
    shown = [fault.show(Lang.EN) for fault in sorted(outcome.faults)]
    assert shown == [
        "packs/passport/renew.yaml:4: transition: 'accepted' is not known here; did you mean 'accepted_at'?",
        "packs/passport/renew.yaml:21: inputs.age.max: 'many' is not a whole number.",
        "packs/passport/renew.yaml:41: values.limit.rows[0].source: 'gide' is not known here; did you mean 'guide'?",
        "packs/passport/renew.yaml:58: entries.hotline.phone: A phone number has digits and hyphens only.",
        "packs/passport/renew.yaml:123: answer[5].when.short.is: 'ja' must be true or false.",
    ]


def test_one_mistake_makes_no_echo(changed: Changed) -> None:
    outcome = changed(("age: {type: int, min: 0, max: 130,", "age: {type: integer, min: 0, max: 130,"))
    assert [fault.path for fault in outcome.faults] == ["inputs.age.type"]


def test_too_many_cases_are_refused(changed: Changed) -> None:
    many = ", ".join(f"{{age: {{eq: {n}}}}}, {{city: {{eq: {n + 210000}}}}}" for n in range(10, 120))
    day = ", ".join(f"{{expires: {{eq: 2026-01-{n:02}}}}}" for n in range(1, 29))
    outcome = changed(("when: {short: {is: true}}", f"when: {{any: [{many}, {day}]}}"))
    assert [fault.code for fault in outcome.faults] == ["too_many_cells"]
    rows = f"[{{when: {{any: [{many}, {day}]}}, value: 7, source: guide}}]"
    outcome = changed(("rows: [{value: 7, source: guide}]", f"rows: {rows}"))
    assert [(fault.path, fault.code) for fault in outcome.faults] == [("values.limit", "too_many_cells")]


def test_many_costly_conditions_are_refused_together_and_once(changed: Changed) -> None:
    many = ", ".join(f"{{age: {{eq: {n}}}}}, {{city: {{eq: {n + 210000}}}}}" for n in range(10, 120))
    rows = "".join(
        f"  - {{id: more-{n}, text: {{zh: 说{n}。, en: Say {n}.}}, when: {{any: [{many}]}}, sources: [guide]}}\n"
        for n in range(6)
    )
    one = changed(("\nanswer:\n", "\nanswer:\n" + rows.split("\n")[0] + "\n"))
    assert "too_much_to_check" not in {fault.code for fault in one.faults}
    outcome = changed(("\nanswer:\n", "\nanswer:\n" + rows))
    assert [fault.code for fault in outcome.faults].count("too_much_to_check") == 1


def test_a_gap_names_the_day_and_the_case(changed: Changed) -> None:
    outcome = changed(
        ("{from: 2025-01-01, when: {reason: {eq: lost}}", "{from: 2025-02-01, when: {reason: {eq: lost}}")
    )
    sentence = "values.fee: From 2025-01-01 on no row applies to: reason=lost"
    assert [fault.show(Lang.EN).partition(": ")[2] for fault in outcome.faults] == [sentence]


def test_idle_sources_values_and_entries_are_warnings(changed: Changed) -> None:
    outcome = changed(
        ("conflicts:\n  - {about: 费用说法不一, sources: [law, rumour], kept: law}\n", ""),
        ("  office: {type: text", "  idle: {type: int, rows: [{value: 1, source: law}]}\n  office: {type: text"),
        ("  counter: {name", "  nowhere: {name: {zh: 甲, en: A}, kind: app, source: law}\n  counter: {name"),
    )
    assert outcome.faults == ()
    assert [fault.path for fault in outcome.warnings] == ["sources.rumour", "values.idle", "entries.nowhere"]


def test_the_error_lists_faults_and_counts_them() -> None:
    faults = [Fault("b.yaml", 3, "x", "empty"), Fault("a.yaml", 0, "", "no_packs"), Fault("b.yaml", 1, "", "not_utf8")]
    error = PackFaults(faults)
    assert [fault.file for fault in error.faults] == ["a.yaml", "b.yaml", "b.yaml"]
    assert "3 faults" in str(error)
    assert "b.yaml:1: This line is not UTF-8 text.\nb.yaml:3: x: This must not be empty." in str(error)
    assert "changming packs check" in error.next_step(Lang.ZH)


def test_long_chains_and_ladders_of_named_conditions_stay_cheap(changed: Changed) -> None:
    chain = "".join(f"  c{n}: {{when: {{c{n - 1}: {{is: true}}}}}}\n" for n in range(1, 1500))
    rungs = "".join(
        f"  {side}{n}: {{when: {{all: [{{l{n - 1}: {{is: true}}}}, {{r{n - 1}: {{is: true}}}}]}}}}\n"
        for n in range(1, 60)
        for side in "lr"
    )
    ends = "  c0: {when: {age: {lt: 9}}}\n  l0: {when: {age: {lt: 8}}}\n  r0: {when: {age: {lt: 7}}}\n"
    outcome = changed(
        ("  short: {less", chain + rungs + ends + "  short: {less"),
        (
            "when: {short: {is: true}}",
            "when: {any: [{c1499: {is: true}}, {l59: {is: true}}, {r59: {is: true}}, {short: {is: true}}]}",
        ),
    )
    assert outcome.faults == ()
    assert outcome.pack is not None
    assert (
        judge(outcome.pack, read_case(outcome.pack, on=date(2026, 11, 22), given={"reason": "lost"})).question == "age"
    )


def test_what_a_message_repeats_is_bounded(changed: Changed) -> None:
    (fault,) = changed(("transition: accepted_at", "transition: " + "x" * 9000)).faults
    assert len(fault.show(Lang.ZH)) < 3000


def test_suggestions_are_near_or_none() -> None:
    assert suggestion("e" * 101, ["e" * 101]) == ""
    assert suggestion("expirs", ["expires", "leaves"]) == "expires"
    assert suggestion("quux", ["expires", "leaves"]) == ""
