"""In what way a memory is known: told, seen, concluded, doubted or given up.

Inspired by the epistemic states of "Human-Like Lifelong Memory". A function of what the memory says
of itself, so nothing has to be kept for it or taken back.
"""

from __future__ import annotations

from enum import StrEnum

from memsvc.core.memory import Memory, Status, Trust


class Epistemic(StrEnum):
    """In what way a memory is known."""

    STATED = "stated"
    """A person or an operator said so."""
    OBSERVED = "observed"
    """An agent, a tool or a page said so."""
    INFERRED = "inferred"
    """It was derived from other memories."""
    CONTESTED = "contested"
    """Another one says otherwise, and neither clearly holds."""
    RETRACTED = "retracted"
    """Something newer took its place, or it is in quarantine."""


_BY_STATUS = {
    Status.SUPERSEDED: Epistemic.RETRACTED,
    Status.QUARANTINED: Epistemic.RETRACTED,
    Status.DISPUTED: Epistemic.CONTESTED,
}
_SAID = frozenset({Trust.OPERATOR, Trust.USER})


def epistemic_of(memory: Memory) -> Epistemic:
    """How the memory is known, as it stands; what has faded is known as before."""
    if memory.status in _BY_STATUS:
        return _BY_STATUS[memory.status]
    if memory.source_ids:
        return Epistemic.INFERRED
    return Epistemic.STATED if memory.trust in _SAID else Epistemic.OBSERVED
