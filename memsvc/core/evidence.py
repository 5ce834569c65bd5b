"""What an index knows of the memories that may answer one question: arrays, one place for each.

The only thing that passes from an index to the ranking. Places go by ascending number, so that
nothing computed from them depends on how an index keeps its rows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Marks = NDArray[np.bool_]

REACH = 2
"""Neighbours on each side, in a session, that speak for a memory."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """n memories that passed the filter. Those not `proposed` only speak for their neighbours.

    numbers     (n,)        int64, ascending
    proposed    (n,)        bool
    dense       (n,)        cosine of the best piece with the question, in [-1, 1]
    mean, spread            of the cosines of the agent's memories
    frequencies (counted, n)  how often each word that is counted comes in a memory
    holders     (words,)    memories of the agent that have each word of the question, the counted
                            ones first (core.bm25.counted_first)
    count                   memories the agent has
    lengths     (n,)        words of a memory; `average` over the agent
    before, after (n,)      place of the neighbour in the session; n where there is none
    session     (n,)        code of the session, -1 without one
    voice       (n,)        code of who speaks, -1 where that is not known
    traits      (n,)        core.utterance.Trait
    named       (n,)        1 where the memory is of or about a person asked for, -1 where it was
                            said by somebody else, 0 where that says nothing
    assistant, user (n,)    bool, from the role
    kind        (n,)        0 episodic, 1 semantic, 2 procedural
    days        (n,)        when it happened, in days since 1970
    retention, importance, trust (n,)  in [0, 1]
    """

    numbers: Ints
    proposed: Marks
    dense: Floats
    mean: float
    spread: float
    frequencies: Floats
    holders: Floats
    count: int
    lengths: Floats
    average: float
    before: Ints
    after: Ints
    session: Ints
    voice: Ints
    traits: Ints
    named: Floats
    assistant: Marks
    user: Marks
    kind: Ints
    days: Floats
    retention: Floats
    importance: Floats
    trust: Floats

    def __len__(self) -> int:
        return len(self.numbers)
