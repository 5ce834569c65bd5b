"""Search on the wire."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from memsvc.api.wire.memories import MemoryWire
from memsvc.api.wire.values import (
    SEARCH_LIMIT,
    FilterObject,
    Flag,
    Moment,
    Name,
    Query,
    Share,
    Wire,
)
from memsvc.core.memory import Kind


class SearchBody(Wire):
    """What to look for, and where."""

    query: Query = Field(
        description="The question or words, 1 to 8,192 characters.",
        examples=["Where does Ana live?"],
    )
    kinds: list[Kind] = Field(
        [],
        max_length=3,
        description="Kinds to search; empty: all.",
        examples=[["episodic", "semantic"]],
    )
    limit: Annotated[int, Field(ge=1, le=SEARCH_LIMIT, strict=True)] = Field(
        10, description="Results at most, 1 to 200.", examples=[10]
    )
    user_id: Name | None = Field(
        None, description="Only what came from this person.", examples=["u1"]
    )
    session_id: Name | None = Field(None, description="Only this conversation.", examples=["s1"])
    filters: FilterObject = Field(
        default_factory=dict,
        description="Conditions, applied inside the search: `AND OR NOT` over fields and "
        "`metadata.*` with `eq ne gt gte lt lte in nin contains icontains`.",
        examples=[{"AND": [{"event_time": {"gte": "2026-01-01T00:00:00Z"}}, {"tags": "moving"}]}],
    )
    as_of: Moment | None = Field(
        None,
        description="Answer from what was recorded and valid then.",
        examples=["2026-02-01T00:00:00Z"],
    )
    include: list[Literal["archived", "superseded", "quarantined"]] = Field(
        [],
        max_length=3,
        description="Statuses to search besides active and disputed.",
        examples=[["archived"]],
    )
    mode: Literal["auto", "fast", "deep"] = Field(
        "auto",
        description="How hard to look. Every mode is one pass for now, and the answer says so.",
        examples=["auto"],
    )
    min_score: Share = Field(0.0, description="Leave out results below.", examples=[0.0])
    explain: Flag = Field(
        False, description="Whether to add `score_details` to each result.", examples=[False]
    )


class ScoreDetails(Wire):
    """Every factor of a score."""

    dense: float = Field(description="Cosine of query and memory.", examples=[0.61])
    lexical: float = Field(description="BM25 score.", examples=[4.2])
    dense_rank: int | None = Field(
        description="Place by cosine, from 1; null when outside the pool.", examples=[1]
    )
    lexical_rank: int | None = Field(
        description="Place by BM25, from 1; null when no word is shared.", examples=[2]
    )
    retention: float = Field(
        description="Retention now; not part of the score yet.", examples=[0.98]
    )
    importance: float = Field(description="Importance; not part of the score yet.", examples=[0.5])
    trust: str = Field(description="Trust; not part of the score yet.", examples=["user"])
    final: float = Field(description="The score.", examples=[0.74])


class Result(Wire):
    """One hit."""

    memory: MemoryWire = Field(description="The memory.")
    score: float = Field(description="0 to 1, higher is better.", examples=[0.74])
    score_details: ScoreDetails | None = Field(
        None, description="The factors, when asked for by `explain`."
    )


class SearchAnswer(Wire):
    """The hits, best first."""

    results: list[Result] = Field(description="Best first.", examples=[[]])
    mode: Literal["fast", "deep"] = Field(description="How it was searched.", examples=["fast"])
    took_ms: float = Field(description="Milliseconds in the service.", examples=[6.1])
