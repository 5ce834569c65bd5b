"""History and lineage of a memory on the wire."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from memsvc.api.wire.conflicts import SideWire
from memsvc.api.wire.values import Wire
from memsvc.core.epistemic import Epistemic
from memsvc.core.memory import Kind


class VersionWire(Wire):
    """How a memory was worded for a time."""

    version: int = Field(description="Number of the version.", examples=[1])
    content: str = Field(description="Its words then.", examples=["I live in Porto."])
    recorded_at: datetime = Field(
        description="Since when it was worded so.", examples=["2025-05-02T09:00:01Z"]
    )
    superseded_at: datetime | None = Field(
        description="Until when; null for the words it has now.", examples=[None]
    )


class StepWire(SideWire):
    """A memory that ended another, or was ended."""

    valid_to: datetime | None = Field(description="True until.", examples=[None])
    superseded_by: str | None = Field(description="Id of what replaced it.", examples=["fact-7"])
    superseded_at: datetime | None = Field(
        description="When that became known.", examples=["2026-01-31T12:00:00Z"]
    )


class HistoryWire(Wire):
    """How a memory came to stand as it does."""

    memory: StepWire = Field(description="The memory as it stands.")
    versions: list[VersionWire] = Field(
        description="How it was worded, the first version first, the present one last.",
        examples=[[]],
    )
    ended_by: list[StepWire] = Field(
        description="What took its place, then what took the place of that; 100 at most.",
        examples=[[]],
    )
    ended: list[StepWire] = Field(
        description="What it took the place of, and what that had; 100 at most.", examples=[[]]
    )


class KinWire(SideWire):
    """A memory in a lineage."""

    kind: Kind = Field(
        description="episodic (an event), semantic (a fact) or procedural (a behavior).",
        examples=["episodic"],
    )
    relation: str = Field(
        description="How the derived one of the two was derived: `derived_from` (by a caller), "
        "`extracted`, `session_summary` and so on.",
        examples=["derived_from"],
    )
    through: str = Field(
        description="Id of the memory it is connected with, on the way to the one asked for.",
        examples=["fact-7"],
    )


class LineageWire(Wire):
    """Why a memory is believed, and what rests on it."""

    id: str = Field(description="The memory asked for.", examples=["fact-7"])
    epistemic: Epistemic = Field(
        description="In what way it is known: `stated` by a person or an operator; `observed` by "
        "an agent, a tool or a page; `inferred` from other memories; `contested`, as another one "
        "says otherwise; `retracted`, as something took its place or it is in quarantine.",
        examples=[Epistemic.INFERRED],
    )
    sources: list[KinWire] = Field(
        description="What it was derived from, directly or through others, the nearest first; 200 "
        "at most.",
        examples=[[]],
    )
    derived: list[KinWire] = Field(description="What was derived from it, likewise.", examples=[[]])
    complete: bool = Field(
        description="Whether that is all; false where there is more than is shown.",
        examples=[True],
    )
