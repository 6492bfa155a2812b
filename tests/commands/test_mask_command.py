import json

import pytest
from tests.commands.conftest import Cli

from changming.kernel.catalogue import MaskKind

TEXT = "我叫张三，电话13800138000，身份证11010519491231002X"


def test_a_text_is_masked(cli: Cli) -> None:
    ran = cli("mask", TEXT)
    assert ran.code == 0
    assert ran.out.endswith("\n")
    assert "138****8000" in ran.out
    assert not any(secret in ran.out for secret in ("张三", "13800138000", "19491231"))


@pytest.mark.parametrize("ending", ["", "\n"])
def test_standard_input_is_masked_with_its_own_lines(cli: Cli, ending: str) -> None:
    assert cli("mask", stdin=f"{TEXT}\n\n{TEXT}{ending}").out == "\n\n".join([cli("mask", TEXT).out.strip()] * 2) + "\n"


def test_json_tells_what_was_found_where(cli: Cli) -> None:
    found = cli("mask", TEXT, "--json").document
    assert found.keys() == {"masked", "found"}
    assert {one["kind"] for one in found["found"]} <= {kind.value for kind in MaskKind}
    assert [TEXT[one["start"] : one["end"]] for one in found["found"]] == ["张三", "13800138000", "11010519491231002X"]
    assert all(one.keys() == {"kind", "start", "end"} for one in found["found"])


def test_nothing_is_masked_as_nothing(cli: Cli) -> None:
    assert cli("mask", "").out == "\n"
    assert cli("mask", "--json", stdin="").document == {"masked": "", "found": []}


def test_a_batch_is_masked_line_by_line(cli: Cli) -> None:
    lines = [json.dumps({"text": TEXT}), "x", '{"words": "y"}', json.dumps({"text": "证件"})]
    first, not_json, no_text, last = cli("mask", "--batch", "-", stdin="\n".join(lines)).documents
    assert first == cli("mask", TEXT, "--json").document
    assert not_json["error"]["code"] == "line_not_json"
    assert no_text["error"]["code"] == "line_invalid"
    assert last == {"masked": "证件", "found": []}
