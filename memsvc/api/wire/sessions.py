"""Sessions on the wire: subgoals that are completed, and working memory."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from memsvc.api.wire.memories import MemoryWire
from memsvc.api.wire.values import (
    LARGEST_BUDGET,
    LIST_ITEMS,
    SMALLEST_BUDGET,
    Flag,
    SubgoalName,
    Wire,
)

LINE_CHARS = 500
LINE = r"^[^\x00-\x1f\x7f\x85\u2028\u2029]*[^\x00-\x20\x7f\x85\u2028\u2029][^\x00-\x1f\x7f\x85\u2028\u2029]*$"  # noqa: E501 - one pattern

Line = Annotated[str, StringConstraints(min_length=1, max_length=LINE_CHARS, pattern=LINE)]


class CompletionBody(Wire):
    """How a subgoal ended."""

    met: Flag = Field(description="Whether it was reached.", examples=[True])
    summary: Line | None = Field(
        None,
        description="What came of it, in one line; left out, one is put together from its "
        "memories. Should one of these be erased, the summary is put together anew from the rest.",
        examples=["The invoice is in the archive, of 3 May."],
    )


class WorkingMemoryQuery(Wire):
    """What of a session to show."""

    expand: list[SubgoalName] = Field(
        [],
        max_length=LIST_ITEMS,
        description="Finished subgoals to be shown in detail.",
        examples=[["find the invoice"]],
    )
    max_tokens: Annotated[int, Field(ge=SMALLEST_BUDGET, le=LARGEST_BUDGET)] = Field(
        2000, description="Tokens of `text` at most.", examples=[2000]
    )


class FinishedWire(Wire):
    """A finished subgoal."""

    subgoal: str = Field(description="Its name.", examples=["find the invoice"])
    summary: str = Field(description="One line.", examples=["It is in the archive, of 3 May."])
    met: bool = Field(description="Whether it was reached.", examples=[True])
    id: str = Field(description="The memory that is the summary.", examples=["turn-17"])


class DetailWire(Wire):
    """A subgoal in detail."""

    subgoal: str = Field(description="Its name.", examples=["answer Bo"])
    memories: list[MemoryWire] = Field(
        description="Its memories that found room, oldest first.", examples=[[]]
    )


class LeftOutWire(Wire):
    """What found no room."""

    finished: int = Field(description="Finished subgoals, the oldest.", examples=[0])
    memories: int = Field(description="Memories, the oldest of their subgoals.", examples=[0])
    ids: list[str] = Field(description="Ids of these memories, 20 at most.", examples=[[]])


class WorkingMemoryAnswer(Wire):
    """The working memory of a session; lists hold what `text` shows."""

    text: str = Field(
        description="One block for a prompt; empty without subgoals.",
        examples=["Remembered records: …"],
    )
    tokens: int = Field(description="Tokens of `text`.", examples=[120])
    finished: list[FinishedWire] = Field(
        description="Finished subgoals, in the order in which they were pursued.", examples=[[]]
    )
    open: DetailWire | None = Field(
        description="The subgoal being pursued: that of the last memory whose subgoal is not "
        "finished. Memories that come after its completion open a subgoal again.",
        examples=[None],
    )
    expanded: list[DetailWire] = Field(
        description="Finished subgoals that were asked for in detail.", examples=[[]]
    )
    left_open: list[str] = Field(
        description="Names of other subgoals without completion.", examples=[[]]
    )
    omitted: LeftOutWire = Field(description="What `text` has no room for.")
