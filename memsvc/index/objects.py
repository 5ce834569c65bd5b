"""A column of values that differ from row to row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from memsvc.core.filters import metadata_value
from memsvc.core.memory import Json
from memsvc.index.comparison import NEGATIONS, Mask, Rows, tester
from memsvc.index.footprint import footprint


class Objects:
    """Values that differ from row to row, compared one by one: texts or JSON objects.

    The empty object takes no room.
    """

    def __init__(self) -> None:
        self._values: list[str | Mapping[str, Json] | None] = []
        self._value_bytes = 0

    @property
    def nbytes(self) -> int:
        return 8 * len(self._values) + self._value_bytes

    def append(self, values: Sequence[str | Mapping[str, Json]]) -> None:
        kept = [None if value == {} else value for value in values]
        self._values += kept
        self._value_bytes += sum(map(footprint, kept))

    def clear(self, rows: Rows) -> None:
        for row in rows.tolist():
            self._value_bytes -= footprint(self._values[row])
            self._values[row] = None

    def keep(self, kept: Mask) -> None:
        self._values = [self._values[row] for row in np.flatnonzero(kept).tolist()]

    def holds(self, operator: str, wanted: Any, possible: Mask) -> Mask:
        if operator in NEGATIONS:
            return ~self.holds(NEGATIONS[operator], wanted, possible)
        values = self._chosen(possible)
        if operator in ("eq", "in"):
            choices = {
                one for one in (wanted if operator == "in" else [wanted]) if isinstance(one, str)
            }
            return self._answers([value in choices for value in values], possible)
        test = tester(operator, wanted)
        return self._answers([test(value) for value in values], possible)

    def holds_at(self, field: str, operator: str, wanted: Any, possible: Mask) -> Mask:
        """Where the comparison holds for what the JSON object has at `metadata.a.b`."""
        test = tester(operator, wanted)
        missing = test(None)
        answers = [
            test(metadata_value(value, field)) if isinstance(value, Mapping) else missing
            for value in self._chosen(possible)
        ]
        return self._answers(answers, possible)

    def _chosen(self, possible: Mask) -> list[str | Mapping[str, Json] | None]:
        if possible.all():
            return self._values
        return [self._values[row] for row in np.flatnonzero(possible).tolist()]

    def _answers(self, answers: list[bool], possible: Mask) -> Mask:
        mask = np.zeros(len(possible), np.bool_)
        mask[possible] = answers
        return mask
