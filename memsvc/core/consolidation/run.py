"""A run of consolidation: the states it goes through."""

from __future__ import annotations

from enum import StrEnum


class RunStatus(StrEnum):
    """How far a run has come."""

    REQUESTED = "requested"
    RUNNING = "running"
    DONE = "done"
    ROLLING_BACK = "rolling_back"
    ROLLED_BACK = "rolled_back"


UNDER_WAY = (RunStatus.REQUESTED, RunStatus.RUNNING, RunStatus.ROLLING_BACK)
"""What the service goes on with by itself, after a crash, too."""


class NotRead(StrEnum):
    """Why a language model did not read all turns that it was to read; the next run asks again."""

    BUDGET_SPENT = "budget_spent"
    UNAVAILABLE = "unavailable"
    MALFORMED = "malformed"
    OUT_OF_TIME = "out_of_time"


class Why(StrEnum):
    """Why a run was rolled back, or left something undone."""

    ASKED = "asked"
    RECALL_LOST = "recall_lost"
    OTHERS_ERASED = "others_erased"
    """Others erased again and again while it wrote; the next run makes what is left."""
