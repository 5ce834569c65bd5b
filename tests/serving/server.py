"""A real server process over a folder: started, asked, killed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx

from memsvc.bench.served import KEY, Served

__all__ = ["KEY", "Server"]


class Server(Served):
    """`memsvc serve` with settings of the test's own; paths are within agent a1."""

    def __init__(
        self, folder: Path, logs: Path, *, under: Sequence[str] = (), **environment: str
    ) -> None:
        settings = {"MEMSVC_EMBEDDING__BACKEND": "hashing", "MEMSVC_PURGE_AFTER_S": "0"}
        super().__init__(folder, logs / "server.log", settings | environment, under)

    def ask(self, method: str, path: str, body: Any = None) -> httpx.Response:
        return super().ask(method, f"/v1/agents/a1{path}", body)
