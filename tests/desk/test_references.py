import re

import pytest

from changming.desk.cases import new_reference, parse_reference
from changming.desk.cases.reference import ALPHABET, SYMBOLS
from changming.kernel.decisions import Refusal
from changming.kernel.messages import Lang, text


def code(found: str | Refusal) -> str:
    assert isinstance(found, Refusal)
    return found.code


def symbols(reference: str) -> str:
    return reference.removeprefix("CM-").replace("-", "")


def test_references_are_of_one_form_and_random() -> None:
    drawn = {new_reference() for _ in range(2_000)}
    assert len(drawn) == 2_000
    for reference in drawn:
        assert parse_reference(reference) == reference
    used = [{symbols(reference)[place] for reference in drawn} for place in range(SYMBOLS)]
    assert all(found == set(ALPHABET) for found in used)


@pytest.mark.parametrize("round_", range(20))
def test_every_single_wrong_symbol_is_caught(round_: int) -> None:
    right = symbols(new_reference())
    for place, symbol in enumerate(right):
        for wrong in set(ALPHABET) - {symbol}:
            assert code(parse_reference(right[:place] + wrong + right[place + 1 :])) == "reference_wrong"


@pytest.mark.parametrize("round_", range(20))
def test_every_swap_of_two_symbols_is_caught(round_: int) -> None:
    right = symbols(new_reference())
    for a in range(SYMBOLS):
        for b in range(a + 1, SYMBOLS):
            swapped = list(right)
            swapped[a], swapped[b] = swapped[b], swapped[a]
            found = parse_reference("".join(swapped))
            assert (found == f"CM-{right[:4]}-{right[4:]}") == (right[a] == right[b])


def test_the_check_symbol_is_linear_with_distinct_weights() -> None:
    # The proof behind the two tests above: one symbol alone in a place needs a check symbol of its own weight times it;
    # the weights of all places differ, so no single change and no swap leaves the sum at zero.
    weights = set()
    for place in range(SYMBOLS - 1):
        data = ["0"] * (SYMBOLS - 1)
        data[place] = "1"
        fitting = [check for check in ALPHABET if not isinstance(parse_reference("".join([*data, check])), Refusal)]
        assert len(fitting) == 1
        weights.add(fitting[0])
    assert len(weights | {"1"}) == SYMBOLS
    assert "0" not in weights


def test_typing_is_forgiven() -> None:
    while True:
        reference = new_reference()
        if {"0", "1"} <= set(symbols(reference)):
            break
    plain = symbols(reference)
    for written in (
        reference.lower(),
        f"  {reference} ",
        plain,
        plain.lower(),
        f"cm{plain}",
        reference.replace("-", "—"),
        reference.replace("-", " "),
        reference.replace("0", "O"),
        reference.replace("0", "o"),
        reference.replace("1", "I"),
        reference.replace("1", "l"),
        "".join(chr(ord(c) + 0xFEE0) if c.isalnum() else "－" for c in reference),
    ):
        assert parse_reference(written) == reference


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("", "reference_incomplete"),
        ("CM-", "reference_incomplete"),
        ("CM-1234-567", "reference_incomplete"),
        ("CM-1234-56789", "reference_incomplete"),
        ("XX-0000-0000", "reference_incomplete"),
        ("0000000U", "reference_wrong"),
        ("身份证身份证身份", "reference_wrong"),
        ("0000\x000000", "reference_incomplete"),
        ("\U0001f4a1" * 8, "reference_wrong"),
    ],
)
def test_what_is_no_reference_says_so(written: str, expected: str) -> None:
    assert code(parse_reference(written)) == expected


def test_the_example_that_people_are_shown_is_a_reference() -> None:
    shown = re.search(r"CM-\w{4}-\w{4}", text("find.help", Lang.ZH))
    assert shown is not None
    assert parse_reference(shown[0]) == shown[0]
