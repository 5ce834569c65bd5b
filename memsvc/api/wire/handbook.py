"""The handbook on the wire: read, compared, rolled back and taken in."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints

from memsvc.api.wire.behaviors import BehaviorWire, ProposalWire, Version
from memsvc.api.wire.values import Name, Wire
from memsvc.core.handbook.line import BehaviorStatus, ProposedBy
from memsvc.core.handbook.rendering import LONGEST_FILE
from memsvc.core.memory import Trust


class Format(StrEnum):
    """How a handbook is told."""

    JSON = "json"
    MARKDOWN = "markdown"
    SKILL = "skill"


class HandbookQuery(Wire):
    """Which version, and how it is told."""

    format: Format = Field(
        Format.JSON,
        description="json; markdown, as an AGENTS.md has it; skill: the same as a SKILL.md.",
        examples=[Format.JSON],
    )
    version: Version | None = Field(
        None, description="As it was in this version; left out: as it stands.", examples=[3]
    )
    status: list[BehaviorStatus] = Field(
        [BehaviorStatus.ACTIVE],
        max_length=len(BehaviorStatus),
        description="Behaviors of these statuses.",
        examples=[[BehaviorStatus.ACTIVE]],
    )
    name: Name = Field(
        "behavior-handbook", description="Of a SKILL.md: its name.", examples=["support-skills"]
    )
    description: Name = Field(
        "How this agent has learnt to work. Read it before a task.",
        description="Of a SKILL.md: what it is for.",
        examples=["How the support agent has learnt to work."],
    )


class HandbookWire(Wire):
    """A handbook."""

    version: int = Field(description="The version that is told.", examples=[3])
    behaviors: list[BehaviorWire] = Field(description="By name.", examples=[[]])


class VersionWire(Wire):
    """A version of the handbook."""

    version: int = Field(description="Its number, from 1.", examples=[3])
    at: datetime = Field(description="When it was made.", examples=["2026-03-01T12:00:00Z"])
    actor: str = Field(description="The key that asked for it.", examples=["k-1"])
    changes: dict[str, int] = Field(
        description="How many changes of each kind led to it.", examples=[{"proposed": 2}]
    )


class VersionList(Wire):
    """The versions, the newest first."""

    versions: list[VersionWire] = Field(description="The newest first.", examples=[[]])


class DiffQuery(Wire):
    """Which two versions."""

    since: Version = Field(
        description="The earlier one; 0 is before the first.", alias="from", examples=[1]
    )
    until: Version | None = Field(
        None, description="The later one; left out: as it stands.", alias="to", examples=[3]
    )


class LineWire(Wire):
    """A behavior in one of two versions."""

    instruction: str = Field(description="What to do.", examples=["Check the units."])
    topics: list[str] = Field(description="Where it applies.", examples=[[]])
    status: BehaviorStatus = Field(description="Its status.", examples=[BehaviorStatus.ACTIVE])
    approved: bool = Field(description="Whether a person vouches for it.", examples=[False])
    flagged: list[str] = Field(description="Why to look at it first.", examples=[[]])
    trust: Trust = Field(description="How far it is believed.", examples=[Trust.AGENT])
    proposed_by: ProposedBy = Field(description="Who found it.", examples=[ProposedBy.MODEL])
    source_trace_ids: list[str] = Field(
        description="The traces that it rests on.", examples=[["trace-1"]]
    )


class LineDiffWire(Wire):
    """A behavior that differs."""

    name: str = Field(description="Its name.", examples=["behavior_check_units"])
    changed: list[str] = Field(
        description="What differs; nothing for one that came or went.", examples=[["status"]]
    )
    before: LineWire | None = Field(description="In the earlier version; null: not there.")
    after: LineWire | None = Field(description="In the later version; null: not there.")


class DiffWire(Wire):
    """What two versions differ in."""

    behaviors: list[LineDiffWire] = Field(description="By name.", examples=[[]])


class RollBackBody(Wire):
    """To which version."""

    version: Version = Field(
        description="Every behavior is as it was then; 0 is before the first.", examples=[2]
    )
    standing: Version | None = Field(
        None,
        description="The version that you saw stand: where another one does by now, nothing "
        "happens (412). Left out: whichever does.",
        examples=[3],
    )


class RolledBackAnswer(Wire):
    """The version that this makes."""

    version: int = Field(description="Its number.", examples=[4])


class FileFormat(StrEnum):
    """What is taken in."""

    JSON = "json"
    MARKDOWN = "markdown"
    SKILL = "skill"


class ImportBody(Wire):
    """A handbook to be taken in."""

    format: FileFormat = Field(
        FileFormat.MARKDOWN,
        description="markdown, skill: an AGENTS.md or SKILL.md; json: what the handbook answers "
        "as json.",
        examples=[FileFormat.MARKDOWN],
    )
    text: Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_FILE)] = Field(
        description="The file.",
        examples=["- `behavior_check_units`: Check the units before you add quantities."],
    )


class ImportAnswer(Wire):
    """What became of each behavior; all are candidates until a person approves them."""

    behaviors: list[ProposalWire] = Field(description="In order of the file.", examples=[[]])
    taken: list[str] = Field(
        description="Names that behaviors with other words have here: these were passed over.",
        examples=[[]],
    )
    version: int = Field(description="The version of the handbook.", examples=[5])
