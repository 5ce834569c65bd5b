"""Who goes without: some tasks get no handbook, so that its worth can be told from luck.

The draw depends on the offer alone, never on the task's words, the lines or their ratings: that is
what makes the two groups comparable, however the handbook changes meanwhile.
"""

from __future__ import annotations

from memsvc.core.handbook.keyed import uniform

DEFAULT_PROBABILITY = 0.1


def is_held_out(
    secret: bytes,
    agent: str,
    task_class: str,
    offer_id: str,
    probability: float = DEFAULT_PROBABILITY,
) -> bool:
    """Whether this offer is withheld; ValueError for a probability outside [0, 1]."""
    if not 0.0 <= probability <= 1.0:
        raise ValueError("the probability must be in [0, 1]")
    return uniform(secret, "hold out", agent, task_class, offer_id) < probability


def is_trial(secret: bytes, agent: str, task_class: str, offer_id: str, probability: float) -> bool:
    """Whether one place of this offer goes to a line on trial; drawn apart from the hold-out.

    ValueError for a probability outside [0, 1].
    """
    if not 0.0 <= probability <= 1.0:
        raise ValueError("the probability must be in [0, 1]")
    return uniform(secret, "trial", agent, task_class, offer_id) < probability
