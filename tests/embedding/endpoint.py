"""A local OpenAI-compatible endpoint that misbehaves when told to."""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any

from memsvc.embedding.backend import Piece
from memsvc.embedding.hashing import HashingBackend

DIMENSION = 64


@dataclass(frozen=True)
class Answer:
    """One scripted answer, or a dropped connection."""

    status: int = 200
    body: bytes = b"{}"
    headers: Mapping[str, str] = field(default_factory=dict)
    drop: bool = False


class Endpoint:
    """Serves hashed vectors, shuffled; answers put into `script` go out first, one a request."""

    def __init__(self) -> None:
        self.script: deque[Answer] = deque()
        self.requests: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        self.paths: list[str] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def __enter__(self) -> Endpoint:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def vectors(self, texts: list[str]) -> bytes:
        """The well-behaved answer: three times unit length, last first."""
        hashing = HashingBackend(DIMENSION)
        pieces = [Piece(1, text=text.casefold()) for text in texts]
        rows = 3 * hashing.run(pieces, alone=True)
        data = [{"index": at, "embedding": row.tolist()} for at, row in enumerate(rows)]
        return json.dumps({"data": data[::-1]}).encode()


def _handler(endpoint: Endpoint) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # One write an answer: two would wait for a delayed acknowledgement, 40 ms each.
        wbufsize = -1

        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            endpoint.requests.append(request)
            endpoint.keys.append(self.headers["Authorization"])
            endpoint.paths.append(self.path)
            answer = endpoint.script.popleft() if endpoint.script else None
            if answer is None:
                answer = Answer(body=endpoint.vectors(request["input"]))
            if answer.drop:
                self.close_connection = True
                return
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)
            self.wfile.flush()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its base's name
            """Keep the test's output clean."""

    return Handler
