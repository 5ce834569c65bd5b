"""Who is first, and who is first among equals."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from memsvc.index.comparison import Rows


def leading(rows: Rows, scores: NDArray[Any], numbers: NDArray[np.int64], pool: int) -> Rows:
    """The best `pool` rows, best first; equal scores by ascending number.

    `scores` go with `rows`; `numbers` are by row, of all rows.
    """
    if len(rows) > pool:
        # All that tie with the last of the pool stay in, for the order by number to choose.
        least = np.partition(scores, len(scores) - pool)[len(scores) - pool]
        rows, scores = rows[scores >= least], scores[scores >= least]
    order = np.lexsort((numbers[rows], -scores))[:pool]
    leaders: Rows = rows[order]
    return leaders
