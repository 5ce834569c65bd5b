"""Prompts on the wire: the questions made of traces for the caller's own model."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from memsvc.api.wire.values import CONTENT_CHARS, JsonObject, MemoryId, Wire

MOST_ALSO = 20
"""Further traces that one prompt may hold."""
REFLECTION_CHARS = 4_000


class ReflectionQuery(Wire):
    """What the prompt is about."""

    also: list[MemoryId] = Field(
        [],
        max_length=MOST_ALSO,
        description="Ids of further traces, up to 20.",
        examples=[["attempt-18"]],
    )


class CurationQuery(ReflectionQuery):
    """What the prompt is about, and what was thought of it."""

    reflection: Annotated[str, StringConstraints(max_length=REFLECTION_CHARS)] = Field(
        "",
        description="What your model answered to the reflection prompt, up to 4000 characters.",
        examples=["Both attempts looked into the wrong month first."],
    )


class CurationBody(Wire):
    """What the prompt is about, and what was thought of it."""

    also: list[MemoryId] = Field(
        [],
        max_length=MOST_ALSO,
        description="Further traces to be in it, up to 20.",
        examples=[["attempt-16"]],
    )
    reflection: Annotated[str, StringConstraints(max_length=CONTENT_CHARS)] = Field(
        "",
        description="What your model answered to the reflection prompt; the first 4000 characters "
        "are put into this one.",
        examples=["Both attempts looked into the wrong month first."],
    )


class PromptWire(Wire):
    """A question for your own model."""

    prompt: str = Field(description="The text to send.", examples=["Below are attempts at tasks …"])
    answer_schema: JsonObject | None = Field(
        description="JSON Schema of the answer; null where it is prose.", examples=[None]
    )
    trace_ids: list[str] = Field(
        description="The traces in it, in order of recording.", examples=[["attempt-17"]]
    )
