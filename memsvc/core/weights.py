"""How much retention, importance and trust count beside relevance in the score of a hit."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields

from memsvc.errors import InvalidRequest


@dataclass(frozen=True, slots=True)
class Weights:
    """The share of a hit's relevance that each of the three can take from it, in [0, 1].

    final = relevance (1 - retention (1 - R) - importance (1 - I) - trust (1 - T)), where R is the
    memory's retention, I its importance and T its trust, the weight of `core.memory.Trust` over 5;
    all in [0, 1]. Together they take all of it at most, so final stays in [0, 1] too.
    """

    retention: float = 0.1
    importance: float = 0.05
    trust: float = 0.05

    def __post_init__(self) -> None:
        """Raise InvalidRequest, naming the field, for weights that could leave [0, 1]."""
        shares = {field.name: getattr(self, field.name) for field in fields(self)}
        for name, share in shares.items():
            if not 0.0 <= share <= 1.0:
                raise InvalidRequest.at(f"settings.ranking.{name}", "must be from 0 to 1")
        # A plain sum of decimals that make 1 may come out above it.
        if math.fsum(shares.values()) > 1.0:
            raise InvalidRequest.at(
                "settings.ranking", "must sum to at most 1; a weight left out counts as its default"
            )


STANDARD = Weights()
"""The weights of an agent that was given none."""
