"""What `search` and `get_all` send."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from memsvc.api.mem0.times import moment_of
from memsvc.api.mem0.wire.values import Mem0Wire, OuterMoment
from memsvc.api.wire.values import (
    LIST_ITEMS,
    SEARCH_LIMIT,
    FilterObject,
    Flag,
    Name,
    Query,
    Share,
    Wire,
)

PAGE_SIZE = 500


def _meant(value: str) -> str:
    moment_of(value)
    return value


class Narrowed(Mem0Wire):
    """What narrows a search and a list alike."""

    filters: FilterObject = Field(
        default_factory=dict,
        description="Whose memories, and which: `AND OR NOT` over user_id, agent_id, app_id, "
        "run_id, created_at, updated_at, timestamp, categories, metadata, memory_ids; `*` is any "
        "value.",
        examples=[{"user_id": "alice"}],
    )
    categories: list[Name] = Field(
        [],
        max_length=LIST_ITEMS,
        description="Only what has one of these tags.",
        examples=[["pets"]],
    )
    show_expired: Literal[False] | None = Field(
        None, description="What has expired is erased, and cannot be shown.", examples=[False]
    )
    latest_only: Flag | None = Field(
        None,
        description="False: what was superseded by something newer as well.",
        examples=[True],
    )


class Mem0SearchBody(Narrowed):
    """What `search` sends."""

    query: Query = Field(description="The question or words.", examples=["What pets are there?"])
    top_k: Annotated[int, Field(ge=1, le=SEARCH_LIMIT, strict=True)] = Field(
        10, description="Results at most, 1 to 200.", examples=[10]
    )
    threshold: Share = Field(0.0, description="Leave out scores below.", examples=[0.1])
    rerank: Flag = Field(
        False,
        description="Whether a second pass reads the best again, at many times the cost.",
        examples=[False],
    )
    keyword_search: Flag = Field(
        False,
        description="Changes nothing: a search always goes by meaning and by words.",
        examples=[False],
    )
    fields: list[Name] = Field(
        [],
        max_length=LIST_ITEMS,
        description="Fields to show; empty: all.",
        examples=[["id", "memory"]],
    )
    reference_date: OuterMoment | None = Field(
        None,
        description="The moment from which times in the query are meant.",
        examples=["2026-03-01"],
    )


class GetAllBody(Narrowed):
    """What `get_all` sends."""

    start_date: OuterMoment | None = Field(
        None, description="Only what was recorded since.", examples=["2026-01-01"]
    )
    end_date: Annotated[str, AfterValidator(_meant)] | None = Field(
        None,
        description="Only what was recorded until then, a day all of it.",
        examples=["2026-01-31"],
    )


class PageQueryWire(Wire):
    """Which page of the list."""

    page: Annotated[int, Field(ge=1, le=2**31 - 1)] = Field(
        1, description="The page, from 1.", examples=[1]
    )
    page_size: Annotated[int, Field(ge=1, le=PAGE_SIZE)] = Field(
        100, description="Memories on a page, 1 to 500.", examples=[100]
    )
