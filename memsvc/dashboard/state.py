"""What the dashboard needs of the running service."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from fastapi import Request

from memsvc.errors import Unavailable
from memsvc.runtime import Runtime


class Limiter(Protocol):
    """Token buckets by name; used on the event loop alone."""

    def take(self, key_id: str) -> None:
        """Take a token of that bucket; raises TooManyRequests with the seconds until there is."""
        ...


@dataclass(frozen=True, slots=True)
class Desk:
    """`runtime` answers None before it is built and after it is closed.

    `rate` is that of the API, by key; `attempts` bounds how often somebody may try to sign in.
    """

    auth: bool
    rate: Limiter
    attempts: Limiter
    runtime: Callable[[], Runtime | None]


def desk(request: Request) -> Desk:
    """The dashboard behind the app."""
    found = request.app.state.desk
    assert isinstance(found, Desk)
    return found


def runtime_of(request: Request) -> Runtime:
    """What operations need; raises Unavailable while there is none."""
    runtime = desk(request).runtime()
    if runtime is None:
        raise Unavailable("The service is starting or shutting down.", retry_after=1)
    return runtime
