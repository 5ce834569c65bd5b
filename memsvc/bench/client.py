"""A load generator that costs little, for it shares the cores with the server it measures.

Raw sockets kept alive, one thread, requests made before the clock starts.
"""

from __future__ import annotations

import selectors
import socket
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httptools
import orjson

CONNECT_S = 5.0
STALLED_S = 120.0
CHUNK = 256 * 1024


class LoadFailed(Exception):
    """The benchmark cannot go on; the message says what the server answered."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One measurement: from the first request sent to the last answer read."""

    seconds: float
    latencies_ms: Sequence[float]
    cpu_s: float

    @property
    def per_second(self) -> float:
        """Requests a second."""
        return len(self.latencies_ms) / self.seconds


class Target:
    """The server under load."""

    def __init__(self, base_url: str, key: str) -> None:
        parts = urlsplit(base_url)
        if parts.scheme != "http" or parts.hostname is None:
            raise LoadFailed(f"{base_url} is no address such as http://127.0.0.1:8080")
        self.base_url = base_url.rstrip("/")
        self.key = key
        self._address = (parts.hostname, parts.port or 80)
        authority = parts.netloc.rpartition("@")[2]
        secret = f"Authorization: Bearer {key}\r\n" if key else ""
        self._head = f"Host: {authority}\r\n{secret}Content-Type: application/json\r\n"

    def request(self, method: str, path: str, content: bytes = b"") -> bytes:
        """The bytes of a request; the content is JSON."""
        head = f"{method} {path} HTTP/1.1\r\n{self._head}Content-Length: {len(content)}\r\n\r\n"
        return head.encode() + content

    def connect(self) -> Connection:
        """A new connection; the server closes those that rest for some seconds."""
        try:
            return Connection(socket.create_connection(self._address, CONNECT_S))
        except OSError as error:
            raise LoadFailed(f"{self.base_url} does not answer ({error})") from error

    def ask(self, method: str, path: str, content: bytes = b"") -> Any:
        """One request outside of any measurement, and its answer."""
        with self.connect() as connection:
            connection.send(self.request(method, path, content))
            while not connection.receive():
                pass
            return orjson.loads(connection.body)

    def drive(
        self,
        requests: Iterable[bytes],
        clients: int,
        seconds: float = float("inf"),
        answered: Callable[[], None] = lambda: None,
    ) -> Sample:
        """Keep `clients` requests on the way until the time or the requests are over.

        Every answer that is not 2xx raises LoadFailed.
        """
        with ExitStack() as opened, selectors.DefaultSelector() as ready:
            for _ in range(clients):
                connection = opened.enter_context(self.connect())
                ready.register(connection.socket, selectors.EVENT_READ, connection)
            return _drive(ready, iter(requests), seconds, answered)


class Connection:
    """One kept-alive connection with at most one request on the way."""

    def __init__(self, opened: socket.socket) -> None:
        self.socket = opened
        self.socket.settimeout(STALLED_S)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._parser = httptools.HttpResponseParser(self)
        self._parts: deque[bytes] = deque()
        self._complete = False
        self.sent_at = 0.0

    def __enter__(self) -> Connection:
        return self

    def __exit__(self, *_error: object) -> None:
        self.socket.close()

    @property
    def body(self) -> bytes:
        """The body of the latest answer."""
        return b"".join(self._parts)

    def send(self, request: bytes) -> None:
        """Send the next request."""
        self._parts.clear()
        self._complete = False
        self.sent_at = time.perf_counter()
        self.socket.sendall(request)

    def receive(self) -> bool:
        """Read what has come; whether the answer is whole. Raises LoadFailed unless it is 2xx."""
        try:
            data = self.socket.recv(CHUNK)
        except OSError as error:
            raise LoadFailed(f"the server did not answer ({error})") from error
        if not data:
            raise LoadFailed("the server closed the connection before it answered")
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError as error:
            raise LoadFailed(f"the server answered something that is not HTTP: {error}") from error
        if self._complete:
            status = self._parser.get_status_code()
            if not 200 <= status < 300:
                text = self.body.decode("utf-8", "replace")
                raise LoadFailed(f"the server answered {status}: {text}")
        return self._complete

    def on_body(self, part: bytes) -> None:
        """Called by the parser."""
        self._parts.append(part)

    def on_message_complete(self) -> None:
        """Called by the parser."""
        self._complete = True


def _drive(
    ready: selectors.BaseSelector,
    requests: Iterator[bytes],
    seconds: float,
    answered: Callable[[], None],
) -> Sample:
    latencies_ms: list[float] = []
    on_the_way = 0
    cpu = time.process_time()
    began = time.perf_counter()
    for key in list(ready.get_map().values()):
        if request := next(requests, None):
            key.data.send(request)
            on_the_way += 1
    now = began
    while on_the_way:
        events = ready.select(STALLED_S)
        if not events:
            raise LoadFailed(f"no answer in {STALLED_S:g} seconds")
        for key, _ in events:
            connection: Connection = key.data
            if not connection.receive():
                continue
            now = time.perf_counter()
            latencies_ms.append((now - connection.sent_at) * 1e3)
            answered()
            request = next(requests, None) if now - began < seconds else None
            if request is None:
                # At rest the server closes it after a while, which is no failure.
                ready.unregister(connection.socket)
                on_the_way -= 1
            else:
                connection.send(request)
    return Sample(now - began, latencies_ms, time.process_time() - cpu)
