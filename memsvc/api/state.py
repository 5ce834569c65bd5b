"""What routes need of the running service."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import Request

from memsvc.api.gathering import Gatherer
from memsvc.api.measures import Measures
from memsvc.api.rate import RateLimiter
from memsvc.errors import Unavailable
from memsvc.operations.known import Written
from memsvc.operations.question import Asked
from memsvc.operations.search import Hits
from memsvc.operations.write import Offered
from memsvc.runtime import Runtime

Searches = Gatherer[Asked, Hits | None]
Writes = Gatherer[Offered, list[Written] | None]


@dataclass(frozen=True, slots=True)
class Running:
    """What answers requests while the service runs; None for what takes long: it is done alone."""

    runtime: Runtime
    searches: Searches
    writes: Writes


@dataclass(slots=True)
class Standing:
    """One service; `running` is None until it is built, and again once it is closed.

    One that is `leaving` answers as before, and is not ready for more.
    """

    auth: bool
    rate: RateLimiter
    measures: Measures
    mem0_agent: str
    """Whose memories those of clients of mem0 are, where they name no agent."""
    running: Running | None = None
    leaving: bool = False


def of(request: Request) -> Standing:
    """The service behind the app."""
    standing = request.app.state.standing
    assert isinstance(standing, Standing)
    return standing


def running(request: Request) -> Running:
    """What answers; raises Unavailable before it is built and after it is closed."""
    running = of(request).running
    if running is None:
        raise Unavailable("The service is starting or shutting down.", retry_after=1)
    return running
