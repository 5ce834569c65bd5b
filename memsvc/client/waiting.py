"""How often to ask whether something is over."""

from __future__ import annotations

import time

FIRST_S = 0.1
LONGEST_S = 2.0


class Polls:
    """Pauses between looks: 0.1 s, half as long again each time, up to 2 s."""

    def __init__(self, within: float) -> None:
        self._end = time.monotonic() + within
        self._pause = FIRST_S

    def go_on(self) -> bool:
        """Whether there is time left."""
        return time.monotonic() < self._end

    def pause(self) -> float:
        """Seconds until the next look."""
        pause = min(self._pause, max(0.0, self._end - time.monotonic()))
        self._pause = min(self._pause * 1.5, LONGEST_S)
        return pause
