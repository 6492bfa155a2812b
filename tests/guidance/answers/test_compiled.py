import json
from datetime import datetime

import pytest

from changming.guidance.answers import Query, answer, index_of, read_compiled, write_compiled
from changming.guidance.knowledge import Edition


@pytest.fixture(scope="module")
def compiled(shipped: Edition) -> str:
    return write_compiled(shipped)


def test_what_comes_back_is_the_same_edition_with_the_same_index(shipped: Edition, compiled: str) -> None:
    built = index_of(shipped)
    again = read_compiled(compiled)
    assert again.digest == shipped.digest
    assert list(again.packs) == list(shipped.packs)
    assert len(again.packs) == len(shipped.packs)
    assert index_of(again) == built
    assert index_of(again) is not built
    for service, pack in shipped.packs.items():
        assert again.packs[service].digest == pack.digest


@pytest.mark.parametrize(
    "asked", ["护照到期怎么换", "宝宝出生要办哪些证", "身份证丢了，后天要坐飞机", "open a company"]
)
def test_the_same_question_has_the_same_answer(shipped: Edition, compiled: str, asked_at: datetime, asked: str) -> None:
    expected = answer(shipped, Query(asked, asked_at)).to_json()
    assert answer(read_compiled(compiled), Query(asked, asked_at)).to_json() == expected


def test_a_pack_that_the_edition_lacks_is_missing(compiled: str) -> None:
    packs = read_compiled(compiled).packs
    assert "no/such" not in packs
    assert packs.get("no/such") is None


def test_a_pack_that_does_not_read_is_said_when_it_is_asked_for(compiled: str) -> None:
    held = json.loads(compiled)
    held["packs"]["passport/renew"][1] = "{}"
    packs = read_compiled(json.dumps(held)).packs
    assert packs["passport/first"].service == "passport/first"
    with pytest.raises(ValueError, match="passport/renew"):
        packs["passport/renew"]


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"packs": {}}'])
def test_another_text_is_refused(text: str) -> None:
    with pytest.raises((ValueError, KeyError, TypeError)):
        read_compiled(text)
