"""Samples, in RAM: what is too dear to be looked at for every page, each good for a time."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")

MOST = 256
"""Agents and tenants of which one is held."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Memories drawn at random: how many there are in each bin of retention, how many faded."""

    bins: Sequence[int]
    faded: int
    looked_at: int


class SampleCache(Generic[T]):
    """What was looked for last, of agents and tenants."""

    def __init__(self, good_for: timedelta) -> None:
        self._good_for = good_for
        self._lock = Lock()
        self._held: OrderedDict[Hashable, tuple[datetime, T]] = OrderedDict()

    def get(self, of: Hashable, now: datetime, look: Callable[[], T]) -> T:
        """What there is of an agent or a tenant; looked for anew where it is older, or of later."""
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
