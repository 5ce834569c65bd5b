"""When a call is tried again, and when not: the rules alone, without waiting.

A call that may have been carried out is repeated only if that does no harm. A call that surely was
not (no connection, 429) is repeated whatever it is.
"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable
from enum import Enum
from typing import TypeGuard

import httpx

from memsvc.client.errors import (
    MemsvcError,
    NotFound,
    NotReached,
    RateLimited,
    Refused,
    TimedOut,
    Unavailable,
)

TOTAL_S = 30.0
UNREACHED_S = 3.0
"""As long as a service was never reached it may not run at all, and a person may be waiting."""

FIRST_WAIT_S = 0.1
LONGEST_WAIT_S = 5.0

BETWEEN = (502, 504)
"""Never the service's own: a balancer or proxy lost it, or waits for it no longer."""
NO_REPLICA = "no_replica"
"""The balancer's word for a request that reached nobody."""

NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
"""After these the service has seen nothing of the request."""


class Repeat(Enum):
    """Whether a call whose fate is not known may be made again."""

    SAFE = "it reads, or comes to the same when it is done twice"
    KEYED = "the service knows a repetition by its Idempotency-Key, and answers as before"
    NEVER = "done twice it is another thing"


class Tries:
    """One call, tried until it is answered, or `total_s` seconds are over."""

    def __init__(
        self,
        repeat: Repeat,
        total_s: float,
        monotonic: Callable[[], float] = time.monotonic,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._safe = repeat is not Repeat.NEVER
        self._monotonic, self._jitter = monotonic, jitter
        self._began = monotonic()
        self._total_s = total_s
        self._failed = 0
        self._doubt: MemsvcError | None = None

    def wait(
        self, failure: MemsvcError, *, sent: bool = True, total_s: float = math.inf
    ) -> float | None:
        """Seconds to wait before the next try; None: this failure is the answer.

        Between half of and the whole of 0.1 s, doubled with each try up to 5 s; never less than
        Retry-After. `total_s`: seconds after the first try, where this failure gets fewer.
        """
        if not self._worth_it(failure, sent=sent):
            return None
        longest = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2.0**self._failed)
        wait = longest * (1.0 + self._jitter()) / 2.0
        if isinstance(failure, (RateLimited, Unavailable)) and failure.retry_after is not None:
            wait += failure.retry_after
        if self._monotonic() + wait > self._began + min(self._total_s, total_s):
            return None
        self._failed += 1
        if sent and not _left_undone(failure) and not _spoke(self._doubt):
            self._doubt = failure
        return wait

    def deleted_before(self, failure: MemsvcError) -> bool:
        """Whether a deletion that finds nothing was done by a try that went unanswered.

        What a proxy says of the service is no answer of it. Raises what the service itself answered
        an earlier try: it may say that the deletion is not whole yet.
        """
        if not isinstance(failure, NotFound) or self._doubt is None:
            return False
        if _spoke(self._doubt):
            raise self._doubt
        return True

    def _worth_it(self, failure: MemsvcError, *, sent: bool) -> bool:
        if isinstance(failure, RateLimited):
            return True
        if isinstance(failure, NotReached):
            return self._safe or not sent
        if isinstance(failure, Unavailable):
            # memsvc says with Retry-After whether waiting helps; who speaks for it need not.
            return self._safe and (failure.retry_after is not None or not _spoke(failure))
        return False


def _left_undone(failure: MemsvcError) -> bool:
    """Whether the answer says that nothing was done."""
    return isinstance(failure, RateLimited) or (
        isinstance(failure, Unavailable) and failure.code == NO_REPLICA
    )


def _spoke(failure: MemsvcError | None) -> TypeGuard[Refused]:
    """Whether it is the service's own answer."""
    return isinstance(failure, Refused) and bool(failure.code) and failure.status not in BETWEEN


def unreached(error: httpx.TransportError, url: str) -> NotReached:
    """What a failed connection is to the caller; holds nothing of the request."""
    if isinstance(error, httpx.TimeoutException):
        return TimedOut(f"{url} did not answer in time ({type(error).__name__}).")
    told = str(error) or type(error).__name__
    return NotReached(f"{url} was not reached: {told}. Does `memsvc serve` run there?")
