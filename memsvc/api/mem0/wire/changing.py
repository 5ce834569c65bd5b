"""What `update`, `delete_all`, `feedback` and the batches send."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from memsvc.api.mem0.wire.values import Expiry, Mem0Wire, OuterId
from memsvc.api.wire.values import BATCH, Content, JsonObject, Name, Wire


class UpdateBody(Mem0Wire):
    """What `update` sends; what is left out stays."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1})

    text: Content = Field(
        default_factory=str,
        description="New wording; the old one stays in the history.",
        examples=["In Porto."],
    )
    metadata: JsonObject = Field(
        default_factory=dict, description="Replaces all metadata.", examples=[{"topic": "home"}]
    )
    expiration_date: Expiry | None = Field(
        None, description="The last day on which it is kept; null: for good.", examples=[None]
    )

    @model_validator(mode="before")
    @classmethod
    def _no_time(cls, value: Any) -> Any:
        if isinstance(value, dict) and "timestamp" in value:
            raise ValueError("timestamp: cannot be changed; delete the memory and add it anew")
        return value

    @model_validator(mode="after")
    def _something(self) -> UpdateBody:
        if not self.model_fields_set:
            raise ValueError("give at least one field to change")
        return self


class DeleteQuery(Wire):
    """How far a deletion goes."""

    delete_linked: bool = Field(
        False, description="Whether what it superseded goes with it.", examples=[False]
    )


class DeleteAllQuery(Wire):
    """Whose memories to delete; of what is given all has to hold, and `*` is any value."""

    user_id: Name | None = Field(None, description="The person.", examples=["alice"])
    agent_id: Name | None = Field(None, description="The agent.", examples=["support"])
    app_id: Name | None = Field(None, description="The application.", examples=["shop"])
    run_id: Name | None = Field(None, description="The conversation or run.", examples=["run-1"])
    metadata: str | None = Field(
        None, description="Metadata to match, as JSON.", examples=['{"topic": "pets"}']
    )
    filters: str | None = Field(
        None,
        description="A filter, as JSON; the client writes it as a literal of Python, which is "
        "taken as well.",
        examples=['{"user_id": "alice"}'],
    )


class BatchUpdate(Wire):
    """One change of several."""

    memory_id: OuterId = Field(description="The memory.", examples=["turn-17"])
    text: Content | None = Field(None, description="New wording.", examples=["In Porto."])
    metadata: JsonObject | None = Field(
        None, description="Replaces all metadata.", examples=[{"topic": "home"}]
    )


class BatchUpdateBody(Wire):
    """What `batch_update` sends."""

    memories: list[BatchUpdate] = Field(
        min_length=1,
        max_length=BATCH,
        description="1 to 1000 changes.",
        examples=[[{"memory_id": "turn-17", "text": "In Porto."}]],
    )


class BatchDelete(Wire):
    """One memory of several."""

    memory_id: OuterId = Field(description="The memory.", examples=["turn-17"])


class BatchDeleteBody(Wire):
    """What `batch_delete` sends."""

    memories: list[BatchDelete] = Field(
        min_length=1,
        max_length=BATCH,
        description="1 to 1000 memories.",
        examples=[[{"memory_id": "turn-17"}]],
    )


class Mem0FeedbackBody(Wire):
    """What `feedback` sends."""

    memory_id: OuterId = Field(description="The memory.", examples=["turn-17"])
    feedback: Literal["POSITIVE", "NEGATIVE", "VERY_NEGATIVE"] | None = Field(
        description="POSITIVE: confirmed; NEGATIVE: it helped a little; VERY_NEGATIVE: "
        "contradicted; null: nothing, and nothing changes.",
        examples=["POSITIVE"],
    )
    feedback_reason: Annotated[str, StringConstraints(max_length=4096)] | None = Field(
        None, description="Not kept.", examples=[None]
    )
