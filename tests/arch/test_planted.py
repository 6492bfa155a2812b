"""A violation of each guard, planted, is caught; the clean sample beside it is not."""

import argparse
import ast
import json
import os
import subprocess
import sys
import textwrap
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from tests.arch.guards import boundaries, columns, declared, documents, errors, pages, size, sql
from tests.arch.guards.source import ROOT, Module


def module(text: str, name: str = "changming.desk.planted.service") -> Module:
    return Module(name, textwrap.dedent(text))


# --- size.py


def test_a_long_file_a_long_function_and_a_needless_excuse() -> None:
    long_function = module("def f():\n" + "    x = 1\n" * 50, "changming.a")
    long_file = module("x = 1\n" * 401, "changming.b")
    found = set(size.over_budget([long_function, long_file, module("", "changming.c")], {}))
    assert found == {"changming.a.f: 51 lines", "changming.b: 401 lines"}
    excused = {"changming.a.f": "why", "changming.b": "why", "changming.d": "why"}
    assert list(size.over_budget([long_function, long_file, module("")], excused)) == [
        "changming.d: excused, but within the budget or gone"
    ]


def test_a_median_over_the_budget() -> None:
    assert list(size.over_budget([module("x = 1\n" * n) for n in (10, 120, 130)], {})) == [
        "the median file has 120 lines"
    ]
    assert list(size.over_budget([module("x = 1\n" * n) for n in (10, 119, 130)], {})) == []


@pytest.mark.parametrize(
    "line",
    [
        "x = f()  # no" + "qa",
        "x = f()  # no" + "qa: S603",
        "x = f()  # no" + "qa: S603 because",
        "x = f()  # type: ig" + "nore",
        "x = f()  # type: ig" + "nore[arg-type]",
    ],
)
def test_a_suppression_without_a_reason(line: str) -> None:
    assert list(size.unreasoned([module(line)])) == [f"changming.desk.planted.service:1: {line}"]


@pytest.mark.parametrize(
    "line",
    [
        "x = f()  # no" + "qa: S603 - an argument list",
        "x = f()  # no" + "qa: S603, S607 - an argument list",
        "x = f()  # type: ig" + "nore[arg-type] # only the text's fields",
    ],
)
def test_a_suppression_with_a_reason(line: str) -> None:
    assert list(size.unreasoned([module(line)])) == []


@pytest.mark.parametrize(
    "line", ["# TO" + "DO later", "pytest.sk" + "ip('x')", "@pytest.mark.xfa" + "il", "# FIX" + "ME"]
)
def test_work_left_open(line: str) -> None:
    assert list(size.left_open([module(line)])) == [f"changming.desk.planted.service:1: {line}"]
    assert list(size.left_open([module("the house = 'done'")])) == []


# --- boundaries.py

HOUSE = [
    module("", "changming.desk.cases.__init__"),
    module("from changming.desk.cases import store", "changming.desk.cases.service"),
    module("", "changming.desk.cases.store"),
    module("", "changming.desk.cases.rules"),
]


@pytest.mark.parametrize(
    "line",
    [
        "from changming.desk.cases.store import find",
        "from changming.desk.cases import store",
        "import changming.desk.cases.store",
        "def f() -> None:\n    from changming.desk.cases.rules import decide",
    ],
)
def test_a_reach_into_another_feature(line: str) -> None:
    found = list(boundaries.reached_into([*HOUSE, module(line, "changming.web.page")], {}))
    assert len(found) == 1
    assert "changming.web.page" in found[0]


def test_what_is_no_reach_into_another_feature() -> None:
    own = module("from changming.desk.cases import do_open", "changming.web.page")
    assert list(boundaries.reached_into([*HOUSE, own], {})) == []
    rules = module("from changming.desk.cases.rules import decide", "changming.web.page")
    assert list(boundaries.reached_into([*HOUSE, rules], {"changming.desk.cases.rules": "why"})) == []
    store = module("from changming.desk.cases import store", "changming.web.page")
    assert list(boundaries.reached_into([*HOUSE, store], {"changming.desk.cases.store": "a store is never excused"}))
    assert list(boundaries.reached_into(HOUSE, {"changming.desk.cases.rules": "why"})) == [
        "changming.desk.cases.rules: excused, but nobody imports it"
    ]


def test_a_commit_away_from_the_edge() -> None:
    line = "async def f(tx):\n    await tx.commit()"
    assert list(boundaries.commits([module(line)])) == ["changming.desk.planted.service:2 ends a transaction"]
    assert list(boundaries.commits([module(line, "changming.infra.postgres.database")])) == []


def test_personal_data_opened_where_it_is_not_listed() -> None:
    opened = module("name.reveal()")
    assert list(boundaries.revealed([opened], {})) == ["changming.desk.planted.service:1 opens personal data"]
    assert list(boundaries.revealed([opened], {opened.name: "why"})) == []
    assert list(boundaries.revealed([], {"changming.x": "why"})) == ["changming.x: listed, but opens nothing"]


# --- sql.py

SQL_HEAD = "_Q = Queries(__package__)\n"


@pytest.mark.parametrize(
    "line",
    [
        "tx.execute(f'select {x}')",
        "tx.execute('select ' + x)",
        "tx.execute('select %s' % x)",
        "tx.execute('select {}'.format(x))",
        "tx.execute(anything)",
        "def f(tx, statement: str):\n    tx.execute(statement)",
        "for s in ('select 1', x):\n    tx.execute(s)",
        "said = f'delete from person where id = {x}'",
    ],
)
def test_sql_that_is_put_together(line: str) -> None:
    assert list(sql.put_together([module(SQL_HEAD + line)], {}))


@pytest.mark.parametrize(
    "line",
    [
        "tx.execute('select 1')",
        "tx.execute(_Q('find'), {'id': x})",
        "tx.execute(_Q('a' if x else 'b'))",
        "for s in ('a', 'b'):\n    tx.execute(_Q(s))",
        "s = 'select 1'\ntx.execute(s)",
        "def f(tx, statement: LiteralString):\n    tx.execute(statement)",
        "said = f'Select a place in {city}'",
    ],
)
def test_sql_that_is_constant(line: str) -> None:
    assert list(sql.put_together([module(SQL_HEAD + line)], {})) == []


def test_an_excuse_for_putting_sql_together() -> None:
    planted = module("said = f'select {x}'")
    assert list(sql.put_together([planted], {planted.name: "why", "changming.x": "why"})) == [
        "changming.x: excused, but puts nothing together"
    ]


def test_a_dead_statement_and_a_missing_one() -> None:
    text = "-- find: one row\nselect 1;\n-- dead: nobody asks\nselect 2;\n"
    uses = module(SQL_HEAD + "tx.execute(_Q('find'))\ntx.execute(_Q('gone'))", "changming.desk.planted.store")
    assert list(sql.dead_or_missing("changming.desk.planted", text, [uses])) == [
        "changming.desk.planted/queries.sql: dead is never used",
        "changming.desk.planted.store:3 asks for gone, which queries.sql lacks",
    ]


# --- errors.py


def test_an_error_without_its_next_step_or_its_english() -> None:
    whole = {"zh": "一", "en": "one"}
    catalogue = {"error.a.message": whole, "error.b.message": whole, "error.b.next_step": {"zh": "二", "en": " "}}
    assert list(errors.incomplete({**catalogue, "error.c.title": whole, "x.y": whole})) == [
        "error.b.next_step: en is missing",
        "error.c.title: not a code with .message or .next_step",
        "a: next_step is missing",
    ]
    assert list(errors.incomplete({"error.a.message": whole, "error.a.next_step": whole})) == []


@pytest.mark.parametrize(
    "line",
    [
        "raise ChangmingError('unknown_one', status=404)",
        "return Refusal('unknown_one')",
        "return Refusal('known_one' if x else 'unknown_one')",
        "class Worse(ChangmingError):\n    def __init__(self): super().__init__('unknown_one')",
    ],
)
def test_an_unknown_code(line: str) -> None:
    (found,) = errors.unknown_codes([module(line)], frozenset({"known_one"}))
    assert "unknown_one" in found


def test_a_dead_code() -> None:
    known = frozenset({"used", "contact_phone_bad", "dead"})
    uses = module("raise ChangmingError('used')\nRefusal(f'contact_{kind}_bad')\nname = f'{anything}'")
    assert list(errors.unknown_codes([uses], known)) == []
    assert list(errors.dead_codes([uses], known)) == ["dead: nothing uses it"]


def test_a_missing_text() -> None:
    keys = frozenset({"case.title", "level.urgent"})
    code = module(
        "text('case.title', lang)\ntext('case.gone', lang)\ntext(f'level.{x}', lang)\ntext(f'gone.{x}', lang)"
    )
    pages = {"a.html": '{{ t("case.title") }}{{ t("level." ~ level) }}{{ t("page.gone", x=1) }}{{ t("none." ~ x) }}'}
    assert list(errors.missing_texts([code], pages, keys)) == [
        "changming.desk.planted.service:2 asks for the text case.gone",
        "changming.desk.planted.service:4 asks for texts like gone\\..+",
        "a.html asks for the text page.gone",
        "a.html asks for the text none.",
    ]


# --- declared.py


@dataclass
class Route:
    opt: dict[str, Any] = field(default_factory=dict)


def test_a_route_that_says_nothing() -> None:
    handlers = [
        ("/open", Route({"may": "anyone", "degree": "none"})),
        ("/silent", Route()),
        ("/odd", Route({"may": "all"})),
    ]
    assert list(declared.undeclared_routes(handlers, frozenset({"anyone"}), frozenset({"none"}))) == [
        "/silent: may=None",
        "/silent: degree=None",
        "/odd: may='all'",
        "/odd: degree=None",
    ]


@dataclass
class Command:
    name: str
    may: str
    module: str


def test_a_command_that_says_nothing_or_does_nothing() -> None:
    commands = [
        Command("silent", "", "changming.commands.ledger"),
        Command("gone", "anyone", "changming.commands.gone"),
        Command("empty", "operator", "changming.commands"),
    ]
    assert list(declared.undeclared_commands(commands)) == [
        "silent: may=''",
        "gone: changming.commands.gone is missing",
        "empty: configure() is missing",
        "empty: run() is missing",
    ]


def test_work_without_a_handler_and_a_handler_without_work() -> None:
    planted = module(
        "Work('planted.kind', key, due)\nWork(job.kind, job.key, due)\nWork(kind='known', key=key, due_at=due)"
    )
    assert list(declared.unhandled_jobs([planted], {"known": 1, "idle": 1})) == [
        "changming.desk.planted.service:1 schedules planted.kind, which has no handler",
        "idle: handled, but nothing schedules it",
    ]


# --- columns.py

PAGE = """## person

| column | kind | why it may be clear | what an old backup would show |
|---|---|---|---|
| id | clear | random | nothing |
| phone_hmac | blind | HMAC under a key outside the database | nothing without that key |
"""


@pytest.mark.parametrize(
    ("table", "rows", "finding"),
    [
        ({"name": "text"}, "", "person.name: not listed in docs/security/columns"),
        ({"name_sealed": "text"}, "", "person.name_sealed: sealed, but text"),
        ({"name": "text"}, "| name | sealed | - | nothing |", "person.name: listed as sealed"),
        ({"name_sealed": "bytea"}, "| name_sealed | clear | why | all |", "person.name_sealed: listed as clear"),
        ({"name": "text"}, "| name | clear | | all |", "person.name: a row is"),
        ({"name": "integer"}, "| name | blind | why | nothing |", "person.name: blind, but integer"),
        ({}, "| gone | clear | why | all |", "person.gone: listed, but there is no such column"),
        ({}, "| id | clear | random | nothing |", "person.id: listed twice"),
    ],
)
def test_a_column_that_is_not_accounted_for(table: dict[str, str], rows: str, finding: str) -> None:
    clean = {("person", "id"): "uuid", ("person", "phone_hmac"): "bytea", ("person", "born_sealed"): "bytea"}
    assert list(columns.unaccounted(clean, [PAGE])) == []
    found = list(columns.unaccounted({**clean, **{("person", k): v for k, v in table.items()}}, [PAGE + rows]))
    assert len(found) == 1
    assert found[0].startswith(finding)


# --- documents.py


def test_what_the_reference_leaves_out() -> None:
    reference = "| `port` | … |\n`changming ask TEXT` and `host`"
    assert list(documents.unmentioned("setting", ["port", "hosts", "host"], reference)) == [
        "the setting hosts is not in docs/reference"
    ]
    assert list(documents.unmentioned("command", ["ask", "plan"], reference)) == [
        "the command plan is not in docs/reference"
    ]


def test_a_page_that_shows_a_command_that_is_gone() -> None:
    page = "Run `make tset` or:\n\n```sh\n.venv/bin/changming aks x\nmake test\nchangming ask y\n```\n"
    assert list(documents.unknown_commands(page, {"ask"}, {"test"})) == ["changming aks", "make tset"]


def test_an_unexplained_dependency_and_one_too_many() -> None:
    page = "| `one` | because |\n| `two` | |\n| `gone` | because |\n\n## For development\n\n| `other` | because |\n"
    assert list(documents.unexplained_dependencies("one>=1\ntwo[x]==2 # y\n-r other.in\n", page)) == [
        "two: no why-line in docs/dependencies.md",
        "gone: explained, but not in requirements/run.in",
    ]
    many = "\n".join(f"d{n}" for n in range(21))
    listed = "\n".join(f"| `d{n}` | because |" for n in range(21))
    assert list(documents.unexplained_dependencies(many, listed)) == ["21 run-time dependencies; 20 is the most"]


def test_a_path_of_somebodys_machine() -> None:
    text = "see /ho" + "me/ada/desk\nsee /var/lib/changming\nand https://a.example/root/x\n"
    assert list(documents.machine_paths({"README.md": text})) == ["README.md:1: see /ho" + "me/ada/desk"]


def test_options_and_targets_are_found() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--json")
    parser.add_subparsers().add_parser("list").add_argument("--all")
    assert documents.options(parser) >= {"--json", "--all"}
    assert documents.make_targets("help: ## say\n\nset-up: a b ## make\nhidden: x\n") == {"help", "set-up"}


# --- pages.py


def test_a_link_that_leads_nowhere() -> None:
    page = "# One, two\n[a](there.md) [b](gone.md) [c](#one-two) [d](#three) [e](there.md#four) ![f](gone.svg)\n"
    page += "[g](https://a.example/gone) `[h](gone.md)`\n```\n[i](gone.md)\n```\n"
    assert list(pages.broken_links("x.md", page, {"there.md"}.__contains__, lambda _: "## Five")) == [
        "x.md: gone.md is not there",
        "x.md: #three has no such heading",
        "x.md: there.md#four has no such heading",
        "x.md: gone.svg is not there",
    ]


def test_a_route_that_is_described_otherwise() -> None:
    page = "| GET | `/a` | anyone | none | – | a |\n| GET | `/b` | anyone | none | – | b |\n"
    page += "| GET | `/c` | anyone | none | – | |\n"
    routes = [("GET", "/a", "anyone", "none", "–"), ("GET", "/b", "visitor", "session", "ask")]
    assert list(pages.misdescribed_routes([*routes, ("GET", "/c", "anyone", "none", "–")], page)) == [
        "missing: GET | /b | visitor | session | ask",
        "missing: GET | /c | anyone | none | –",
        "not so: GET | /b | anyone | none | –",
    ]


def test_a_code_with_another_status() -> None:
    page = "| 404 | `gone`, `here`, `lost` |\n"
    assert list(pages.misstated_codes(page, {"here", "lost"}, {"here": {404}, "lost": {410, 409}})) == [
        "gone: no such code",
        "lost: answered with 409, 410, not 404",
    ]


def test_a_default_that_is_another() -> None:
    page = "| `port` | `80` | Where. |\n| `data` | a folder | What. |\n| `gone` | `1` | What. |\n"
    assert list(pages.misstated_defaults(page, {"port": "8300", "data": None, "host": "here"})) == [
        "port: the default is `8300`, not `80`",
        "host: has no row",
        "gone: no such setting",
    ]


# --- the linter and the contracts themselves


@pytest.mark.parametrize(
    ("code", "rule"),
    [
        ("from datetime import datetime\n\nNOW = datetime.now()\n", "TID251"),
        ("from datetime import datetime\n\nNOW = datetime.utcnow()\n", "TID251"),
        ("from datetime import date\n\nTODAY = date.today()\n", "TID251"),
        ("import time\n\nNOW = time.time()\n", "TID251"),
        ("from uuid import uuid4\n\nID = uuid4()\n", "TID251"),
        ("import uuid\n\nID = uuid.uuid1()\n", "TID251"),
        ('print("x")\n', "T201"),
    ],
)
def test_the_clock_random_ids_and_print_are_banned(code: str, rule: str) -> None:
    def found(name: str) -> set[str]:
        done = subprocess.run(
            [sys.executable, "-m", "ruff", "check", "--output-format=json", f"--stdin-filename={name}", "-"],
            input=code,
            capture_output=True,
            text=True,
            check=False,
            cwd=ROOT,
        )
        return {one["code"] for one in json.loads(done.stdout)}

    assert rule in found("src/changming/desk/planted.py")
    if rule == "TID251":
        where = "ids" if "uuid" in code else "clock"
        folder = "kernel" if where == "ids" else "infra"
        assert rule not in found(f"src/changming/{folder}/{where}.py")


SKELETON = """
__init__ __main__ app cli worker commands/__init__ web/__init__
desk/__init__ desk/quality/__init__ desk/cases/__init__ desk/cases/rules desk/conversations/__init__
desk/clocks/__init__ desk/visits/__init__ guidance/__init__ trust/__init__ trust/identity/__init__ trust/people/__init__
trust/vault/__init__ trust/ledger/__init__
infra/__init__ infra/live infra/postgres kernel/__init__ kernel/model
"""
PLANTED = {
    "kernel/__init__": "import changming.infra",  # layers
    "trust/ledger/__init__": "import changming.trust.vault",  # order in trust
    "desk/clocks/__init__": "import changming.desk.cases",  # order in desk
    "guidance/__init__": "import asyncio",  # pure guidance
    "desk/cases/rules": "import psycopg",  # pure rules
    "infra/live": "import changming.infra.postgres",  # a circle …
    "infra/postgres": "import changming.infra.live",  # … and back
}


def contracts(folder: Path, planted: dict[str, str]) -> tuple[int, str]:
    """Judge a skeleton of the house by the project's own contracts."""
    for name in SKELETON.split():
        path = folder / "changming" / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{planted.get(name, '')}\n")
    judged = subprocess.run(
        [
            Path(sys.executable).with_name("lint-imports"),
            "--no-cache",
            "--no-logo",
            "--config",
            ROOT / "pyproject.toml",
        ],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder), "COLUMNS": "200"},
    )
    return judged.returncode, judged.stdout


def test_each_contract_is_broken_by_its_planted_import(tmp_path: Path) -> None:
    status, told = contracts(tmp_path / "clean", {})
    assert (status, "6 kept, 0 broken" in told) == (0, True), told
    status, told = contracts(tmp_path / "broken", PLANTED)
    assert status == 1
    assert "0 kept, 6 broken" in told, told


def test_every_guard_is_planted_here() -> None:
    """A guard that nobody saw catch anything is none."""
    names = [
        f"{path.stem}.{node.name}("
        for path in (ROOT / "tests/arch/guards").glob("*.py")
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef) and node.returns and ast.unparse(node.returns) == "Iterator[str]"
    ]
    text = Path(__file__).read_text(encoding="utf-8")
    assert len(names) > 10
    assert [name for name in names if name not in text] == []
