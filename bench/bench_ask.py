"""A question answered in process with all packs, masking, and retrieval on a public yardstick beside plain word-BM25.

Floors: ask p50 2 ms and p99 8 ms CPU; STARD acc@1 .46, R@10 .76 at 0.5 ms CPU a query; mask 0.1 ms a message; all
packs read and checked in 500 ms CPU. The peer is bm25s over words (rjieba), asked the same questions in the same run.
"""

import gzip
import json
import random
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import bm25s
import rjieba
import yaml

from changming.guidance.answers import Query, answer, compile_index, index_of
from changming.guidance.answers.index import Row, index_rows
from changming.guidance.knowledge import Edition, decision_diff, load_edition
from changming.guidance.triage import read, triage
from changming.infra.resources import project_dir
from changming.kernel.masking import mask

AT = datetime(2026, 11, 21, 18, 10, tzinfo=UTC)
TODAY = date(2026, 11, 22)
QUESTIONS = 400
DATA = Path(__file__).parent / "data"
BEFORE = ("", "请问", "我在深圳，", "你好，我叫王小明，", "急！", "我妈的事：", "帮我看看，", "12月3日要出国，")
AFTER = ("", "？谢谢", "，后天要用", "，户口在河南", "，电话13812345678", "，网上能办吗", "，材料都准备好了")


def cpu(act: Callable[..., object], *given: object) -> float:
    """Milliseconds of CPU."""
    began = time.process_time()
    act(*given)
    return (time.process_time() - began) * 1000


def share(times: Sequence[float], part: float) -> float:
    return sorted(times)[min(len(times) - 1, int(len(times) * part))]


def questions(edition: Edition) -> list[str]:
    """Phrasings of every pack in varied dress; most of them are thus no copies."""
    chance = random.Random(11)
    said = [phrase for pack in edition.packs.values() for phrase in (*pack.phrasings, *pack.phrasings_en)]
    return [chance.choice(BEFORE) + chance.choice(said) + chance.choice(AFTER) for _ in range(QUESTIONS)]


def words(text: str) -> list[str]:
    return [word for word in rjieba.cut(text.lower()) if word.strip()]


def word_bm25(rows: Iterable[str]) -> Callable[[list[str]], Any]:
    """The peer's scores of all rows for a list of words."""
    peer: Any = bm25s.BM25()  # type: ignore[no-untyped-call] # the peer has no types
    peer.index([words(row) for row in rows], show_progress=False)
    scores: Callable[[list[str]], Any] = peer.get_scores
    return scores


def lines(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in gzip.decompress((DATA / name).read_bytes()).decode().splitlines()]


def row(name: str, value: float, unit: str, peer: str = "", peer_value: float | None = None) -> dict[str, Any]:
    ratio = value / peer_value if peer_value else None
    return {"name": name, "value": value, "unit": unit, "peer": peer, "peer_value": peer_value, "ratio": ratio}


def asked(edition: Edition) -> list[dict[str, Any]]:
    index_of(edition)
    rows = [text for pack in edition.packs.values() for text in (*pack.phrasings, *pack.phrasings_en)]
    peer = word_bm25(rows)
    texts = questions(edition)
    for text in texts[:50]:
        answer(edition, Query(text, AT))
    whole = [cpu(lambda said: answer(edition, Query(said, AT)), text) for text in texts]
    slots = [cpu(lambda said: triage(edition, said, at=AT), text) for text in texts]
    beside = [cpu(lambda said: peer(words(said)).argmax(), text) for text in texts]
    masked = sum(cpu(mask, text) for text in texts) * 1000 / len(texts)
    built = cpu(compile_index, edition)
    named = f"ask, {len(edition.packs)} packs, {len(rows)} phrasings"
    name = "bm25s, words: the query alone"
    return [
        row(f"{named}: p50", share(whole, 0.5), "ms CPU", name, share(beside, 0.5)),
        row(f"{named}: p99", share(whole, 0.99), "ms CPU", name, share(beside, 0.99)),
        row("triage: p50", share(slots, 0.5), "ms CPU"),
        row("mask, a usual message", masked, "µs CPU"),
        row("index of the edition, built", built, "ms CPU"),
    ]


def packs() -> list[dict[str, Any]]:
    """All packs read and checked, beside a parser that only parses; two versions compared on every case."""
    folder = project_dir("packs")
    files = [path.read_bytes() for path in sorted(folder.rglob("*.yaml"))]
    read_all = min(cpu(load_edition, folder) for _ in range(3))
    parsed = min(cpu(lambda: [yaml.load(data, yaml.CSafeLoader) for data in files]) for _ in range(3))
    renew = load_edition(folder).packs["passport/renew"]
    compared = min(cpu(lambda: decision_diff(None, renew, since=renew.since, until=TODAY)) for _ in range(3))
    kib = sum(map(len, files)) // 1024
    return [
        row(f"packs read and checked, {len(files)} files, {kib} KiB", read_all, "ms CPU", "CSafeLoader alone", parsed),
        row("decision diff of a whole pack, passport/renew", compared, "ms CPU"),
    ]


def stard() -> list[dict[str, Any]]:
    """Laypeople's questions to statutes: the retriever alone, nothing of the desk in it."""
    docs = lines("stard_docs.jsonl.gz")
    asked_for = lines("stard_queries.jsonl.gz")
    index = index_rows(tuple(Row(str(doc["id"]), doc["text"]) for doc in docs), {})
    peer = word_bm25(doc["text"] for doc in docs)
    hits = {"own": [0, 0], "peer": [0, 0]}
    times: dict[str, list[float]] = {"own": [], "peer": []}

    def own(question: str) -> list[int]:
        return [int(hit.service) for hit in index.search(read(question).text, on=TODAY, limit=10)]

    def beside(question: str) -> list[int]:
        scores = peer(words(question))
        return [int(n) for n in scores.argsort()[::-1][:10]]

    for one in asked_for:
        gold = set(one["rel"])
        for name, search in (("own", own), ("peer", beside)):
            began = time.process_time()
            ranked = search(one["q"])
            times[name].append((time.process_time() - began) * 1000)
            hits[name][0] += ranked[0] in gold
            hits[name][1] += bool(gold & set(ranked))
    count = len(asked_for)
    return [
        row("STARD acc@1", hits["own"][0] / count, "", "bm25s, words", hits["peer"][0] / count),
        row("STARD R@10", hits["own"][1] / count, "", "bm25s, words", hits["peer"][1] / count),
        row("STARD, a query", sum(times["own"]) / count, "ms CPU", "bm25s, words", sum(times["peer"]) / count),
    ]


def many() -> list[dict[str, Any]]:
    """A hundred thousand phrasings: pieces of the yardstick's questions, put together anew."""
    chance = random.Random(3)
    said = [one["q"] for one in lines("stard_queries.jsonl.gz")]
    rows = tuple(
        Row(str(n % 500), chance.choice(said)[: chance.randint(4, 14)] + chance.choice(said)[-chance.randint(4, 10) :])
        for n in range(100_000)
    )
    index = index_rows(rows, {})
    times = [cpu(lambda text: index.search(read(text).text, on=TODAY), text) for text in said[:300]]
    return [
        row("search, 100,000 phrasings: p50", share(times, 0.5), "ms CPU"),
        row("search, 100,000 phrasings: p99", share(times, 0.99), "ms CPU"),
    ]


def run() -> list[dict[str, Any]]:
    return [*asked(load_edition(project_dir("packs"))), *packs(), *stard(), *many()]
