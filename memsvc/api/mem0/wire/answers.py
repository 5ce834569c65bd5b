"""What the client of mem0 is answered."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from memsvc.api.wire.values import JsonObject, Wire


class Mem0Result(Wire):
    """What became of one message."""

    id: str | None = Field(
        description="Id of the memory that holds it now; null where none does.", examples=["m1"]
    )
    memory: str = Field(description="What was said.", examples=["I have a cat, Miso."])
    event: Literal["ADD", "UPDATE", "NONE"] = Field(
        description="ADD: it is a memory now; UPDATE: and ends what was said before of the same; "
        "NONE: nothing was stored.",
        examples=["ADD"],
    )
    affected: list[str] = Field(
        description="Ids of other memories that changed because of it.", examples=[[]]
    )
    reason: str | None = Field(
        None,
        description="Why it was not simply added, where there is something to say.",
        examples=["It says nothing."],
    )


class Mem0Added(Wire):
    """The messages are stored, and are found by the next search."""

    results: list[Mem0Result] = Field(description="One per message, in order.", examples=[[]])
    status: Literal["SUCCEEDED"] = Field(
        description="Nothing is left to wait for.", examples=["SUCCEEDED"]
    )


class Mem0Memory(Wire):
    """A memory in mem0's words; with `fields`, those alone."""

    id: str | None = Field(None, description="Its id.", examples=["m1"])
    memory: str | None = Field(None, description="The statement.", examples=["I have a cat, Miso."])
    user_id: str | None = Field(None, description="Whom it came from.", examples=["alice"])
    agent_id: str | None = Field(
        None, description="The agent; null: the default agent.", examples=["support"]
    )
    app_id: str | None = Field(None, description="The application.", examples=["shop"])
    run_id: str | None = Field(None, description="The conversation or run.", examples=["run-1"])
    metadata: JsonObject | None = Field(
        None, description="Your own fields.", examples=[{"topic": "pets"}]
    )
    categories: list[str] | None = Field(None, description="Its tags.", examples=[["pets"]])
    role: str | None = Field(None, description="Who spoke.", examples=["user"])
    actor_id: str | None = Field(None, description="Display name of who spoke.", examples=["Ana"])
    created_at: datetime | None = Field(
        None, description="When it was recorded.", examples=["2026-01-31T12:00:01Z"]
    )
    updated_at: datetime | None = Field(
        None, description="When it last changed.", examples=["2026-01-31T12:00:01Z"]
    )
    timestamp: datetime | None = Field(
        None, description="When it happened.", examples=["2026-01-31T12:00:00Z"]
    )
    expiration_date: str | None = Field(
        None, description="The last day on which it is kept.", examples=[None]
    )
    status: str | None = Field(None, description="Where it stands.", examples=["active"])


class Mem0Found(Mem0Memory):
    """A hit."""

    score: float | None = Field(None, description="0 to 1, higher is better.", examples=[0.74])


class Mem0SearchAnswer(Wire):
    """The hits, best first."""

    results: list[Mem0Found] = Field(description="Best first.", examples=[[]])


class Mem0Page(Wire):
    """A page of memories, newest first, agent by agent."""

    count: int = Field(description="How many there are on all pages.", examples=[0])
    next: str | None = Field(description="Path of the next page.", examples=[None])
    previous: str | None = Field(description="Path of the page before.", examples=[None])
    results: list[Mem0Memory] = Field(description="The memories.", examples=[[]])


class Mem0Updated(Mem0Memory):
    """The memory as it stands."""

    text: str | None = Field(None, description="The statement, once more.", examples=["In Porto."])


class Mem0Version(Wire):
    """One wording of a memory."""

    id: str = Field(description="The memory and the wording's number.", examples=["m1:1"])
    memory_id: str = Field(description="The memory.", examples=["m1"])
    user_id: str | None = Field(description="Whom it came from.", examples=["alice"])
    event: Literal["ADD", "UPDATE"] = Field(description="What happened.", examples=["ADD"])
    old_memory: str | None = Field(description="The wording before.", examples=[None])
    new_memory: str = Field(description="The wording since.", examples=["In Lisbon."])
    metadata: JsonObject = Field(description="Your own fields, as now.", examples=[{}])
    created_at: datetime = Field(
        description="When it was worded so.", examples=["2026-01-31T12:00:01Z"]
    )
    updated_at: datetime = Field(
        description="Until when, or when the memory last changed.",
        examples=["2026-01-31T12:00:01Z"],
    )


class Mem0Done(Wire):
    """It is done."""

    message: str = Field(description="What was done.", examples=["Memory deleted successfully!"])


class Mem0Deleted(Mem0Done):
    """How much is gone."""

    deleted: int = Field(
        description="Memories erased, those derived from them alone included.", examples=[3]
    )
    demoted: int = Field(description="Memories that lost a source and are set aside.", examples=[0])


class Mem0Entity(Wire):
    """A user, an agent or a run."""

    id: str = Field(description="The same as its name.", examples=["alice"])
    name: str = Field(description="Its name.", examples=["alice"])
    type: Literal["user", "agent", "run"] = Field(description="What it is.", examples=["user"])
    total_memories: int = Field(description="How many memories are its.", examples=[3])
    created_at: datetime = Field(
        description="When the first was recorded.", examples=["2026-01-31T12:00:01Z"]
    )
    updated_at: datetime = Field(
        description="When one of them last changed.", examples=["2026-01-31T12:00:01Z"]
    )


class Mem0Entities(Wire):
    """Who there is, as far as the key sees."""

    count: int = Field(description="How many there are.", examples=[0])
    next: None = Field(description="There are no further pages.", examples=[None])
    previous: None = Field(description="There are no further pages.", examples=[None])
    results: list[Mem0Entity] = Field(description="Agents, users, runs.", examples=[[]])


class Mem0Profile(Wire):
    """What is known of a user."""

    entity_type: Literal["user"] = Field(description="A user.", examples=["user"])
    entity_id: str = Field(description="The user.", examples=["alice"])
    status: Literal["succeeded", "insufficient_data"] = Field(
        description="Whether anything is known yet: consolidation reads facts.",
        examples=["succeeded"],
    )
    profile: dict[str, list[str]] = Field(
        description="Statements that stand, by what they are about.",
        examples=[{"pets": ["The user has a cat, Miso."]}],
    )
    updated_at: datetime | None = Field(
        description="When the newest of them was recorded.", examples=[None]
    )
    generation_count: int = Field(
        description="0: it is put together when it is asked for.", examples=[0]
    )


class Mem0Ping(Wire):
    """The key is good."""

    status: Literal["ok"] = Field(description="The key is good.", examples=["ok"])
    org_id: str = Field(description="The key's tenant.", examples=["default"])
    project_id: str = Field(description="The key's tenant.", examples=["default"])
    user_email: None = Field(description="Keys are nobody's.", examples=[None])
