"""Pack files are strings in a tree; everything else about YAML is refused, with its line."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.counts import examples

from changming.guidance.knowledge.tree import MAX_BYTES, MAX_NODES, Fields, Items, Node, Scalar, read_tree
from changming.kernel.messages import Lang


def plain(node: Node) -> object:
    if isinstance(node, Scalar):
        return node.value
    if isinstance(node, Items):
        return [plain(item) for item in node.items]
    return {key: plain(value) for key, value in node.fields.items()}


def codes(source: str | bytes) -> list[tuple[int, str]]:
    data = source.encode() if isinstance(source, str) else source
    return [(fault.line, fault.code) for fault in read_tree("p.yaml", data)[1]]


@pytest.mark.parametrize(
    "word", ["9:00", "010", "no", "on", "1.10", "1_000", "0x1f", "~", "2026-11-22", "null", ".inf"]
)
def test_a_scalar_stays_the_string_that_was_written(word: str) -> None:
    tree, faults = read_tree("p.yaml", f"{word}: {word}\nlist: [{word}]\n".encode())
    assert faults == ()
    assert plain(tree) == {word: word, "list": [word]}


def test_every_node_knows_its_line() -> None:
    tree, _ = read_tree("p.yaml", b"a: 1\nb:\n  - x\n  - y: z\n")
    assert isinstance(tree, Fields)
    items = tree.fields["b"]
    assert isinstance(items, Items)
    assert (tree.line_of("a"), tree.line_of("b"), tree.line_of("c")) == (1, 2, 1)
    assert [item.line for item in items.items] == [3, 4]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a: &x b\nc: *x\n", [(1, "no_anchors"), (2, "no_aliases")]),
        ("a: &x {b: c}\n", [(1, "no_anchors")]),
        ("<<: &x {b: c}\n", [(1, "no_anchors")]),
        ("a: !!int 3\n", [(1, "no_tags")]),
        ("a: !!python/object/apply:os.system [id]\n", [(1, "no_tags")]),
        ("a: ! b\n", [(1, "no_tags")]),
        ("a: !x {b: c}\n", [(1, "no_tags")]),
        ("a: 1\nb: 2\na: 3\n", [(3, "duplicate_key")]),
        ("a: {b: 1, b: 2}\n", [(1, "duplicate_key")]),
        ("? [a]\n: b\n", [(1, "key_not_a_word")]),
        ("a: 1\n---\nb: 2\n", [(3, "one_document")]),
        ("a: 1\n\tb: 2\n", [(2, "not_yaml")]),
        ("a: [1, 2\n", [(2, "not_yaml")]),
        ("a: 1\nb: \x07\n", [(2, "not_yaml")]),
        ("a: 'x\n", [(2, "not_yaml")]),
        ("a: %x\n", [(1, "not_yaml")]),
        (b"a: 1\nb: \xff\n", [(2, "not_utf8")]),
        (b"x" * (MAX_BYTES + 1), [(1, "too_big")]),
    ],
)
def test_what_is_no_plain_tree_is_refused_with_its_line(source: str | bytes, expected: list[tuple[int, str]]) -> None:
    assert codes(source) == expected


def test_nothing_at_all_is_an_empty_scalar() -> None:
    assert [plain(read_tree("p.yaml", data)[0]) for data in (b"", b"# only a remark\n", b"---\n")] == ["", "", ""]


def test_a_bomb_of_aliases_is_refused_without_growing() -> None:
    lines = ["a0: &a0 [x,x,x,x,x,x,x,x,x]"] + [f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]
    found = codes("\n".join(lines))
    assert {code for _, code in found} == {"no_anchors", "no_aliases"}
    assert len(found) == 30 + 29 * 9


@pytest.mark.parametrize("opening", ["[", "{a: ", "- "])
def test_depth_is_bounded_at_once(opening: str) -> None:
    assert [code for _, code in codes("x: " + opening * 60_000 if opening != "- " else opening * 60_000)] == [
        "too_deep"
    ]


def test_the_number_of_nodes_is_bounded() -> None:
    assert codes("[" + "x," * MAX_NODES + "]") == [(1, "too_many_nodes")]


@settings(max_examples=examples(200), deadline=None)
@given(st.one_of(st.binary(max_size=300), st.text(max_size=300).map(lambda text: text.encode("utf-8", "replace"))))
def test_no_bytes_make_it_raise(data: bytes) -> None:
    read_tree("p.yaml", data)


@settings(max_examples=examples(150), deadline=None)
@given(
    st.lists(st.sampled_from(["a: ", "b: ", "- ", "{", "}", "[", "]", "&x ", "*x", "\n", "  ", "!t ", "'", ": ", "#"]))
)
def test_no_near_yaml_makes_it_raise(parts: list[str]) -> None:
    for fault in read_tree("p.yaml", "".join(parts).encode())[1]:
        assert fault.show(Lang.ZH).startswith("p.yaml:")


def test_the_sample_has_no_faults(sample: str) -> None:
    assert read_tree("p.yaml", sample.encode())[1] == ()
    assert Path(__file__).with_name("sample.yaml").stat().st_size < MAX_BYTES
