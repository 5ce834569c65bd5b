"""A trace: one attempt at a task, with its steps or text, its outcome and its tokens."""

from __future__ import annotations

from typing import NamedTuple

from memsvc.core.memory import Trust

SUCCESS_FROM = 0.5
"""Outcome from which an attempt counts as a success."""


class Trace(NamedTuple):
    """One attempt; `number` is its place among the agent's, ascending in order of writing.

    `outcome` is from 0 (failure) to 1 (success), None where nobody told.
    """

    number: int
    id: str
    task: str
    steps: tuple[str, ...] = ()
    text: str = ""
    outcome: float | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    task_class: str | None = None
    trust: Trust = Trust.AGENT

    @property
    def succeeded(self) -> bool:
        """Whether it is known to have succeeded."""
        return self.outcome is not None and self.outcome >= SUCCESS_FROM
