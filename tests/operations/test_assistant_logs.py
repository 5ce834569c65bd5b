"""Long messages of one user's assistant: words, neighbours and all else never cost recall.

The corpus is invented. What is held against the search is plain search: the order by cosine alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np
import pytest

from memsvc.bench.retrieval.quality import ndcg, recall
from memsvc.config import Settings
from memsvc.core.memory import Channel, Draft, Trust
from memsvc.embedding.protocol import Vectors
from memsvc.operations.question import Mode, Question
from memsvc.operations.search import search
from memsvc.runtime import Runtime
from memsvc.wiring import build_runtime
from tests.operations.remembering import SCOPE, Listening, ids, remember, why

CORPUS = json.loads((Path(__file__).parents[1] / "corpora" / "assistant_logs.json").read_text())
QUESTIONS: list[dict[str, Any]] = CORPUS["questions"]
TYPES = sorted({one["type"] for one in QUESTIONS})
EVERY = 200
"""More than there are messages."""


def messages() -> Iterator[Draft]:
    for session in CORPUS["sessions"]:
        for one in session["messages"]:
            user = one["role"] == "user"
            yield Draft(
                content=one["content"],
                id=one["id"],
                role=one["role"],
                session_id=session["session_id"],
                user_id="u1",
                event_time=datetime.fromisoformat(session["date"]),
                trust=Trust.USER if user else Trust.AGENT,
                channel=Channel.USER if user else Channel.AGENT,
            )


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runtime]:
    """A runtime with the real model that holds the logs."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("logs"), embedding={"backend": "onnx"})
    with closing(build_runtime(settings, lambda _line: None)) as runtime:
        remember(runtime, *messages())
        yield runtime


@dataclass(frozen=True, slots=True)
class Judged:
    """Two orders for one question, the search's and that by cosine alone."""

    type: str
    evidence: frozenset[str]
    ours: Sequence[str]
    dense: Sequence[str]


@pytest.fixture(scope="module")
def judged(logs: Runtime) -> list[Judged]:
    found = []
    for one in QUESTIONS:
        hits = search(logs, SCOPE, Question(one["question"], limit=EVERY))
        cosines = {name: factors.dense for name, factors in why(hits).items()}
        dense = sorted(cosines, key=lambda name: -cosines[name])
        found.append(Judged(one["type"], frozenset(one["evidence"]), ids(hits), dense))
    return found


def test_every_message_is_ranked(judged: list[Judged]) -> None:
    every = {one.id for one in messages()}
    for one in judged:
        assert set(one.ours) == set(one.dense) == every
        assert one.evidence <= every


@pytest.mark.parametrize("depth", [5, 10])
def test_recall_is_never_below_vectors_alone(judged: list[Judged], depth: int) -> None:
    ours = fmean(recall(one.ours, one.evidence, depth) for one in judged)
    dense = fmean(recall(one.dense, one.evidence, depth) for one in judged)
    assert ours >= dense


def test_ndcg_is_never_below_vectors_alone(judged: list[Judged]) -> None:
    ours = fmean(ndcg(one.ours, one.evidence, 10) for one in judged)
    dense = fmean(ndcg(one.dense, one.evidence, 10) for one in judged)
    assert ours >= dense


@pytest.mark.parametrize("of_type", TYPES)
def test_no_type_of_question_loses(judged: list[Judged], of_type: str) -> None:
    some = [one for one in judged if one.type == of_type]
    ours = fmean(recall(one.ours, one.evidence, 10) for one in some)
    dense = fmean(recall(one.dense, one.evidence, 10) for one in some)
    assert len(some) >= 4
    assert ours >= dense


def test_most_evidence_is_found(judged: list[Judged]) -> None:
    """With room for what another version of a library may round differently."""
    assert fmean(recall(one.ours, one.evidence, 10) for one in judged) > 0.93


class Shaken(Listening):
    """Every query's vector is a hundredth of its length beside where it should be."""

    SHARE = 0.01

    def embed_queries(self, texts: Sequence[str]) -> list[Vectors]:
        random = np.random.default_rng(len(self.queries))
        shaken = []
        for vector in super().embed_queries(texts):
            noise = random.standard_normal(vector.shape)
            moved = vector + self.SHARE * noise / np.linalg.norm(noise)
            shaken.append((moved / np.linalg.norm(moved)).astype(np.float32))
        return shaken


@pytest.mark.parametrize(("mode", "step"), [(Mode.FAST, 2), (Mode.DEEP, 10)])
def test_a_little_noise_in_the_vector_changes_little(logs: Runtime, mode: Mode, step: int) -> None:
    """Of a second pass fewer: the model reads long messages again."""
    shaken = replace(logs, embedder=Shaken(logs.embedder))
    kept = []
    for one in QUESTIONS[::step]:
        question = Question(one["question"], mode=mode)
        before, after = (ids(search(runtime, SCOPE, question)) for runtime in (logs, shaken))
        assert len(before) == len(after) == 10
        kept.append(len({*before} & {*after}))
    assert len(kept) == 60 / step
    assert fmean(kept) >= 9.0
