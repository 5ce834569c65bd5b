"""A local chat endpoint that misbehaves when told to."""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any

USED = 321


@dataclass(frozen=True)
class Answer:
    """One scripted answer: a dropped connection, a silence, or bytes with a pause before each."""

    status: int = 200
    body: bytes = b"{}"
    headers: Mapping[str, str] = field(default_factory=dict)
    drop: bool = False
    silent: bool = False
    pause_s: float = 0.0


def data_in(request: Mapping[str, Any]) -> Any:
    """The data of a question, out of its fence."""
    content: str = request["messages"][1]["content"]
    return json.loads(content.removeprefix("<data>\n").removesuffix("\n</data>"))


def prompt_in(request: Mapping[str, Any]) -> str:
    """A question as it stands, whatever it holds."""
    content: str = request["messages"][1]["content"]
    return content


def completion(
    said: object, *, used: int | None = USED, wrote: int | None = None, ended: str = "stop"
) -> bytes:
    """What the interface answers when the model says this, as text or as JSON.

    `wrote` are the tokens of the answer, as far as it tells them, and `used` those of all.
    """
    content = said if isinstance(said, str) else json.dumps(said)
    choice = {"index": 0, "message": {"role": "assistant", "content": content}}
    answer: dict[str, Any] = {"choices": [choice | {"finish_reason": ended}]}
    if used is not None:
        answer["usage"] = {"total_tokens": used}
        if wrote is not None:
            answer["usage"]["completion_tokens"] = wrote
    return json.dumps(answer).encode()


def judged(data: Any) -> dict[str, Any]:
    """Equal texts are duplicates, all others contradict each other."""
    return {
        "verdicts": [
            {
                "pair": one["pair"],
                "relation": "duplicate"
                if one["earlier"]["text"] == one["later"]["text"]
                else "contradicts",
                "confidence": 0.75,
            }
            for one in data
        ]
    }


class ChatEndpoint:
    """Says what `model` makes of what it `reads`; answers in `script` go first, one a request."""

    def __init__(self) -> None:
        self.script: deque[Answer] = deque()
        self.model: Callable[[Any], object] = judged
        self.reads: Callable[[Mapping[str, Any]], Any] = data_in
        self.used: int | None = USED
        self.wrote: int | None = None
        self.requests: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        self.paths: list[str] = []
        self.over = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def __enter__(self) -> ChatEndpoint:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.over.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def _handler(endpoint: ChatEndpoint) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            endpoint.requests.append(request)
            endpoint.keys.append(self.headers["Authorization"])
            endpoint.paths.append(self.path)
            answer = endpoint.script.popleft() if endpoint.script else None
            if answer is None:
                said = endpoint.model(endpoint.reads(request))
                body = completion(said, used=endpoint.used, wrote=endpoint.wrote)
                answer = Answer(body=body)
            if answer.silent:
                endpoint.over.wait(20)
            if answer.drop or answer.silent:
                self.close_connection = True
                return
            lines = [f"HTTP/1.1 {answer.status} said", f"Content-Length: {len(answer.body)}"]
            lines += [f"{name}: {value}" for name, value in answer.headers.items()]
            self._send("\r\n".join([*lines, "", ""]).encode() + answer.body, answer.pause_s)

        def _send(self, answer: bytes, pause_s: float) -> None:
            if not pause_s:
                self.wfile.write(answer)
                return
            self.close_connection = True
            with suppress(OSError):  # whoever asked may have gone
                for byte in answer:
                    endpoint.over.wait(pause_s)
                    self.wfile.write(bytes([byte]))

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its base's name
            """Keep the test's output clean."""

    return Handler
