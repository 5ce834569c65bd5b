"""What judges, readers of facts and curators promise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from memsvc.core.memory import Cardinality, Json

Relevance = NDArray[np.float32]


class Reranker(Protocol):
    """Reads a query and a text together. Safe to call from many threads at once."""

    def relevance(self, query: str, texts: Sequence[str]) -> Relevance:
        """How well each text answers the query: shape (texts,), float32, each in [0, 1].

        The same pair gets the same number, whatever else is asked beside it. Takes as long as a
        model takes to read every pair: never call it inside a transaction. Raises
        RerankerUnavailable.
        """
        ...

    def close(self) -> None:
        """Finish the run under way and let go of the model; whoever asks later is refused."""
        ...


@dataclass(frozen=True, slots=True)
class Reranking:
    """A re-ranker and what is made of it.

    The `candidates` best of a search are read again; `weight` in [0, 1] is the share that the
    re-ranker's number has in their relevance.
    """

    reranker: Reranker
    candidates: int
    weight: float


class Relation(StrEnum):
    """What the later of two statements is to the earlier, as a model judges it.

    The same; one of them says what the other does, and more; they cannot both hold at once; or
    none of these.
    """

    DUPLICATE = "duplicate"
    REFINES = "refines"
    CONTRADICTS = "contradicts"
    UNRELATED = "unrelated"


class Unsaid(StrEnum):
    """Why there is no answer: the agent's tokens of the day are spent, or do not last for it; the
    model's answer has not the shape that was asked for; the model stopped answering half way.
    """

    BUDGET_SPENT = "budget_spent"
    MALFORMED = "malformed"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True)
class Said:
    """A statement as it was made: its text, when, and the display name of who spoke, if known."""

    text: str
    at: datetime | None = None
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Pair:
    """Two statements, in the order in which they came to hold."""

    earlier: Said
    later: Said


@dataclass(frozen=True, slots=True)
class Verdict:
    """How two statements relate, and with what margin in [0, 1]: at 0 it could as well be another.

    Either both, or none of them and the reason why the judge could not say.
    """

    relation: Relation | None
    margin: float | None
    unsaid: Unsaid | None = None


class Judge(Protocol):
    """Reads statements two by two. Safe to call from many threads at once."""

    def relations(self, agent_key: int, pairs: Sequence[Pair]) -> list[Verdict]:
        """A verdict for each pair, in their order; `agent_key` is whose tokens it may take.

        What a judge says need not be what it says the next time: store it. Takes as long as a model
        takes to read every pair: never call it inside a transaction. Raises JudgeUnavailable where
        nothing could be judged at all.
        """
        ...

    def close(self) -> None:
        """Finish the run under way and let go of the model; whoever asks later is refused."""
        ...


@dataclass(frozen=True, slots=True)
class ExtractedFact:
    """A fact as a model says that one turn tells it, and the words that it says are the turn's."""

    subject: str
    predicate: str
    object: str
    cardinality: Cardinality
    quote: str


class FactReader(Protocol):
    """Reads facts out of what was said. Safe to call from many threads at once."""

    def read(self, agent_key: int, turns: Sequence[Said]) -> list[list[ExtractedFact] | Unsaid]:
        """The facts of each turn, in their order, or why it could not be read.

        Every turn is read by itself: a fact rests on its turn and nothing else. `agent_key` is
        whose tokens it may take. Takes as long as a model takes to read every turn: never call it
        inside a transaction. Raises JudgeUnavailable where no turn could be read at all.
        """
        ...

    def close(self) -> None:
        """End waits between tries; whoever asks later is refused."""
        ...


@dataclass(frozen=True, slots=True)
class Written:
    """What a model wrote, and the output tokens that it took.

    `is_whole`: it ended by itself, and was not cut off where no more tokens were allowed.
    """

    text: str
    tokens: int
    is_whole: bool = True


class Curator(Protocol):
    """Thinks attempts over and puts behaviors forward. Safe to call from many threads at once.

    `agent_key` is whose tokens it may take; the prompts are those of `core.handbook.reflection`.
    Both calls take as long as a model takes to write: never call them inside a transaction. They
    raise JudgeUnavailable.
    """

    def reflect(self, agent_key: int, prompt: str) -> Written | Unsaid:
        """The prose that a model answers, or why there is none."""
        ...

    def curate(self, agent_key: int, prompt: str, schema: Mapping[str, Json]) -> Written | Unsaid:
        """What a model answers that was told to keep to `schema`, unread; or why there is none."""
        ...

    def close(self) -> None:
        """End waits between tries; whoever asks later is refused."""
        ...


class TokenBudget(Protocol):
    """How many tokens each agent may take a day (UTC); among all processes, where they share it.

    What is going to be taken at most is reserved before, so that calls side by side cannot take
    more than the budget together. A process that dies between leaves what it reserved as used.
    """

    def reserve(self, agent_key: int, tokens: int) -> str | None:
        """Set `tokens` aside; the day (ISO) they are taken from, None where they do not fit."""
        ...

    def settle(self, agent_key: int, day: str, reserved: int, used: int) -> None:
        """Replace what was reserved on the day by what was used, which may be more."""
        ...
