"""When something was down: an answer is judged by what happened while it was awaited."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager


class Windows:
    """Spans of time (`time.monotonic`) during which one thing was down; thread-safe."""

    def __init__(self) -> None:
        self._spans: list[tuple[float, float | None]] = []
        self._lock = threading.Lock()

    @contextmanager
    def span(self) -> Iterator[None]:
        """From now until the block ends."""
        with self._lock:
            place = len(self._spans)
            self._spans.append((time.monotonic(), None))
        try:
            yield
        finally:
            with self._lock:
                self._spans[place] = (self._spans[place][0], time.monotonic())

    def meet(self, began: float, ended: float) -> bool:
        """Whether any of the time between was within one."""
        with self._lock:
            return any(
                start <= ended and (end is None or end >= began) for start, end in self._spans
            )

    @property
    def count(self) -> int:
        """How many there were."""
        return len(self._spans)

    @property
    def seconds(self) -> float:
        """How long they took in all, those under way left out."""
        with self._lock:
            return sum(end - start for start, end in self._spans if end is not None)
