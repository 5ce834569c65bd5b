"""Marked sources on the wire."""

from __future__ import annotations

from datetime import datetime

from pydantic import ConfigDict, Field, model_validator

from memsvc.api.wire.values import Name, Wire
from memsvc.core.memory import Channel

_CHANNEL = "Words that came through this channel."
_USER = "Words that came from this person."
_SESSION = "Words of this conversation."


class MarkBody(Wire):
    """The source: what has all that is given comes from it."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1})

    channel: Channel | None = Field(None, description=_CHANNEL, examples=["web"])
    user_id: Name | None = Field(None, description=_USER, examples=["u1"])
    session_id: Name | None = Field(None, description=_SESSION, examples=["s1"])

    @model_validator(mode="after")
    def _something(self) -> MarkBody:
        if self.channel is None and self.user_id is None and self.session_id is None:
            raise ValueError("give a channel, a user_id or a session_id")
        return self


class MarkWire(Wire):
    """A marked source."""

    id: str = Field(description="Id of the mark.", examples=["0f3c9a"])
    channel: Channel | None = Field(description=_CHANNEL, examples=["web"])
    user_id: str | None = Field(description=_USER, examples=[None])
    session_id: str | None = Field(description=_SESSION, examples=[None])
    marked_at: datetime = Field(description="Since when.", examples=["2026-01-31T12:00:00Z"])


class MarkAnswer(MarkWire):
    """A mark, and what it did."""

    quarantined: int = Field(
        description="Memories of the source that were put into quarantine.", examples=[3]
    )
    demoted: int = Field(
        description="Memories derived from these that were put there, too.", examples=[1]
    )


class MarkList(Wire):
    """All marked sources of an agent, oldest first."""

    marked_sources: list[MarkWire] = Field(description="The marks.", examples=[[]])


class UnmarkQuery(Wire):
    """What becomes of the memories."""

    release: bool = Field(
        False,
        description="Whether memories that this mark alone holds in quarantine become active. What "
        "was derived from them stays there until it is approved.",
        examples=[True],
    )


class UnmarkAnswer(Wire):
    """What left quarantine."""

    released: int = Field(description="Memories that are active again.", examples=[3])


class RollbackAnswer(Wire):
    """What was erased."""

    erased: int = Field(
        description="Memories that were erased, those derived from the source included.",
        examples=[4],
    )
