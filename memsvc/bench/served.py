"""A server process of our own: started, asked, killed."""

from __future__ import annotations

import os
import re
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from memsvc.bench.client import LoadFailed

KEY = f"a-key-of-the-benchmark-{secrets.token_hex(16)}"
"""Of this process alone: whatever it is given to, nobody can guess it afterwards."""
OURS = "MEMSVC_"
KEPT = "MEMSVC_EMBEDDING__"
START_S = 120.0
STOP_S = 30.0
ANSWER_S = 30.0


def environment_of_its_own(settings: Mapping[str, str]) -> dict[str, str]:
    """The environment of a service with these settings and with none of one that is somebody's.

    What was set for another would lead it to that one's database, or ledger. The model alone may be
    the same.
    """
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.upper().startswith(OURS) or name.upper().startswith(KEPT)
    }
    # Given, they go before the files in which a container has them.
    return {
        **inherited,
        "MEMSVC_DATABASE_URL": "",
        "MEMSVC_ROOT_KEY": "",
        "MEMSVC_ADMIN_KEY": KEY,
        **settings,
    }


class Served:
    """`memsvc serve` over a folder; what it says goes to the file `log`.

    `under` is a command that runs it, such as `prlimit`; it has to become the server itself.
    Without a `port` it listens on a free one, another one after each start.
    """

    def __init__(
        self,
        folder: Path,
        log: Path,
        environment: Mapping[str, str],
        under: Sequence[str] = (),
        port: int = 0,
    ) -> None:
        self.folder = folder
        self.under = under
        self.port = port
        self._log = log
        self._environment = dict(environment)
        self.start()

    def start(self) -> None:
        """Start it, or start it again, and wait until it is ready."""
        began = time.monotonic()
        with self._log.open("a") as log:
            start = log.tell()
            self.process = subprocess.Popen(  # noqa: S603 - our own module, under what the caller names
                [*self.under, sys.executable, "-m", "memsvc", "serve", "--port", str(self.port)],
                stdout=log,
                stderr=log,
                env=environment_of_its_own(
                    {"MEMSVC_DATA_DIR": str(self.folder), **self._environment}
                ),
            )
        self.client = httpx.Client(
            base_url=self._listening(start, began),
            headers={"Authorization": f"Bearer {KEY}"},
            timeout=ANSWER_S,
        )
        self.client.get("/readyz").raise_for_status()
        self.seconds_to_ready = time.monotonic() - began

    def ask(self, method: str, path: str, body: Any = None) -> httpx.Response:
        """One request; raises httpx.HTTPError when the server goes away under it."""
        return self.client.request(method, path, json=body)

    @property
    def said(self) -> str:
        """All that it said since the first start."""
        return self._log.read_text(errors="replace")

    def kill(self) -> None:
        """End it as a crash would: nothing is finished, nothing is said."""
        self.process.kill()
        self._reap()

    def stop(self) -> int:
        """Ask it to stop; its exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self._reap()

    def _reap(self) -> int:
        self.client.close()
        return self.process.wait(timeout=STOP_S)

    def _listening(self, start: int, began: float) -> str:
        while time.monotonic() - began < START_S:
            said = self.said[start:]
            found = re.search(r"listens on (http://\S+)", said)
            if found:
                return found[1]
            if self.process.poll() is not None:
                raise LoadFailed(f"the server ended with status {self.process.returncode}: {said}")
            time.sleep(0.01)
        raise LoadFailed(f"the server did not start within {START_S:.0f} s; see {self._log}")


@contextmanager
def served(environment: Mapping[str, str]) -> Iterator[Served]:
    """A server over a folder that goes with it."""
    with tempfile.TemporaryDirectory(prefix="memsvc-bench-") as folder:
        server = Served(Path(folder) / "data", Path(folder) / "log", environment)
        try:
            yield server
        finally:
            server.kill()
