"""What is too dear to be looked for at every question, in RAM, each good for a time."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from datetime import datetime, timedelta
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")

MOST = 256
"""Answers held by one cache."""


class TimedCache(Generic[T]):
    """What was looked for last, by whom or what it is of."""

    def __init__(self, good_for: timedelta) -> None:
        self._good_for = good_for
        self._lock = Lock()
        self._held: OrderedDict[Hashable, tuple[datetime, T]] = OrderedDict()

    def get(self, of: Hashable, now: datetime, look: Callable[[], T]) -> T:
        """What there is of it; looked for anew where that is older, or of later than now."""
        with self._lock:
            held = self._held.get(of)
        if held is not None and timedelta(0) <= now - held[0] < self._good_for:
            return held[1]
        found = look()
        with self._lock:
            self._held[of] = now, found
            self._held.move_to_end(of)
            if len(self._held) > MOST:
                self._held.popitem(last=False)
        return found
