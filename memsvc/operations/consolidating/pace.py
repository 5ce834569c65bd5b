"""Pace: work in the background that lets searches go first."""

from __future__ import annotations

import time

WORKED_S = 0.005
"""So long it works in one go: as long as Python lets one thread have its way."""
RESTS = 0.2
"""Seconds of rest for each second of work."""
LONGEST_REST_S = 0.5


class Pace:
    """Rests in proportion to what was worked since the last rest."""

    def __init__(self, rests: float = RESTS) -> None:
        self._rests = rests
        self._since = time.perf_counter()

    def breathe(self) -> None:
        """Rest, if enough was worked."""
        worked = time.perf_counter() - self._since
        if worked >= WORKED_S:
            time.sleep(min(worked * self._rests, LONGEST_REST_S))
            self._since = time.perf_counter()
