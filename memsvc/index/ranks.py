"""Who is first, and who is first among equals."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from memsvc.index.comparison import Rows


def ranked(
    rows: Rows, scores: NDArray[Any], numbers: NDArray[np.int64], pool: int
) -> dict[int, int]:
    """Rank from 1 of the best `pool` rows; equal scores by ascending number.

    `scores` go with `rows`; `numbers` are by row, of all rows.
    """
    if len(rows) > pool:
        # All that tie with the last of the pool stay in, for the order by number to choose.
        least = np.partition(scores, len(scores) - pool)[len(scores) - pool]
        rows, scores = rows[scores >= least], scores[scores >= least]
    order = np.lexsort((numbers[rows], -scores))[:pool]
    return {row: rank for rank, row in enumerate(rows[order].tolist(), start=1)}
