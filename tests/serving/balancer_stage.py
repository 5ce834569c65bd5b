"""Replicas that only play their part, behind the shipped balancer."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx

from memsvc.bench.replicas.balancer import Balancer, free_ports

LOST: tuple[int, dict[str, Any]] = (0, {})
"""In place of an answer: it dies over the request."""


class Replica(ThreadingHTTPServer):
    """Something that answers health checks, and may die over, or refuse, everything else."""

    daemon_threads = True

    def __init__(self, port: int, all_seen: list[tuple[int, str, str, str]]) -> None:
        super().__init__(("127.0.0.1", port), Asked)
        self.port = port
        self.dies = self.refuses = False
        self.scripted: list[tuple[int, dict[str, Any]]] = []
        self.seen = all_seen


class Asked(BaseHTTPRequestHandler):
    """One request to such a replica."""

    server: Replica
    protocol_version = "HTTP/1.1"

    def answer(self) -> None:
        length = int(self.headers.get("content-length", "0"))
        self.rfile.read(length)
        status = 200
        if self.path != "/readyz":
            about = (self.server.port, self.command, self.path, self.headers["x-request-id"])
            self.server.seen.append(about)
            status = 503 if self.server.refuses else 200
        body = b"%d" % self.server.port
        if self.path != "/readyz" and self.server.scripted:
            status, told = self.server.scripted.pop(0)
            body = json.dumps(told).encode()
        if self.path != "/readyz" and (self.server.dies or status == LOST[0]):
            self.close_connection = True
            return
        self.send_response(status)
        if status == 503:
            self.send_header("retry-after", "1")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer  # noqa: N815 - as the library asks

    def log_message(self, *_: Any) -> None:
        """Nothing: the balancer logs."""


class Stage:
    """Three such replicas behind the balancer."""

    def __init__(self, folder: Path) -> None:
        self.seen: list[tuple[int, str, str, str]] = []
        ports = free_ports(3)
        self.replicas = [Replica(port, self.seen) for port in ports]
        for one in self.replicas:
            threading.Thread(target=one.serve_forever, args=(0.01,), daemon=True).start()
        self.balancer = Balancer(ports, folder / "log")
        self.client = httpx.Client(base_url=self.balancer.base, timeout=30)

    def of(self, path: str) -> Replica:
        """The replica to which this path goes."""
        port = int(self.client.get(path).text)
        self.seen.clear()
        return next(one for one in self.replicas if one.port == port)

    def close(self) -> None:
        self.client.close()
        self.balancer.close()
        for one in self.replicas:
            one.shutdown()
            one.server_close()
