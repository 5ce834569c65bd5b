"""Search on the wire."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from memsvc.api.wire.conflicts import SideWire
from memsvc.api.wire.memories import MemoryWire
from memsvc.api.wire.question import QuestionBody
from memsvc.api.wire.values import SEARCH_LIMIT, Flag, Wire


class SearchBody(QuestionBody):
    """What to look for, and where."""

    limit: Annotated[int, Field(ge=1, le=SEARCH_LIMIT, strict=True)] = Field(
        10, description="Results at most, 1 to 200.", examples=[10]
    )
    explain: Flag = Field(
        False, description="Whether to add `score_details` to each result.", examples=[False]
    )


class Signals(Wire):
    """What each signal adds to the log odds of relevance."""

    dense: float = Field(description="Likeness of meaning.", examples=[1.31])
    lexical: float = Field(description="Words in common.", examples=[2.02])
    neighbours: float = Field(
        description="Words in common, together with the messages beside it, less what the message "
        "before means.",
        examples=[2.75],
    )
    session: float = Field(description="The best of its session.", examples=[3.1])
    person: float = Field(description="Whether the person asked for said it.", examples=[0.6])
    temporal: float = Field(
        description="Whether it is of a time that the query names.", examples=[0.0]
    )
    utterance: float = Field(
        description="Its form: a question, an answer, a time or a number in it.", examples=[0.45]
    )
    role: float = Field(
        description="Of messages at length: what a user or an assistant said.", examples=[0.0]
    )
    kind: float = Field(description="Event, fact or behavior.", examples=[0.0])
    context: float = Field(
        description="In a second pass: likeness of meaning with its neighbours.", examples=[0.0]
    )
    lineage: float = Field(
        description="In a second pass: what it was derived from, or what from it.", examples=[0.0]
    )


class UsedWeights(Wire):
    """The agent's weights."""

    retention: float = Field(description="The share that fading takes.", examples=[0.1])
    importance: float = Field(description="The share that importance takes.", examples=[0.05])
    trust: float = Field(description="The share that trust takes.", examples=[0.05])


class ScoreDetails(Wire):
    """Every factor of a score.

    relevance = 1 / (1 + exp((even - sum of signals) / scale)), of which `reranked` makes up its
    `share` where a re-ranker was asked; final = relevance (1 - sum of weight (1 - factor)).
    """

    dense: float = Field(description="Cosine of query and memory.", examples=[0.61])
    lexical: float = Field(
        description="BM25, as a share of what the query's words can give.", examples=[0.42]
    )
    dense_rank: int = Field(description="Place by cosine, from 1.", examples=[1])
    lexical_rank: int | None = Field(
        description="Place by BM25, from 1; null when no word is shared.", examples=[2]
    )
    temporal: float = Field(description="As among the signals.", examples=[0.0])
    signals: Signals = Field(description="What makes up relevance, in log odds.")
    even: float = Field(description="Log odds at which relevance is one half.", examples=[6.0])
    scale: float = Field(description="Scale of the log odds.", examples=[1.5])
    reranked: float | None = Field(
        description="What the re-ranker makes of it, 0 to 1; where it did not read this one the "
        "least it made of any; null when it was not asked.",
        examples=[None],
    )
    share: float = Field(
        description="The share that `reranked` has in relevance where it is given.", examples=[0.0]
    )
    relevance: float = Field(description="Relevance, 0 to 1.", examples=[0.91])
    retention: float = Field(description="Retention now, 0 to 1.", examples=[0.98])
    importance: float = Field(description="Importance, 0 to 1.", examples=[0.5])
    trust: float = Field(
        description="Trust, from 0.2 (web) to 1 (operator) in steps of 0.2.", examples=[0.8]
    )
    weights: UsedWeights = Field(description="What the three take from relevance at most.")
    final: float = Field(description="The score.", examples=[0.87])


class Result(Wire):
    """One hit."""

    memory: MemoryWire = Field(description="The memory.")
    score: float = Field(description="0 to 1, higher is better.", examples=[0.74])
    score_details: ScoreDetails | None = Field(
        None, description="The factors, when asked for by `explain`."
    )
    contradicts: list[SideWire] | None = Field(
        None,
        description="Other memories that say otherwise of the same thing, within the filters of "
        "the search: disputed statements, and turns of conversations. The latest three at most, "
        "the latest first; left out where there are none.",
        examples=[[]],
    )


class SearchAnswer(Wire):
    """The hits, best first."""

    results: list[Result] = Field(description="Best first.", examples=[[]])
    mode: Literal["fast", "deep"] = Field(description="How it was searched.", examples=["fast"])
    took_ms: float = Field(description="Milliseconds in the service.", examples=[6.1])
