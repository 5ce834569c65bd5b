"""Consolidation of the handbook on the wire."""

from __future__ import annotations

from pydantic import Field

from memsvc.api.wire.values import Flag, Wire
from memsvc.core.handbook.line import BehaviorStatus
from memsvc.core.handbook.retirement import Reason
from memsvc.core.handbook.worth import Verdict

_NAME = "behavior_check_units"


class HandbookConsolidationBody(Wire):
    """Whether to put the handbook in order, or to tell what would be done."""

    dry_run: Flag = Field(False, description="Only tell; nothing is written.", examples=[True])


class MergeWire(Wire):
    """Two behaviors that say the same."""

    kept: str = Field(
        description="The one that stays, and rests on the traces of both.", examples=[_NAME]
    )
    gone: str = Field(description="The one that is retired.", examples=["behavior_units_checked"])
    cosine: float = Field(description="How near their words are.", examples=[0.93])


class RetirementWire(Wire):
    """A behavior that is offered no more."""

    name: str = Field(description="Its name.", examples=[_NAME])
    reasons: list[Reason] = Field(
        description="Why, the weightiest first: superseded (a person approved the opposite later), "
        "harms, uncited, over_budget.",
        examples=[[Reason.HARMS]],
    )


class CountedStepsWire(Wire):
    """Steps that several successful attempts took one after the other."""

    name: str = Field(description="Its name.", examples=["behavior_read_run"])
    instruction: str = Field(
        description="What to do, in one line.",
        examples=["In this order: Read the failing test, then run it."],
    )
    topics: list[str] = Field(
        description="Where it applies; none: everywhere.", examples=[["arithmetic"]]
    )
    status: BehaviorStatus = Field(
        description="active; candidate where it waits for a person.",
        examples=[BehaviorStatus.ACTIVE],
    )
    flagged: list[str] = Field(description="Why a person should look at it first.", examples=[[]])
    source_trace_ids: list[str] = Field(
        description="The attempts that took these steps.", examples=[["attempt-17", "attempt-19"]]
    )


class RatingWire(Wire):
    """A behavior as its outcomes rate it, before anything is done."""

    name: str = Field(description="Its name.", examples=[_NAME])
    status: BehaviorStatus = Field(
        description="candidate, active or retired.", examples=[BehaviorStatus.ACTIVE]
    )
    mu: float = Field(
        description="What it is believed to add to the success of a task, from 0 to 1; 0 as new.",
        examples=[0.12],
    )
    sigma: float = Field(description="Give or take as much.", examples=[0.04])
    sure: float = Field(
        description="mu less three sigma: at least so much, almost surely.", examples=[0.0]
    )
    verdict: Verdict | None = Field(
        description="helps, harms or open; null below 30 offers.", examples=[Verdict.HELPS]
    )


class HandbookConsolidationAnswer(Wire):
    """What was done, or would be."""

    version: int = Field(
        description="The version that stands now; rolling back to the one before undoes all of it.",
        examples=[12],
    )
    applied: bool = Field(
        description="Whether it was done: false in a dry run, and where there is nothing to do.",
        examples=[True],
    )
    merges: list[MergeWire] = Field(
        description="What becomes one, the nearest first.",
        examples=[[{"kept": _NAME, "gone": "behavior_units_checked", "cosine": 0.93}]],
    )
    retirements: list[RetirementWire] = Field(
        description="What goes, by name.",
        examples=[[{"name": _NAME, "reasons": ["harms"]}]],
    )
    proposals: list[CountedStepsWire] = Field(
        description="What is put forward, counted among the last 2,000 attempts; what most took "
        "first.",
        examples=[[]],
    )
    ratings: list[RatingWire] = Field(
        description="All behaviors as rated, by name.",
        examples=[
            [
                {
                    "name": _NAME,
                    "status": "active",
                    "mu": 0.12,
                    "sigma": 0.04,
                    "sure": 0.0,
                    "verdict": "helps",
                }
            ]
        ],
    )
