"""Offers of behaviors, their outcomes, and the handbook's report on the wire."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from memsvc.api.wire.values import (
    LARGEST_BUDGET,
    LIST_ITEMS,
    SMALLEST_BUDGET,
    Content,
    MemoryId,
    Name,
    OutcomeValue,
    Query,
    TokenCount,
    Wire,
)
from memsvc.core.handbook.line import MOST_TOPICS, BehaviorStatus
from memsvc.core.handbook.settings import MOST_OFFERED
from memsvc.core.handbook.worth import Verdict


class OfferBody(Wire):
    """A task, for which behaviors are wanted."""

    task: Query = Field(
        description="The task, 1 to 8192 characters.",
        examples=["Add the distances in metres and in feet."],
    )
    limit: Annotated[int, Field(ge=1, le=MOST_OFFERED, strict=True)] | None = Field(
        None,
        description="Behaviors at most, 1 to 20; null: as the agent's settings say.",
        examples=[5],
    )
    token_budget: (
        Annotated[int, Field(ge=SMALLEST_BUDGET, le=LARGEST_BUDGET, strict=True)] | None
    ) = Field(None, description="Tokens `text` may have, 50 to 32,000; null: any.", examples=[500])
    topics: Annotated[list[Name], Field(max_length=MOST_TOPICS)] | None = Field(
        None,
        description="Only behaviors that have one of these topics, and those for everywhere; "
        "null: of all topics.",
        examples=[["arithmetic"]],
    )
    task_class: Name | None = Field(
        None,
        description="What kind of task it is: tasks are compared within their class.",
        examples=["arithmetic"],
    )


class OfferedWire(Wire):
    """A behavior that is offered."""

    name: str = Field(
        description="Its name, by which it is cited.", examples=["behavior_check_units"]
    )
    instruction: str = Field(
        description="What to do, in one line.", examples=["Check the units before you add."]
    )
    topics: list[str] = Field(
        description="Where it applies; none: everywhere.", examples=[["arithmetic"]]
    )


class OfferAnswer(Wire):
    """An offer."""

    offer_id: str = Field(
        description="To tell its outcome, within a year; also where nothing is offered.",
        examples=["q83vASNFZ4k"],
    )
    held_out: bool = Field(
        description="Whether behaviors are withheld, at random, to see what they are worth.",
        examples=[False],
    )
    behaviors: list[OfferedWire] = Field(
        description="The best of what is relevant, best first; now and then the last is one that "
        "is on trial.",
        examples=[
            [
                {
                    "name": "behavior_check_units",
                    "instruction": "Check the units before you add.",
                    "topics": ["arithmetic"],
                }
            ]
        ],
    )
    text: str = Field(
        description="The same for a prompt, with the request to cite what is used by name; empty "
        "where nothing is offered.",
        examples=["<behaviors>\nbehavior_check_units: Check the units before you add."],
    )
    tokens: int = Field(description="Tokens of `text`.", examples=[64])


class OfferOutcomeBody(Wire):
    """How the task of an offer went."""

    outcome: OutcomeValue = Field(
        description="success, failure, or how far it succeeded, 0 to 1.", examples=["success"]
    )
    input_tokens: TokenCount = Field(
        description="Input tokens of the whole task, the offered text among them.", examples=[1800]
    )
    output_tokens: TokenCount = Field(
        description="Output tokens of the whole task.", examples=[420]
    )
    cited: list[Name] = Field(
        default_factory=list,
        max_length=LIST_ITEMS,
        description="Names of offered behaviors that were used.",
        examples=[["behavior_check_units"]],
    )
    text: Content | None = Field(
        None,
        description="What the agent wrote: names of offered behaviors in it are cited, too. It is "
        "not stored.",
        examples=["By `behavior_check_units`, 3 feet are 0.9144 m."],
    )
    trace_id: MemoryId | None = Field(
        None,
        description="The trace of the task: the outcome is erased together with it.",
        examples=["trace-17"],
    )


class OfferOutcomeAnswer(Wire):
    """What was noted."""

    held_out: bool = Field(description="Whether behaviors had been withheld.", examples=[False])
    outcome: float = Field(description="How far the task succeeded, 0 to 1.", examples=[1.0])
    offered: int = Field(description="Offered behaviors that are still there.", examples=[5])
    cited: list[str] = Field(
        description="Those of them that are cited, by name, best first.",
        examples=[["behavior_check_units"]],
    )


class ReportQuery(Wire):
    """Which tasks to look at."""

    task_class: Name | None = Field(
        None, description="Only tasks of this class.", examples=["arithmetic"]
    )


class IntervalWire(Wire):
    """An estimate with its 95 % interval; a bound is null where nothing bounds it."""

    estimate: float = Field(description="The estimate.", examples=[0.12])
    low: float | None = Field(description="Lower bound.", examples=[0.03])
    high: float | None = Field(description="Upper bound.", examples=[0.21])


class HandbookWorthWire(Wire):
    """The handbook against going without it: tasks with an offer beside those held out at random.

    Verdicts are null below 30 tasks in either group.
    """

    offered: int = Field(description="Tasks with an offer.", examples=[900])
    held_out: int = Field(description="Tasks held out.", examples=[100])
    success: IntervalWire | None = Field(
        description="Share of success with an offer; null without one."
    )
    success_held_out: IntervalWire | None = Field(
        description="Share of success of those held out; null without one."
    )
    lift: IntervalWire | None = Field(description="Their difference.")
    saving: IntervalWire | None = Field(
        description="What a task costs less, by the prices of the settings, less what curation "
        "cost; below zero it costs more."
    )
    lift_verdict: Verdict | None = Field(
        description="What is certain of the lift: helps, harms or open.", examples=["helps"]
    )
    saving_verdict: Verdict | None = Field(
        description="What is certain of the saving.", examples=["open"]
    )


class LineWorthWire(Wire):
    """What one line is worth. The effects are adjusted for class and what else was offered, and
    their bounds hold however often they are looked at; all else is as observed.
    """

    offered: int = Field(description="Tasks it was offered for.", examples=[120])
    cited: int = Field(description="How often it was cited.", examples=[48])
    uncited: int = Field(description="Offers since it was last cited.", examples=[2])
    success_with: IntervalWire = Field(description="Share of success of these tasks.")
    success_without: float | None = Field(
        description="That of other tasks of the same classes.", examples=[0.61]
    )
    tokens_with: float = Field(description="Mean output tokens with it.", examples=[410.5])
    tokens_without: float | None = Field(
        description="Those of other tasks of the same classes.", examples=[498.0]
    )
    effect: IntervalWire | None = Field(
        description="By how many points of success it changes a task; null below 30 offers."
    )
    token_effect: IntervalWire | None = Field(
        description="By which share it changes output tokens; -0.1 is a tenth fewer. Null below "
        "30 offers."
    )
    harm_rate: float = Field(
        description="Share of offers it has spoilt, as estimated.", examples=[0.0]
    )
    verdict: Verdict | None = Field(
        description="What is certain: helps, harms or open; null below 30 offers.",
        examples=["helps"],
    )


class LineReportWire(Wire):
    """A line of the handbook, and what its present words are worth."""

    name: str = Field(description="Its name.", examples=["behavior_check_units"])
    status: BehaviorStatus = Field(description="candidate, active or retired.", examples=["active"])
    worth: LineWorthWire | None = Field(description="null: these words were never offered.")


class ReportAnswer(Wire):
    """What the handbook is worth: folds over all outcomes that were told and not erased."""

    handbook: HandbookWorthWire = Field(description="The handbook as a whole.")
    lines: list[LineReportWire] = Field(description="Its lines, by name.", examples=[[]])
    curation_tokens: int = Field(
        description="Tokens that finding the behaviors took.", examples=[52_000]
    )
    curation: float = Field(
        description="What these cost, as output tokens; of one task class its share by offers.",
        examples=[208_000.0],
    )
