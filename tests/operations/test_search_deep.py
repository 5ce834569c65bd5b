"""A second pass: what it brings in, when it is made, and what a re-ranker does in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from memsvc.core.memory import Draft, Kind
from memsvc.core.ranking import BY_LINEAGE
from memsvc.errors import RerankerUnavailable
from memsvc.judges.cross_encoder import CrossEncoderReranker
from memsvc.judges.protocol import Relevance, Reranking
from memsvc.operations import deepen
from memsvc.operations.question import Mode, Question
from memsvc.operations.search import search
from memsvc.runtime import Runtime
from tests.judges.cross_encoders import make_cross_encoder
from tests.operations.remembering import (
    NOW,
    SCOPE,
    held,
    ids,
    proposed,
    remember,
    scores,
    signal,
    standing,
    why,
)

PIANO = Question("Who tuned the old piano?", limit=3)
DEEP = replace(PIANO, mode=Mode.DEEP)


@pytest.fixture
def few_proposed(monkeypatch: pytest.MonkeyPatch) -> None:
    """An index looks at a few of its memories, as one of many does."""
    monkeypatch.setattr("memsvc.index.agent_index.ALL_UP_TO", 0)
    monkeypatch.setattr("memsvc.operations.search.SMALLEST_POOL", 2)


def noise(count: int) -> Iterator[Draft]:
    """Memories that share a word with the question and are no answer."""
    for at in range(count):
        yield Draft(content=f"Boats number {at} and {at + 1} have grown old.", id=f"noise {at}")


FAR = "Zacharias came by with his forks on Thursday."
NEAR = "Ben tuned the old piano."


@pytest.mark.usefixtures("few_proposed")
@pytest.mark.parametrize("far", ["source", "derived"])
def test_lineage_brings_in_what_says_nothing_of_it(runtime: Runtime, far: str) -> None:
    source = Draft(content=FAR if far == "source" else NEAR, id="source")
    fact = Draft(
        content=NEAR if far == "source" else FAR,
        id="derived",
        kind=Kind.SEMANTIC,
        source_ids=("source",),
    )
    remember(runtime, source, *noise(200), fact)
    number = held(runtime)[far]
    fast, deep = search(runtime, SCOPE, PIANO), search(runtime, SCOPE, DEEP)
    assert number not in proposed(fast.found[0])
    assert number in proposed(deep.found[0])
    near = "derived" if far == "source" else "source"
    assert ids(fast)[0] == ids(deep)[0] == near
    judgement = deep.found[0].judgement
    lent = dict(
        zip(judgement.evidence.numbers.tolist(), judgement.signals["lineage"].tolist(), strict=True)
    )
    assert {one for one, more in lent.items() if more} == {number}
    assert lent[number] == pytest.approx(BY_LINEAGE * scores(fast)[near])


@pytest.mark.usefixtures("few_proposed")
def test_what_lineage_brings_in_may_be_found(runtime: Runtime) -> None:
    source = Draft(content="Zacharias came by with his forks.", id="source")
    fact = Draft(content=NEAR, id="derived", kind=Kind.SEMANTIC, source_ids=("source",))
    remember(runtime, source, *noise(20), fact)
    before, after = (
        search(runtime, SCOPE, Question("Zacharias tuned the old piano", limit=8, mode=mode))
        for mode in (Mode.FAST, Mode.DEEP)
    )
    assert set(ids(after)[:2]) == {"source", "derived"}
    assert scores(after)["source"] > scores(before)["source"]


@pytest.mark.usefixtures("few_proposed")
@pytest.mark.parametrize("narrowed", [{"kinds": (Kind.EPISODIC,)}, {"user_id": "ann"}])
def test_lineage_leads_to_nothing_that_the_filter_leaves_out(
    runtime: Runtime, narrowed: dict
) -> None:
    source = Draft(content=NEAR, id="source", user_id="ann")
    fact = Draft(content=FAR, id="derived", kind=Kind.SEMANTIC, source_ids=("source",))
    remember(runtime, source, *noise(20), fact)
    deep = search(runtime, SCOPE, replace(DEEP, limit=30, **narrowed))
    assert "source" in ids(deep)
    assert "derived" not in ids(deep)
    assert held(runtime)["derived"] not in deep.found[0].judgement.evidence.numbers


@pytest.mark.usefixtures("few_proposed")
def test_lineage_of_a_later_day_is_unknown_as_of_an_earlier_one(runtime: Runtime) -> None:
    remember(standing(runtime), Draft(content=NEAR, id="source"), *noise(20))
    later = standing(runtime, NOW + timedelta(days=1))
    fact = Draft(content=FAR, id="derived", kind=Kind.SEMANTIC, source_ids=("source",))
    remember(later, fact)
    assert "derived" in ids(search(later, SCOPE, DEEP))
    assert "derived" not in ids(search(later, SCOPE, replace(DEEP, as_of=NOW, limit=30)))


@pytest.mark.usefixtures("few_proposed")
def test_more_is_proposed_the_second_time(runtime: Runtime) -> None:
    remember(runtime, Draft(content=NEAR, id="near"), *noise(100))
    fast, deep = (proposed(search(runtime, SCOPE, question).found[0]) for question in (PIANO, DEEP))
    assert fast < deep
    assert len(deep) >= 3 * len(fast)


def test_the_best_are_read_again_among_their_neighbours(runtime: Runtime) -> None:
    """Two say the same; what stands beside them tells which is meant."""
    for session, about in (("s1", "Let us talk about the piano."), ("s2", "The boat leaks.")):
        for at, said in enumerate((about, "Zacharias tuned it.", "Very well.")):
            turn = Draft(content=said, id=f"{session} {at}", session_id=session, user_id=session)
            remember(runtime, turn)
    context = signal(search(runtime, SCOPE, replace(DEEP, limit=6)), "context")
    assert context["s1 1"] > context["s2 1"]
    assert set(signal(search(runtime, SCOPE, PIANO), "context").values()) == {0.0}


def test_doubt_leads_to_a_second_pass_and_the_answer_says_so(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    remember(runtime, Draft(content=NEAR, id="near"), *noise(10))
    monkeypatch.setattr(deepen, "CLOSE", 0.0)
    good, weak = NEAR, "nothing of the kind"
    best = search(runtime, SCOPE, Question(weak)).found[0].score
    monkeypatch.setattr(
        deepen, "GOOD", (best + search(runtime, SCOPE, Question(good)).found[0].score) / 2
    )

    for query, deep in ((good, False), (weak, True)):
        answers = {
            mode: search(runtime, SCOPE, Question(query, limit=3, mode=mode)) for mode in Mode
        }
        assert (answers[Mode.FAST].deep, answers[Mode.DEEP].deep) == (False, True)
        assert answers[Mode.AUTO].deep is deep
        same = answers[Mode.DEEP if deep else Mode.FAST]
        assert [(one.memory, one.score) for one in answers[Mode.AUTO].found] == [
            (one.memory, one.score) for one in same.found
        ]


def test_a_close_call_at_the_edge_of_the_page_is_doubt(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    remember(runtime, Draft(content=NEAR, id="near"), *noise(10))
    monkeypatch.setattr(deepen, "GOOD", 0.0)
    monkeypatch.setattr(deepen, "CLOSE", 0.0)
    question = Question(NEAR, limit=1, mode=Mode.AUTO)
    assert not search(runtime, SCOPE, question).deep
    monkeypatch.setattr(deepen, "CLOSE", 1.0)
    assert search(runtime, SCOPE, question).deep
    # Where everything is on the page there is no edge.
    assert not search(runtime, SCOPE, replace(question, limit=11)).deep


def test_an_agent_without_memories_is_searched_in_every_mode(runtime: Runtime) -> None:
    remember(runtime, Draft(content=NEAR, id="near", user_id="ann"))
    for mode in Mode:
        found = search(runtime, SCOPE, Question("piano", user_id="nobody", mode=mode))
        assert found.found == []
        assert found.deep is (mode is Mode.DEEP)


class Stub:
    """Likes one word above all; remembers what it was asked."""

    def __init__(self, liked: str) -> None:
        self._liked = liked
        self.asked: list[tuple[str, list[str]]] = []

    def relevance(self, query: str, texts: Sequence[str]) -> Relevance:
        self.asked.append((query, list(texts)))
        return np.array([float(self._liked in text) for text in texts], np.float32)

    def close(self) -> None:
        """Nothing to stop."""


def reranked(runtime: Runtime, stub: Stub, candidates: int = 30, weight: float = 1.0) -> Runtime:
    return replace(runtime, reranking=Reranking(stub, candidates, weight))


@pytest.fixture
def boats(runtime: Runtime) -> Runtime:
    remember(
        runtime,
        Draft(content=NEAR, id="near", speaker="Ana"),
        *noise(10),
        Draft(content="The boat is blue.", id="blue"),
    )
    return runtime


def test_a_reranker_reorders_the_second_pass(boats: Runtime) -> None:
    stub = Stub("blue")
    before = search(boats, SCOPE, DEEP)
    assert ids(before)[0] == "near"
    after = search(reranked(boats, stub), SCOPE, replace(DEEP, limit=12))
    assert ids(after)[0] == "blue"
    [(query, texts)] = stub.asked
    assert query == DEEP.query
    assert f"Ana: {NEAR}" in texts
    assert len(texts) == 12
    factors = why(after)
    assert factors["blue"].reranked == factors["blue"].relevance == 1.0
    assert factors["near"].reranked == factors["near"].relevance == 0.0
    assert {one.reranked for one in why(before).values()} == {None}


def test_a_reranker_has_its_share_and_reads_the_best_alone(boats: Runtime) -> None:
    stub = Stub("blue")
    plain = why(search(boats, SCOPE, replace(DEEP, limit=12)))
    mixed = why(search(reranked(boats, stub, 4, 0.25), SCOPE, replace(DEEP, limit=12)))
    assert [len(texts) for _, texts in stub.asked] == [4]
    assert {one.reranked for one in plain.values()} == {None}
    for name, factors in mixed.items():
        assert factors.reranked is not None
        blended = 0.75 * plain[name].relevance + 0.25 * factors.reranked
        assert factors.relevance == pytest.approx(blended)


def test_a_reranker_reads_as_many_as_it_is_set_to(boats: Runtime) -> None:
    stub = Stub("blue")
    search(reranked(boats, stub, 10, 0.25), SCOPE, DEEP)
    remember(boats, *(Draft(content=f"Another thing, number {n}.") for n in range(60)))
    search(reranked(boats, stub, 40, 0.25), SCOPE, DEEP)
    assert [len(texts) for _, texts in stub.asked] == [10, 40]


def test_a_reranker_is_left_alone_in_one_pass(
    boats: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    stub = Stub("blue")
    with_it = reranked(boats, stub)
    fast = search(with_it, SCOPE, PIANO)
    monkeypatch.setattr(deepen, "GOOD", 0.0)
    monkeypatch.setattr(deepen, "CLOSE", 0.0)
    auto = search(with_it, SCOPE, replace(PIANO, mode=Mode.AUTO))
    assert ids(fast) == ids(auto)
    assert stub.asked == []
    monkeypatch.setattr(deepen, "GOOD", 1.1)
    monkeypatch.setattr(deepen, "CLEAR", 1.1)
    search(with_it, SCOPE, replace(PIANO, mode=Mode.AUTO))
    assert len(stub.asked) == 1


def test_a_reranker_that_fails_is_told_of(boats: Runtime) -> None:
    class Broken(Stub):
        def relevance(self, query: str, texts: Sequence[str]) -> Relevance:
            raise RerankerUnavailable("the re-ranking model failed to run")

    broken = reranked(boats, Broken(""))
    with pytest.raises(RerankerUnavailable) as caught:
        search(broken, SCOPE, DEEP)
    assert (caught.value.status, caught.value.code) == (503, "reranker_unavailable")
    assert ids(search(broken, SCOPE, PIANO))


def test_a_real_cross_encoder_reads_along(boats: Runtime, tmp_path: Path) -> None:
    folder = make_cross_encoder(tmp_path / "tiny")
    with closing(CrossEncoderReranker(str(folder), "cpu")) as reranker:
        with_it = replace(boats, reranking=Reranking(reranker, 5, 1.0))
        question = replace(DEEP, limit=12)
        found = search(with_it, SCOPE, question)
        factors = why(found)
        least = min(one.reranked or 0.0 for one in factors.values())
        read = {name: one for name, one in factors.items() if one.reranked != least}
        assert len(read) == 4
        contents = {one.memory.id: one.memory.content for one in found.found}
        texts = [f"Ana: {contents[name]}" if name == "near" else contents[name] for name in read]
        alone = reranker.relevance(question.query, texts)
        assert [one.reranked for one in read.values()] == pytest.approx(alone.tolist(), abs=2e-4)
        assert ids(search(with_it, SCOPE, question)) == ids(found)
