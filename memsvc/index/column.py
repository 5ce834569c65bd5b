"""One field of all memories as a column that answers a comparison for every row at once.

Each column answers exactly as `core.filters.compare` does for the value of the row. `holds` need
be right only for rows that are `possible`, which spares columns of Python objects most of the
work. Emptied rows answer anything.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from memsvc.core.filters import compare
from memsvc.index.comparison import NEGATIONS, ORDERINGS, Mask, Rows, list_tester, tester
from memsvc.index.footprint import footprint
from memsvc.index.growing import Growing

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NO_TIME = int(np.iinfo(np.int64).min)
LARGEST_EXACT = 2**53  # above it not every integer is a float
# Of one distinct value beside itself: dictionary slot, its code, its places in two lists.
BYTES_PER_VALUE = 120


class Column(Protocol):
    """A value per row. Rows are appended, emptied and, when many are empty, closed up."""

    @property
    def nbytes(self) -> int:
        """Estimate of the bytes held."""
        ...

    def append(self, values: Sequence[Any]) -> None:
        """Give each value the next row."""
        ...

    def clear(self, rows: Rows) -> None:
        """Let go of the values of these rows."""
        ...

    def keep(self, kept: Mask) -> None:
        """Keep the rows marked, in order."""
        ...

    def holds(self, operator: str, wanted: Any, possible: Mask) -> Mask:
        """Where the comparison holds, of shape (rows,)."""
        ...


class Coded:
    """Values out of a small set, kept once each; a row holds a code, -1 for None.

    A value goes when its last row goes. With `lists` the values are tuples, compared by
    membership.
    """

    def __init__(self, *, lists: bool = False) -> None:
        self._lists = lists
        self._codes = Growing(np.int32)
        self._code_of: dict[Any, int] = {}
        self._values: list[Any] = []
        self._uses: list[int] = []
        self._free: list[int] = []
        self._value_bytes = 0

    @property
    def nbytes(self) -> int:
        return self._codes.nbytes + self._value_bytes

    @property
    def distinct(self) -> frozenset[Any]:
        """The values that some row has."""
        return frozenset(self._code_of)

    @property
    def codes(self) -> NDArray[np.int32]:
        """The code of each row, -1 for None: a view, good until the next change."""
        return self._codes.values

    def value(self, code: int) -> Any:
        """What a code stands for."""
        return self._values[code] if code >= 0 else None

    def values(self, rows: Rows) -> list[Any]:
        """The values of these rows."""
        return list(map(self.value, self._codes.values[rows].tolist()))

    def mapped(self, rows: Rows | slice, meaning: Callable[[Any], float]) -> NDArray[np.float64]:
        """What a function makes of each row's value; for columns of a handful of values."""
        # The last place answers for code -1, the missing value.
        return np.array([meaning(one) for one in [*self._values, None]])[self._codes.values[rows]]

    def append(self, values: Sequence[Any]) -> None:
        code_of = {value: self._used(value, times) for value, times in Counter(values).items()}
        self._codes.append([code_of[value] for value in values])

    def clear(self, rows: Rows) -> None:
        for code in self._codes.values[rows].tolist():
            if code >= 0:
                self._uses[code] -= 1
                if not self._uses[code]:
                    self._forget(code)
        self._codes.values[rows] = -1

    def keep(self, kept: Mask) -> None:
        self._codes.keep(kept)

    def holds(self, operator: str, wanted: Any, possible: Mask) -> Mask:
        if operator in NEGATIONS:
            return ~self.holds(NEGATIONS[operator], wanted, possible)
        codes = self._codes.values
        if operator == "eq" and isinstance(wanted, str) and not self._lists:
            return np.equal(codes, self._code_of.get(wanted, -2))
        test = (list_tester if self._lists else tester)(operator, wanted)
        # The last place answers for code -1, the missing value.
        truth = np.array([test(value) for value in [*self._values, None]], np.bool_)
        return truth[codes]

    def _used(self, value: Any, times: int) -> int:
        if value is None:
            return -1
        code = self._code_of.get(value)
        if code is None:
            if self._free:
                code = self._free.pop()
                self._values[code] = value
            else:
                code = len(self._values)
                self._values.append(value)
                self._uses.append(0)
            self._code_of[value] = code
            self._value_bytes += footprint(value) + BYTES_PER_VALUE
        self._uses[code] += times
        return code

    def _forget(self, code: int) -> None:
        value = self._values[code]
        del self._code_of[value]
        self._values[code] = None
        self._free.append(code)
        self._value_bytes -= footprint(value) + BYTES_PER_VALUE


class Moments:
    """Aware times as microseconds since 1970, exact. A column without any takes no room."""

    def __init__(self) -> None:
        self._values = Growing(np.int64)
        self._missing: int | None = 0
        """How many rows there are while none has a time; None once one has."""

    @property
    def nbytes(self) -> int:
        return self._values.nbytes

    @property
    def values(self) -> NDArray[np.int64]:
        """By row, NO_TIME where there is none: a view, good until the next change."""
        if self._missing is None:
            return self._values.values
        return np.broadcast_to(np.int64(NO_TIME), (self._missing,))

    def append(self, values: Sequence[datetime | None]) -> None:
        if self._missing is not None:
            if not any(values):
                self._missing += len(values)
                return
            self._values.append(self.values)
            self._missing = None
        self._values.append([microseconds(value) for value in values])

    def clear(self, rows: Rows) -> None:
        if self._missing is None:
            self._values.values[rows] = NO_TIME

    def keep(self, kept: Mask) -> None:
        if self._missing is None:
            self._values.keep(kept)
        else:
            self._missing = int(np.count_nonzero(kept))

    def holds(self, operator: str, wanted: Any, possible: Mask) -> Mask:
        if operator in NEGATIONS:
            return ~self.holds(NEGATIONS[operator], wanted, possible)
        values = self.values
        if operator == "in":
            choices = [microseconds(one) for one in wanted if _is_moment(one)]
            return np.isin(values, np.array(choices, np.int64))
        if operator == "eq" and wanted is None:
            return np.equal(values, NO_TIME)
        if operator not in ORDERINGS or wanted is None or not _is_moment(wanted):
            return np.zeros(len(values), np.bool_)
        return ORDERINGS[operator](values, microseconds(wanted)) & np.not_equal(values, NO_TIME)


def _is_moment(value: Any) -> bool:
    return value is None or (isinstance(value, datetime) and value.utcoffset() is not None)


def microseconds(moment: datetime | None) -> int:
    """Since 1970; NO_TIME for none."""
    if moment is None:
        return NO_TIME
    since = moment - EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


class Numbers:
    """Numbers as 64-bit floats; never missing. Counts are exact up to 2**53."""

    def __init__(self) -> None:
        self._values = Growing(np.float64)

    @property
    def nbytes(self) -> int:
        return self._values.nbytes

    @property
    def values(self) -> NDArray[np.float64]:
        """By row: a view, good until the next change."""
        return self._values.values

    def append(self, values: Sequence[float]) -> None:
        self._values.append(values)

    def clear(self, rows: Rows) -> None:
        self._values.values[rows] = 0.0

    def keep(self, kept: Mask) -> None:
        self._values.keep(kept)

    def holds(self, operator: str, wanted: Any, possible: Mask) -> Mask:
        if operator in NEGATIONS:
            return ~self.holds(NEGATIONS[operator], wanted, possible)
        values = self._values.values
        if operator in ORDERINGS and _is_exact(wanted):
            return ORDERINGS[operator](values, float(wanted))
        test = tester(operator, wanted)
        return np.fromiter(map(test, values.tolist()), np.bool_, len(values))


def _is_exact(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return isinstance(value, float) or abs(value) <= LARGEST_EXACT


class Flags:
    """True or false; never missing."""

    def __init__(self) -> None:
        self._values = Growing(np.bool_)

    @property
    def nbytes(self) -> int:
        return self._values.nbytes

    @property
    def values(self) -> NDArray[np.bool_]:
        """By row: a view, good until the next change."""
        return self._values.values

    def append(self, values: Sequence[bool]) -> None:
        self._values.append(values)

    def clear(self, rows: Rows) -> None:
        self._values.values[rows] = False

    def keep(self, kept: Mask) -> None:
        self._values.keep(kept)

    def holds(self, operator: str, wanted: Any, possible: Mask) -> Mask:
        answers = [compare(flag, operator, wanted) for flag in (False, True)]
        return np.array(answers, np.bool_)[self._values.values.astype(np.int8)]
