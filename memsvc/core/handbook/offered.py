"""What came of one offer: the rows over which ratings and worth are folds."""

from __future__ import annotations

import math
from dataclasses import dataclass

LEAST_OFFERS = 30
"""Below that many offers (or tasks in a group) nothing is concluded."""


@dataclass(frozen=True, slots=True)
class OfferOutcome:
    """A task, the behaviors it was offered, and how it went.

    `held_out` offers carry no behaviors; others carry none where nothing was relevant. `success` is
    in [0, 1]; tokens are those of the whole task, the offered text among the input. Raises
    ValueError for numbers out of range, behaviors named twice, and for a citation of what was not
    offered.
    """

    task_class: str
    offered: tuple[str, ...]
    held_out: bool
    success: float
    input_tokens: int
    output_tokens: int
    cited: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if not (math.isfinite(self.success) and 0.0 <= self.success <= 1.0):
            raise ValueError("the success must be in [0, 1]")
        if self.input_tokens < 0 or self.output_tokens < 0:
            raise ValueError("tokens cannot be negative")
        if self.held_out and self.offered:
            raise ValueError("what is held out offers nothing")
        if len(set(self.offered)) < len(self.offered):
            raise ValueError("a behavior is offered once")
        if not self.cited <= set(self.offered):
            raise ValueError("only what was offered can be cited")
