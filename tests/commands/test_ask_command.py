"""``changming ask`` as programs and people call it; what it answers is tested with the answers."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.commands.conftest import Cli, Start

from changming.kernel.catalogue import (
    SERVICES,
    AnswerStatus,
    Level,
    Materials,
    RefusalKind,
    Route,
    ServiceAction,
    SourceStatus,
    UrgentReason,
)
from changming.kernel.messages import Lang

AT = ("--at", "2026-11-22T02:10")
LOST = "身份证丢了怎么补"
FORGED = "帮我做一张假身份证"


def values(names: Any) -> set[str | None]:
    return {one.value for one in names}


def check_shape(found: dict[str, Any]) -> None:
    """The document is the contract's: every key, every closed list."""
    assert found.keys() == {"masked", "triage", "answer", "plan", "ms"}
    assert found["plan"] is None
    assert found["ms"] >= 0
    triage, answer = found["triage"], found["answer"]
    assert triage.keys() >= {
        "service",
        "documents",
        "action",
        "level",
        "urgent",
        "need_by",
        "need_by_text",
        "place",
        "materials",
        "route",
        "because",
    }
    assert triage["service"] in {None, *SERVICES}
    assert triage["action"] in values(ServiceAction) | {None}
    assert triage["level"] in values(Level)
    assert triage["materials"] in values(Materials)
    assert triage["route"] in values(Route) | {None}
    assert triage["urgent"].keys() == {"claimed", "reason", "evidence"}
    assert triage["urgent"]["reason"] in values(UrgentReason) | {None}
    assert triage["place"] is None or triage["place"].keys() == {"code", "name"}
    assert all(isinstance(rule, str) for rule in triage["because"])
    assert answer.keys() >= {
        "status",
        "text",
        "refusal",
        "citations",
        "checklist",
        "question",
        "candidates",
        "confidence",
    }
    assert answer["status"] in values(AnswerStatus)
    assert answer["refusal"] in values(RefusalKind) | {None}
    assert (answer["refusal"] is not None) == (answer["status"] == "refused")
    assert 0 <= answer["confidence"] <= 1
    for citation in answer["citations"]:
        assert citation.keys() >= {"entry", "title", "source", "status", "from", "to"}
        assert citation["status"] in values(SourceStatus)
    for item in answer["checklist"]:
        assert item.keys() == {"material", "text", "form", "required"}
    if answer["question"] is not None:
        assert answer["question"].keys() >= {"input", "text", "options", "why"}
    for candidate in answer["candidates"]:
        assert candidate.keys() == {"service", "title"}
    assert len(answer["candidates"]) <= 3
    assert answer["candidates"] or answer["status"] != "choose"
    assert answer["citations"] or answer["status"] != "answered"


@pytest.mark.parametrize(
    ("question", "code"),
    [
        (LOST, 0),
        ("我明天就要出差，护照还没办，现在能办吗？", 0),
        ("护照", 0),
        ("驾照想弄成电子的，手机上怎么申请？我的电话 13800138000", 0),
        ("My passport is gone and I fly tomorrow", 0),
        ("asdf qwer 🙃", None),
        (FORGED, 1),
    ],
)
def test_json_is_the_contract_s_document(cli: Cli, question: str, code: int | None) -> None:
    ran = cli("ask", question, *AT, "--json")
    check_shape(ran.document)
    refused = ran.document["answer"]["status"] == "refused"
    assert ran.code == (1 if refused else 0)
    assert code in (None, ran.code)
    assert bool(ran.err) == refused
    assert "13800138000" not in ran.out


def test_a_person_reads_the_answer_with_its_sources(cli: Cli) -> None:
    ran = cli("ask", LOST, *AT)
    assert ran.code == 0
    assert not ran.err
    found = cli("ask", LOST, *AT, "--json").document["answer"]
    assert found["text"] in ran.out
    for citation in found["citations"]:
        assert f"[{citation['number']}] {citation['title']}" in ran.out
    for item in found["checklist"]:
        assert item["text"] in ran.out


@pytest.mark.parametrize("lang", Lang)
def test_a_refused_question_is_answered_and_ends_with_one(cli: Cli, lang: Lang) -> None:
    ran = cli("ask", FORGED, lang=lang)
    assert ran.code == 1
    assert ran.out
    assert len(ran.err.splitlines()) == 2


def test_the_instant_counts_from_at(cli: Cli) -> None:
    for at, tomorrow in (("2026-11-22T02:10", "2026-11-23"), ("2027-01-31T23:59+08:00", "2027-02-01")):
        assert cli("ask", "明天要用护照", "--at", at, "--json").document["triage"]["need_by"] == tomorrow


def test_what_is_known_beside_the_text_counts(cli: Cli) -> None:
    triage = cli("ask", LOST, *AT, "--city", "北京", "--need-by", "2026-12-01", "--json").document["triage"]
    assert triage["place"] == {"code": "110000", "name": "北京市"}
    assert triage["need_by"] == "2026-12-01"


def test_a_question_back_is_answered_by_an_option(cli: Cli) -> None:
    asked = cli("ask", LOST, *AT, "--json").document["answer"]["question"]
    shown = cli("ask", LOST, *AT).out
    assert f"--answer {asked['input']}=" in shown
    value = asked["values"][0] if asked["values"] else "30"
    then = cli("ask", LOST, *AT, "--answer", f"{asked['input']}={value}", "--json").document["answer"]["question"]
    assert then is None or then["input"] != asked["input"]


def test_a_candidate_is_chosen_by_an_option(cli: Cli) -> None:
    offered = cli("ask", "护照", *AT, "--json").document["answer"]["candidates"]
    assert offered
    for one in offered:
        assert f"--answer service={one['service']}" in cli("ask", "护照", *AT).out
        chosen = cli("ask", "护照", *AT, "--answer", f"service={one['service']}", "--json").document
        assert chosen["triage"]["service"] == one["service"]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("ask", ""), 1, "还没有写问题"),
        (("ask", " \n"), 1, "还没有写问题"),
        (("ask",), 2, "没有给文字"),
        (("ask", LOST, "--at", "2026-13-01"), 2, "--at"),
        (("ask", LOST, "--at", "0001-01-01T00:00+14:00"), 2, "--at"),
        (("ask", LOST, "--at", "9999-12-31"), 2, "--at"),
        (("ask", LOST, "--need-by", "明天"), 2, "--need-by"),
        (("ask", LOST, "--need-by", "9999-12-31"), 2, "--need-by"),
        (("ask", LOST, "--answer", "age"), 2, "--answer"),
        (("ask", LOST, "--answer", "=3"), 2, "--answer"),
        (("ask", LOST, "--answer", "age=很大"), 1, "age"),
        (("ask", LOST, "--batch", "x"), 2, "--batch"),
        (("ask", "--batch", "/nowhere/questions"), 1, "/nowhere/questions"),
        (("ask", "--batch", "/"), 1, "/"),
        (("ask", "--batch", "-", "--city", "北京"), 2, "--city"),
        (("ask", "--batch", "-", "--need-by", "2026-12-01"), 2, "--need-by"),
        (("ask", "--batch", "-", "--answer", "a=b"), 2, "--answer"),
        (("ask", LOST, "--cit", "北京"), 2, "--cit"),
    ],
)
def test_what_cannot_be_asked_is_said(cli: Cli, words: tuple[str, ...], code: int, said: str) -> None:
    ran = cli(*words)
    assert ran.code == code
    assert not ran.out
    assert said in ran.err
    assert len(ran.err.splitlines()) >= 2, "the reason and the next step"


def test_a_question_is_taken_from_a_pipe(cli: Cli) -> None:
    assert cli("ask", *AT, stdin=f"{LOST}\n").out == cli("ask", LOST, *AT).out


LINES = [
    {"text": "明天要用护照", "at": "2026-11-22T02:10:00+08:00"},
    {"text": LOST, "city": "上海", "need_by": "2026-12-31", "answers": {"age": 30, "first": True, "where": None}},
    {"turns": ["身份证丢了", "要多少钱"], "at": "2026-11-22"},
    {"text": FORGED},
    {"text": "How do I renew my passport?", "lang": "en"},
]
BAD = [
    ("不是 JSON", "line_not_json"),
    ("[1]", "line_not_json"),
    ("[" * 100_000, "line_not_json"),
    ('{"text": 3}', "line_invalid"),
    ("{}", "line_invalid"),
    ('{"text": "护照", "colour": "red"}', "line_invalid"),
    ('{"text": "护照", "at": "soon"}', "line_invalid"),
    ('{"text": "护照", "at": "9999-12-31"}', "line_invalid"),
    ('{"text": "护照", "need_by": "soon"}', "line_invalid"),
    ('{"text": "护照", "need_by": "0001-01-01"}', "line_invalid"),
    ('{"text": "护照", "answers": ["a"]}', "line_invalid"),
    ('{"text": "护照", "lang": "fr"}', "line_invalid"),
    ('{"turns": []}', "line_invalid"),
    ('{"turns": [1]}', "line_invalid"),
    ('{"text": "身份证丢了", "answers": {"age": "很大"}}', "answer_not_valid"),
]


@pytest.mark.parametrize("source", ["file", "-"])
def test_a_batch_answers_line_by_line(cli: Cli, tmp_path: Path, source: str) -> None:
    lines = [json.dumps(line, ensure_ascii=False) for line in LINES]
    text = "\ufeff" + "\n\n".join([lines[0], BAD[0][0], *lines[1:]])
    file = tmp_path / "questions.jsonl"
    file.write_text(text, encoding="utf-8")
    ran = cli("ask", "--batch", str(file) if source == "file" else source, stdin=text)
    assert ran.code == 0
    assert not ran.err
    first, bad, second, turns, refused, english = ran.documents
    for one in (first, second, *turns["turns"], refused, english):
        check_shape(one)
    assert turns.keys() == {"turns"}
    assert first["triage"]["need_by"] == "2026-11-23"
    assert bad["error"]["code"] == "line_not_json"
    assert (second["triage"]["place"]["name"], second["triage"]["need_by"]) == ("上海市", "2026-12-31")
    assert [one["triage"]["service"] for one in turns["turns"]] == ["resident-id/replace-lost"] * 2
    assert refused["answer"]["status"] == "refused"
    assert "护照" not in english["answer"]["text"]


@pytest.mark.parametrize("lang", Lang)
def test_a_bad_line_is_answered_and_stops_nothing(cli: Cli, lang: Lang) -> None:
    good = json.dumps({"text": LOST}, ensure_ascii=False)
    text = "\n".join([line for bad, _ in BAD for line in (bad, good)])
    ran = cli("ask", "--batch", "-", *AT, stdin=text, lang=lang)
    assert ran.code == 0
    found = ran.documents
    assert [one["error"]["code"] for one in found[::2]] == [code for _, code in BAD]
    assert all(one["error"]["message"] and one["error"]["next_step"] for one in found[::2])
    assert all("answer" in one for one in found[1::2])
    if lang is Lang.EN:
        assert all(one["error"]["message"].isascii() for one in found[:-2:2])


def test_a_batch_takes_its_instant_from_at(cli: Cli) -> None:
    ran = cli("ask", "--batch", "-", *AT, stdin='{"text": "明天要用护照"}')
    assert ran.document["triage"]["need_by"] == "2026-11-23"


@pytest.mark.parametrize("words", [("ask", "--json"), ("mask", "--json")])
@pytest.mark.parametrize("broken", ["护照\udcff\udcfe丢了", "护照\ud83d丢了", "护照\x00丢了"])
def test_what_is_no_character_does_no_harm(cli: Cli, words: tuple[str, ...], broken: str) -> None:
    ran = cli(*words, broken)
    assert ran.code == 0
    assert ran.document["masked"] == broken.translate(dict.fromkeys((0xDCFF, 0xDCFE, 0xD83D), "\ufffd"))


def test_broken_utf_8_in_a_batch_is_answered(cli: Cli) -> None:
    text = b'{"text": "\xff\xfe\xe8\xba"}\n{"text": "\\ud83d passport"}\n{"text": "' + LOST.encode() + b'"}'
    masked = [one["masked"] for one in cli("ask", "--batch", "-", *AT, stdin=text).documents]
    assert masked == ["\ufffd\ufffd\ufffd", "\ufffd passport", LOST]


def test_broken_arguments_of_a_real_process_do_no_harm(start: Start) -> None:
    process = start("mask", b"\xff\xfe 13800138000")
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out.decode(), err) == (0, "\ufffd\ufffd 138****8000\n", b"")


def test_a_very_long_question_is_answered(cli: Cli) -> None:
    ran = cli("ask", *AT, "--json", stdin="护照🙂丢了。" * 16_000)
    check_shape(ran.document)
