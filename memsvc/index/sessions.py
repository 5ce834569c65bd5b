"""Who comes before and after whom in a session.

By row, links to the neighbours; a session goes by time, then by order of writing. What is removed
is taken out of its chain, so that its neighbours become each other's.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from memsvc.index.comparison import Mask, Rows
from memsvc.index.growing import Growing

NONE = -1
MOST_LOOKED_BACK = 32
MOST_PASSED = 64
"""Hidden messages in a row that two others are neighbours across."""

Codes = NDArray[np.int32]
Order = Callable[[Rows], Rows]


class Sessions:
    """Chains of rows; rows are given in order of arrival."""

    def __init__(self) -> None:
        self._before = Growing(np.int32)
        self._after = Growing(np.int32)
        self._last: dict[int, int] = {}

    @property
    def nbytes(self) -> int:
        """Estimate of the bytes held."""
        return self._before.nbytes + self._after.nbytes + 100 * len(self._last)

    def append(self, codes: Codes, order: Order) -> None:
        """Put new rows into their sessions.

        `codes`, of shape (rows,), are those of all rows, the new ones last; -1 is no session.
        `order` sorts rows of one session.
        """
        first = len(self._before)
        for links in (self._before, self._after):
            links.append(np.full(len(codes) - first, NONE))
        fresh = np.arange(first, len(codes))
        fresh = fresh[codes[first:] != NONE]
        grouped = fresh[np.argsort(codes[fresh], kind="stable")]
        bounds = np.flatnonzero(np.diff(codes[grouped])) + 1
        for rows in np.split(grouped, bounds) if len(grouped) else ():
            self._extend(int(codes[rows[0]]), order(rows), codes, order)

    def remove(self, rows: Rows, codes: Codes) -> None:
        """Take rows out of their sessions; `codes` still say which."""
        before, after = self._before.values, self._after.values
        for row in rows.tolist():
            left, right = int(before[row]), int(after[row])
            if left != NONE:
                after[left] = right
            if right != NONE:
                before[right] = left
            code = int(codes[row])
            if self._last.get(code) == row:
                if left == NONE:
                    del self._last[code]
                else:
                    self._last[code] = left
            before[row] = after[row] = NONE

    def keep(self, kept: Mask) -> None:
        """Close the gaps that removed rows left."""
        place = np.cumsum(kept) - 1
        for links in (self._before, self._after):
            links.keep(kept)
            values = links.values
            linked = values != NONE
            values[linked] = place[values[linked]]
        self._last = {code: int(place[row]) for code, row in self._last.items()}

    def neighbours(self, rows: Rows, within: Mask | None) -> tuple[Rows, Rows]:
        """The rows `within` (None: all) before and after each of these, -1 where there is none."""
        return (
            _passing(self._before.values, rows, within).astype(np.int64),
            _passing(self._after.values, rows, within).astype(np.int64),
        )

    def around(self, rows: Rows, reach: int, within: Mask | None) -> Rows:
        """These rows and those `within` up to `reach` places from one of them, ascending."""
        marks = np.zeros(len(self._before), np.bool_)
        marks[rows] = True
        before: NDArray[Any] = rows
        after: NDArray[Any] = rows
        for _ in range(reach):
            before = _passing(self._before.values, before, within)
            after = _passing(self._after.values, after, within)
            before, after = before[before != NONE], after[after != NONE]
            marks[before] = True
            marks[after] = True
        return np.flatnonzero(marks)

    def _extend(self, code: int, rows: Rows, codes: Codes, order: Order) -> None:
        last = self._last.get(code, NONE)
        if last != NONE:
            if order(np.array([last, rows[0]]))[0] == last:
                rows = np.concatenate([[last], rows])
            elif all(self._put_in(code, int(row), order) for row in rows):
                return
            else:
                # Something much older came late: the session is put in order again.
                rows = order(np.flatnonzero(codes == code))
        self._after.values[rows[:-1]] = rows[1:]
        self._before.values[rows[1:]] = rows[:-1]
        self._last[code] = int(rows[-1])

    def _put_in(self, code: int, row: int, order: Order) -> bool:
        """Put a row where it belongs among the last of its session; False when that is earlier."""
        before, after = self._before.values, self._after.values
        right, left = NONE, self._last[code]
        for _ in range(MOST_LOOKED_BACK):
            if left == NONE or order(np.array([left, row]))[0] == left:
                break
            right, left = left, int(before[left])
        else:
            return False
        before[row], after[row] = left, right
        if left != NONE:
            after[left] = row
        if right == NONE:
            self._last[code] = row
        else:
            before[right] = row
        return True


def _passing(links: NDArray[np.int32], rows: NDArray[Any], within: Mask | None) -> NDArray[Any]:
    """Where the links lead from these rows, past those that are not `within`.

    Past MOST_PASSED of them there is nobody.
    """
    reached: NDArray[Any] = links[rows]
    if within is None:
        return reached
    for _ in range(MOST_PASSED):
        hidden = np.flatnonzero((reached != NONE) & ~within[reached])
        if not len(hidden):
            return reached
        reached[hidden] = links[reached[hidden]]
    reached[(reached != NONE) & ~within[reached]] = NONE
    return reached
