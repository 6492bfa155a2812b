"""Editions: one digest, all faults at once, canonical documents that read back the same."""

import hashlib
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.counts import examples

from changming.guidance.knowledge import (
    Pack,
    PackFaults,
    edition_of,
    load_edition,
    outcome,
    read_text,
    structural_diff,
)
from changming.guidance.knowledge.canonical import read_document, write_document
from changming.guidance.knowledge.edition import read_folder, repeated_phrasings
from changming.guidance.knowledge.reading.pack import PackReading, read_pack
from changming.guidance.knowledge.tree import Fields, Items, Node, Scalar, read_tree
from changming.kernel.messages import Lang


def as_service(sample: str, service: str) -> str:
    """The sample as another service, with phrasings of its own."""
    text = sample.replace("service: passport/renew", f"service: {service}")
    return (
        text.replace("护照快到期", f"{service}到期")
        .replace("换护照带", f"带啥{service}")
        .replace("老护照", f"老{service}")
        .replace("how do I renew", f"{service}")
        .replace("which papers", f"{service} papers")
    )


def write(folder: Path, sample: str, *services: str) -> None:
    for service in services:
        path = folder / f"{service}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(as_service(sample, service), encoding="utf-8")


def test_an_edition_holds_packs_in_the_catalogues_order(tmp_path: Path, sample: str) -> None:
    write(tmp_path, sample, "safety", "passport/urgent", "resident-id/renew")
    edition = load_edition(tmp_path)
    assert list(edition.packs) == ["resident-id/renew", "passport/urgent", "safety"]
    assert [pack.documents for pack in edition.packs.values()] == [("resident-id",), ("passport",), ()]
    assert len(edition.digest) == 64
    with pytest.raises(TypeError):
        edition.packs["passport/renew"] = edition.packs["safety"]  # type: ignore[index] # that it cannot be is the test


def test_the_digest_does_not_depend_on_order_layout_or_comments(
    pack: Pack, sample: str, reading: Callable[[str], PackReading]
) -> None:
    lines = sample.split("\n")
    moved = "\n".join([*lines[2:5], "service: 'passport/renew'   # quoted, later", *lines[5:]])
    assert moved.count("service:") == 1
    again = reading(moved).pack
    assert again is not None
    assert again.digest == pack.digest
    assert edition_of([again]).digest == edition_of([pack]).digest


def test_the_digest_depends_on_every_word_and_on_the_order_of_questions(
    pack: Pack, changed: Callable[..., PackReading], sample: str
) -> None:
    staff = next(line for line in sample.split("\n") if line.startswith("  staff:")) + "\n"
    variants = [changed(("value: 240", "value: 241")), changed((staff, ""), ("  age: {type", staff + "  age: {type"))]
    digests = {pack.digest, *(variant.pack.digest for variant in variants if variant.pack)}
    assert len(digests) == 3


def test_the_editions_digest_is_that_of_its_packs(pack: Pack) -> None:
    assert pack.digest == hashlib.sha256(pack.document.encode()).hexdigest()
    line = f"passport/renew {pack.digest}\n"
    assert edition_of([pack]).digest == hashlib.sha256(line.encode()).hexdigest()


def test_a_document_reads_back_as_the_same_pack(pack: Pack) -> None:
    again = read_pack(pack.file, read_document(pack.document))
    assert again.faults == ()
    assert again.pack is not None
    assert (again.pack.document, again.pack.digest) == (pack.document, pack.digest)
    assert list(again.pack.inputs) == list(pack.inputs)
    assert list(again.pack.routes) == list(pack.routes)
    assert list(again.pack.materials) == list(pack.materials)
    assert json.loads(pack.document)["values"]["fee"]["rows"][0] == {
        "source": "old-notice",
        "to": "2025-01-01",
        "value": "160",
    }


def turned(node: Node, path: tuple[str, ...] = ()) -> Node:
    """The tree with its keys in the opposite order wherever the document sorts them."""
    if isinstance(node, Scalar):
        return node
    if isinstance(node, Items):
        return Items([turned(item, (*path, "[]")) for item in node.items])
    ordered = path in {("inputs",), ("routes",), ("materials",)} or (path[:1] == ("inputs",) and path[2:] == ("of",))
    names = list(node.fields) if ordered else list(node.fields)[::-1]
    return Fields({name: turned(node.fields[name], (*path, name)) for name in names})


def test_the_order_in_which_an_author_wrote_what_has_no_order_changes_nothing(pack: Pack) -> None:
    other = read_pack(pack.file, turned(read_document(pack.document))).pack
    assert other is not None
    assert other.digest == pack.digest
    assert list(other.values) == list(pack.values) == sorted(pack.values)
    assert structural_diff(pack, other) == ()
    on, answers = date(2026, 1, 1), {"age": "30"}
    assert outcome(other, on=on, given=answers) == outcome(pack, on=on, given=answers)


@pytest.mark.parametrize("document", ["", "{", "1", '{"a": 1}', '{"inputs": ["a"]}', '{"inputs": [["a", "b", "c"]]}'])
def test_a_foreign_document_is_refused(document: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        read_document(document)


def nodes(depth: int = 3) -> st.SearchStrategy[Node]:
    leaf: st.SearchStrategy[Node] = st.builds(
        Scalar, st.text('abc{}[]"\\é中', min_size=1, max_size=5).map(str.strip).filter(bool)
    )
    if depth == 0:
        return leaf
    below = nodes(depth - 1)
    keys = st.sampled_from(["inputs", "routes", "materials", "of", "x", "y"])
    fields = st.dictionaries(keys, below, max_size=3).map(lambda found: Fields(dict(found)))
    return st.one_of(leaf, fields, st.lists(below, max_size=3).map(Items))


@settings(max_examples=examples(150), deadline=None)
@given(nodes())
def test_documents_round_trip(tree: Node) -> None:
    document = write_document(tree)
    if not ordered_list(tree):
        assert write_document(read_document(document)) == document


def ordered_list(tree: Node) -> bool:
    """A list where an ordered mapping belongs reads back as one only if it is made of pairs; packs refuse it anyway."""
    if isinstance(tree, Fields):
        inputs = tree.fields.get("inputs")
        below = inputs.fields.values() if isinstance(inputs, Fields) else ()
        options = [body.fields.get("of") for body in below if isinstance(body, Fields)]
        sections = [tree.fields.get(name) for name in ("inputs", "routes", "materials")]
        return any(isinstance(section, Items) for section in (*sections, *options))
    return False


def test_all_faults_of_all_files_are_raised_together(tmp_path: Path, sample: str) -> None:
    write(tmp_path, sample, "safety", "passport/urgent")
    (tmp_path / "passport" / "renew.yaml").write_text("a: &x b\n", encoding="utf-8")
    (tmp_path / "passport" / "first.yaml").write_text(as_service(sample, "passport/frist"), encoding="utf-8")
    (tmp_path / "passport" / "more.yml").write_text(sample, encoding="utf-8")
    (tmp_path / "safety.yaml").write_text(
        as_service(sample, "safety").replace("value: 240", "value: x"), encoding="utf-8"
    )
    (tmp_path / "README.md").write_text("not a pack", encoding="utf-8")
    with pytest.raises(PackFaults) as caught:
        load_edition(tmp_path)
    found = [(fault.file.removeprefix(f"{tmp_path.name}/"), fault.code) for fault in caught.value.faults]
    assert found == [
        ("passport/first.yaml", "did_you_mean"),
        ("passport/more.yml", "wrong_suffix"),
        ("passport/renew.yaml", "no_anchors"),
        ("safety.yaml", "not_whole"),
    ]


def test_an_empty_and_a_missing_folder(tmp_path: Path) -> None:
    with pytest.raises(PackFaults, match="no packs"):
        load_edition(tmp_path)
    with pytest.raises(FileNotFoundError):
        load_edition(tmp_path / "nowhere")


def test_a_huge_file_is_not_read_whole(tmp_path: Path) -> None:
    (tmp_path / "safety.yaml").write_bytes(b"#" * 3_000_000)
    assert [fault.code for reading in read_folder(tmp_path) for fault in reading.faults] == ["too_big"]


def test_a_phrasing_belongs_to_one_service(tmp_path: Path, sample: str) -> None:
    write(tmp_path, sample, "safety", "passport/urgent")
    path = tmp_path / "safety.yaml"
    text = path.read_text(encoding="utf-8").replace("带啥safety什么", "带啥 Passport/Urgent 什么？")
    path.write_text(text, encoding="utf-8")
    faults = repeated_phrasings(load_edition(tmp_path).packs.values())
    assert [(fault.path, fault.fields["other"]) for fault in faults] == [
        ("phrasings[1]", f"{tmp_path.name}/passport/urgent.yaml")
    ]
    assert "urgent.yaml" in faults[0].show(Lang.ZH)


@settings(max_examples=examples(60), deadline=None)
@given(st.data())
def test_no_damaged_pack_raises(data: st.DataObject) -> None:
    """Any node of a good pack may turn into anything: reading says what is wrong and never fails."""
    source = (Path(__file__).parent / "sample.yaml").read_bytes()
    tree, _ = read_tree("packs/passport/renew.yaml", source)
    for _ in range(data.draw(st.integers(1, 4))):
        damage(tree, data)
    outcome = read_pack("packs/passport/renew.yaml", tree)
    assert (outcome.pack is None) is bool(outcome.faults)
    for fault in outcome.faults:
        assert fault.show(Lang.EN)


def damage(tree: Node, data: st.DataObject) -> None:
    spoilt: list[Node] = [
        Scalar("x", 1),
        Scalar("", 1),
        Scalar("{fee}", 1),
        Items([Scalar("y", 1)], 1),
        Items([], 1),
        Fields({}, 1),
        Fields({"z": Scalar("1", 1)}, 1),
    ]
    node = tree
    while True:
        inner = (
            list(node.fields)
            if isinstance(node, Fields)
            else list(range(len(node.items)))
            if isinstance(node, Items)
            else []
        )
        if not inner:
            return
        at = data.draw(st.sampled_from(inner))
        holder = node.fields if isinstance(node, Fields) else node.items if isinstance(node, Items) else {}
        if data.draw(st.integers(0, 3)) == 0:
            holder[at] = data.draw(st.sampled_from(spoilt))  # type: ignore[index,call-overload] # keys of the holder itself
            return
        node = holder[at]  # type: ignore[index,call-overload] # as above


def test_a_file_belongs_where_its_service_says(sample: str) -> None:
    outcome = read_text("packs/passport/first.yaml", sample.encode(), service="passport/first")
    assert [(fault.code, fault.fields["place"]) for fault in outcome.faults] == [("wrong_place", "passport/first")]
