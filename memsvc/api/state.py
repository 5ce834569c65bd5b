"""What routes need of the running service."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import Request

from memsvc.api.measures import Measures
from memsvc.api.rate import RateLimiter
from memsvc.errors import Unavailable
from memsvc.runtime import Runtime


@dataclass(slots=True)
class Standing:
    """One running service; `runtime` is None until it is built, and again once it is closed."""

    auth: bool
    rate: RateLimiter
    measures: Measures
    runtime: Runtime | None = None


def of(request: Request) -> Standing:
    """The service behind the app."""
    standing = request.app.state.standing
    assert isinstance(standing, Standing)
    return standing


def running(request: Request) -> Runtime:
    """The runtime; raises Unavailable before it is built and after it is closed."""
    runtime = of(request).runtime
    if runtime is None:
        raise Unavailable("The service is starting or shutting down.", retry_after=1)
    return runtime
