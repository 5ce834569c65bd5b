"""The same memories at the same moment give the same answer, to the bit."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import timedelta
from itertools import product
from pathlib import Path

import pytest

from memsvc.clock import FixedClock
from memsvc.config import Settings
from memsvc.core.memory import Draft
from memsvc.operations.forget import delete_memory
from memsvc.operations.question import Mode, Question, Timing
from memsvc.operations.revise import Revision, revise
from memsvc.operations.search import search
from memsvc.runtime import Runtime
from memsvc.wiring import build_runtime
from tests.operations.remembering import NOW, QUERIES, SCOPE, remember, shown, varied

COUNT = 300
Answers = list[list[tuple[object, ...]]]


@contextmanager
def opened(folder: Path, url: str) -> Iterator[Runtime]:
    settings = Settings(data_dir=folder, database_url=url, embedding={"backend": "hashing"})
    clock = FixedClock(NOW + timedelta(days=10))
    with closing(build_runtime(settings, lambda _line: None, clock=clock)) as runtime:
        yield runtime


def lived(runtime: Runtime, drafts: list[Draft]) -> None:
    """The index follows the first half and what became of it; it is asked in between."""
    half = len(drafts) // 2
    remember(replace(runtime, clock=FixedClock(NOW)), *drafts[:half])
    search(runtime, SCOPE, Question("harbour"))
    remember(runtime, Draft(content="To be forgotten.", id="gone", session_id="s3"))
    revise(runtime, SCOPE, "m7", Revision({"content": "I never painted the tram."}))
    delete_memory(runtime, SCOPE, "gone")
    remember(runtime, *drafts[half:])


def told(runtime: Runtime) -> Answers:
    """What is found, to the last bit of every factor."""
    return [
        shown(search(runtime, SCOPE, question))
        for query, mode in product(QUERIES, Mode)
        for question in (
            Question(query, mode=mode),
            Question(query, mode=mode, user_id="ana", timing=Timing.FILTER),
        )
    ]


@pytest.mark.parametrize("all_up_to", [2000, 50], ids=["all looked at", "some proposed"])
def test_in_either_database_and_after_a_restart(
    tmp_path: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch, all_up_to: int
) -> None:
    monkeypatch.setattr("memsvc.index.agent_index.ALL_UP_TO", all_up_to)
    monkeypatch.setattr("memsvc.operations.search.SMALLEST_POOL", 24)
    answers = []
    for folder, url in (
        (tmp_path / "sqlite", f"sqlite:///{tmp_path / 'sqlite' / 'memsvc.db'}"),
        (tmp_path / "postgresql", postgres_url),
    ):
        with opened(folder, url) as runtime:
            lived(runtime, varied(COUNT))
            answers += [told(runtime), told(runtime)]
        with opened(folder, url) as runtime:
            answers.append(told(runtime))
            # As another process that follows, and as one that lost its index.
            runtime.indexes.clear()
            answers.append(told(runtime))
    first, *others = answers
    assert sum(map(len, first)) > 200
    for other in others:
        assert other == first
