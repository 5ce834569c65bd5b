"""Token buckets: how fast one API key may ask."""

from __future__ import annotations

import time
from collections.abc import Callable

from memsvc.errors import TooManyRequests


class RateLimiter:
    """One bucket per key: `burst` tokens at most, refilled at `rate` a second, one per request.

    Used on the event loop only, so it needs no lock.
    """

    def __init__(
        self, rate: float, burst: int, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._rate = rate
        self._burst = float(burst)
        self._monotonic = monotonic
        self._buckets: dict[str, tuple[float, float]] = {}

    def take(self, key_id: str) -> None:
        """Take a token; raises TooManyRequests with the seconds until there is one."""
        now = self._monotonic()
        tokens, at = self._buckets.get(key_id, (self._burst, now))
        tokens = min(self._burst, tokens + (now - at) * self._rate)
        if tokens < 1.0:
            self._buckets[key_id] = (tokens, now)
            raise TooManyRequests(
                f"This key may make {self._rate:g} requests a second; wait and try again.",
                retry_after=(1.0 - tokens) / self._rate,
            )
        self._buckets[key_id] = (tokens - 1.0, now)
