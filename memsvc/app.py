"""The application, assembled."""

from __future__ import annotations

import ipaddress
import sys
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool

import memsvc
from memsvc.api import (
    agents,
    audit,
    behaviors,
    conflicts,
    consolidation,
    context,
    feedback,
    forget_requests,
    forgetting,
    handbook,
    handbook_plan,
    handbook_reflections,
    health,
    history,
    hygiene,
    keys,
    marked_sources,
    memories,
    offers,
    problems,
    reference,
    search,
    sessions,
    statistics,
    subjects,
    traces,
)
from memsvc.api.auth import Recognised
from memsvc.api.gathering import Gatherer
from memsvc.api.measures import Measures
from memsvc.api.mem0 import adding, entities, erasing, reading, refused
from memsvc.api.mem0 import memories as mem0_memories
from memsvc.api.observe import Observe
from memsvc.api.rate import RateLimiter
from memsvc.api.state import Running, Searches, Standing, Writes
from memsvc.config import Settings
from memsvc.dashboard.install import install as install_dashboard
from memsvc.dashboard.links import HOME
from memsvc.dashboard.state import Desk
from memsvc.errors import StartupError
from memsvc.operations.activity import stop_gathering
from memsvc.operations.credentials import first_admin_key
from memsvc.operations.ledger import stop_ledger
from memsvc.operations.search import search_all
from memsvc.operations.start import DEFAULT_TENANT
from memsvc.operations.write import write_all
from memsvc.runtime import Runtime
from memsvc.scheduler import Scheduler, consolidation_jobs, forget_jobs, jobs
from memsvc.wiring import build_runtime

SEARCH_THREADS = 2
"""One group of searches with the model, another with index and database."""

WRITE_THREADS = 3
"""As for searches, and one that waits for the disk."""

SIGN_IN_RATE = 0.2
"""Tries to sign in to the dashboard, a second and address; `SIGN_IN_BURST` at once."""
SIGN_IN_BURST = 10

ROUTERS = (
    search.router,
    context.router,
    memories.router,
    history.router,
    conflicts.router,
    feedback.router,
    sessions.router,
    marked_sources.router,
    hygiene.router,
    forgetting.router,
    agents.router,
    agents.settings,
    keys.router,
    consolidation.router,
    behaviors.router,
    behaviors.approval,
    handbook.router,
    handbook.approval,
    handbook_plan.router,
    handbook_reflections.router,
    offers.router,
    traces.router,
    forget_requests.router,
    subjects.router,
    audit.router,
    health.router,
    health.statistics,
    statistics.router,
    reference.router,
    adding.router,
    reading.router,
    mem0_memories.router,
    entities.router,
    erasing.router,
    refused.router,
)

DESCRIPTION = (
    "Memory for AI agents: write what happened, search it back, and forget it for good. "
    "Every error is an RFC 9457 problem."
)


def create_app(
    settings: Settings | None = None,
    build: Callable[[], Runtime] | None = None,
) -> FastAPI:
    """The service as an ASGI app; its runtime is built when it starts and closed when it stops.

    With no arguments it reads its settings from the environment, so that plain
    `uvicorn --factory memsvc.app:create_app` works.
    """
    settings = settings or Settings()
    check_exposure(settings)
    make = build or (lambda: build_runtime(settings, progress=lambda _line: None))
    measures = Measures()
    rate = RateLimiter(settings.limits.requests_per_s, settings.limits.burst)
    standing = Standing(settings.auth, rate, measures, settings.mem0.agent)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        runtime = await run_in_threadpool(make)
        chosen = settings.admin_key.get_secret_value()
        generated = await run_in_threadpool(first_admin_key, runtime, DEFAULT_TENANT, chosen)
        if generated is not None:
            sys.stderr.write(f"Admin key, shown this once: {generated}\n")
        async with _running(runtime, standing, settings):
            yield

    app = FastAPI(
        title="memsvc",
        version=memsvc.__version__,
        description=DESCRIPTION,
        lifespan=lifespan,
        # The page of `api.reference` needs nothing from elsewhere; FastAPI's own pages do.
        docs_url=None,
        redoc_url=None,
        # A redirect would be built from the Host header, which the caller chose.
        redirect_slashes=False,
    )
    app.state.standing = standing
    app.state.recognised = Recognised()
    limit = settings.limits.body_bytes
    app.add_middleware(Observe, measures=measures, body_bytes=limit, pages=HOME)
    for router in ROUTERS:
        app.include_router(router)
    install_dashboard(app, _desk(standing, rate))
    problems.install(app)
    return app


def _desk(standing: Standing, rate: RateLimiter) -> Desk:
    """What the dashboard gets: it knows nothing of the API."""

    def runtime() -> Runtime | None:
        return None if standing.running is None else standing.running.runtime

    return Desk(standing.auth, rate, RateLimiter(SIGN_IN_RATE, SIGN_IN_BURST), runtime)


def leave(app: FastAPI) -> None:
    """Say that the service is ready for nobody new, and go on."""
    app.state.standing.leaving = True


@asynccontextmanager
async def _running(runtime: Runtime, standing: Standing, settings: Settings) -> AsyncIterator[None]:
    """Answer requests and look after what is due, until the service stops."""
    standing.measures.watch(runtime)
    stop_forgetting, stop_consolidating = threading.Event(), threading.Event()
    purge_after = timedelta(seconds=settings.purge_after_s)
    consolidate_every = timedelta(seconds=settings.consolidate_every_s)
    consolidating = consolidation_jobs(stop_consolidating, consolidate_every)
    schedulers = [
        Scheduler(runtime, jobs(purge_after, timedelta(days=settings.activity_days))),
        Scheduler(runtime, forget_jobs(stop_forgetting), "forgetting", stop_forgetting),
        Scheduler(runtime, consolidating, "consolidation", stop_consolidating),
    ]
    searches: Searches = Gatherer(partial(search_all, runtime, wait=False), SEARCH_THREADS)
    writes: Writes = Gatherer(partial(write_all, runtime, wait=False), WRITE_THREADS)
    standing.running = Running(runtime, searches, writes)
    try:
        yield
    finally:
        standing.running = None
        stops = [one.stop for one in schedulers]
        # What was erased last is in the ledger before anybody can put older data in place.
        stops += [partial(stop_ledger, runtime), partial(stop_gathering, runtime), runtime.close]
        for stop in (searches.close, writes.close, *stops):
            await run_in_threadpool(stop)


def check_exposure(settings: Settings) -> None:
    """Refuse to serve without keys on an address that others can reach."""
    if settings.auth:
        return
    try:
        loopback = ipaddress.ip_address(settings.host).is_loopback
    except ValueError:
        loopback = settings.host == "localhost"
    if not loopback:
        raise StartupError(
            "Authentication can be off on loopback addresses only: use --host 127.0.0.1, or leave "
            "--no-auth out."
        )
