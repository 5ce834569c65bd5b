"""Rounds of a load benchmark: raw and served figures measured in turn.

On a shared machine speed drifts within seconds. So every served figure is measured right beside
its raw one, on the same texts, several times over, and every other round in reverse order.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import orjson

from memsvc.bench.client import Target
from memsvc.bench.machine import Pauses
from memsvc.bench.raw import BATCH, RawModel
from memsvc.bench.readings import ADD, BULK, BULK_ADD, SEARCH, Readings
from memsvc.bench.sentences import Sentences
from memsvc.bench.wrk import by_wrk

# Requests made ready for a second: more than any server on a few cores answers. One that does is
# measured for a shorter time.
SINGLES_PER_S = 1500
BULKS_PER_S = 60
# Rest before each measurement, as a share of one: threads go to sleep and the disk settles.
REST = 0.1

Step = Callable[[], None]


@dataclass(slots=True)
class Rounds:
    """What is measured against what. Searches and writes go to agents of their own.

    So the searched agent keeps its size.
    """

    target: Target
    raw: RawModel | None
    sentences: Sentences
    searched: str
    written: str
    clients: int
    seconds: float
    with_wrk: bool
    readings: Readings = field(default_factory=Readings)
    pauses: Pauses = field(default_factory=Pauses)

    def warm_up(self) -> None:
        """Load models and index and fill every pool, unmeasured."""
        queries, texts = self.sentences.questions(8 * BATCH), self.sentences.statements(BATCH)
        if self.raw is not None:
            self.raw.query_ms(queries[:BATCH], self.seconds)
            self.raw.onnx_per_second(texts, self.seconds)
            self.raw.library_per_second(texts, self.seconds)
        warming = searches(self.target, self.searched, queries)
        self.target.drive(warming, self.clients, self.seconds)

    def measure(self, number: int) -> None:
        """One round."""
        for pair in self._pairs():
            for step in pair if number % 2 == 0 else reversed(pair):
                self.pauses.rest(REST * self.seconds)
                step()

    def _pairs(self) -> list[list[Step]]:
        """Steps that belong side by side, raw first."""
        singles = max(1, int(SINGLES_PER_S * self.seconds))
        bulks = BULK * max(1, int(BULKS_PER_S * self.seconds))
        queries = [self.sentences.questions(singles) for _ in range(2)]
        texts = [self.sentences.statements(count) for count in (singles, singles, bulks, bulks)]
        pairs: list[list[Step]] = [
            [lambda: self._serve(SEARCH, 1, queries[0])],
            [lambda: self._serve(SEARCH, self.clients, queries[1])],
            [lambda: self._serve(ADD, self.clients, texts[0])],
            [lambda: self._serve(BULK_ADD, 1, texts[2])],
            [lambda: self._serve(ADD, 1, texts[1])],
            [lambda: self._serve(BULK_ADD, self.clients, texts[3])],
        ]
        if self.raw is not None:
            raws = self._raw_steps(self.raw, queries[0], queries[1], texts[0], texts[2])
            for pair, step in zip(pairs, raws, strict=False):
                pair.insert(0, step)
        if self.with_wrk:
            # wrk runs for a second at least.
            asked = self.sentences.questions(max(SINGLES_PER_S, singles))
            pairs[1].append(lambda: self._wrk(asked))
        return pairs

    def _raw_steps(
        self,
        raw: RawModel,
        alone: Sequence[str],
        asked: Sequence[str],
        added: Sequence[str],
        bulk: Sequence[str],
    ) -> list[Step]:
        seconds, kept = self.seconds, self.readings
        return [
            lambda: kept.query_ms.append(raw.query_ms(alone, seconds)),
            lambda: kept.library_queries.append(raw.library_per_second(asked, seconds)),
            lambda: kept.library_texts.append(raw.library_per_second(added, seconds)),
            lambda: kept.onnx_per_second.append(raw.onnx_per_second(bulk, seconds)),
        ]

    def _serve(self, what: str, clients: int, texts: Sequence[str]) -> None:
        if what == SEARCH:
            requests = searches(self.target, self.searched, texts)
        else:
            requests = writes(self.target, self.written, texts, BULK if what == BULK_ADD else 1)
        sample = self.target.drive(requests, clients, self.seconds)
        self.readings.served[what, clients].append(sample)

    def _wrk(self, queries: Sequence[str]) -> None:
        bodies = [question(query) for query in queries]
        path = search_path(self.searched)
        self.readings.wrk.append(by_wrk(self.target, path, bodies, self.clients, self.seconds))


def searches(target: Target, agent: str, queries: Sequence[str]) -> list[bytes]:
    """One request a query."""
    return [target.request("POST", search_path(agent), question(query)) for query in queries]


def writes(target: Target, agent: str, texts: Sequence[str], batch: int) -> list[bytes]:
    """One request for every `batch` texts, which come from fifty people."""
    drafts = [
        {"content": text, "user_id": f"user-{at % 50}", "role": "user"}
        for at, text in enumerate(texts)
    ]
    bodies = (
        orjson.dumps({"memories": drafts[at : at + batch]}) for at in range(0, len(drafts), batch)
    )
    return [target.request("POST", memories_path(agent), body) for body in bodies]


def question(query: str) -> bytes:
    """The body of a search."""
    return orjson.dumps({"query": query})


def search_path(agent: str) -> str:
    return f"/v1/agents/{agent}/search"


def memories_path(agent: str) -> str:
    return f"/v1/agents/{agent}/memories"
