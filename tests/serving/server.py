"""A real server process over a folder: started, asked, killed."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx

KEY = "a-key-of-the-served-test"


class Server:
    """`memsvc serve` on a free port; its log is a file in `logs`."""

    def __init__(self, folder: Path, logs: Path, **environment: str) -> None:
        self.folder, self._log = folder, logs / "server.log"
        self._environment = {
            "MEMSVC_ADMIN_KEY": KEY,
            "MEMSVC_EMBEDDING__BACKEND": "hashing",
            "MEMSVC_PURGE_AFTER_S": "0",
        } | environment
        self.start()

    def start(self) -> None:
        self.began = time.monotonic()
        with self._log.open("a") as log:
            start = log.tell()
            self.process = subprocess.Popen(
                [sys.executable, "-m", "memsvc", "serve", "--port", "0"],
                stderr=log,
                stdout=log,
                env={**os.environ, **self._environment, "MEMSVC_DATA_DIR": str(self.folder)},
            )
        base = self._listening(start)
        self.client = httpx.Client(
            base_url=base, headers={"Authorization": f"Bearer {KEY}"}, timeout=30
        )
        self.client.get("/readyz").raise_for_status()
        self.seconds_to_ready = time.monotonic() - self.began

    def _listening(self, start: int) -> str:
        while time.monotonic() - self.began < 120:
            said = self._log.read_text()[start:]
            found = re.search(r"listens on (http://\S+)", said)
            if found:
                return found[1]
            if self.process.poll() is not None:
                raise RuntimeError(said)
            time.sleep(0.01)
        raise RuntimeError("the server did not start")

    @property
    def said(self) -> str:
        return self._log.read_text()

    def ask(self, method: str, path: str, body: Any = None) -> httpx.Response:
        return self.client.request(method, f"/v1/agents/a1{path}", json=body)

    def kill(self) -> None:
        self.process.kill()
        self._reap()

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self._reap()

    def _reap(self) -> int:
        self.client.close()
        return self.process.wait(timeout=30)
