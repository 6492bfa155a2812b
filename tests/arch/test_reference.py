"""The pages for people agree with the application: routes, codes, defaults, links, what ``make docs`` writes."""

import os
import subprocess
import sys
from collections import defaultdict
from dataclasses import fields
from pathlib import Path

import pytest
from tests.arch.guards import pages
from tests.arch.guards.source import ROOT, callee, constant, modules
from tests.arch.test_declared import application

from changming.infra.settings import Settings
from changming.kernel.errors import codes

REFERENCE = ROOT / "docs/reference"
PAGES = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")]
PAGES += sorted((ROOT / "docs").rglob("*.md"))


async def test_every_route_is_described_as_it_is(tmp_path: Path) -> None:
    _, app = application(tmp_path)
    found = set()
    for route in app.routes:
        for handler in getattr(route, "route_handlers", [getattr(route, "route_handler", None)]):
            if handler.handler_name != "options_handler":
                opt = handler.opt
                said = (opt["may"], opt["degree"], opt.get("limit", "–"))
                found |= {(method, route.path_format, *said) for method in handler.http_methods}
    assert len(found) > 30
    assert list(pages.misdescribed_routes(found, (REFERENCE / "http.md").read_text(encoding="utf-8"))) == []


def test_every_code_of_the_http_page_has_its_status() -> None:
    statuses: dict[str, set[int]] = defaultdict(set)
    for call in (call for module in modules() for call in module.calls()):
        if callee(call) in {"ChangmingError", "Refusal"} and call.args and (code := constant(call.args[0])):
            given = [*call.args[1:], *(keyword.value for keyword in call.keywords if keyword.arg == "status")]
            statuses[code] |= {value for node in given if isinstance(value := getattr(node, "value", None), int)}
    known = {code: found for code, found in statuses.items() if found}
    assert known["question_empty"] == {422}
    page = (REFERENCE / "http.md").read_text(encoding="utf-8")
    assert list(pages.misstated_codes(page, codes(), known)) == []


def test_every_default_is_stated_as_it_is() -> None:
    in_words = {"data", "database_url", "keys", "tls_cert", "tls_key", "public_url"}
    defaults = {one.name: None if one.name in in_words else str(one.default).lower() for one in fields(Settings)}
    page = (REFERENCE / "settings.md").read_text(encoding="utf-8")
    assert list(pages.misstated_defaults(page, defaults)) == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_leads_somewhere(page: Path) -> None:
    found = pages.broken_links(
        page.name,
        page.read_text(encoding="utf-8"),
        lambda path: (page.parent / path).exists(),
        lambda path: (page.parent / path).read_text(encoding="utf-8"),
    )
    assert list(found) == []


def test_what_make_docs_writes_is_up_to_date(tmp_path: Path) -> None:
    written = subprocess.run(
        [sys.executable, "-P", ROOT / "scripts/reference.py", tmp_path],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "LC_ALL": "C"},
    )
    assert written.returncode == 0, written.stderr
    fresh = {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()}
    assert fresh.keys() == {"commands.md", "errors.md"}
    stale = [name for name, text in fresh.items() if (REFERENCE / name).read_text(encoding="utf-8") != text]
    assert stale == [], "run: make docs"
