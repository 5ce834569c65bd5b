"""Serving: the app under uvicorn, and what the person who started it gets to read."""

from __future__ import annotations

import gc
import os
import signal
import socket
import threading
from collections.abc import Callable
from functools import partial
from types import FrameType
from typing import Any

import uvicorn
from fastapi import FastAPI
from uvicorn.supervisors import Multiprocess

from memsvc import logs
from memsvc.app import check_exposure, create_app, leave
from memsvc.config import Settings
from memsvc.operations.credentials import first_admin_key
from memsvc.operations.start import DEFAULT_TENANT
from memsvc.wiring import build_runtime

Say = Callable[[str], None]


def run(settings: Settings, say: Say) -> None:
    """Serve until told to stop; requests under way are finished first.

    Raises a StartupError before anything listens.
    """
    check_exposure(settings)
    logs.configure(settings.log_level)
    # The tokenizer's own thread pool would compete with the model for two cores.
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    runtime = build_runtime(settings, say)
    _calm_collector()
    chosen = settings.admin_key.get_secret_value()
    generated = first_admin_key(runtime, DEFAULT_TENANT, chosen)
    if settings.workers > 1:
        # Migrated, exported and with a key: the workers find everything ready.
        runtime.close()
        _run_workers(settings, lambda base: welcome(base, settings, generated, say))
        return
    app = create_app(settings, build=lambda: runtime)
    config = _config(app, settings)
    listening = partial(welcome, settings=settings, generated=generated, say=say)
    _Server(config, listening, settings.drain_s, partial(leave, app)).run()


def worker() -> FastAPI:
    """The app of one worker process; its settings come by the environment."""
    settings = Settings()
    logs.configure(settings.log_level)
    _calm_collector()
    return create_app(settings)


def _calm_collector() -> None:
    """Look for garbage less often: requests leave none, and indexes load 7 % faster."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def _run_workers(settings: Settings, listening: Callable[[str], None]) -> None:
    """Share one socket among processes; one that dies is replaced."""
    threads = settings.embedding.threads or max(1, (os.cpu_count() or 1) // settings.workers)
    os.environ.update(
        MEMSVC_HOST=settings.host,
        MEMSVC_DATA_DIR=str(settings.data_dir.absolute()),
        MEMSVC_AUTH=str(settings.auth),
        MEMSVC_EMBEDDING__THREADS=str(threads),
    )
    config = _config("memsvc.serving:worker", settings, factory=True, workers=settings.workers)
    bound = config.bind_socket()
    # Who comes before the first worker is up waits in line instead of being refused.
    bound.listen(config.backlog)
    listening(_base(bound))
    Multiprocess(config, [bound]).run()


def _config(app: FastAPI | str, settings: Settings, **more: Any) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,
        # Nothing here depends on where a request comes from.
        proxy_headers=False,
        timeout_graceful_shutdown=settings.shutdown_s,
        **more,
    )


class _Server(uvicorn.Server):
    """Says where it listens once it does, and that it leaves before it does."""

    def __init__(
        self,
        config: uvicorn.Config,
        listening: Callable[[str], None],
        drain_s: float,
        leaving: Callable[[], None],
    ) -> None:
        super().__init__(config)
        self._listening = listening
        self._drain_s = drain_s
        self._leaving = leaving
        self._asked = False

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop, after a while where others are to notice first; at once when asked again."""
        if self._asked or not self._drain_s or sig != signal.SIGTERM:
            super().handle_exit(sig, frame)
            return
        self._asked = True
        self._leaving()
        # A thread: a signal may come between any two steps of the event loop.
        later = threading.Timer(self._drain_s, super().handle_exit, (sig, frame))
        later.daemon = True
        later.start()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._listening(_base(self.servers[0].sockets[0]))


def _base(bound: Any) -> str:
    host, port = bound.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def welcome(base: str, settings: Settings, generated: str | None, say: Say) -> None:
    """Where the service listens, its key when it was just made, and a first write and search."""
    say(f"\nmemsvc listens on {base}  (routes: {base}/docs, data: {settings.data_dir})")
    say(f"For people: {base}/dashboard")
    if not settings.auth:
        say("No key is asked for: everybody on this machine may read and write.")
        say(_example(base, ""))
    elif generated is not None:
        say(f"\nAdmin key, shown this once; keep it safe:\n\n    {generated}\n")
        say("A first write and a first search:\n")
        say(_example(base, f" -H 'Authorization: Bearer {generated}'"))
    else:
        say("Use your key, or make another: memsvc keys create --role admin")


def _example(base: str, auth: str) -> str:
    url = f"{base}/v1/agents/demo"
    kind = " -H 'Content-Type: application/json'"
    memory = '{"memories":[{"content":"Ana moved to Lisbon in May.","user_id":"ana"}]}'
    query = '{"query":"Where does Ana live?"}'
    return (
        f"curl -s {url}/memories{auth}{kind} -d '{memory}'\n"
        f"curl -s {url}/search{auth}{kind} -d '{query}'\n"
    )
