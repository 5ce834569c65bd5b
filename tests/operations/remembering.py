"""What the tests of search write, and how they look at what was found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from random import Random

from memsvc.clock import FixedClock
from memsvc.core.access import Scope
from memsvc.core.explaining import Explanation, explained
from memsvc.core.memory import Channel, Draft, Event, Fact, Kind, Memory, Status, Trust
from memsvc.embedding.protocol import Embedder, ModelIdentity, Vectors
from memsvc.operations import indexing
from memsvc.operations.gate import Found
from memsvc.operations.search import Answer, Hits
from memsvc.operations.write import write
from memsvc.runtime import Runtime
from memsvc.store import agents, memories
from memsvc.store.transaction import Tx

SCOPE = Scope("default", "a1")
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SPEAKERS = ("Ana", "Ben", "Carla")
_SUBJECTS = "harbour garden violin oven kayak tram lantern letter orchard bridge".split()  # noqa: SIM905
_VERBS = "painted repaired sold found lost borrowed cleaned measured drew moved".split()  # noqa: SIM905
_WHERE = "Lisbon Porto Braga winter summer Monday yesterday home school town".split()  # noqa: SIM905


def standing(runtime: Runtime, moment: datetime = NOW) -> Runtime:
    """The runtime with a clock that stands still."""
    return replace(runtime, clock=FixedClock(moment))


STORED = {Event.ADDED, Event.SUPERSEDED, Event.MERGED, Event.DISPUTED}
"""Events of what became a memory."""


def remember(runtime: Runtime, *drafts: Draft, scope: Scope = SCOPE) -> None:
    """Write drafts, each of which becomes a memory; sources go in before what is derived."""
    batches: list[list[Draft]] = [[]]
    for draft in drafts:
        if draft.source_ids:
            batches.append([])
        batches[-1].append(draft)
    for batch in filter(None, batches):
        assert {one.event for one in write(runtime, scope, batch)} <= STORED


def hits_of(answer: Answer) -> Hits:
    """The answer, which is one."""
    assert isinstance(answer, Hits)
    return answer


def ids(answer: Answer) -> list[str]:
    """What was found, best first."""
    return [one.memory.id for one in hits_of(answer).found]


def scores(answer: Answer) -> dict[str, float]:
    """The score of each memory found, best first."""
    return {one.memory.id: one.score for one in hits_of(answer).found}


def why(answer: Answer) -> dict[str, Explanation]:
    """Why each memory that was found has its score."""
    found = hits_of(answer).found
    return {one.memory.id: explained(one.judgement, one.place) for one in found}


def signal(answer: Answer, name: str) -> dict[str, float]:
    """One signal of each memory found."""
    return {one: factors.signals[name] for one, factors in why(answer).items()}


def shown(answer: Answer) -> list[tuple[object, ...]]:
    """Everything that is told of what was found, but for the retention, which goes with time."""
    return [
        (one.memory, one.score, replace(explained(one.judgement, one.place), retention=0.0))
        for one in hits_of(answer).found
    ]


def proposed(found: Found) -> set[int]:
    """Numbers of all memories that were proposed beside this one."""
    evidence = found.judgement.evidence
    return set(evidence.numbers[evidence.proposed].tolist())


def held(runtime: Runtime, scope: Scope = SCOPE) -> Mapping[str, int]:
    """The number of each memory of the agent, by id."""
    with runtime.database.snapshot() as tx:
        agent_key = indexing.known_agent(tx, scope).agent_key
        rows = memories.all_with_vectors(tx, agent_key)
        return {row.id: row.number for some in rows for row in some}


def set_status(runtime: Runtime, memory_id: str, status: Status) -> None:
    """As whoever judges memories does it; callers may only archive."""

    def work(tx: Tx) -> None:
        agent_key = indexing.known_agent(tx, SCOPE).agent_key
        row = memories.by_id(tx, agent_key, memory_id)
        assert row is not None
        memories.change(tx, agent_key, row.number, {"status": status})
        agents.record(tx, agent_key, [row.number])

    runtime.database.write(work)


class Listening:
    """An embedder that passes everything on and remembers the texts."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self.texts: list[str] = []
        self.queries: list[str] = []

    @property
    def identity(self) -> ModelIdentity:
        return self._embedder.identity

    def embed(self, texts: Sequence[str]) -> list[Vectors]:
        self.texts += texts
        return self._embedder.embed(texts)

    def embed_queries(self, texts: Sequence[str]) -> list[Vectors]:
        self.queries += texts
        return self._embedder.embed_queries(texts)

    def forget(self) -> None:
        self._embedder.forget()

    def close(self) -> None:
        self._embedder.close()


def listened_to(runtime: Runtime) -> tuple[Runtime, Listening]:
    """The runtime, and what its embedder is given from now on."""
    listening = Listening(runtime.embedder)
    return replace(runtime, embedder=listening), listening


def varied(count: int, seed: int = 5) -> list[Draft]:
    """Conversations with speakers, facts and behaviors derived from them, of many shapes.

    Each is of its own content; sources come before what is derived from them.
    """
    random = Random(seed)
    drafts: list[Draft] = []
    for place in range(count):
        thing, verb, where = (random.choice(words) for words in (_SUBJECTS, _VERBS, _WHERE))
        speaker = random.choice(SPEAKERS)
        told = drafts[-1].id if drafts else None
        kind = random.choices(list(Kind), [8, 1, 1])[0]
        fact = Fact(speaker, verb, thing) if kind is Kind.SEMANTIC else None
        asks = random.random() < 0.2
        drafts.append(
            Draft(
                content=f"Did you see the {thing} number {place} in {where}?"
                if asks
                else f"I {verb} the {thing} in {where}, it was number {place}.",
                kind=kind,
                fact=fact,
                id=f"m{place}",
                user_id=speaker.lower(),
                speaker=speaker if kind is Kind.EPISODIC else None,
                session_id=random.choice([f"s{place // 12}", f"s{place // 12}", None]),
                role=random.choice(["user", "assistant", None]),
                event_time=random.choice(
                    [None, datetime(2025, random.randint(1, 12), random.randint(1, 28), tzinfo=UTC)]
                ),
                importance=random.choice([0.1, 0.5, 1.0]),
                trust=random.choice(list(Trust)),
                channel=random.choice(list(Channel)),
                source_ids=(told,) if told and kind is not Kind.EPISODIC else (),
            )
        )
    return drafts


QUERIES = (
    "What did Ana paint in Lisbon?",
    "Which things were lost in winter?",
    "Who repaired the kayak in May 2025?",
    "When did Ben sell the violin?",
    "lantern",
    "Did Carla's letter arrive at home?",
    "nothing of the kind",
    "How many bridges did we measure last year?",
)


def one(answer: Answer, memory_id: str) -> Memory:
    """A memory that was found."""
    return next(hit.memory for hit in hits_of(answer).found if hit.memory.id == memory_id)
