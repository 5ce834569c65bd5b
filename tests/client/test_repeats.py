"""Which calls are made again when no answer comes: over HTTP, with somebody who never answers."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from memsvc.client import Memsvc, errors

RETRY_S = 0.5


class Mute(ThreadingHTTPServer):
    """Hears each request whole, and hangs up, at once or after `silent_s`."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Heard)
        self.heard = 0
        self.silent_s = 0.0
        self.over = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Heard(BaseHTTPRequestHandler):
    """One request."""

    server: Mute
    protocol_version = "HTTP/1.1"

    def hang_up(self) -> None:
        self.rfile.read(int(self.headers.get("content-length", "0")))
        self.server.heard += 1
        self.server.over.wait(self.server.silent_s)
        self.close_connection = True

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = hang_up  # noqa: N815 - as the library asks

    def log_message(self, *_: Any) -> None:
        """Nothing."""


@pytest.fixture
def mute() -> Iterator[Mute]:
    one = Mute()
    threading.Thread(target=one.serve_forever, args=(0.01,), daemon=True).start()
    yield one
    one.over.set()
    one.shutdown()
    one.server_close()


CALLS: dict[str, tuple[Callable[[Memsvc], object], bool]] = {
    "write": (lambda m: m.agent("a").write("It rains."), True),
    "delete": (lambda m: m.agent("a").delete("m"), True),
    "forget ids": (lambda m: m.agent("a").forget(memory_ids=["m"], session_ids=[]), True),
    "count": (lambda m: m.agent("a").forget(session_ids=["s"], dry_run=True), True),
    "order": (lambda m: m.forget_requests.order(subject_ids=["ana"]), True),
    "forget a session": (lambda m: m.agent("a").forget(session_ids=["s"]), False),
    "forget a person": (lambda m: m.agent("a").forget(subject_ids=["ana"]), False),
    "forget a time": (lambda m: m.agent("a").forget(time_range={"gte": "2026-01-01"}), False),
    "configure": (lambda m: m.agent("a").configure(admission="off"), False),
    "change": (lambda m: m.agent("a").change("m", importance=1.0), False),
}


@pytest.mark.parametrize("name", CALLS)
def test_what_others_did_meanwhile_is_not_undone_or_taken_along(mute: Mute, name: str) -> None:
    call, again = CALLS[name]
    with (
        Memsvc(mute.url, api_key="", retry_for=RETRY_S) as client,
        pytest.raises(errors.NotReached),
    ):
        call(client)

    assert (mute.heard > 1) == again


@pytest.mark.parametrize(("timeout", "again"), [(0.1, True), (RETRY_S + 0.1, False)])
def test_a_try_that_may_take_as_long_as_the_call_is_the_only_one(
    mute: Mute, timeout: float, again: bool
) -> None:
    mute.silent_s = 5.0
    with (
        Memsvc(mute.url, api_key="", retry_for=RETRY_S, timeout=timeout) as client,
        pytest.raises(errors.TimedOut),
    ):
        client.health()

    assert (mute.heard > 1) == again
