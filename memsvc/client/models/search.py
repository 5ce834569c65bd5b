"""What searches and contexts answer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Literal

from memsvc.client.models.answer import Answer, Open
from memsvc.client.models.memories import Memory
from memsvc.client.words import Status, Trust


class Signals(Answer):
    """What each signal adds to the log odds of relevance."""

    dense: float
    lexical: float
    neighbours: float
    session: float
    person: float
    temporal: float
    utterance: float
    role: float
    kind: float
    context: float
    lineage: float


class UsedWeights(Answer):
    """The agent's weights."""

    retention: float
    importance: float
    trust: float


class ScoreDetails(Answer):
    """Every factor of a score."""

    dense: float
    lexical: float
    dense_rank: int
    lexical_rank: int | None
    temporal: float
    signals: Signals
    even: float
    scale: float
    reranked: float | None
    share: float
    relevance: float
    retention: float
    importance: float
    trust: float
    weights: UsedWeights
    final: float


class Side(Answer):
    """A memory as one side of a contradiction, with the dates to judge it by."""

    id: str
    content: str
    status: Open[Status]
    trust: Open[Trust]
    valid_from: datetime | None
    event_time: datetime | None
    created_at: datetime


class Hit(Answer):
    """One hit."""

    memory: Memory
    score: float
    score_details: ScoreDetails | None = None
    contradicts: list[Side] | None = None


class Hits(Answer):
    """The hits, best first: iterate over it, take one by its place, ask for its length."""

    results: list[Hit]
    mode: Open[Literal["fast", "deep"]]
    took_ms: float

    # Pydantic would walk over the fields.
    def __iter__(self) -> Iterator[Hit]:  # type: ignore[override]
        return iter(self.results)

    def __len__(self) -> int:
        return len(self.results)

    def __getitem__(self, place: int) -> Hit:
        return self.results[place]


class Citation(Answer):
    """One line of the text: `[mark] quote`."""

    mark: str
    id: str
    quote: str


class Omitted(Answer):
    """What was found and is not in the text."""

    count: int
    ids: list[str]
    tokens: int
    repeated: int


class Context(Answer):
    """One block of text for a prompt, and where each line comes from."""

    text: str
    tokens: int
    citations: list[Citation]
    omitted: Omitted
