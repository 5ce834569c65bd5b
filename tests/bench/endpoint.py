"""A local HTTP server of few words: it answers every request with the same bytes."""

from __future__ import annotations

import re
import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)


class Endpoint(socketserver.ThreadingTCPServer):
    """Keeps every request, and how many were under way at most."""

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 64

    def __init__(self, answer: bytes, delay_s: float, rest_s: float) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.answer, self.delay_s, self.rest_s = answer, delay_s, rest_s
        self.requests: list[bytes] = []
        self.at_once = self.most_at_once = 0
        self.guard = threading.Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Session(socketserver.StreamRequestHandler):
    server: Endpoint

    def handle(self) -> None:
        self.connection.settimeout(self.server.rest_s)
        try:
            while head := self._head():
                length = LENGTH.search(head)
                body = self.rfile.read(int(length[1])) if length else b""
                self._answer(head + body)
        except (TimeoutError, ConnectionError):
            return

    def _head(self) -> bytes:
        lines: list[bytes] = []
        while (line := self.rfile.readline()) not in (b"", b"\r\n"):
            lines.append(line)
        return b"".join(lines)

    def _answer(self, request: bytes) -> None:
        server = self.server
        with server.guard:
            server.requests.append(request)
            server.at_once += 1
            server.most_at_once = max(server.most_at_once, server.at_once)
        time.sleep(server.delay_s)
        with server.guard:
            server.at_once -= 1
        self.wfile.write(server.answer)


@contextmanager
def answering(
    answer: bytes = OK, *, delay_s: float = 0.0, rest_s: float = 10.0
) -> Iterator[Endpoint]:
    """A running endpoint; it hangs up on connections that rest for `rest_s` seconds."""
    with Endpoint(answer, delay_s, rest_s) as endpoint:
        thread = threading.Thread(target=endpoint.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield endpoint
        finally:
            endpoint.shutdown()
            thread.join()
