"""API keys, health and problems on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints

from memsvc.api.wire.values import Moment, Wire
from memsvc.core.access import Role

Pattern = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f/]{1,256}$")]


class KeyBody(Wire):
    """The key to make."""

    role: Role = Field(
        description="agent (memories of matching agents), viewer (statistics), operator (all "
        "agents) or admin (everything, keys included).",
        examples=["agent"],
    )
    agents: Pattern = Field(
        "*", description="Agents an agent key is for: a shell pattern.", examples=["support-*"]
    )
    name: Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f]{0,128}$")] = Field(
        "", description="A label for you; stored in the clear.", examples=["support bot"]
    )
    expires_at: Moment | None = Field(
        None, description="When it stops working; null: never.", examples=[None]
    )


class KeyCardWire(Wire):
    """What is known of a key, without the key."""

    id: str = Field(description="Id to revoke it by.", examples=["9f1c2d3e4a5b6c7d"])
    role: Role = Field(description="Its role.", examples=["agent"])
    agents: str = Field(description="Agents it is for.", examples=["support-*"])
    name: str = Field(description="Its label.", examples=["support bot"])
    created_at: datetime = Field(description="When it was made.", examples=["2026-01-31T12:00:00Z"])
    expires_at: datetime | None = Field(description="When it stops working.", examples=[None])


class NewKey(KeyCardWire):
    """A new key: the only answer that ever holds it."""

    key: str = Field(description="The key. Shown this once.", examples=["msk_…"])


class KeyList(Wire):
    """The tenant's living keys."""

    keys: list[KeyCardWire] = Field(description="Oldest first.", examples=[[]])


class Health(Wire):
    """The process answers."""

    status: Literal["ok"] = Field(description="Always ok.", examples=["ok"])
    version: str = Field(description="Version of memsvc.", examples=["0.1.0"])


class Readiness(Wire):
    """Whether it can serve."""

    status: Literal["ready"] = Field(description="Migrated and model loaded.", examples=["ready"])


class ProblemPart(BaseModel):
    """One broken rule."""

    location: str = Field(description="Where in the request.", examples=["memories.0.content"])
    reason: str = Field(description="Which rule; never the value.", examples=["must not be blank"])


class Problem(BaseModel):
    """An error, after RFC 9457."""

    type: str = Field(
        description="Identifies the kind of problem.", examples=["urn:memsvc:problem:not_found"]
    )
    title: str = Field(description="The kind in words.", examples=["Not found"])
    status: int = Field(description="HTTP status.", examples=[404])
    detail: str = Field(description="What happened and what to do.", examples=["No such memory."])
    code: str = Field(description="Stable code to branch on.", examples=["not_found"])
    request_id: str = Field(description="Id of this request in the logs.", examples=["4f0c…"])
    errors: list[ProblemPart] = Field(
        default=[], description="The broken rules, one by one.", examples=[[]]
    )
