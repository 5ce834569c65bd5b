"""The working memory of a session."""

from __future__ import annotations

from memsvc.client.models.answer import Answer
from memsvc.client.models.memories import Memory


class FinishedSubgoal(Answer):
    """A finished subgoal."""

    subgoal: str
    summary: str
    met: bool
    id: str


class SubgoalDetail(Answer):
    """A subgoal in detail."""

    subgoal: str
    memories: list[Memory]


class LeftOut(Answer):
    """What found no room."""

    finished: int
    memories: int
    ids: list[str]


class WorkingMemory(Answer):
    """The working memory of a session; lists hold what `text` shows."""

    text: str
    tokens: int
    finished: list[FinishedSubgoal]
    open: SubgoalDetail | None
    expanded: list[SubgoalDetail]
    left_open: list[str]
    omitted: LeftOut
