"""What finds facts in a turn: patterns of English by default; others may take its place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from memsvc.core.memory import Draft, Memory


class Extractor(Protocol):
    """Finds facts; for another language, or with a model, write another one."""

    def facts(self, turn: Memory) -> Sequence[Draft]:
        """Facts that the turn states, each with the turn as its only source; often none.

        The same turn gives the same facts, whatever else there is. It must not add people whom
        the turn does not come from or name.
        """
        ...
