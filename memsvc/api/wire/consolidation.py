"""Consolidation and profiles on the wire."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from memsvc.api.wire.values import Flag, Name, Wire
from memsvc.core.consolidation.planning import Reason
from memsvc.core.consolidation.run import NotRead, RunStatus, Why
from memsvc.core.memory import Kind, Status
from memsvc.core.profile import Group


class ConsolidationBody(Wire):
    """What to do."""

    dry_run: Flag = Field(
        False,
        description="Only plan, and tell what would be made; nothing is written.",
        examples=[False],
    )
    force: Flag = Field(
        False,
        description="Sum up sessions that may still go on, too, and look for facts in turns that "
        "were looked at before.",
        examples=[False],
    )


class PlannedWire(Wire):
    """A memory that would be made."""

    relation: str = Field(description="How it is derived.", examples=["session_summary"])
    reason: Reason = Field(description="Why it is made.", examples=[Reason.NEW])
    kind: Kind = Field(description="Its kind.", examples=[Kind.EPISODIC])
    content: str = Field(description="What it would say.", examples=["Ana lives in Lisbon."])
    sources: int = Field(description="From how many memories.", examples=[12])


class PlanWire(Wire):
    """What a run would make now."""

    made: dict[str, int] = Field(
        description="How many memories, by relation.", examples=[{"session_summary": 3}]
    )
    superseded: int = Field(description="Whose place they would take.", examples=[0])
    erased: int = Field(
        description="Derived memories that nothing supports any more.", examples=[0]
    )
    unchanged: int = Field(description="Derived memories that stay as they are.", examples=[0])
    waiting: int = Field(
        description="Sessions with a turn in the last 30 minutes: they wait.", examples=[1]
    )
    unread: int = Field(
        description="Turns in which rules read no fact, about which a language model would be "
        "asked; planning asks about none.",
        examples=[0],
    )
    samples: list[PlannedWire] = Field(description="Up to three of each relation.", examples=[[]])


class ModelWire(Wire):
    """What a language model read for a run."""

    read: int = Field(description="Turns that it read.", examples=[40])
    facts: int = Field(description="New facts among what it read.", examples=[9])
    left: int = Field(description="Turns that are left for the next run.", examples=[0])
    why: NotRead | None = Field(description="Why some are left, the last reason.", examples=[None])
    malformed: int = Field(
        0, description="Answers that had not the asked shape: misses of form.", examples=[0]
    )
    unfounded: int = Field(
        0,
        description="Facts in the asked shape that their turn does not say, and that were "
        "dropped: misses of content.",
        examples=[1],
    )


class RunWire(Wire):
    """A run as it stands."""

    run_id: str = Field(description="The run.", examples=["0d8b3f3a4ad24b8f9c0a2b7e5d1c6f4e"])
    status: RunStatus = Field(description="How far it is.", examples=[RunStatus.DONE])
    started_at: datetime = Field(
        description="When it was asked for.", examples=["2026-05-03T09:12:07Z"]
    )
    finished_at: datetime | None = Field(description="When it ended.", examples=[None])
    made: dict[str, int] = Field(
        description="How many memories it made, by relation.", examples=[{"extracted": 12}]
    )
    superseded: int = Field(description="Whose place they took.", examples=[0])
    erased: int = Field(
        description="Derived memories erased: nothing supports them any more.", examples=[0]
    )
    probes: int = Field(
        description="Memories that searches had to find as well as before.", examples=[32]
    )
    recall_before: float | None = Field(
        description="Share of them among the first ten before.", examples=[1.0]
    )
    recall_least: float | None = Field(
        description="The least share while it wrote and after.", examples=[1.0]
    )
    why: Why | None = Field(
        description="Why it was rolled back, or left something undone.", examples=[None]
    )
    model: ModelWire | None = Field(
        description="What a language model read; null where none is set.", examples=[None]
    )


class RunList(Wire):
    """The last runs, the newest first."""

    runs: list[RunWire] = Field(description="Up to 50.", examples=[[]])


class ProfileQuery(Wire):
    """Of whom."""

    user_id: Name = Field(description="The person.", examples=["ana"])


class ProfileLineWire(Wire):
    """One thing that is known."""

    mark: str = Field(description="Stands before it in the text.", examples=["1"])
    group: Group = Field(description="What it is about.", examples=[Group.HOME])
    statement: str = Field(description="What is known.", examples=["Ana lives in Lisbon."])
    id: str = Field(description="The memory that says so.", examples=["turn-17"])
    quote: str = Field(
        description="How it was said, where that is known.", examples=["I moved to Lisbon!"]
    )
    valid_from: datetime | None = Field(description="Since when it holds.", examples=[None])
    status: Status = Field(
        description="active, or disputed: another memory says otherwise.",
        examples=[Status.ACTIVE],
    )
    times: int = Field(description="In how many memories it is said.", examples=[1])
    source_ids: list[str] = Field(description="What it was derived from.", examples=[["turn-17"]])


class ProfileWire(Wire):
    """What is known of a person."""

    user_id: str = Field(description="The person.", examples=["ana"])
    lines: list[ProfileLineWire] = Field(
        description="In groups, in order of showing.", examples=[[]]
    )
    text: str = Field(
        description="The same as a block for a prompt; empty where nothing is known.",
        examples=["Home:\n[1] Ana lives in Lisbon."],
    )
